/* SPDX-License-Identifier: Apache-2.0 */
/* What the journal's thread does with the jobs of a group; the thread holds the transaction. */
#include <stdlib.h>
#include <string.h>

#include "io/journal_internal.h"
#include "io/journal_table.h"

static bool fits(const struct journal_entry *e)
{
    return *e->id && strlen(e->id) <= REQUEST_ID_MAX && e->len <= REQUEST_PAYLOAD_MAX;
}

/* SQLite undoes a statement that fails, and no more, so one entry's failure is its own. */
static enum db_result file_entry(struct journal_work *w, struct job *job)
{
    bool there = false, added = false;
    enum db_result r = DB_OK;
    job->filed = FILED_FAILED;
    if (!fits(&job->entry))
        return DB_OK;
    if (w->waiting < w->max_waiting) {
        r = journal_table_add(w->db, &job->entry, job->now_ms, &added);
        w->waiting += added;
        there = true;
    } else {
        r = journal_table_has(w->db, job->entry.id, &there);
    }
    if (r == DB_OK)
        job->filed = there ? FILED_OK : FILED_FULL;
    return r;
}

static void fetch_one(void *arg, const struct forward_entry *e)
{
    struct job *job = arg;
    char *payload = malloc(e->len > 0 ? e->len : 1);
    if (!payload)
        return;
    memcpy(payload, e->payload, e->len);
    job->entries[job->count] = *e;
    job->entries[job->count++].payload = payload;
}

static enum db_result fetch(struct journal_work *w, struct job *job)
{
    job->entries = calloc(job->most, sizeof *job->entries);
    if (!job->entries)
        return DB_OK; /* none this time */
    return journal_table_fetch(w->db, job->after, job->most, fetch_one, job);
}

static enum db_result forget(struct journal_work *w, struct job *job)
{
    int64_t removed = 0;
    enum db_result r = journal_table_forget(w->db, job->entry.subject, &removed);
    w->removed |= removed > 0;
    return r;
}

static enum db_result run(struct journal_work *w, struct job *job)
{
    switch (job->kind) {
    case JOB_FILE:
        return file_entry(w, job);
    case JOB_FETCH:
        return fetch(w, job);
    case JOB_SETTLE:
        return journal_table_settle(w->db, job->entry.id, job->now_ms);
    case JOB_FORGET:
        return forget(w, job);
    case JOB_FIND:
        return journal_table_find(w->db, &job->ask, &job->found);
    case JOB_WAKE:
        break;
    }
    return DB_OK;
}

static bool is_write(const struct job *job)
{
    return job->kind == JOB_FILE || job->kind == JOB_SETTLE || job->kind == JOB_FORGET;
}

void journal_group_run(struct journal_work *w, struct job_queue *group)
{
    struct job *job;
    STAILQ_FOREACH(job, group, link)
    {
        enum db_result r = run(w, job);
        enum db_result *worst = is_write(job) ? &w->wrote : &w->read;
        if (r > *worst)
            *worst = r;
        w->looked |= job->kind == JOB_FETCH || job->kind == JOB_FIND;
    }
}

void journal_group_fail(struct job_queue *group)
{
    struct job *job;
    STAILQ_FOREACH(job, group, link)
    {
        job->filed = FILED_FAILED;
        job->found = false;
        job_forget_entries(job);
    }
}

bool journal_group_writes(const struct job_queue *group)
{
    const struct job *job;
    STAILQ_FOREACH(job, group, link)
    {
        if (is_write(job))
            return true;
    }
    return false;
}
