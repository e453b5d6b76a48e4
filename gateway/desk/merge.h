/* SPDX-License-Identifier: Apache-2.0 */
/* The files of a language anew, with what translators changed. An entry that did not change keeps
 * all its members. */
#ifndef ML_DESK_MERGE_H
#define ML_DESK_MERGE_H

#include "catalog/catalog.h"
#include "desk/exchange.h"
#include "desk/pairs.h"

struct merge {
    const struct pairs *pairs;
    const char *reviewer;      /* NULL: what is new is a draft */
    const char *today;         /* YYYY-MM-DD, the day of the review */
    const struct unit **taken; /* by pair: what replaces its entry; NULL if nothing does */
    struct catalog_file
        *files; /* those that change, with their new octets; in the arena of pairs */
    size_t file_count;
};

/* Write the new files into m->files. Returns 0, or -1 with faults: a file holds what cannot be
 * written again, or becomes too large. */
int merge_files(struct merge *m, struct findings *f);

/* Does the merge write that file? */
bool merge_writes(const struct merge *m, const char *name);

/* Files of the whole content with the new ones in place, in the arena of pairs; NULL without
 * memory. */
struct catalog_file *merge_all(const struct merge *m, size_t *count);

#endif
