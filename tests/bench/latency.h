/* SPDX-License-Identifier: Apache-2.0 */
/* How long steps took. */
#ifndef ML_BENCH_LATENCY_H
#define ML_BENCH_LATENCY_H

#include <stdint.h>

/* Microseconds of a clock that nobody sets. */
int64_t latency_now_us(void);

/* Milliseconds since 1970. */
int64_t latency_wall_ms(void);

/* Print " p50=… p99=… p999=… max=…", microseconds. Sorts the array, which holds at least one. */
void latency_print(uint32_t *us, uint32_t count);

#endif
