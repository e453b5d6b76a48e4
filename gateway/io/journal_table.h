/* SPDX-License-Identifier: Apache-2.0 */
/* The journal's table: what the thread of journal.h and the operator's commands do with the file.
 * Every call is a statement or a few; the caller holds the transaction. */
#ifndef ML_IO_JOURNAL_TABLE_H
#define ML_IO_JOURNAL_TABLE_H

#include "io/db.h"
#include "io/journal.h"

/* Open a journal, made if there is none. NULL with why: a sentence with the remedy. */
struct db *journal_table_open(const char *path, char why[DB_ERROR_MAX]);

/* Add an entry. DB_OK also if the id is there already: then *added is false. */
enum db_result journal_table_add(struct db *db, const struct journal_entry *e, int64_t now_ms,
                                 bool *added);

/* Is an entry with that id there, whatever its state? */
enum db_result journal_table_has(struct db *db, const char *id, bool *found);

/* Write to the file without a change: can it be written? */
enum db_result journal_table_probe(struct db *db);

/* Call fn for unacknowledged entries behind `after`, at most `most`, in order. */
typedef void (*journal_entry_fn)(void *arg, const struct forward_entry *e);
enum db_result journal_table_fetch(struct db *db, int64_t after, size_t most, journal_entry_fn fn,
                                   void *arg);

/* Note that an entry is acknowledged; one that is already, or is not there, stays as it is. */
enum db_result journal_table_settle(struct db *db, const char *id, int64_t now_ms);

/* Is a case with that proof there, whatever its state? */
/* Is a case with that proof among the unacknowledged? Of the others the case work knows more. */
enum db_result journal_table_find(struct db *db, const struct case_ask *ask, bool *found);

/* How many are unacknowledged. */
enum db_result journal_table_waiting(struct db *db, size_t *n);

/* Retention: remove what was acknowledged before then. */
enum db_result journal_table_expire(struct db *db, int64_t before_ms, int64_t *removed);

/* Remove a worker's entries, whatever their state. Anonymous ones (subject "") belong to nobody. */
enum db_result journal_table_forget(struct db *db, const char *subject, int64_t *removed);

/* Mark as unacknowledged: one id, or all if id is "". *marked counts those that were acknowledged.
 */
enum db_result journal_table_resend(struct db *db, const char *id, int64_t *marked);

/* For lists. */
struct journal_row {
    int64_t seq;
    const char *id, *case_no;
    int64_t at_ms, acked_ms; /* acked_ms is 0 while unacknowledged */
    size_t len;
};
typedef bool (*journal_row_fn)(void *arg, const struct journal_row *row);
enum db_result journal_table_list(struct db *db, bool waiting_only, journal_row_fn fn, void *arg);

#endif
