/* SPDX-License-Identifier: Apache-2.0 */
/* Metrics in the Prometheus text format 0.0.4. The list is metrics.def; name, help, type and label
 * name come from it and nowhere else. A metric has at most one label, whose values come from small
 * closed sets (a bridge's name, a language, a reason), never from subscribers. At most 32 values a
 * metric; further ones, and values over 63 octets, are counted under "other". */
#ifndef ML_BASE_METRICS_H
#define ML_BASE_METRICS_H

#include <stdint.h>
#include <stdio.h>

enum metric {
#define METRIC(id, type, name, label, help) M_##id,
#include "base/metrics.def"
#undef METRIC
    METRIC_COUNT
};

enum metric_type { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };

struct metrics; /* owned by main, lent to everyone; not for several threads */

struct metrics *metrics_new(void); /* NULL without memory */
void metrics_free(struct metrics *m);

/* Add to a counter (n >= 0) or a gauge. label is NULL for a metric without one. m may be NULL. */
void metrics_add(struct metrics *m, enum metric id, const char *label, int64_t n);

/* Set a gauge. */
void metrics_set(struct metrics *m, enum metric id, const char *label, int64_t value);

/* Forget all label values of a metric, for a gauge that shows which one of many is in force. */
void metrics_clear(struct metrics *m, enum metric id);

/* Observe a duration in a histogram; buckets 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000,
 * 5000 ms, shown in seconds. */
void metrics_observe_us(struct metrics *m, enum metric id, const char *label, int64_t us);

/* The value of a counter or gauge, the number of observations of a histogram; 0 if never touched.
 * For tests and /healthz. */
int64_t metrics_get(const struct metrics *m, enum metric id, const char *label);

/* Write all as text. Without a label, counters are shown even if 0; a gauge that was never set is
 * not: what this process does not have (a journal, Redis) is not down. Returns 0, or -1 on a write
 * error. */
int metrics_write(const struct metrics *m, FILE *out);

const char *metrics_name(enum metric id);
const char *metrics_help(enum metric id);
enum metric_type metrics_type(enum metric id);

#endif
