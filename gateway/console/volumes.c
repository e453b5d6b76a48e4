/* SPDX-License-Identifier: Apache-2.0 */
#include "console/volumes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ASKS_MAX = 16, PASSWORD_MAX = 256, HOUR_MS = 3600 * 1000 };

struct volumes_link {
    struct store_redis *store;
    unsigned asks; /* under way */
};

/* A question under way, and whom its answer is for. */
struct question {
    struct volumes_link *link;
    volumes_answer_fn fn;
    volumes_versions_fn versions;
    void *arg;
};

/* No sessions are asked for here. */
static void nobody(void *arg, uint64_t txn, enum store_result r, const uint8_t *record, size_t len)
{
    (void)arg, (void)txn, (void)r, (void)record, (void)len;
}

int volumes_open(struct console *c, char why[CONF_ERROR_MAX])
{
    char password[PASSWORD_MAX];
    const struct conf *conf = c->conf;
    const struct store_reply reply = {.loaded = nobody, .saved = nobody};
    if (conf_read_password(conf->redis_password_file, password, sizeof password, why) < 0)
        return -1;
    struct store_redis_options o = store_redis_options_of(conf, password);
    o.log = c->log;
    struct volumes_link *l = calloc(1, sizeof *l);
    if (l)
        l->store = store_redis_new(c->loop, &o, &reply);
    explicit_bzero(password, sizeof password);
    c->volumes = l;
    if (l && l->store)
        return 0;
    snprintf(why, CONF_ERROR_MAX, "no memory for the connection to Redis; end other programs");
    return -1;
}

void volumes_close(struct console *c)
{
    if (c->volumes)
        store_redis_free(c->volumes->store);
    free(c->volumes);
    c->volumes = NULL;
}

static void give_versions(const struct question *q, struct volumes_table *t)
{
    size_t n = t ? volumes_table_rows(t) : 0;
    struct volumes_of_version *list = t ? calloc(n + 1, sizeof *list) : NULL;
    for (size_t i = 0; list && i < n; i++) {
        const struct volumes_row *row = volumes_table_row(t, i);
        list[i] =
            (struct volumes_of_version){row->label[0], veil_shown(row->count[0], row->safe[0])};
    }
    q->versions(q->arg, list, n);
    free(list);
    volumes_table_free(t);
}

static void on_answer(void *arg, struct volumes_table *t)
{
    struct question q = *(struct question *)arg;
    free(arg);
    q.link->asks--;
    if (q.fn)
        q.fn(q.arg, t);
    else
        give_versions(&q, t);
}

static enum volumes_asked ask(struct console *c, const struct volumes_query *q,
                              const struct question *whom)
{
    struct volumes_link *l = c->volumes;
    if (!l || !store_redis_is_up(l->store))
        return VOLUMES_AWAY;
    if (l->asks == ASKS_MAX)
        return VOLUMES_BUSY;
    struct question *one = malloc(sizeof *one);
    if (!one)
        return VOLUMES_BUSY;
    *one = *whom;
    one->link = l;
    l->asks++;
    if (volumes_ask(l->store, q, on_answer, one) == 0)
        return VOLUMES_ASKED;
    l->asks--;
    free(one);
    return VOLUMES_AWAY;
}

enum volumes_asked volumes_question(struct console *c, const struct volumes_query *q,
                                    volumes_answer_fn fn, void *arg)
{
    const struct question whom = {.fn = fn, .arg = arg};
    return ask(c, q, &whom);
}

enum volumes_asked volumes_of_versions(struct console *c, int64_t from_ms, int64_t to_ms,
                                       volumes_versions_fn fn, void *arg)
{
    const int64_t most = (int64_t)QUERY_DAYS_MAX * 24;
    const struct question whom = {.versions = fn, .arg = arg};
    struct volumes_query q = {.from = from_ms / HOUR_MS,
                              .to = to_ms / HOUR_MS + 1,
                              .by = {BY_VERSION},
                              .by_count = 1,
                              .lines = VOLUME_LINE_VERSION};
    if (q.to <= q.from)
        q.to = q.from + 1;
    if (q.to - q.from > most)
        q.from = q.to - most;
    return ask(c, &q, &whom);
}
