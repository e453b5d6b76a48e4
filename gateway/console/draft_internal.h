/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files of the working copy. */
#ifndef ML_CONSOLE_DRAFT_INTERNAL_H
#define ML_CONSOLE_DRAFT_INTERNAL_H

#include "console/draft.h"
#include "editing/files.h"
#include "editing/place.h"
#include "io/db.h"

/* What readers see, or what it will be when the caller's transaction is committed. */
struct draft_state {
    struct files *base, *now;
    int64_t base_step; /* steps after it are not in the base */
    int64_t version;   /* the last step */
};

struct draft {
    struct db *db;
    struct draft_state seen;   /* as committed */
    struct draft_state staged; /* with the steps of the open transaction; files NULL: none */
    struct draft_problem problem;
    struct presence *present;
};

/* The state with the steps of the open transaction. */
const struct draft_state *draft_top(const struct draft *d);

/* Make that state one that may be changed: staged. */
struct draft_state *draft_stage(struct draft *d);

/* Say what went wrong. Return the result, so that a caller can return them. */
enum draft_result draft_refuse(struct draft *d, enum draft_result result, const char *place,
                               const char *why);
/* The number of the last step of the open transaction. */
int64_t draft_staged_version(const struct draft *d);

/* What a result of the database is here (DRAFT_OK for DB_OK), and the problem to it. */
enum draft_result draft_failed(struct draft *d, enum db_result r);

enum draft_result draft_no_memory(struct draft *d);

enum draft_action { DRAFT_EDIT, DRAFT_DISCARD, DRAFT_UNDO, DRAFT_REDO };

/* Write a step with its entries. `takes` is the step that it takes back or again, 0 if none. */
enum draft_result draft_take(struct draft *d, const struct draft_author *who,
                             enum draft_action action, int64_t takes,
                             const struct draft_change *changes, size_t count);

/* Keep of one file of the state what differs from its base. */
enum db_result draft_keep(struct draft *d, const struct draft_state *s, const char *name);

/* Of a row. */
const char *draft_text(const struct db_value *v); /* NULL for none */

#endif
