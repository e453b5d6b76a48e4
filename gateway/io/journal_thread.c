/* SPDX-License-Identifier: Apache-2.0 */
/* The thread of the journal. It opens the file, does all jobs that wait in one transaction, and
 * gives them back. It never looks at a clock: jobs bring the time. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "io/journal_internal.h"
#include "io/journal_table.h"

enum { EXPIRE_EVERY_MS = 3600000, SETTLES_MAX = 1024 };

struct journal_thread {
    pthread_t thread;
    int event;

    pthread_mutex_t mutex; /* guards these: */
    pthread_cond_t work;
    struct job_queue in, out;
    struct journal_limits limits;
    size_t settles; /* in `in` */
    bool stop;

    /* The thread's own. */
    char *path;
    struct db *db;      /* NULL while it cannot be opened */
    bool broken;        /* the handle is of no use any more */
    bool writes, reads; /* did they work when last tried? */
    size_t waiting;     /* as of the last group, or of the opening */
    int64_t expired_at; /* when old entries were last removed; INT64_MIN at first */
};

/* Note what an attempt to write, or to read, came to. */
static void tried(struct journal_thread *t, struct journal_report *report, bool *works,
                  enum db_result r)
{
    *works = r == DB_OK;
    report->tried = true;
    report->works = t->writes && t->reads;
    if (r == DB_OK)
        return;
    snprintf(report->why, sizeof report->why, "%s", db_error(t->db));
    /* A full disk passes, and the handle can still read. Anything else may be a file that is gone
     * or a disk that fails: begin anew. */
    if (r == DB_FAILED)
        t->broken = true;
}

static int open_file(struct journal_thread *t, char why[DB_ERROR_MAX])
{
    t->db = journal_table_open(t->path, why);
    if (t->db && journal_table_waiting(t->db, &t->waiting) != DB_OK)
        t->broken = true;
    return t->db ? 0 : -1;
}

/* Is the file open? If not, try. */
static bool ready(struct journal_thread *t, struct journal_report *report)
{
    if (t->broken) {
        db_close(t->db);
        t->db = NULL;
        t->broken = false;
    }
    if (!t->db && open_file(t, report->why) < 0) {
        report->tried = true;
        report->works = t->writes = false;
    }
    return t->db != NULL;
}

/* End a transaction whose statements came to r. */
static enum db_result end(struct journal_thread *t, struct journal_report *report, enum db_result r)
{
    if (r != DB_OK) {
        db_rollback(t->db);
        return r;
    }
    r = db_commit(t->db);
    report->commits += r == DB_OK;
    return r;
}

/* About once an hour: remove what was acknowledged long ago. A transaction of its own, because a
 * filing must not fail with it. */
static void expire(struct journal_thread *t, const struct journal_limits *limits, int64_t now_ms,
                   struct journal_report *report)
{
    bool first = t->expired_at == INT64_MIN;
    if (!first && now_ms >= t->expired_at && now_ms - t->expired_at < EXPIRE_EVERY_MS)
        return;
    t->expired_at = now_ms;
    int64_t removed = 0;
    enum db_result r = db_begin(t->db);
    if (r == DB_OK)
        r = end(t, report, journal_table_expire(t->db, now_ms - limits->keep_ms, &removed));
    /* If nothing was removed, nothing was written. */
    if (r != DB_OK || removed > 0)
        tried(t, report, &t->writes, r);
    if (r == DB_OK && removed > 0)
        (void)db_empty_log(t->db);
    if (r == DB_OK)
        report->expired += removed;
}

static void write_group(struct journal_thread *t, struct job_queue *group, struct journal_work *w,
                        struct journal_report *report)
{
    enum db_result r = db_begin(t->db);
    if (r == DB_OK) {
        /* Filings that are there already write nothing, and would prove nothing. */
        if (!t->writes)
            r = journal_table_probe(t->db);
        if (r == DB_OK)
            journal_group_run(w, group);
        r = end(t, report, r);
    }
    if (r == DB_OK && w->removed)
        (void)db_empty_log(t->db);
    if (r != DB_OK)
        journal_group_fail(group);
    tried(t, report, &t->writes, r != DB_OK ? r : w->wrote);
}

/* Reading waits for no lock. While nothing could be written the file is probed each time, so that
 * the journal is known to work before the next worker asks for help. */
static void read_group(struct journal_thread *t, struct job_queue *group, struct journal_work *w,
                       struct journal_report *report)
{
    journal_group_run(w, group);
    if (t->writes)
        return;
    enum db_result r = db_begin(t->db);
    if (r == DB_OK)
        r = end(t, report, journal_table_probe(t->db));
    tried(t, report, &t->writes, r);
}

static void do_open(struct journal_thread *t, struct job_queue *group, struct journal_work *w,
                    struct journal_report *report)
{
    w->db = t->db;
    /* Of the last group: an operator may have changed it since, but the bound need not be exact. */
    w->waiting = t->waiting;
    if (journal_group_writes(group))
        write_group(t, group, w, report);
    else
        read_group(t, group, w, report);
    if (w->looked)
        tried(t, report, &t->reads, w->read);
    if (journal_table_waiting(t->db, &w->waiting) == DB_OK)
        t->waiting = w->waiting;
}

