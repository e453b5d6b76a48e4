/* SPDX-License-Identifier: Apache-2.0 */
#include "console/password_job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void password_job_free(struct password_job *job)
{
    password_wipe(job, sizeof *job);
    free(job);
}

struct password_job *password_job(const struct call *call)
{
    struct password_job *job = calloc(1, sizeof *job);
    if (!job) {
        call_fail(call, 503, "busy", NULL, "There is no memory. Try again.");
        return NULL;
    }
    job->console = call->console;
    job->call = call->id;
    if (call->person)
        job->person = *call->person;
    return job;
}

int password_take(const struct call *call, const char *member, struct password_job *job,
                  char out[PASSWORD_MAX + 1])
{
    const char *s = call_text(call, member, 1, PASSWORD_MAX);
    if (s && strlen(s) > PASSWORD_MAX) {
        call_fail(call, 400, "bad_field", member, "This password is too long. Shorten it.");
        s = NULL;
    }
    if (!s) {
        password_job_free(job);
        return -1;
    }
    strcpy(out, s);
    return 0;
}

/* In the thread. Nothing but the job is touched. */
static void run(void *arg)
{
    struct password_job *job = arg;
    if (job->compare)
        job->fits = password_fits(job->stored, job->password);
    bool dated = job->compare && job->fits && password_is_dated(job->stored);
    const char *of = job->compare && job->make ? job->wanted : job->password;
    if ((job->make && (!job->compare || job->fits)) || dated)
        job->failed = password_make(of, job->fresh) < 0;
}

static void done(void *arg)
{
    struct password_job *job = arg;
    job->done(job);
    password_job_free(job);
}

static void drop(void *arg)
{
    password_job_free(arg);
}

void password_post(struct password_job *job)
{
    const struct worker_job w = {.arg = job, .run = run, .done = done, .drop = drop};
    if (worker_post(job->console->hasher, &w) == 0)
        return;
    if (job->address[0] != '\0') /* if this fails, the person waits a little longer */
        (void)throttle_take_back(job->console->db, job->login, job->address);
    console_fail(job->console, job->call, 503, "busy", NULL,
                 "Too many people are signing in right now. Try again in a few seconds.");
    password_job_free(job);
}
