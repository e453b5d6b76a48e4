/* SPDX-License-Identifier: Apache-2.0 */
/* The journal of requests for help: an SQLite file, written by a thread of its own so that no step
 * waits for a disk. What was asked for while the thread was busy is committed together, with one
 * sync. Answers come on the loop, in the order of the calls.
 *
 * Phone numbers and free text stand in the payload, sealed for the case work: nothing here can read
 * them. */
#ifndef ML_IO_JOURNAL_H
#define ML_IO_JOURNAL_H

#include "base/log.h"
#include "base/metrics.h"
#include "core/forward.h"
#include "io/loop.h"

/* Borrowed for the time of journal_new, which copies what it keeps. */
struct journal_options {
    const char *path;
    size_t max_waiting;      /* unacknowledged entries; more are refused with FILED_FULL */
    int64_t keep_ms;         /* acknowledged entries are removed after this time */
    struct clock clock;      /* called on the loop's thread alone */
    struct log *log;         /* may be NULL */
    struct metrics *metrics; /* may be NULL */
};

/* One new entry. Copied. */
struct journal_entry {
    const char *id;
    const char *subject; /* "" for an anonymous request */
    const char *case_no; /* "" for an entry that is no request */
    const char *proof;
    const char *payload;
    size_t len;
};

/* Where answers go; on the loop's thread. */
struct journal_handlers {
    void *arg;
    void (*filed)(void *arg, uint64_t txn, enum filed r);
    void (*fetched)(void *arg, const struct forward_entry *entries, size_t n);
    void (*found)(void *arg, uint64_t txn, bool found); /* journal_find */
};

struct journal;

/* Open the file (created if there is none) and start the thread. NULL with why: a sentence with the
 * remedy. */
struct journal *journal_new(struct loop *loop, const struct journal_options *o,
                            const struct journal_handlers *h, char why[256]);

/* Finish what was asked for, without answering; then close. Not from a handler. NULL is fine. */
void journal_free(struct journal *j);

/* Change max_waiting and keep_ms while running. */
void journal_set_limits(struct journal *j, size_t max_waiting, int64_t keep_ms);

/* Put an entry on disk; journal_handlers.filed tells. An id that is there already is FILED_OK.
 * FILED_FAILED nearly always means that it is not on disk, and never promises that: a disk that
 * failed late may have it. Without memory the answer comes before the call returns. */
void journal_file(struct journal *j, uint64_t txn, const struct journal_entry *e);

/* The ports of the forwarder. At most 1,024 acknowledgements wait for the disk; what comes on top
 * is dropped, so its entry is sent and acknowledged again. */
void journal_fetch(struct journal *j, int64_t after, size_t most);
void journal_settle(struct journal *j, const char *id);

/* Remove a worker's entries. Nobody is told: who orders it can order it again. */
void journal_forget(struct journal *j, const char *subject);

/* Is a case with that proof among the unacknowledged? journal_handlers.found tells. */
void journal_find(struct journal *j, uint64_t txn, const struct case_ask *ask);

/* Unacknowledged entries, as of the last answer of the thread. */
size_t journal_waiting(const struct journal *j);

/* Could the journal write when it last tried? While it could not, every job tries again. */
bool journal_works(const struct journal *j);

#endif
