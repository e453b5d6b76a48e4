/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the journal share. journal.c lives on the loop's thread: it makes jobs and
 * gives their answers. journal_thread.c has the other thread, the only one that touches the
 * database.
 *
 *   journal_file ... -> job -> queue (mutex) -> thread: one transaction for all that wait -> queue
 *       (mutex), eventfd -> loop: the job's answer -> handler
 *
 * A job has one owner at a time: the loop, a queue, or the thread. */
#ifndef ML_IO_JOURNAL_INTERNAL_H
#define ML_IO_JOURNAL_INTERNAL_H

#include <sys/queue.h>

#include "io/db.h"
#include "io/journal.h"

enum job_kind {
    JOB_WAKE, /* look after the file; no answer */
    JOB_FILE,
    JOB_FETCH,
    JOB_SETTLE,
    JOB_FORGET,
    JOB_FIND
};

/* What the thread did with a group of jobs; on the first of the group. */
struct journal_report {
    bool given; /* is there one? */
    bool tried; /* to write or to read; works says whether both could be done last */
    bool works;
    unsigned commits;
    int64_t expired; /* entries removed past their time */
    size_t waiting;
    char why[DB_ERROR_MAX]; /* unless it works */
};

struct job {
    STAILQ_ENTRY(job) link;
    enum job_kind kind;
    uint64_t txn;
    int64_t now_ms;
    struct journal_entry entry; /* JOB_FILE; JOB_SETTLE: its id; JOB_FORGET: its subject. Strings
                                   are in octets */
    struct case_ask ask;        /* JOB_FIND */
    int64_t after;              /* JOB_FETCH */
    size_t most;

    enum filed filed;
    bool found;
    struct forward_entry *entries; /* payloads are owned by the job */
    size_t count;
    struct journal_report report;

    char octets[];
};

STAILQ_HEAD(job_queue, job);

/* Make jobs; NULL without memory. */
struct job *job_new(enum job_kind kind, int64_t now_ms);
struct job *job_new_file(const struct journal_entry *e, int64_t now_ms);
struct job *job_new_settle(const char *id, int64_t now_ms);
struct job *job_new_forget(const char *subject, int64_t now_ms);
void job_free(struct job *job);
void job_free_all(struct job_queue *q);

/* Drop the entries that were fetched. */
void job_forget_entries(struct job *job);

/* A group of jobs at work. */
struct journal_work {
    struct db *db;
    size_t waiting, max_waiting;
    bool looked;                /* was there something to read? */
    bool removed;               /* was a worker forgotten? */
    enum db_result wrote, read; /* the worst of each kind */
};

/* Does a job of the group change something? */
bool journal_group_writes(const struct job_queue *group);

/* Run all; one that fails does not stop the others. */
void journal_group_run(struct journal_work *w, struct job_queue *group);

/* Nothing of the group is on disk for certain, and nothing that was read in it may be believed. */
void journal_group_fail(struct job_queue *group);

struct journal_limits {
    size_t max_waiting;
    int64_t keep_ms;
};

struct journal_thread;

/* Open the file and start. NULL with why. */
struct journal_thread *journal_thread_new(const char *path, const struct journal_limits *limits,
                                          char why[256]);

/* Do the jobs that wait, end the thread, and free what nobody took. NULL is fine. */
void journal_thread_free(struct journal_thread *t);

/* Readable while there are answers. */
int journal_thread_fd(const struct journal_thread *t);

void journal_thread_set_limits(struct journal_thread *t, const struct journal_limits *limits);

/* Hand a job over. Those that the network asks for, JOB_SETTLE and JOB_FORGET, are
 * dropped if too many wait. */
void journal_thread_push(struct journal_thread *t, struct job *job);

/* Move the jobs that are done to the end of q. */
void journal_thread_take(struct journal_thread *t, struct job_queue *q);

#endif
