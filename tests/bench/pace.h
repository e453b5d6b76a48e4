/* SPDX-License-Identifier: Apache-2.0 */
/* An open loop: so many steps begin in a second, whatever became of those before them. A
 * millisecond's steps are due together when it begins. A step that begins late, since nobody woke
 * us or no slot was free, is still due when it was: what waits in front of the other side is seen,
 * too. */
#ifndef ML_BENCH_PACE_H
#define ML_BENCH_PACE_H

#include <stdint.h>

#include <event2/event.h>

struct pace;

/* A base whose timers are not rounded up to milliseconds. NULL without memory. */
struct event_base *pace_base(void);

/* A step of that slot is due, and was at due_us of latency_now_us. */
typedef void (*pace_fn)(void *arg, unsigned slot, int64_t due_us);

/* All slots are free; the first step is due at once. NULL without memory. */
struct pace *pace_new(struct event_base *base, unsigned slots, uint32_t rate, pace_fn begin,
                      void *arg);
void pace_free(struct pace *p); /* NULL is fine */

/* From now on so many steps begin in a second; 0: none. What is due and did not begin is forgotten.
 */
void pace_set_rate(struct pace *p, uint32_t rate);

/* The slot is free for another step. */
void pace_park(struct pace *p, unsigned slot);

#endif
