/* SPDX-License-Identifier: Apache-2.0 */
/* What happened in each second, as a line of comma-separated values, and in all. */
#ifndef ML_BENCH_SECOND_H
#define ML_BENCH_SECOND_H

#include <stdint.h>
#include <stdio.h>

#include "watch.h"

/* What is counted, in the order of the columns. */
enum second_count {
    SECOND_DIALS,     /* attempts, those after a failure too */
    SECOND_OFFERED,   /* steps */
    SECOND_SERVED,    /* steps whose answer came in time */
    SECOND_REFUSED,   /* steps */
    SECOND_TIMED_OUT, /* steps */
    SECOND_CUT,       /* steps that met a carrier's link that is down */
    SECOND_REDIALS,   /* attempts after a failure */
    SECOND_REPEATS,   /* messages that were sent again */
    SECOND_FINISHED,  /* attempts that came to their end */
    SECOND_LOST,      /* workers who gave up */
    SECOND_COUNTS
};

struct seconds;

/* Writes to out, with a column for the processor time of each process of w. NULL without memory. */
struct seconds *seconds_new(FILE *out, struct watch *w);
void seconds_free(struct seconds *s); /* NULL is fine */

void seconds_count(struct seconds *s, enum second_count what);
void seconds_latency(struct seconds *s, int64_t us);
void seconds_waiting(struct seconds *s, uint32_t waiting); /* the most of a second is kept */

/* A second is over. */
void seconds_end(struct seconds *s);

/* Print the sums as "name=value ...". */
void seconds_print(const struct seconds *s);

#endif
