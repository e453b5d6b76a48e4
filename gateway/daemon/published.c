/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/published.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "daemon/published_internal.h"

struct published {
    pthread_t thread;
    int event;
    struct loop *loop;
    published_fn done;
    void *arg;

    pthread_mutex_t mutex; /* guards these: */
    pthread_cond_t change;
    struct published_job *in;  /* waits for the thread */
    struct published_job *out; /* waits for the loop */
    bool stop;
};

/* Wait for a job, and for room for its result. NULL at the end. */
static struct published_job *take(struct published *p)
{
    pthread_mutex_lock(&p->mutex);
    while (!p->stop && (!p->in || p->out))
        pthread_cond_wait(&p->change, &p->mutex);
    struct published_job *job = p->stop ? NULL : p->in;
    if (job)
        p->in = NULL;
    pthread_mutex_unlock(&p->mutex);
    return job;
}

static void give(struct published *p, struct published_job *job)
{
    uint64_t one = 1;
    pthread_mutex_lock(&p->mutex);
    p->out = job;
    pthread_mutex_unlock(&p->mutex);
    while (write(p->event, &one, sizeof one) < 0 && errno == EINTR)
        ;
}

static void *thread_main(void *arg)
{
    struct published *p = arg;
    struct published_job *job;
    while ((job = take(p))) {
        published_job_compile(job);
        published_job_store(job);
        give(p, job);
    }
    return NULL;
}

static void on_event(void *arg)
{
    struct published *p = arg;
    uint64_t count;
    ssize_t n = read(p->event, &count, sizeof count);
    (void)n;
    pthread_mutex_lock(&p->mutex);
    struct published_job *job = p->out;
    p->out = NULL;
    pthread_cond_signal(&p->change);
    pthread_mutex_unlock(&p->mutex);
    if (job)
        p->done(p->arg, job);
}

/* Signals are for the loop's thread. */
static int start(struct published *p)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int fault = pthread_create(&p->thread, NULL, thread_main, p);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return fault ? -1 : 0;
}

static void free_all(struct published *p)
{
    published_job_free(p->in);
    published_job_free(p->out);
    if (p->event >= 0) {
        loop_off_readable(p->loop, p->event);
        close(p->event);
    }
    pthread_cond_destroy(&p->change);
    pthread_mutex_destroy(&p->mutex);
    free(p);
}

struct published *published_new(struct loop *loop, published_fn done, void *arg)
{
    struct published *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    p->loop = loop;
    p->done = done;
    p->arg = arg;
    pthread_mutex_init(&p->mutex, NULL);
    pthread_cond_init(&p->change, NULL);
    p->event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (p->event >= 0 && loop_on_readable(loop, p->event, on_event, p) == 0 && start(p) == 0)
        return p;
    free_all(p);
    return NULL;
}

void published_free(struct published *p)
{
    if (!p)
        return;
    pthread_mutex_lock(&p->mutex);
    p->stop = true;
    pthread_cond_signal(&p->change);
    pthread_mutex_unlock(&p->mutex);
    pthread_join(p->thread, NULL);
    free_all(p);
}

void published_offer(struct published *p, struct published_job *job)
{
    pthread_mutex_lock(&p->mutex);
    struct published_job *old = p->in;
    p->in = job;
    pthread_cond_signal(&p->change);
    pthread_mutex_unlock(&p->mutex);
    published_job_free(old);
}

void published_repeat(struct published *p, struct published_job *job)
{
    catalog_unref(job->catalog);
    findings_free(job->findings);
    job->catalog = NULL;
    job->findings = NULL;
    job->store_why[0] = '\0';
    pthread_mutex_lock(&p->mutex);
    bool newer = p->in != NULL;
    if (!newer)
        p->in = job;
    pthread_cond_signal(&p->change);
    pthread_mutex_unlock(&p->mutex);
    if (newer)
        published_job_free(job);
}
