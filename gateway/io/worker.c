/* SPDX-License-Identifier: Apache-2.0 */
#include "io/worker.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/queue.h>
#include <sys/resource.h>
#include <unistd.h>

enum { NICENESS = 10 };

struct item {
    STAILQ_ENTRY(item) link;
    struct worker_job job;
};
STAILQ_HEAD(items, item);

struct worker {
    pthread_t thread;
    int event;
    struct loop *loop;
    size_t max;

    pthread_mutex_t mutex; /* guards these: */
    pthread_cond_t change;
    struct items waiting, finished;
    size_t count; /* of those that wait */
    bool stop;
};

/* The next job; NULL at the end. */
static struct item *take(struct worker *w)
{
    pthread_mutex_lock(&w->mutex);
    while (!w->stop && STAILQ_EMPTY(&w->waiting))
        pthread_cond_wait(&w->change, &w->mutex);
    struct item *item = w->stop ? NULL : STAILQ_FIRST(&w->waiting);
    if (item) {
        STAILQ_REMOVE_HEAD(&w->waiting, link);
        w->count--;
    }
    pthread_mutex_unlock(&w->mutex);
    return item;
}

static void give(struct worker *w, struct item *item)
{
    uint64_t one = 1;
    pthread_mutex_lock(&w->mutex);
    STAILQ_INSERT_TAIL(&w->finished, item, link);
    pthread_mutex_unlock(&w->mutex);
    while (write(w->event, &one, sizeof one) < 0 && errno == EINTR)
        ;
}

/* Linux gives each thread a niceness of its own: where processors are few, the loop goes first. */
static void *thread_main(void *arg)
{
    struct worker *w = arg;
    setpriority(PRIO_PROCESS, 0, NICENESS);
    struct item *item;
    while ((item = take(w))) {
        item->job.run(item->job.arg);
        give(w, item);
    }
    return NULL;
}

static void on_event(void *arg)
{
    struct worker *w = arg;
    struct items finished = STAILQ_HEAD_INITIALIZER(finished);
    struct item *item;
    uint64_t count;
    ssize_t n = read(w->event, &count, sizeof count);
    (void)n;
    pthread_mutex_lock(&w->mutex);
    STAILQ_CONCAT(&finished, &w->finished);
    pthread_mutex_unlock(&w->mutex);
    while ((item = STAILQ_FIRST(&finished))) {
        STAILQ_REMOVE_HEAD(&finished, link);
        item->job.done(item->job.arg);
        free(item);
    }
}

/* Signals are for the loop's thread. */
static int start(struct worker *w)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int fault = pthread_create(&w->thread, NULL, thread_main, w);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return fault ? -1 : 0;
}

static void drop_all(struct items *items)
{
    struct item *item;
    while ((item = STAILQ_FIRST(items))) {
        STAILQ_REMOVE_HEAD(items, link);
        item->job.drop(item->job.arg);
        free(item);
    }
}

static void free_all(struct worker *w)
{
    drop_all(&w->waiting);
    drop_all(&w->finished);
    if (w->event >= 0) {
        loop_off_readable(w->loop, w->event);
        close(w->event);
    }
    pthread_cond_destroy(&w->change);
    pthread_mutex_destroy(&w->mutex);
    free(w);
}

struct worker *worker_new(struct loop *loop, size_t queue_max)
{
    struct worker *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->loop = loop;
    w->max = queue_max;
    STAILQ_INIT(&w->waiting);
    STAILQ_INIT(&w->finished);
    pthread_mutex_init(&w->mutex, NULL);
    pthread_cond_init(&w->change, NULL);
    w->event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (w->event >= 0 && loop_on_readable(loop, w->event, on_event, w) == 0 && start(w) == 0)
        return w;
    free_all(w);
    return NULL;
}

void worker_free(struct worker *w)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->mutex);
    w->stop = true;
    pthread_cond_signal(&w->change);
    pthread_mutex_unlock(&w->mutex);
    pthread_join(w->thread, NULL);
    free_all(w);
}

int worker_post(struct worker *w, const struct worker_job *job)
{
    struct item *item = malloc(sizeof *item);
    if (!item)
        return -1;
    item->job = *job;
    pthread_mutex_lock(&w->mutex);
    bool full = w->count >= w->max;
    if (!full) {
        STAILQ_INSERT_TAIL(&w->waiting, item, link);
        w->count++;
        pthread_cond_signal(&w->change);
    }
    pthread_mutex_unlock(&w->mutex);
    if (full)
        free(item);
    return full ? -1 : 0;
}
