/* SPDX-License-Identifier: Apache-2.0 */
/* Work that would hold up the loop, done by one thread in the order in which it is posted: hashing
 * passwords, compiling content.
 *
 *   worker_post -> queue -> thread: run -> eventfd -> loop: done
 *
 * A job has one owner at a time: whoever made it, the thread, or done. */
#ifndef ML_IO_WORKER_H
#define ML_IO_WORKER_H

#include <stddef.h>

#include "io/loop.h"

struct worker_job {
    void *arg;
    void (*run)(void *arg);  /* in the thread; touches nothing that the loop touches */
    void (*done)(void *arg); /* in the loop, after run; arg is its to free */
    void (*drop)(void *arg); /* instead of done if the worker ends before; frees arg */
};

struct worker;

/* Start a thread that has at most queue_max jobs waiting. NULL without memory or thread. */
struct worker *worker_new(struct loop *loop, size_t queue_max);

/* Wait for the job at work, end the thread, and drop what waits. NULL is fine. */
void worker_free(struct worker *w);

/* Hand a job over; it is copied. Returns 0, or -1 if the queue is full or without memory: arg is
 * then still the caller's. */
int worker_post(struct worker *w, const struct worker_job *job);

#endif
