/* SPDX-License-Identifier: Apache-2.0 */
/* The processor time that other processes take during a measure, from /proc/PID/stat (proc(5):
 * utime and stime, in clock ticks). */
#ifndef ML_BENCH_WATCH_H
#define ML_BENCH_WATCH_H

#include <stdint.h>

enum { WATCH_MAX = 8 };

struct watch {
    unsigned count;
    struct {
        const char *name;
        long pid;
        int64_t begin_us, end_us;
    } of[WATCH_MAX];
};

/* Add NAME=PID, or NAME=self for this process; the string is cut at the sign and must outlive the
 * watch. Returns 0 or -1. */
int watch_add(struct watch *w, char *arg);

void watch_begin(struct watch *w);
void watch_end(struct watch *w);

/* Print " cpu_NAME=…" for each: microseconds for a step. */
void watch_print(const struct watch *w, uint32_t steps);

#endif
