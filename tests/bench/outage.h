/* SPDX-License-Identifier: Apache-2.0 */
/* A process is killed under load: what becomes of the steps that it had, and of those that meet
 * nobody. */
#ifndef ML_BENCH_OUTAGE_H
#define ML_BENCH_OUTAGE_H

#include <stdbool.h>
#include <stdint.h>

struct outage {
    long pid;                     /* to be killed; 0: nobody */
    int64_t killed_us, served_us; /* 0: not yet */
    uint32_t waited;              /* steps under way at the kill, or sent again after it */
    uint32_t repeated;            /* steps that were sent again */
    uint32_t twice;               /* settlements of what was settled */
};

/* Kill it, once. */
void outage_kill(struct outage *o);

/* A step is settled that was first sent at that time. */
void outage_settled(struct outage *o, int64_t sent_us, bool repeated);

/* Print " repeated=… twice=…", and after a kill " waited=… served_ms=…": from the kill until the
 * last of them was settled. */
void outage_print(const struct outage *o);

#endif
