/* SPDX-License-Identifier: Apache-2.0 */
/* What the log of the working copy tells: of an entry, and of people. */
#ifndef ML_CONSOLE_DRAFT_LOG_H
#define ML_CONSOLE_DRAFT_LOG_H

#include "console/draft.h"

/* One change of an entry. Strings are borrowed for the call. */
struct draft_line {
    int64_t step, at_ms, person;
    const char *name, *action, *note; /* action: "edit", "discard", "undo", "redo" */
    const char *before, *after;       /* JSON; NULL: it was not there */
    bool undone;                      /* was taken back later */
    bool published;                   /* is in the base, or was */
};
typedef bool (*draft_line_fn)(void *arg, const struct draft_line *line); /* false: enough */

/* The changes of an entry, the newest first. */
enum draft_result draft_history(struct draft *d, const char *place, draft_line_fn fn, void *arg);

/* The places of a step, in their order. Not to be called for the same draft by fn. Returns 0, or
 * -1.
 */
typedef void (*draft_place_fn)(void *arg, const char *place);
int draft_places(struct draft *d, int64_t step, draft_place_fn fn, void *arg);

/* The first place of a step, for a word on what an undo would take back. Returns 0, or -1. */
int draft_place_of(struct draft *d, int64_t step, char place[DRAFT_PLACE_MAX]);

#endif
