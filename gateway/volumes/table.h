/* SPDX-License-Identifier: Apache-2.0 */
/* The answer to a question about volumes: rows by label, and a total, of veiled numbers. */
#ifndef ML_VOLUMES_TABLE_H
#define ML_VOLUMES_TABLE_H

#include <stdbool.h>

#include "io/store_redis_volumes.h"
#include "volumes/query.h"
#include "volumes/veil.h"

enum { TABLE_ROWS_MAX = 20000 };

/* count is what was counted, and never leaves the program; safe is what it is shown by (veil.h). */
struct volumes_row {
    const char *label[QUERY_BY_MAX];
    uint64_t count[VOLUME_COUNTS_MAX], safe[VOLUME_COUNTS_MAX];
};

struct volumes_table;

/* NULL without memory. */
struct volumes_table *volumes_table_new(const struct volumes_query *q);
void volumes_table_free(struct volumes_table *t); /* NULL is fine */

/* Add what is kept of one hour of the question, each once, in any order. Returns 0, or -1 without
 * memory. A record that cannot be read is passed over and counted. */
int volumes_table_add(struct volumes_table *t, int64_t hour, const struct volumes_field *fields,
                      size_t count);

/* All hours are in: sort. Time comes in its order, else the largest first. By hour or day alone,
 * hours without a count have a row of zeros. Returns 0, or -1 without memory. */
int volumes_table_end(struct volumes_table *t);

const struct volumes_query *volumes_table_query(const struct volumes_table *t);
size_t volumes_table_rows(const struct volumes_table *t);
const struct volumes_row *volumes_table_row(const struct volumes_table *t, size_t i);
const struct volumes_row *volumes_table_total(const struct volumes_table *t); /* without labels */

bool volumes_table_is_cut(const struct volumes_table *t);   /* more than TABLE_ROWS_MAX rows */
size_t volumes_table_hours(const struct volumes_table *t);  /* of which something is kept */
size_t volumes_table_unread(const struct volumes_table *t); /* records that cannot be read */

#endif