static void do_group(struct journal_thread *t, struct job_queue *group,
                     const struct journal_limits *limits)
{
    struct journal_work w = {.max_waiting = limits->max_waiting};
    struct job *first = STAILQ_FIRST(group);
    struct journal_report *report = &first->report;
    report->given = true;
    if (ready(t, report))
        expire(t, limits, first->now_ms, report);
    if (ready(t, report))
        do_open(t, group, &w, report);
    else
        journal_group_fail(group);
    report->waiting = t->waiting;
}

/* Wait for jobs and take them all. Returns false at the end. */
static bool take(struct journal_thread *t, struct job_queue *group, struct journal_limits *limits)
{
    pthread_mutex_lock(&t->mutex);
    while (STAILQ_EMPTY(&t->in) && !t->stop)
        pthread_cond_wait(&t->work, &t->mutex);
    STAILQ_CONCAT(group, &t->in);
    t->settles = 0;
    *limits = t->limits;
    pthread_mutex_unlock(&t->mutex);
    return !STAILQ_EMPTY(group);
}

static void give(struct journal_thread *t, struct job_queue *group)
{
    uint64_t one = 1;
    pthread_mutex_lock(&t->mutex);
    STAILQ_CONCAT(&t->out, group);
    pthread_mutex_unlock(&t->mutex);
    while (write(t->event, &one, sizeof one) < 0 && errno == EINTR)
        ;
}

static void *thread_main(void *arg)
{
    struct journal_thread *t = arg;
    struct job_queue group = STAILQ_HEAD_INITIALIZER(group);
    struct journal_limits limits;
    while (take(t, &group, &limits)) {
        do_group(t, &group, &limits);
        give(t, &group);
    }
    return NULL;
}

/* Signals are for the loop's thread. */
static int start(struct journal_thread *t)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int fault = pthread_create(&t->thread, NULL, thread_main, t);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return fault ? -1 : 0;
}

static void free_thread(struct journal_thread *t)
{
    job_free_all(&t->in);
    job_free_all(&t->out);
    db_close(t->db);
    if (t->event >= 0)
        close(t->event);
    pthread_cond_destroy(&t->work);
    pthread_mutex_destroy(&t->mutex);
    free(t->path);
    free(t);
}

struct journal_thread *journal_thread_new(const char *path, const struct journal_limits *limits,
                                          char why[256])
{
    struct journal_thread *t = calloc(1, sizeof *t);
    snprintf(why, 256, "There is no memory for the journal's thread: end other programs.");
    if (!t)
        return NULL;
    t->limits = *limits;
    t->expired_at = INT64_MIN;
    t->reads = true;
    STAILQ_INIT(&t->in);
    STAILQ_INIT(&t->out);
    pthread_mutex_init(&t->mutex, NULL);
    pthread_cond_init(&t->work, NULL);
    t->event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    t->path = strdup(path);
    if (t->event < 0 || !t->path)
        goto out;
    if (open_file(t, why) < 0)
        goto out;
    if (start(t) == 0)
        return t;
    snprintf(why, 256, "No thread can be started for the journal: raise the limit of tasks.");
out:
    free_thread(t);
    return NULL;
}

void journal_thread_free(struct journal_thread *t)
{
    if (!t)
        return;
    pthread_mutex_lock(&t->mutex);
    t->stop = true;
    pthread_cond_signal(&t->work);
    pthread_mutex_unlock(&t->mutex);
    pthread_join(t->thread, NULL);
    free_thread(t);
}

int journal_thread_fd(const struct journal_thread *t)
{
    return t->event;
}

void journal_thread_set_limits(struct journal_thread *t, const struct journal_limits *limits)
{
    pthread_mutex_lock(&t->mutex);
    t->limits = *limits;
    pthread_mutex_unlock(&t->mutex);
}

void journal_thread_push(struct journal_thread *t, struct job *job)
{
    pthread_mutex_lock(&t->mutex);
    bool settle = job->kind == JOB_SETTLE || job->kind == JOB_FORGET;
    bool dropped = settle && t->settles >= SETTLES_MAX;
    if (!dropped) {
        t->settles += settle;
        STAILQ_INSERT_TAIL(&t->in, job, link);
        pthread_cond_signal(&t->work);
    }
    pthread_mutex_unlock(&t->mutex);
    if (dropped)
        job_free(job);
}

void journal_thread_take(struct journal_thread *t, struct job_queue *q)
{
    uint64_t count;
    /* Before the queue is emptied, so that what comes then wakes the loop again. */
    ssize_t n = read(t->event, &count, sizeof count);
    (void)n;
    pthread_mutex_lock(&t->mutex);
    STAILQ_CONCAT(q, &t->out);
    pthread_mutex_unlock(&t->mutex);
}
