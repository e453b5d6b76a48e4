/* SPDX-License-Identifier: Apache-2.0 */
/* One contract for every session store: the same tests run on the memory store, on a real Redis and
 * on a real cluster. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "support/nodes.h"
#include "support/store.h"

enum { BRIEF_MS = 200 };

static void test_a_key_without_record_is_absent(void **state)
{
    struct store *s = *state;
    assert_int_equal(store_load(s, "k"), STORE_ABSENT);
    store_given(s, "");
}

static void test_what_is_saved_is_loaded(void **state)
{
    struct store *s = *state;
    assert_int_equal(store_save_record(s, "k", NULL, "tag-0001 one"), STORE_OK);
    assert_int_equal(store_load(s, "k"), STORE_OK);
    store_given(s, "tag-0001 one");
    assert_int_equal(store_load(s, "other"), STORE_ABSENT);
}

static void test_a_save_with_the_right_tag_replaces(void **state)
{
    struct store *s = *state;
    store_save_record(s, "k", NULL, "tag-0001 one");
    assert_int_equal(store_save_record(s, "k", "tag-0001", "tag-0002 two"), STORE_OK);
    assert_int_equal(store_load(s, "k"), STORE_OK);
    store_given(s, "tag-0002 two");
}

static void test_a_save_with_a_wrong_tag_gets_the_present_record(void **state)
{
    struct store *s = *state;
    store_save_record(s, "k", NULL, "tag-0001 one");
    assert_int_equal(store_save_record(s, "k", "tag-0009", "tag-0002 two"), STORE_CONFLICT);
    store_given(s, "tag-0001 one");
    store_load(s, "k");
    store_given(s, "tag-0001 one");
}

static void test_a_save_that_expects_nothing_meets_a_record(void **state)
{
    struct store *s = *state;
    store_save_record(s, "k", NULL, "tag-0001 one");
    assert_int_equal(store_save_record(s, "k", NULL, "tag-0002 two"), STORE_CONFLICT);
    store_given(s, "tag-0001 one");
}

static void test_a_save_that_expects_a_record_meets_nothing(void **state)
{
    struct store *s = *state;
    assert_int_equal(store_save_record(s, "k", "tag-0001", "tag-0002 two"), STORE_CONFLICT);
    store_given(s, "");
    assert_int_equal(store_load(s, "k"), STORE_ABSENT);
}

static void test_the_same_record_again_counts_as_saved(void **state)
{
    struct store *s = *state;
    store_save_record(s, "k", NULL, "tag-0001 one");
    store_save_record(s, "k", "tag-0001", "tag-0002 two");
    assert_int_equal(store_save_record(s, "k", "tag-0001", "tag-0002 two"), STORE_OK);
    assert_int_equal(store_save_record(s, "k", "tag-0001", "tag-0002 too"), STORE_CONFLICT);
    store_given(s, "tag-0002 two");
}

static void test_records_are_octets(void **state)
{
    struct store *s = *state;
    uint8_t record[PORTS_RECORD_MAX];
    for (size_t i = 0; i < sizeof record; i++)
        record[i] = (uint8_t)i;
    struct store_save one = {
        .txn = ++s->asked, .key = "k", .record = record, .len = sizeof record, .ttl_ms = 60000};
    s->answers = 0;
    s->save(s->arg, &one);
    assert_int_equal(store_outcome(s), STORE_OK);
    assert_int_equal(store_load(s, "k"), STORE_OK);
    assert_int_equal(s->len, sizeof record);
    assert_memory_equal(s->record, record, sizeof record);
    memcpy(&one.expected_tag, record, 8);
    record[8] = 0xFF;
    one.txn = ++s->asked;
    s->answers = 0;
    s->save(s->arg, &one);
    assert_int_equal(store_outcome(s), STORE_OK);
}

static void test_a_record_goes_after_its_time(void **state)
{
    struct store *s = *state;
    struct store_save brief = {.txn = ++s->asked,
                               .key = "k",
                               .record = (const uint8_t *)"tag-0001",
                               .len = 8,
                               .ttl_ms = BRIEF_MS};
    s->answers = 0;
    s->save(s->arg, &brief);
    assert_int_equal(store_outcome(s), STORE_OK);
    assert_int_equal(store_load(s, "k"), STORE_OK);
    store_later(s, BRIEF_MS + 10);
    assert_int_equal(store_load(s, "k"), STORE_ABSENT);
    assert_int_equal(store_save_record(s, "k", "tag-0001", "tag-0002"), STORE_CONFLICT);
    store_given(s, "");
}

static void test_a_save_renews_the_time(void **state)
{
    struct store *s = *state;
    struct store_save brief = {.txn = ++s->asked,
                               .key = "k",
                               .record = (const uint8_t *)"tag-0001",
                               .len = 8,
                               .ttl_ms = BRIEF_MS};
    s->answers = 0;
    s->save(s->arg, &brief);
    assert_int_equal(store_outcome(s), STORE_OK);
    assert_int_equal(store_save_record(s, "k", "tag-0001", "tag-0001"), STORE_OK);
    store_later(s, BRIEF_MS + 10);
    assert_int_equal(store_load(s, "k"), STORE_OK);
}

static void test_a_record_that_is_no_record_is_refused(void **state)
{
    struct store *s = *state;
    assert_int_equal(store_save_record(s, "k", NULL, "short"), STORE_DOWN);
    assert_int_equal(store_load(s, "k"), STORE_ABSENT);
}

static void test_memory_can_be_down_and_cleared(void **state)
{
    struct store *s = *state;
    store_save_record(s, "k", NULL, "tag-0001 one");
    store_memory_set_down(s->memory, true);
    assert_int_equal(store_load(s, "k"), STORE_DOWN);
    assert_int_equal(store_save_record(s, "k", "tag-0001", "tag-0002"), STORE_DOWN);
    store_memory_set_down(s->memory, false);
    assert_int_equal(store_load(s, "k"), STORE_OK);
    store_memory_clear(s->memory);
    assert_int_equal(store_load(s, "k"), STORE_ABSENT);
}

static int open_nodes(void **state)
{
    struct nodes *n = calloc(1, sizeof *n);
    nodes_open(n);
    *state = n;
    return 0;
}

static int close_nodes(void **state)
{
    nodes_close(*state);
    free(*state);
    return 0;
}

/* The nodes of all tests, without keys. */
static int open_cluster(void **state)
{
    const struct nodes *n = *state;
    char address[NODES_LIST_MAX], said[NODES_SAID_MAX];
    for (int i = 0; i < NODES; i++)
        nodes_tell(n, i, said, "FLUSHALL");
    nodes_address(n, 0, address);
    struct store *s = store_make_cluster("hush", address);
    server_await(s->loop, store_is_up, s);
    *state = s;
    return 0;
}

