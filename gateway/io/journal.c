/* SPDX-License-Identifier: Apache-2.0 */
#include "io/journal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/journal_internal.h"

struct journal {
    struct loop *loop;
    struct journal_thread *thread;
    struct journal_handlers h;
    struct clock clock;
    struct log *log;
    struct metrics *metrics;
    size_t waiting;
    bool known; /* has the thread tried to write? */
    bool works;
    bool full; /* was the last new entry refused for the bound? */
};

/* Log a change, once. */
static void note_works(struct journal *j, const struct journal_report *r)
{
    if (j->known && j->works == r->works)
        return;
    j->known = true;
    j->works = r->works;
    metrics_set(j->metrics, M_JOURNAL_UP, NULL, r->works);
    if (r->works)
        log_write(j->log, EV_journal_up, LOG_FIELDS(LI("waiting", (int64_t)r->waiting)));
    else
        log_write(j->log, EV_journal_failed, LOG_FIELDS(LS("why", r->why)));
}

static void note_report(struct journal *j, const struct journal_report *r)
{
    j->waiting = r->waiting;
    metrics_set(j->metrics, M_JOURNAL_WAITING, NULL, (int64_t)r->waiting);
    metrics_add(j->metrics, M_JOURNAL_COMMITS, NULL, r->commits);
    if (r->tried)
        note_works(j, r);
    if (r->expired > 0)
        log_write(j->log, EV_journal_expired, LOG_FIELDS(LI("entries", r->expired)));
}

static void note_filed(struct journal *j, enum filed r)
{
    if (r == FILED_FULL && !j->full)
        log_write(j->log, EV_journal_full, LOG_FIELDS(LI("waiting", (int64_t)j->waiting)));
    if (r == FILED_FULL || r == FILED_OK)
        j->full = r == FILED_FULL;
}

static void answer(struct journal *j, const struct job *job)
{
    if (job->report.given)
        note_report(j, &job->report);
    switch (job->kind) {
    case JOB_FILE:
        note_filed(j, job->filed);
        j->h.filed(j->h.arg, job->txn, job->filed);
        break;
    case JOB_FETCH:
        j->h.fetched(j->h.arg, job->entries, job->count);
        break;
    case JOB_FIND:
        j->h.found(j->h.arg, job->txn, job->found);
        break;
    case JOB_SETTLE:
    case JOB_FORGET:
    case JOB_WAKE:
        break;
    }
}

static void on_answers(void *arg)
{
    struct journal *j = arg;
    struct job_queue done = STAILQ_HEAD_INITIALIZER(done);
    journal_thread_take(j->thread, &done);
    while (!STAILQ_EMPTY(&done)) {
        struct job *job = STAILQ_FIRST(&done);
        STAILQ_REMOVE_HEAD(&done, link);
        answer(j, job);
        job_free(job);
    }
}

static int64_t now(const struct journal *j)
{
    return clock_now(&j->clock);
}

struct journal *journal_new(struct loop *loop, const struct journal_options *o,
                            const struct journal_handlers *h, char why[256])
{
    struct journal_limits limits = {.max_waiting = o->max_waiting, .keep_ms = o->keep_ms};
    struct journal *j = calloc(1, sizeof *j);
    snprintf(why, 256, "There is no memory for the journal: end other programs.");
    if (!j)
        return NULL;
    *j = (struct journal){.loop = loop,
                          .h = *h,
                          .clock = o->clock,
                          .log = o->log,
                          .metrics = o->metrics,
                          .works = true};
    struct job *wake = job_new(JOB_WAKE, now(j));
    if (!wake)
        goto out;
    j->thread = journal_thread_new(o->path, &limits, why);
    if (!j->thread)
        goto out;
    if (loop_on_readable(loop, journal_thread_fd(j->thread), on_answers, j) < 0)
        goto out;
    journal_thread_push(j->thread, wake);
    return j;
out:
    job_free(wake);
    journal_thread_free(j->thread);
    free(j);
    return NULL;
}

void journal_free(struct journal *j)
{
    if (!j)
        return;
    loop_off_readable(j->loop, journal_thread_fd(j->thread));
    journal_thread_free(j->thread);
    free(j);
}

void journal_set_limits(struct journal *j, size_t max_waiting, int64_t keep_ms)
{
    struct journal_limits limits = {.max_waiting = max_waiting, .keep_ms = keep_ms};
    journal_thread_set_limits(j->thread, &limits);
}

void journal_file(struct journal *j, uint64_t txn, const struct journal_entry *e)
{
    struct job *job = job_new_file(e, now(j));
    if (!job) {
        j->h.filed(j->h.arg, txn, FILED_FAILED);
        return;
    }
    job->txn = txn;
    journal_thread_push(j->thread, job);
}

void journal_fetch(struct journal *j, int64_t after, size_t most)
{
    struct job *job = job_new(JOB_FETCH, now(j));
    if (!job) {
        j->h.fetched(j->h.arg, NULL, 0);
        return;
    }
    job->after = after;
    job->most = most < FORWARD_WINDOW_MAX ? most : FORWARD_WINDOW_MAX;
    journal_thread_push(j->thread, job);
}

void journal_settle(struct journal *j, const char *id)
{
    /* Without memory it is as lost as one that is dropped: the entry is acknowledged again. */
    struct job *job = job_new_settle(id, now(j));
    if (job)
        journal_thread_push(j->thread, job);
}

void journal_forget(struct journal *j, const char *subject)
{
    struct job *job = job_new_forget(subject, now(j));
    if (job)
        journal_thread_push(j->thread, job);
}

void journal_find(struct journal *j, uint64_t txn, const struct case_ask *ask)
{
    struct job *job = job_new(JOB_FIND, now(j));
    if (!job) {
        j->h.found(j->h.arg, txn, false);
        return;
    }
    job->txn = txn;
    job->ask = *ask;
    journal_thread_push(j->thread, job);
}

size_t journal_waiting(const struct journal *j)
{
    return j->waiting;
}

bool journal_works(const struct journal *j)
{
    return j->works;
}
