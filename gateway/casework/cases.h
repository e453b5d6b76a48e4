/* SPDX-License-Identifier: Apache-2.0 */
/* The cases of a receiver: an SQLite file with one row a request. Number and text stand there as
 * they came, sealed, and so do the notes of case workers (notes.h); rows of cases are never
 * removed, so that they can be counted. Each call is a statement or a few; the caller holds the
 * transaction. What case workers do with a case is in work.h. */
#ifndef ML_CASEWORK_CASES_H
#define ML_CASEWORK_CASES_H

#include "io/db.h"
#include "message/request_codec.h"

/* Wrong proofs of a case in an hour; after more of them nobody is told how it stands. */
enum { CASES_TRIES_MAX = 10 };

/* Open or create the file. NULL with why: a sentence with the remedy. */
struct db *cases_open(const char *path, char why[DB_ERROR_MAX]);

/* Store a request that is no order to forget. DB_OK also if its id is there already: then it stays
 * as it is and *added is false. Who asked for the case before it came is not held against it. */
enum db_result cases_add(struct db *db, const struct request_read *r, int64_t now_ms, bool *added);

/* How does a case stand? CASE_UNKNOWN without such a case, with a wrong proof, or after too many
 * wrong ones. Wrong proofs are counted for case numbers that are none, too: all is done alike. */
enum db_result cases_ask(struct db *db, const struct case_ask *ask, int64_t now_ms,
                         enum case_state *state);

/* Remove number, text, pseudonym and notes: of all cases of a worker, or of those closed before
 * then. *changed gets the number of cases. */
enum db_result cases_forget(struct db *db, const char *subject, int64_t now_ms, int64_t *changed);
enum db_result cases_expire(struct db *db, int64_t before_ms, int64_t now_ms, int64_t *changed);

/* Set the state of the cases with this number or id, in nobody's name: a case that is new again has
 * no assignee. Two cases may have the same number. */
enum db_result cases_set(struct db *db, const char *which, enum case_state state, int64_t now_ms,
                         int64_t *changed);

/* One row; strings are borrowed for the call. */
struct case_row {
    const char *id, *case_no, *subject, *bridge, *channel, *kind, *country, *wish, *safe, *lang;
    const char *sealed; /* "" if there was nothing to seal, or it was removed */
    const char *state;
    size_t sealed_len;
    int64_t at_ms, stored_ms, state_ms; /* filed, stored here, in this state since */
    int64_t removed_ms;                 /* when number and text were removed; 0 if they were not */
    int64_t revision;                   /* rises with each change but notes */
    int64_t assignee, closed_by;        /* people of the console; 0 for nobody */
    int64_t taken_ms;                   /* first taken; 0: never */
    int64_t waiting_until;              /* of a case that waits; 0: no day is set */
    const char *outcome;                /* of a closed case; "" if none was given */
};
typedef void (*case_row_fn)(void *arg, const struct case_row *row);

/* All cases, as they were stored; or those with this number or id. */
enum db_result cases_list(struct db *db, case_row_fn fn, void *arg);
enum db_result cases_find(struct db *db, const char *which, case_row_fn fn, void *arg);

/* At most `limit` cases in a state: who has waited longest comes first; of the closed ones, what
 * was closed last. */
enum db_result cases_in_state(struct db *db, enum case_state state, int64_t limit, case_row_fn fn,
                              void *arg);

/* How many cases are in each state; count[CASE_STATES] is set. */
enum db_result cases_count(struct db *db, int64_t count[CASE_STATES]);

#endif
