/* SPDX-License-Identifier: Apache-2.0 */
/* What stands on the workbench: content compiled, and phones that rehearse it. All of it belongs to
 * the workbench's thread; the loop never touches it. */
#ifndef ML_CONSOLE_BENCH_H
#define ML_CONSOLE_BENCH_H

#include "editing/atlas.h"
#include "editing/rehearsal.h"

struct bench;

enum {
    BENCH_CONTENTS = 6,  /* compiled contents that are kept; the one used longest ago goes */
    BENCH_PHONES = 64,   /* rehearsals */
    BENCH_PHONES_OWN = 4 /* of one person; a new one ends the oldest */
};

/* Files compiled. */
struct bench_content {
    struct files *files;
    bool drafts;               /* shown, reviewed or not */
    int32_t today;             /* day since 1970 */
    struct catalog *catalog;   /* kept in spite of errors; NULL if it could not be */
    struct findings *findings; /* all that the check says */
    struct atlas *atlas;       /* of bench_atlas; NULL before */
    uint64_t used;
};

/* All is borrowed for its life; zawgyi may be NULL. NULL without memory, or if the carriers have
 * too many different limits. */
struct bench *bench_new(const struct conf *conf, const struct handler_table *handlers,
                        const struct zawgyi *zawgyi);
void bench_free(struct bench *b); /* NULL is fine */

const struct studio *bench_studio(const struct bench *b);

/* Content compiled, from memory if it was before. Valid until BENCH_CONTENTS others were taken.
 * NULL without memory. */
const struct bench_content *bench_take(struct bench *b, struct files *f, bool drafts,
                                       int32_t today);

/* May all its screens be drawn? */
bool bench_is_whole(const struct bench_content *c);

/* The atlas of a content; NULL if it is not whole, or without memory. */
const struct atlas *bench_atlas(struct bench *b, const struct bench_content *c);

/* A rehearsal of a person. Its id is random. NULL without memory, or if too many people rehearse.
 */
enum { BENCH_ID_SIZE = 17 };
struct rehearsal *bench_rehearse(struct bench *b, int64_t person, const struct rehearsal_options *o,
                                 struct catalog *c, char id[BENCH_ID_SIZE]);

/* A person's rehearsal that was used within the last half hour, or NULL. */
struct rehearsal *bench_find(struct bench *b, int64_t person, const char *id, int64_t now_ms);

/* End it; nothing if there is none. */
void bench_end(struct bench *b, int64_t person, const char *id);

#endif
