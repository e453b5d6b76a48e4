/* SPDX-License-Identifier: Apache-2.0 */
#include "casework/tally.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_MAX = 1024 };

/* How long something took, in the words of the table. */
#define SPAN(ms)                                                                                   \
    "CASE WHEN " ms " < 3600000 THEN 'hour-1' WHEN " ms " < 14400000 THEN 'hours-4' WHEN " ms      \
    " < 86400000 THEN 'day-1' WHEN " ms " < 259200000 THEN 'days-3' WHEN " ms                      \
    " < 604800000 THEN 'days-7' ELSE 'longer' END"
#define OF(column)                                                                                 \
    "SELECT " column ", count(*) FROM cases WHERE at_ms >= ?1 GROUP BY 1 ORDER BY 2 DESC, 1"

/* 1970-01-01 was a Thursday: three days on, whole weeks begin with Mondays. */
static const struct {
    const char *name, *sql;
} tables[] = {
    {"kind", OF("kind")},
    {"country", OF("country")},
    {"lang", OF("lang")},
    {"channel", OF("channel")},
    {"wish", OF("wish")},
    {"week", "SELECT date(((at_ms / 86400000 + 3) / 7 * 7 - 3) * 86400, 'unixepoch'), count(*)"
             " FROM cases WHERE at_ms >= ?1 GROUP BY 1 ORDER BY 1"},
    {"state", OF("state")},
    {"outcome", "SELECT outcome, count(*) FROM cases WHERE at_ms >= ?1 AND state = 'closed'"
                " GROUP BY 1 ORDER BY 2 DESC, 1"},
    {"take", "SELECT CASE WHEN taken_ms = 0 THEN 'not-yet' ELSE " SPAN(
                 "(taken_ms - at_ms)") " END,"
                                       " count(*) FROM cases WHERE at_ms >= ?1 GROUP BY 1 ORDER BY "
                                       "min(taken_ms - at_ms)"},
    {"close", "SELECT CASE WHEN state <> 'closed' THEN 'not-yet' ELSE " SPAN(
                  "(state_ms - at_ms)") " END, count(*) FROM cases WHERE at_ms >= ?1 GROUP BY 1"
                                        " ORDER BY state <> 'closed', min(state_ms - at_ms)"},
};

struct count {
    char value[TALLY_VALUE_MAX + 1];
    int64_t count;
    bool hidden;
};

struct table {
    size_t rows;
    struct count row[ROWS_MAX];
};

static bool take_row(void *arg, const struct db_value *c, size_t count)
{
    struct table *t = arg;
    (void)count;
    if (t->rows == ROWS_MAX)
        return false;
    struct count *row = &t->row[t->rows++];
    snprintf(row->value, sizeof row->value, "%s", c[0].type == DB_TEXT ? c[0].octets : "");
    row->count = c[1].num;
    row->hidden = row->count < TALLY_LEAST;
    return true;
}

/* Whoever knows the sum of all knows the sum of the hidden ones: it must not be small either. */
static void hide(struct table *t)
{
    int64_t sum = 0;
    size_t hidden = 0;
    struct count *least = NULL;
    for (size_t i = 0; i < t->rows; i++) {
        struct count *row = &t->row[i];
        if (row->hidden) {
            sum += row->count;
            hidden++;
        } else if (!least || row->count < least->count) {
            least = row;
        }
    }
    if (hidden > 0 && (hidden == 1 || sum < TALLY_LEAST) && least)
        least->hidden = true;
}

static void tell(const struct table *t, const char *name, tally_fn fn, void *arg)
{
    for (size_t i = 0; i < t->rows; i++) {
        const struct count *row = &t->row[i];
        fn(arg, &(struct tally_row){name, row->value, row->hidden ? 0 : row->count, row->hidden});
    }
}

static bool take_total(void *arg, const struct db_value *c, size_t count)
{
    (void)count;
    *(int64_t *)arg = c[0].num;
    return false;
}

enum db_result tally_read(struct db *db, int64_t since_ms, tally_fn fn, void *arg, int64_t *total)
{
    const struct db_value since[] = {DB_I(since_ms), DB_END};
    struct table *t = malloc(sizeof *t);
    *total = 0;
    if (!t)
        return DB_FAILED;
    enum db_result r = db_run(db, "SELECT count(*) FROM cases WHERE at_ms >= ?1", since,
                              &(struct db_rows){take_total, total}, NULL);
    if (*total > 0 && *total < TALLY_LEAST)
        *total = -1;
    for (size_t i = 0; r == DB_OK && i < sizeof tables / sizeof *tables; i++) {
        t->rows = 0;
        r = db_run(db, tables[i].sql, since, &(struct db_rows){take_row, t}, NULL);
        hide(t);
        if (r == DB_OK)
            tell(t, tables[i].name, fn, arg);
    }
    free(t);
    return r;
}
