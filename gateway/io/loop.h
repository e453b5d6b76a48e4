/* SPDX-License-Identifier: Apache-2.0 */
/* The event loop: libevent behind a few calls, so that only io/ knows it. */
#ifndef ML_IO_LOOP_H
#define ML_IO_LOOP_H

#include <stdint.h>

struct loop;
struct loop_timer;
struct event_base;

typedef void (*loop_fn)(void *arg);

struct loop *loop_new(void);    /* NULL without memory */
void loop_free(struct loop *l); /* NULL is fine; after all that used it */

/* Run until loop_stop. Returns 0, or -1 on a fault of the loop. */
int loop_run(struct loop *l);
void loop_stop(struct loop *l);

/* Call fn once after ms, until cancelled. loop_timer_set starts it anew. */
struct loop_timer *loop_timer_new(struct loop *l, loop_fn fn, void *arg);
void loop_timer_set(struct loop_timer *t, int64_t ms);
void loop_timer_stop(struct loop_timer *t);
void loop_timer_free(struct loop_timer *t); /* NULL is fine; stops it */

/* Call fn whenever the process gets that signal; for as long as the loop lives. Returns 0 or -1. */
int loop_on_signal(struct loop *l, int signal, loop_fn fn, void *arg);

/* Call fn whenever fd is readable; for as long as the loop lives, or until loop_off_readable.
 * Returns 0 or -1. */
int loop_on_readable(struct loop *l, int fd, loop_fn fn, void *arg);

/* Stop watching a descriptor before it is closed; one that is not watched is fine. */
void loop_off_readable(struct loop *l, int fd);

/* Monotonic time in microseconds, for latencies. */
int64_t loop_monotonic_us(void);

/* For the other files of io/ only. */
struct event_base *loop_base(struct loop *l);

#endif
