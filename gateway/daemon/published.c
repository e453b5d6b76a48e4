/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/published.h"

#include <stdbool.h>
#include <stdlib.h>

#include "daemon/published_internal.h"
#include "io/worker.h"

struct published {
    struct worker *worker;
    published_fn done;
    void *arg;
    bool working;                  /* the worker has a job */
    struct published_job *waiting; /* for the worker; NULL for none */
};

/* A job in the worker's hands, and whom to tell. */
struct task {
    struct published *owner;
    struct published_job *job;
};

static void run(void *arg)
{
    struct task *e = arg;
    published_job_compile(e->job);
    published_job_store(e->job);
}

static void drop(void *arg)
{
    struct task *e = arg;
    published_job_free(e->job);
    free(e);
}

static void done(void *arg);

/* Returns 0, or -1 without memory. */
static int post(struct published *p, struct published_job *job)
{
    struct task *e = malloc(sizeof *e);
    if (!e)
        return -1;
    *e = (struct task){p, job};
    p->working = worker_post(p->worker, &(struct worker_job){e, run, done, drop}) == 0;
    if (!p->working)
        free(e);
    return p->working ? 0 : -1;
}

/* Without memory the version is refused, as the thread does. */
static void start(struct published *p, struct published_job *job)
{
    if (post(p, job) == 0)
        return;
    job->result = PUBLISHED_REFUSED;
    p->done(p->arg, job);
}

static void done(void *arg)
{
    struct task *e = arg;
    struct published *p = e->owner;
    struct published_job *job = e->job;
    free(e);
    p->working = false;
    p->done(p->arg, job);
    job = p->waiting;
    if (p->working || !job)
        return;
    p->waiting = NULL;
    start(p, job);
}

struct published *published_new(struct loop *loop, published_fn fn, void *arg)
{
    struct published *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    p->done = fn;
    p->arg = arg;
    p->worker = worker_new(loop, 1);
    if (p->worker)
        return p;
    free(p);
    return NULL;
}

void published_free(struct published *p)
{
    if (!p)
        return;
    worker_free(p->worker);
    published_job_free(p->waiting);
    free(p);
}

void published_offer(struct published *p, struct published_job *job)
{
    if (!p->working) {
        start(p, job);
        return;
    }
    published_job_free(p->waiting);
    p->waiting = job;
}

bool published_is_idle(const struct published *p)
{
    return !p->working && !p->waiting;
}

void published_repeat(struct published *p, struct published_job *job)
{
    catalog_unref(job->catalog);
    findings_free(job->findings);
    job->catalog = NULL;
    job->findings = NULL;
    job->store_why[0] = '\0';
    if (p->waiting)
        published_job_free(job);
    else
        published_offer(p, job);
}
