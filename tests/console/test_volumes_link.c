/* SPDX-License-Identifier: Apache-2.0 */
/* Volumes in the console, against a real Redis: sessions by content version, too many questions at
 * once, Redis away, the end of the console. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <signal.h>

#include "console/volumes.h"
#include "support/server.h"

enum { HOUR = 498738, HOUR_MS = 3600 * 1000 };
static const int64_t NOW = (int64_t)HOUR * HOUR_MS;

struct world {
    struct server redis;
    struct conf conf;
    struct console console;
    unsigned answers;
    bool away; /* the last answer was none */
    char list[200];
};

static int64_t now_ms(void *arg)
{
    (void)arg;
    return NOW;
}

static void nobody(void *arg, uint64_t txn, enum store_result r, const uint8_t *record, size_t len)
{
    (void)arg, (void)txn, (void)r, (void)record, (void)len;
}

static void on_put(void *arg, int64_t hour, uint64_t seq, bool stored)
{
    (void)hour, (void)seq;
    *(bool *)arg = stored;
}

static bool is_set(void *arg)
{
    return *(bool *)arg;
}

static bool store_up(void *arg)
{
    return store_redis_is_up(arg);
}

/* A gateway's record of an hour. */
static void keep(struct world *w, int64_t hour, const char *record)
{
    const struct store_reply reply = {.loaded = nobody, .saved = nobody};
    const struct store_redis_options o = {.host = w->redis.socket,
                                          .username = "",
                                          .password = "",
                                          .prefix = "ml:",
                                          .timeout_ms = 1000,
                                          .retry_min_ms = 1,
                                          .retry_max_ms = 5};
    const struct volumes_put put = {
        .hour = hour, .writer = 1, .seq = 1, .record = record, .len = strlen(record), .salt = "s"};
    bool stored = false;
    struct store_redis *s = store_redis_new(w->console.loop, &o, &reply);
    assert_non_null(s);
    server_await(w->console.loop, store_up, s);
    assert_int_equal(store_redis_volumes_put(s, &put, on_put, &stored), 0);
    server_await(w->console.loop, is_set, &stored);
    store_redis_free(s);
}

static void on_versions(void *arg, const struct volumes_of_version *list, size_t count)
{
    struct world *w = arg;
    size_t n = 0;
    w->answers++;
    w->away = !list;
    w->list[0] = '\0';
    for (size_t i = 0; i < count; i++)
        n += (size_t)snprintf(w->list + n, sizeof w->list - n, "%s %d;", list[i].version,
                              (int)list[i].sessions);
}

static bool has_answer(void *arg)
{
    return ((struct world *)arg)->answers > 0;
}

static bool may_ask(void *arg)
{
    struct world *w = arg;
    w->answers = 0;
    return volumes_of_versions(&w->console, NOW, NOW, on_versions, w) == VOLUMES_ASKED;
}

/* The connection is there, and nothing is under way. */
static void connect_now(struct world *w)
{
    server_await(w->console.loop, may_ask, w);
    server_await(w->console.loop, has_answer, w);
}

static void expect(struct world *w, int64_t from_ms, int64_t to_ms, const char *list)
{
    w->answers = 0;
    assert_int_equal(volumes_of_versions(&w->console, from_ms, to_ms, on_versions, w),
                     VOLUMES_ASKED);
    server_await(w->console.loop, has_answer, w);
    assert_int_equal(w->answers, 1);
    assert_string_equal(w->list, list);
}

static void sessions_are_told_by_version(void **state)
{
    struct world *w = *state;
    keep(w, HOUR - 1, "1 9\nv 00000000000000aa 40\nv 00000000000000bb 3\nn main 1 2 3 4\n");
    keep(w, HOUR, "1 9\nv 00000000000000aa 7\nv 00000000000000bb 6\n");
    keep(w, HOUR + 1, "1 9\nv 00000000000000aa 100\n");
    connect_now(w);
    expect(w, NOW - HOUR_MS, NOW - 1, "00000000000000aa 40;00000000000000bb -1;");
    expect(w, NOW, NOW + HOUR_MS - 1, "00000000000000aa 7;00000000000000bb 6;");
    expect(w, NOW, NOW, "00000000000000aa 7;00000000000000bb 6;");
    expect(w, NOW + HOUR_MS, NOW, "00000000000000aa 100;"); /* turned round: its first hour */
    expect(w, 0, NOW - 2 * (int64_t)HOUR_MS, "");
}

static void too_many_questions_at_once_are_refused(void **state)
{
    struct world *w = *state;
    connect_now(w);
    w->answers = 0;
    unsigned asked = 0;
    while (volumes_of_versions(&w->console, 0, NOW, on_versions, w) == VOLUMES_ASKED)
        assert_in_range(++asked, 1, 100);
    assert_int_equal(volumes_of_versions(&w->console, 0, NOW, on_versions, w), VOLUMES_BUSY);
    while (w->answers < asked)
        server_run_for(w->console.loop, 1);
    expect(w, NOW, NOW, "");
}

static bool is_away(void *arg)
{
    struct world *w = arg;
    return volumes_of_versions(&w->console, NOW, NOW, on_versions, w) == VOLUMES_AWAY;
}

static void redis_away_is_said_and_back_is_noticed(void **state)
{
    struct world *w = *state;
    connect_now(w);
    w->answers = 0;
    assert_int_equal(volumes_of_versions(&w->console, 0, NOW, on_versions, w), VOLUMES_ASKED);
    server_signal(&w->redis, SIGKILL);
    server_await(w->console.loop, has_answer, w);
    assert_true(w->away);
    server_await(w->console.loop, is_away, w);
    server_start_redis(&w->redis, "");
    connect_now(w);
    expect(w, NOW, NOW, "");
}

static void a_question_under_way_is_answered_when_the_console_stops(void **state)
{
    struct world *w = *state;
    connect_now(w);
    w->answers = 0;
    assert_int_equal(volumes_of_versions(&w->console, 0, NOW, on_versions, w), VOLUMES_ASKED);
    volumes_close(&w->console);
    assert_int_equal(w->answers, 1);
    assert_true(w->away);
    assert_int_equal(volumes_of_versions(&w->console, 0, NOW, on_versions, w), VOLUMES_AWAY);
}

static int open_world(void **state)
{
    char why[CONF_ERROR_MAX];
    struct world *w = calloc(1, sizeof *w);
    server_init(&w->redis);
    server_start_redis(&w->redis, "");
    conf_defaults(&w->conf);
    snprintf(w->conf.redis_host, sizeof w->conf.redis_host, "%s", w->redis.socket);
    w->conf.redis_port = 0;
    w->conf.redis_retry_min_ms = 10;
    w->conf.redis_retry_max_ms = 50;
    w->console =
        (struct console){.conf = &w->conf, .clock = {.now_ms = now_ms}, .loop = loop_new()};
    assert_int_equal(volumes_open(&w->console, why), 0);
    *state = w;
    return 0;
}

static int close_world(void **state)
{
    struct world *w = *state;
    volumes_close(&w->console);
    loop_free(w->console.loop);
    server_end(&w->redis);
    free(w);
    return 0;
}

#define ON_WORLD(t) cmocka_unit_test_setup_teardown(t, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_WORLD(sessions_are_told_by_version),
        ON_WORLD(too_many_questions_at_once_are_refused),
        ON_WORLD(redis_away_is_said_and_back_is_noticed),
        ON_WORLD(a_question_under_way_is_answered_when_the_console_stops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
