/* SPDX-License-Identifier: Apache-2.0 */
/* How many requests there are of each kind, without persons. A count below TALLY_LEAST could point
 * at somebody, so it is hidden; and where what is hidden in one table would follow from its sum,
 * the smallest of the others is hidden too. */
#ifndef ML_CASEWORK_TALLY_H
#define ML_CASEWORK_TALLY_H

#include <stdbool.h>

#include "io/db.h"

enum { TALLY_LEAST = 5, TALLY_VALUE_MAX = 24 };

struct tally_row {
    const char *table; /* "kind", "country", "lang", "channel", "wish", "week", "state", "outcome",
                          "take", "close" */
    const char *value; /* a word of that table; a week by its Monday (UTC), YYYY-MM-DD; "take" and
                          "close": how long it took from the worker's call, as in tally.c */
    int64_t count;     /* 0 if hidden */
    bool hidden;
};
typedef void (*tally_fn)(void *arg, const struct tally_row *row);

/* Of all cases that were filed since then; each table in turn. *total gets the number of cases, -1
 * if that is hidden. */
enum db_result tally_read(struct db *db, int64_t since_ms, tally_fn fn, void *arg, int64_t *total);

#endif