#define ON_MEMORY(t)  cmocka_unit_test_setup_teardown(t, store_open_memory, store_close_memory)
#define ON_REDIS(t)   cmocka_unit_test_setup_teardown(t, store_open_redis, store_close_redis)
#define ON_CLUSTER(t) cmocka_unit_test_setup_teardown(t, open_cluster, store_close_redis)
#define CONTRACT(on)                                                                               \
    on(test_a_key_without_record_is_absent), on(test_what_is_saved_is_loaded),                     \
        on(test_a_save_with_the_right_tag_replaces),                                               \
        on(test_a_save_with_a_wrong_tag_gets_the_present_record),                                  \
        on(test_a_save_that_expects_nothing_meets_a_record),                                       \
        on(test_a_save_that_expects_a_record_meets_nothing),                                       \
        on(test_the_same_record_again_counts_as_saved), on(test_records_are_octets),               \
        on(test_a_record_goes_after_its_time), on(test_a_save_renews_the_time),                    \
        on(test_a_record_that_is_no_record_is_refused)

int main(void)
{
    const struct CMUnitTest memory[] = {CONTRACT(ON_MEMORY),
                                        ON_MEMORY(test_memory_can_be_down_and_cleared)};
    const struct CMUnitTest redis[] = {CONTRACT(ON_REDIS)};
    const struct CMUnitTest cluster[] = {CONTRACT(ON_CLUSTER)};
    int failed = cmocka_run_group_tests_name("memory", memory, NULL, NULL);
    failed += cmocka_run_group_tests_name("redis", redis, NULL, NULL);
    return failed + cmocka_run_group_tests_name("cluster", cluster, open_nodes, close_nodes);
}
