/* SPDX-License-Identifier: Apache-2.0 */
/* One timer for each of many phones, in milliseconds: to set one and to take the next one that is
 * due costs the same however many there are. */
#ifndef ML_BENCH_WHEEL_H
#define ML_BENCH_WHEEL_H

#include <stdbool.h>
#include <stdint.h>

struct wheel;

enum { WHEEL_SPAN_MS = 65536 }; /* no timer may be further away */

/* NULL without memory. */
struct wheel *wheel_new(uint32_t slots);
void wheel_free(struct wheel *w); /* NULL is fine */

/* Set the slot's timer, which must not be set. What is over is due at once. */
void wheel_put(struct wheel *w, uint32_t slot, int64_t at_ms);

/* Take a slot that is due by now, in the order of milliseconds. False: none is left. */
bool wheel_take(struct wheel *w, int64_t now_ms, uint32_t *slot);

#endif
