/* SPDX-License-Identifier: Apache-2.0 */
/* What happened in each tenth of a second: counts, and the latencies of what was served. */
#ifndef ML_BENCH_SERIES_H
#define ML_BENCH_SERIES_H

#include <stdint.h>
#include <stdio.h>

/* What is counted, in the order of the columns. */
enum series_count {
    SERIES_OFFERED,
    SERIES_SERVED,
    SERIES_PUT_OFF, /* dials that the bridge itself gave back */
    SERIES_REFUSED_DIALS,
    SERIES_REFUSED_STEPS, /* of dialogues under way */
    SERIES_REFUSED_HELP,  /* steps of who asks for help, dials too */
    SERIES_HELP_BEGUN,    /* who asks for help, when they dial */
    SERIES_HELP_DONE,     /* and has a case number */
    SERIES_REPEATED,
    SERIES_EXPIRED, /* not settled before their deadline */
    SERIES_COUNTS
};

struct series;

/* Room for so many seconds and so many latencies. NULL without memory. */
struct series *series_new(unsigned seconds, uint32_t latencies);
void series_free(struct series *s); /* NULL is fine */

/* Times are microseconds since the beginning. What is out of the series is left out. */
void series_add(struct series *s, int64_t at_us, enum series_count what);
void series_served(struct series *s, int64_t at_us, uint32_t latency_us);
void series_waiting(struct series *s, int64_t at_us, uint32_t n); /* the most is kept */

/* A line for each tenth: its beginning in seconds, the counts, p50, p99 and maximum of the
 * latencies in microseconds, how many waited for their settlement at most. */
void series_write(struct series *s, FILE *out);

/* The latencies of what was served from one second to another, as " p50=", " p99=" and " max=". */
void series_write_latencies(struct series *s, unsigned from_s, unsigned to_s, FILE *out);

#endif
