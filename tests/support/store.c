/* SPDX-License-Identifier: Apache-2.0 */
#include "support/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static void got(void *arg, uint64_t txn, enum store_result r, const uint8_t *record, size_t len)
{
    struct store *s = arg;
    s->answers++;
    s->txn = txn;
    s->result = r;
    s->len = len;
    if (len > 0)
        memcpy(s->record, record, len);
    else
        assert_null(record);
}

static int64_t now_ms(void *arg)
{
    return ((struct store *)arg)->now;
}

static struct store_reply reply_to(struct store *s)
{
    return (struct store_reply){.arg = s, .loaded = got, .saved = got};
}

int store_open_memory(void **state)
{
    struct store *s = calloc(1, sizeof *s);
    struct store_reply reply = reply_to(s);
    s->now = 1000000;
    s->memory = store_memory_new((struct clock){.now_ms = now_ms, .arg = s}, &reply);
    s->load = store_memory_load;
    s->save = store_memory_save;
    s->arg = s->memory;
    *state = s;
    return s->memory ? 0 : -1;
}

int store_close_memory(void **state)
{
    struct store *s = *state;
    store_memory_free(s->memory);
    free(s);
    return 0;
}

bool store_is_up(void *arg)
{
    return store_redis_is_up(((struct store *)arg)->redis);
}

bool store_is_down(void *arg)
{
    return !store_is_up(arg);
}

static void use_redis(struct store *s, struct store_redis_options o)
{
    struct store_reply reply = reply_to(s);
    s->loop = loop_new();
    s->metrics = metrics_new();
    o.host = s->server.socket;
    o.username = "";
    o.prefix = "ml:";
    o.timeout_ms = STORE_TIMEOUT_MS;
    o.max_inflight = 8;
    o.retry_min_ms = 10;
    o.retry_max_ms = 40;
    o.metrics = s->metrics;
    s->redis = store_redis_new(s->loop, &o, &reply);
    assert_non_null(s->redis);
    s->load = store_redis_load;
    s->save = store_redis_save;
    s->arg = s->redis;
}

struct store *store_make_redis(const char *password)
{
    struct store *s = calloc(1, sizeof *s);
    server_init(&s->server);
    server_start_redis(&s->server, "hush");
    use_redis(s, (struct store_redis_options){.password = password});
    return s;
}

struct store *store_make_sentinel(const char *password, const char *sentinels, const char *name)
{
    struct store *s = calloc(1, sizeof *s);
    server_init(&s->server);
    use_redis(s, (struct store_redis_options){
                     .password = password, .sentinels = sentinels, .master_name = name});
    return s;
}

struct store *store_make_cluster(const char *password, const char *nodes)
{
    struct store *s = calloc(1, sizeof *s);
    server_init(&s->server);
    use_redis(s, (struct store_redis_options){.password = password, .cluster = nodes});
    return s;
}

int store_open_redis(void **state)
{
    struct store *s = store_make_redis("hush");
    *state = s;
    server_await(s->loop, store_is_up, s);
    return 0;
}

int store_close_redis(void **state)
{
    struct store *s = *state;
    store_redis_free(s->redis);
    metrics_free(s->metrics);
    loop_free(s->loop);
    server_end(&s->server);
    free(s);
    return 0;
}

static bool is_answered(void *arg)
{
    return ((struct store *)arg)->answers > 0;
}

/* Wait for the answer to the request just made. */
enum store_result store_outcome(struct store *s)
{
    if (s->answers == 0 && s->loop)
        server_await(s->loop, is_answered, s);
    assert_int_equal(s->answers, 1);
    assert_int_equal(s->txn, s->asked);
    return s->result;
}

enum store_result store_load(struct store *s, const char *key)
{
    s->answers = 0;
    s->load(s->arg, ++s->asked, key);
    return store_outcome(s);
}

void store_begin_save(struct store *s, const char *key, const char *expected, const char *record)
{
    struct store_save save = {.txn = ++s->asked,
                              .key = key,
                              .record = (const uint8_t *)record,
                              .len = strlen(record),
                              .ttl_ms = 60000};
    if (expected)
        memcpy(&save.expected_tag, expected, 8);
    s->answers = 0;
    s->save(s->arg, &save);
}

enum store_result store_save_record(struct store *s, const char *key, const char *expected,
                                    const char *record)
{
    store_begin_save(s, key, expected, record);
    return store_outcome(s);
}

void store_given(const struct store *s, const char *record)
{
    assert_int_equal(s->len, strlen(record));
    assert_memory_equal(s->record, record, s->len);
}

/* Let ms pass for the store. */
void store_later(struct store *s, int ms)
{
    s->now += ms;
    if (s->loop)
        server_run_for(s->loop, ms);
}
