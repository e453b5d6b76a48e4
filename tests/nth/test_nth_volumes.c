/* SPDX-License-Identifier: Apache-2.0 */
/* Volumes when the n-th allocation or call into a library fails: counting goes on, what could not
 * be written is written later and once, and a question has an answer or none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/flush.h"
#include "support/await.h"
#include "support/failing.h"
#include "support/server.h"
#include "volumes/ask.h"
#include "volumes/write.h"

enum { SOME = 3, HOUR = 498738, STEPS = 7 };

struct world {
    struct loop *loop;
    struct await await;
    struct server redis;
    struct store_redis *store;
    struct volumes *volumes;
    struct flush *flush;
    uint64_t writer, counted;
    struct volumes_table *table;
    bool answered;
};

static int64_t now_ms(void *arg)
{
    (void)arg;
    return (int64_t)HOUR * 3600 * 1000;
}

static void on_session(void *arg, uint64_t txn, enum store_result r, const uint8_t *record,
                       size_t len)
{
    (void)arg, (void)txn, (void)r, (void)record, (void)len;
}

static bool is_up(void *arg)
{
    return store_redis_is_up(((struct world *)arg)->store);
}

static void make_store(struct world *w)
{
    const struct store_redis_options o = {.host = w->redis.socket,
                                          .username = "",
                                          .password = "",
                                          .prefix = "ml:",
                                          .timeout_ms = 5000,
                                          .max_inflight = 8,
                                          .retry_min_ms = 1,
                                          .retry_max_ms = 2};
    const struct store_reply reply = {.arg = w, .loaded = on_session, .saved = on_session};
    w->store = store_redis_new(w->loop, &o, &reply);
    assert_non_null(w->store);
    await_until(&w->await, is_up, w);
}

static unsigned run_new(void *arg, const struct failing *plan)
{
    (void)arg;
    failing_arm(plan, FAILING_HERE);
    struct volumes *v = volumes_new(1);
    unsigned failed = failing_disarm();
    assert_true((failed > 0) == !v);
    volumes_free(v);
    return failed;
}

static void count(struct world *w)
{
    const struct volume_step step = {
        .now_ms = now_ms(NULL), .bridge = "laotel", .lang = "lo", .country = "LA"};
    for (int i = 0; i < STEPS; i++)
        volumes_step(w->volumes, &step);
}

static bool is_stored(void *arg)
{
    struct world *w = arg;
    return flush_is_done(w->flush) && volumes_waiting(w->volumes) == 0;
}

/* Each run is another gateway; what all have counted is looked at in the end. */
static unsigned run_flush(void *arg, const struct failing *plan)
{
    struct world *w = arg;
    struct flush_options o = {
        .loop = w->loop, .store = w->store, .clock = {.now_ms = now_ms}, .every_ms = 1};
    w->volumes = volumes_new(w->writer++);
    assert_non_null(w->volumes);
    o.volumes = w->volumes;
    failing_arm(plan, FAILING_HERE);
    w->flush = flush_new(&o);
    if (w->flush) {
        count(w);
        w->counted += STEPS;
        await_until(&w->await, is_stored, w);
    }
    unsigned failed = failing_disarm();
    assert_true(w->flush || failed > 0);
    flush_free(w->flush);
    volumes_free(w->volumes);
    return failed;
}

static void on_table(void *arg, struct volumes_table *t)
{
    struct world *w = arg;
    w->table = t;
    w->answered = true;
}

static bool has_answer(void *arg)
{
    return ((struct world *)arg)->answered;
}

/* Ask until there is an answer, which is then whole. */
static unsigned run_ask(void *arg, const struct failing *plan)
{
    struct world *w = arg;
    struct volumes_query q;
    struct volumes_fault f;
    const struct volumes_words words = {
        .from = "2026-11-23T18", .to = "2026-11-23T20", .zone = "0", .by = "hour,language"};
    assert_int_equal(volumes_query_read(&words, now_ms(NULL) + 7200000, &q, &f), 0);
    failing_arm(plan, FAILING_HERE);
    w->table = NULL;
    while (!w->table) {
        w->answered = false;
        if (volumes_ask(w->store, &q, on_table, w) == 0)
            await_until(&w->await, has_answer, w);
        else
            await_until(&w->await, is_up, w);
    }
    unsigned failed = failing_disarm();
    assert_int_equal(volumes_table_total(w->table)->count[VOLUME_STEPS], w->counted);
    assert_int_equal(volumes_table_rows(w->table), 1);
    volumes_table_free(w->table);
    return failed;
}

static void without_memory(void **state)
{
    struct world *w = *state;
    failing_both("volumes_new", SOME, run_new, w);
    failing_both("volumes, written", SOME, run_flush, w);
    failing_both("volumes, asked for", SOME, run_ask, w);
}

static int open_world(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    server_init(&w->redis);
    server_start_redis(&w->redis, "");
    w->loop = loop_new();
    await_open(&w->await, w->loop);
    w->writer = 1;
    make_store(w);
    *state = w;
    return 0;
}

static int close_world(void **state)
{
    struct world *w = *state;
    store_redis_free(w->store);
    await_close(&w->await);
    loop_free(w->loop);
    server_end(&w->redis);
    free(w);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(without_memory, failing_tell),
    };
    return cmocka_run_group_tests_name("nth/volumes", tests, open_world, close_world);
}
