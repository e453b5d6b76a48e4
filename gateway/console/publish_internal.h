/* SPDX-License-Identifier: Apache-2.0 */
/* Between the files of publish.h. */
#ifndef ML_CONSOLE_PUBLISH_INTERNAL_H
#define ML_CONSOLE_PUBLISH_INTERNAL_H

#include "console/publish.h"
#include "console/versions_internal.h"

/* What the rows of publish_read are. */
#define PUBLISH_NOW "SELECT id, version, state, due_ms, sent_ms, kind FROM publications "

/* The first row of a statement with one number; id 0 if there is none. */
enum version_result publish_read(struct db *db, const char *sql, int64_t number,
                                 struct publish_now *out);

/* What ends a publication. */
struct publish_ending {
    const char *name, *why;
    int64_t now_ms;
};

/* The only place where a publication changes its state. end may be NULL. */
enum version_result publish_act(struct db *db, const struct publish_now *p,
                                enum publish_action action, const struct publish_ending *end);

/* Overtake all that a statement with one number finds. */
enum version_result publish_overtake(struct db *db, const char *sql, int64_t number,
                                     const struct publish_ending *end);

#endif
