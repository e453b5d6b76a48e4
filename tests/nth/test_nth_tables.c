/* SPDX-License-Identifier: Apache-2.0 */
/* What the core and the memory store are made of, and the tables in which they keep messages and
 * sessions, each allocation failing in turn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/dispatch.h"
#include "core/forward.h"
#include "core/recent.h"
#include "core/txn.h"
#include "io/store_memory.h"
#include "support/failing.h"
#include "support/small_content.h"

enum { MANY = 250 }; /* enough for the tables to grow */

static int64_t no_time(void *arg)
{
    (void)arg;
    return 1;
}

static unsigned run_setup(void *arg, const struct failing *plan)
{
    struct catalog *content = arg;
    struct dispatch_options o = {
        .rules.secret = {"a secret", 8}, .recent_sessions = 10, .max_inflight = 10};
    struct ports ports = {.arg = NULL};
    struct store_reply reply = {.arg = NULL};
    struct forward_options fo = {.window = 4, .clock = {.now_ms = no_time}};
    struct forward_ports fp = {.arg = NULL};
    failing_arm(plan, FAILING_HERE);
    struct metrics *m = metrics_new();
    struct store_memory *s = store_memory_new((struct clock){.now_ms = NULL}, &reply);
    struct txns *t = txns_new();
    struct recent *r = recent_new(4);
    struct forward *f = forward_new(&fo, &fp);
    struct dispatch *d = dispatch_new(&o, &ports, content);
    unsigned failed = failing_disarm();
    unsigned absent = !m + !s + !t + !r + !f + !d;
    assert_true(failed > 0 ? absent > 0 : absent == 0);
    dispatch_free(d);
    forward_free(f);
    recent_free(r);
    txns_free(t);
    store_memory_free(s);
    metrics_free(m);
    return failed;
}

static void setup_without_memory(void **state)
{
    failing_both("set-up", 3, run_setup, *state);
}

static void key_of(unsigned i, char out[35])
{
    snprintf(out, 35, "s:%032x", i);
}

static unsigned run_txns(void *arg, const struct failing *plan)
{
    struct origin origin = {.bridge = "lao"};
    struct mo mo = {.kind = MO_SMS, .text = "HELP", .text_len = 4};
    struct txns *t = txns_new();
    struct txn *first[MANY] = {NULL};
    char key[35];
    size_t open = 0;
    (void)arg;
    failing_arm(plan, FAILING_HERE);
    for (unsigned i = 0; i < MANY; i++) {
        key_of(i, key);
        first[i] = txns_open(t, key, &origin, &mo);
        open += first[i] != NULL;
        open += txns_open(t, key, &origin, &mo) != NULL;
        assert_int_equal(txns_count(t), open);
    }
    unsigned failed = failing_disarm();
    for (unsigned i = 0; i < MANY; i += 2)
        for (struct txn *x = first[i]; x;) {
            assert_ptr_equal(txns_find(t, x->number), x);
            x = txns_end(t, x);
            assert_int_equal(txns_count(t), --open);
        }
    txns_free(t);
    return failed;
}

static unsigned run_recent(void *arg, const struct failing *plan)
{
    struct recent *r = recent_new(MANY - 10);
    struct session s = {.tag = 0}, seen = {.tag = 0};
    char key[35];
    unsigned absent = 0;
    uint64_t tag;
    (void)arg;
    session_init(&s);
    failing_arm(plan, FAILING_HERE);
    for (unsigned i = 0; i < MANY; i++) {
        key_of(i, key);
        s.last_ms = i;
        s.trail_len = 0;
        recent_put(r, key, &s, 0);
        s.last_ms = MANY + i;
        s.trail_len = 2; /* a longer record */
        recent_put(r, key, &s, i);
        assert_in_range(recent_count(r), 0, MANY - 10);
        /* The newer or none: an old one would answer as if a step had not been. */
        if (recent_get(r, key, &seen, &tag))
            assert_int_equal(seen.last_ms, MANY + i);
        else
            absent++;
    }
    unsigned failed = failing_disarm();
    assert_in_range(absent, 0, failed);
    recent_put(r, key, &s, 7);
    assert_true(recent_get(r, key, &seen, &tag));
    recent_free(r);
    return failed;
}

struct shop {
    struct store_memory *store;
    unsigned answers;
    enum store_result result;
};

static void on_answer(void *arg, uint64_t txn, enum store_result r, const uint8_t *record, size_t n)
{
    struct shop *shop = arg;
    (void)txn;
    (void)record;
    (void)n;
    shop->answers++;
    shop->result = r;
}

static unsigned run_store(void *arg, const struct failing *plan)
{
    struct shop shop = {.answers = 0};
    struct store_reply reply = {.arg = &shop, .loaded = on_answer, .saved = on_answer};
    char key[35];
    (void)arg;
    shop.store = store_memory_new((struct clock){.now_ms = no_time}, &reply);
    failing_arm(plan, FAILING_HERE);
    for (unsigned i = 0; i < MANY; i++) {
        key_of(i, key);
        struct store_save save = {
            .key = key, .record = (const uint8_t *)"12345678", .len = 8, .ttl_ms = 1000};
        store_memory_save(shop.store, &save);
        enum store_result saved = shop.result;
        assert_true(saved == STORE_OK || saved == STORE_DOWN);
        store_memory_load(shop.store, 0, key);
        assert_int_equal(shop.result, saved == STORE_OK ? STORE_OK : STORE_ABSENT);
        assert_int_equal(shop.answers, 2 * i + 2);
    }
    unsigned failed = failing_disarm();
    store_memory_free(shop.store);
    return failed;
}

static void tables_without_memory(void **state)
{
    (void)state;
    failing_both("txns that grow", 7, run_txns, NULL);
    failing_both("recent sessions that grow", 7, run_recent, NULL);
    failing_both("memory store that grows", 7, run_store, NULL);
}

static int load(void **state)
{
    *state = small_loaded();
    return 0;
}

static int unload(void **state)
{
    catalog_unref(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(setup_without_memory, failing_tell),
        cmocka_unit_test_teardown(tables_without_memory, failing_tell),
    };
    return cmocka_run_group_tests_name("nth/tables", tests, load, unload);
}
