/* SPDX-License-Identifier: Apache-2.0 */
#include "volumes/ask.h"

#include <stdlib.h>

enum { WINDOW = 32 }; /* hours under way at a time */

/* Lives until the last hour that was asked for is answered. */
struct ask {
    struct store_redis *store;
    struct volumes_table *table;
    volumes_answer_fn fn;
    void *arg;
    int64_t next, end;
    unsigned under_way;
    bool failed;
};

static void on_hour(void *arg, int64_t hour, const struct volumes_field *fields, size_t count);

static void ask_more(struct ask *a)
{
    while (!a->failed && a->under_way < WINDOW && a->next < a->end) {
        if (store_redis_volumes_get(a->store, a->next, on_hour, a) < 0) {
            a->failed = true;
            return;
        }
        a->next++;
        a->under_way++;
    }
}

static void finish(struct ask *a)
{
    struct volumes_table *t = a->table;
    if (a->failed || volumes_table_end(t) < 0) {
        volumes_table_free(t);
        t = NULL;
    }
    a->fn(a->arg, t);
    free(a);
}

static void on_hour(void *arg, int64_t hour, const struct volumes_field *fields, size_t count)
{
    struct ask *a = arg;
    a->under_way--;
    if (!fields || (!a->failed && volumes_table_add(a->table, hour, fields, count) < 0))
        a->failed = true;
    ask_more(a);
    if (a->under_way == 0)
        finish(a);
}

int volumes_ask(struct store_redis *s, const struct volumes_query *q, volumes_answer_fn fn,
                void *arg)
{
    struct ask *a = calloc(1, sizeof *a);
    struct volumes_table *t = a ? volumes_table_new(q) : NULL;
    if (t) {
        *a = (struct ask){
            .store = s, .table = t, .fn = fn, .arg = arg, .next = q->from, .end = q->to};
        ask_more(a);
        if (a->under_way > 0)
            return 0;
    }
    volumes_table_free(t);
    free(a);
    return -1;
}
