/* SPDX-License-Identifier: Apache-2.0 */
/* Making and freeing the jobs of the journal's thread. */
#include <stdlib.h>
#include <string.h>

#include "io/journal_internal.h"

static struct job *new_job(enum job_kind kind, int64_t now_ms, size_t octets)
{
    struct job *job = calloc(1, sizeof *job + octets);
    if (!job)
        return NULL;
    job->kind = kind;
    job->now_ms = now_ms;
    return job;
}

struct job *job_new(enum job_kind kind, int64_t now_ms)
{
    return new_job(kind, now_ms, 0);
}

/* Copy a string and its NUL to *at, and move on. Returns the copy. */
static const char *put(char **at, const char *s)
{
    size_t size = strlen(s) + 1;
    char *copy = memcpy(*at, s, size);
    *at += size;
    return copy;
}

struct job *job_new_file(const struct journal_entry *e, int64_t now_ms)
{
    struct job *job = new_job(JOB_FILE, now_ms,
                              strlen(e->id) + strlen(e->subject) + strlen(e->case_no) +
                                  strlen(e->proof) + 4 + e->len);
    if (!job)
        return NULL;
    char *at = job->octets;
    job->filed = FILED_FAILED;
    job->entry = (struct journal_entry){.id = put(&at, e->id),
                                        .subject = put(&at, e->subject),
                                        .case_no = put(&at, e->case_no),
                                        .proof = put(&at, e->proof),
                                        .payload = at,
                                        .len = e->len};
    if (e->len > 0)
        memcpy(at, e->payload, e->len);
    return job;
}

struct job *job_new_settle(const char *id, int64_t now_ms)
{
    struct job *job = new_job(JOB_SETTLE, now_ms, strlen(id) + 1);
    if (job)
        job->entry.id = strcpy(job->octets, id);
    return job;
}

struct job *job_new_forget(const char *subject, int64_t now_ms)
{
    struct job *job = new_job(JOB_FORGET, now_ms, strlen(subject) + 1);
    if (job)
        job->entry.subject = strcpy(job->octets, subject);
    return job;
}

void job_forget_entries(struct job *job)
{
    for (size_t i = 0; i < job->count; i++)
        free((void *)job->entries[i].payload);
    free(job->entries);
    job->entries = NULL;
    job->count = 0;
}

void job_free(struct job *job)
{
    if (!job)
        return;
    job_forget_entries(job);
    free(job);
}

void job_free_all(struct job_queue *q)
{
    while (!STAILQ_EMPTY(q)) {
        struct job *job = STAILQ_FIRST(q);
        STAILQ_REMOVE_HEAD(q, link);
        job_free(job);
    }
}
