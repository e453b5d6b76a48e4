/* SPDX-License-Identifier: Apache-2.0 */
/* One contract for every session store: the same tests run on the memory store and on a real Redis.
 * Then what only a server far away can do: stop, die, forget its scripts, refuse the password. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>

#include "io/loop.h"
#include "io/store_memory.h"
#include "io/store_redis.h"
#include "support/server.h"

enum { TIMEOUT_MS = 100 };

struct store {
    void (*load)(void *arg, uint64_t txn, const char *key);
    void (*save)(void *arg, const struct store_save *save);
    void *arg;
    /* The last answer. */
    int answers;
    uint64_t txn;
    enum store_result result;
    uint8_t record[PORTS_RECORD_MAX];
    size_t len;
    /* Behind it. */
    int64_t now;
    struct loop *loop; /* NULL for the memory store */
    struct store_memory *memory;
    struct store_redis *redis;
    struct server server;
    struct metrics *metrics;
    uint64_t asked;
};

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

static int open_memory(void **state)
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

static int close_memory(void **state)
{
    struct store *s = *state;
    store_memory_free(s->memory);
    free(s);
    return 0;
}

static bool is_up(void *arg)
{
    return store_redis_is_up(((struct store *)arg)->redis);
}

static bool is_down(void *arg)
{
    return !is_up(arg);
}

static struct store *make_redis(const char *password)
{
    struct store *s = calloc(1, sizeof *s);
    struct store_reply reply = reply_to(s);
    server_init(&s->server);
    server_start_redis(&s->server, "hush");
    s->loop = loop_new();
    s->metrics = metrics_new();
    struct store_redis_options o = {.host = s->server.socket,
                                    .password = password,
                                    .username = "",
                                    .prefix = "ml:",
                                    .timeout_ms = TIMEOUT_MS,
                                    .max_inflight = 8,
                                    .retry_min_ms = 10,
                                    .retry_max_ms = 40,
                                    .metrics = s->metrics};
    s->redis = store_redis_new(s->loop, &o, &reply);
    assert_non_null(s->redis);
    s->load = store_redis_load;
    s->save = store_redis_save;
    s->arg = s->redis;
    return s;
}

static int open_redis(void **state)
{
    struct store *s = make_redis("hush");
    *state = s;
    server_await(s->loop, is_up, s);
    return 0;
}

static int close_redis(void **state)
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
static enum store_result outcome(struct store *s)
{
    if (s->answers == 0 && s->loop)
        server_await(s->loop, is_answered, s);
    assert_int_equal(s->answers, 1);
    assert_int_equal(s->txn, s->asked);
    return s->result;
}

static enum store_result load(struct store *s, const char *key)
{
    s->answers = 0;
    s->load(s->arg, ++s->asked, key);
    return outcome(s);
}

static void begin_save(struct store *s, const char *key, const char *expected, const char *record)
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

static enum store_result save(struct store *s, const char *key, const char *expected,
                              const char *record)
{
    begin_save(s, key, expected, record);
    return outcome(s);
}

static void given(const struct store *s, const char *record)
{
    assert_int_equal(s->len, strlen(record));
    assert_memory_equal(s->record, record, s->len);
}

/* Let ms pass for the store. */
static void later(struct store *s, int ms)
{
    s->now += ms;
    if (s->loop)
        server_run_for(s->loop, ms);
}

static void test_a_key_without_record_is_absent(void **state)
{
    struct store *s = *state;
    assert_int_equal(load(s, "k"), STORE_ABSENT);
    given(s, "");
}

static void test_what_is_saved_is_loaded(void **state)
{
    struct store *s = *state;
    assert_int_equal(save(s, "k", NULL, "tag-0001 one"), STORE_OK);
    assert_int_equal(load(s, "k"), STORE_OK);
    given(s, "tag-0001 one");
    assert_int_equal(load(s, "other"), STORE_ABSENT);
}

static void test_a_save_with_the_right_tag_replaces(void **state)
{
    struct store *s = *state;
    save(s, "k", NULL, "tag-0001 one");
    assert_int_equal(save(s, "k", "tag-0001", "tag-0002 two"), STORE_OK);
    assert_int_equal(load(s, "k"), STORE_OK);
    given(s, "tag-0002 two");
}

static void test_a_save_with_a_wrong_tag_gets_the_present_record(void **state)
{
    struct store *s = *state;
    save(s, "k", NULL, "tag-0001 one");
    assert_int_equal(save(s, "k", "tag-0009", "tag-0002 two"), STORE_CONFLICT);
    given(s, "tag-0001 one");
    load(s, "k");
    given(s, "tag-0001 one");
}

static void test_a_save_that_expects_nothing_meets_a_record(void **state)
{
    struct store *s = *state;
    save(s, "k", NULL, "tag-0001 one");
    assert_int_equal(save(s, "k", NULL, "tag-0002 two"), STORE_CONFLICT);
    given(s, "tag-0001 one");
}

static void test_a_save_that_expects_a_record_meets_nothing(void **state)
{
    struct store *s = *state;
    assert_int_equal(save(s, "k", "tag-0001", "tag-0002 two"), STORE_CONFLICT);
    given(s, "");
    assert_int_equal(load(s, "k"), STORE_ABSENT);
}

static void test_the_same_record_again_counts_as_saved(void **state)
{
    struct store *s = *state;
    save(s, "k", NULL, "tag-0001 one");
    save(s, "k", "tag-0001", "tag-0002 two");
    assert_int_equal(save(s, "k", "tag-0001", "tag-0002 two"), STORE_OK);
    assert_int_equal(save(s, "k", "tag-0001", "tag-0002 too"), STORE_CONFLICT);
    given(s, "tag-0002 two");
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
    assert_int_equal(outcome(s), STORE_OK);
    assert_int_equal(load(s, "k"), STORE_OK);
    assert_int_equal(s->len, sizeof record);
    assert_memory_equal(s->record, record, sizeof record);
    memcpy(&one.expected_tag, record, 8);
    record[8] = 0xFF;
    one.txn = ++s->asked;
    s->answers = 0;
    s->save(s->arg, &one);
    assert_int_equal(outcome(s), STORE_OK);
}

static void test_a_record_goes_after_its_time(void **state)
{
    struct store *s = *state;
    struct store_save brief = {.txn = ++s->asked,
                               .key = "k",
                               .record = (const uint8_t *)"tag-0001",
                               .len = 8,
                               .ttl_ms = 50};
    s->answers = 0;
    s->save(s->arg, &brief);
    assert_int_equal(outcome(s), STORE_OK);
    assert_int_equal(load(s, "k"), STORE_OK);
    later(s, 60);
    assert_int_equal(load(s, "k"), STORE_ABSENT);
    assert_int_equal(save(s, "k", "tag-0001", "tag-0002"), STORE_CONFLICT);
    given(s, "");
}

static void test_a_save_renews_the_time(void **state)
{
    struct store *s = *state;
    struct store_save brief = {.txn = ++s->asked,
                               .key = "k",
                               .record = (const uint8_t *)"tag-0001",
                               .len = 8,
                               .ttl_ms = 50};
    s->answers = 0;
    s->save(s->arg, &brief);
    assert_int_equal(outcome(s), STORE_OK);
    assert_int_equal(save(s, "k", "tag-0001", "tag-0001"), STORE_OK);
    later(s, 60);
    assert_int_equal(load(s, "k"), STORE_OK);
}

static void test_a_record_that_is_no_record_is_refused(void **state)
{
    struct store *s = *state;
    assert_int_equal(save(s, "k", NULL, "short"), STORE_DOWN);
    assert_int_equal(load(s, "k"), STORE_ABSENT);
}

static void test_memory_can_be_down_and_cleared(void **state)
{
    struct store *s = *state;
    save(s, "k", NULL, "tag-0001 one");
    store_memory_set_down(s->memory, true);
    assert_int_equal(load(s, "k"), STORE_DOWN);
    assert_int_equal(save(s, "k", "tag-0001", "tag-0002"), STORE_DOWN);
    store_memory_set_down(s->memory, false);
    assert_int_equal(load(s, "k"), STORE_OK);
    store_memory_clear(s->memory);
    assert_int_equal(load(s, "k"), STORE_ABSENT);
}

/* Send one command on a connection of our own. */
static void tell_redis(const struct store *s, const char *command)
{
    redisContext *c = redisConnectUnix(s->server.socket);
    assert_non_null(c);
    freeReplyObject(redisCommand(c, "AUTH hush"));
    redisReply *r = redisCommand(c, command);
    assert_non_null(r);
    assert_int_not_equal(r->type, REDIS_REPLY_ERROR);
    freeReplyObject(r);
    redisFree(c);
}

static void test_redis_may_forget_the_script(void **state)
{
    struct store *s = *state;
    assert_int_equal(save(s, "k", NULL, "tag-0001 one"), STORE_OK);
    tell_redis(s, "SCRIPT FLUSH");
    assert_int_equal(save(s, "k", "tag-0001", "tag-0002 two"), STORE_OK);
    tell_redis(s, "SCRIPT FLUSH");
    assert_int_equal(save(s, "k", "tag-0001", "tag-0003 three"), STORE_CONFLICT);
    given(s, "tag-0002 two");
    assert_int_equal(metrics_get(s->metrics, M_REDIS_ERRORS, NULL), 0);
}

static void test_redis_keys_have_the_prefix(void **state)
{
    struct store *s = *state;
    save(s, "k", NULL, "tag-0001 one");
    tell_redis(s, "RENAME ml:k ml:k2");
    assert_int_equal(load(s, "k"), STORE_ABSENT);
    assert_int_equal(load(s, "k2"), STORE_OK);
}

static void test_redis_error_is_down_and_counted(void **state)
{
    struct store *s = *state;
    tell_redis(s, "LPUSH ml:k x");
    assert_int_equal(load(s, "k"), STORE_DOWN);
    assert_int_equal(save(s, "k", NULL, "tag-0001"), STORE_DOWN);
    assert_int_equal(metrics_get(s->metrics, M_REDIS_ERRORS, NULL), 2);
    assert_true(is_up(s));
}

static void test_redis_that_stops_is_down_in_time(void **state)
{
    struct store *s = *state;
    server_signal(&s->server, SIGSTOP);
    int64_t before = loop_monotonic_us();
    assert_int_equal(load(s, "k"), STORE_DOWN);
    int64_t took = (loop_monotonic_us() - before) / 1000;
    assert_in_range(took, TIMEOUT_MS - 2, TIMEOUT_MS * 3);
    assert_int_equal(metrics_get(s->metrics, M_REDIS_TIMEOUTS, NULL), 1);
    assert_true(is_up(s));
    /* The late answer is dropped, and does no harm to the next one. */
    server_signal(&s->server, SIGCONT);
    assert_int_equal(save(s, "k", NULL, "tag-0001 one"), STORE_OK);
    assert_int_equal(load(s, "k"), STORE_OK);
    server_run_for(s->loop, 10);
    assert_int_equal(s->answers, 1);
}

static void test_redis_is_given_up_after_three_late_answers(void **state)
{
    struct store *s = *state;
    server_signal(&s->server, SIGSTOP);
    for (int i = 0; i < 3; i++)
        assert_int_equal(load(s, "k"), STORE_DOWN);
    assert_false(is_up(s));
    s->answers = 0;
    s->load(s->arg, ++s->asked, "k");
    assert_int_equal(s->answers, 1); /* refused before the call returned */
    assert_int_equal(s->result, STORE_DOWN);
    server_signal(&s->server, SIGCONT);
    server_await(s->loop, is_up, s);
    assert_int_equal(load(s, "k"), STORE_ABSENT);
}

static void test_redis_that_hangs_is_noticed_without_requests(void **state)
{
    struct store *s = *state;
    server_signal(&s->server, SIGSTOP);
    server_await(s->loop, is_down, s);
    assert_int_equal(metrics_get(s->metrics, M_REDIS_UP, NULL), 0);
    server_signal(&s->server, SIGCONT);
    server_await(s->loop, is_up, s);
}

static void test_idle_redis_stays_up(void **state)
{
    struct store *s = *state;
    server_run_for(s->loop, 3200);
    assert_true(is_up(s));
    assert_int_equal(load(s, "k"), STORE_ABSENT);
}

static void test_redis_that_dies_comes_back(void **state)
{
    struct store *s = *state;
    begin_save(s, "k", NULL, "tag-0001 one");
    server_signal(&s->server, SIGKILL);
    assert_int_equal(outcome(s), STORE_DOWN);
    assert_false(is_up(s));
    assert_int_equal(load(s, "k"), STORE_DOWN);
    server_run_for(s->loop, 100); /* several attempts that fail */
    assert_false(is_up(s));
    server_start_redis(&s->server, "hush");
    server_await(s->loop, is_up, s);
    assert_int_equal(metrics_get(s->metrics, M_REDIS_UP, NULL), 1);
    assert_int_equal(save(s, "k", NULL, "tag-0001 one"), STORE_OK);
}

static void test_more_requests_than_allowed_are_down(void **state)
{
    struct store *s = *state;
    s->answers = 0;
    for (int i = 0; i < 8; i++)
        s->load(s->arg, (uint64_t)i, "k");
    assert_int_equal(s->answers, 0);
    s->load(s->arg, 8, "k");
    assert_int_equal(s->answers, 1);
    assert_int_equal(s->txn, 8);
    assert_int_equal(s->result, STORE_DOWN);
    while (s->answers < 9)
        server_run_for(s->loop, 1);
    assert_int_equal(s->result, STORE_ABSENT);
}

static void test_requests_are_answered_when_the_store_is_freed(void **state)
{
    struct store *s = *state;
    begin_save(s, "k", NULL, "tag-0001 one");
    store_redis_free(s->redis);
    s->redis = NULL;
    assert_int_equal(s->answers, 1);
    assert_int_equal(s->result, STORE_DOWN);
}

static void test_wrong_password_is_down(void **state)
{
    (void)state;
    struct store *s = make_redis("wrong");
    void *p = s;
    server_run_for(s->loop, 100);
    assert_false(is_up(s));
    assert_int_equal(load(s, "k"), STORE_DOWN);
    close_redis(&p);
}

#define ON_MEMORY(t) cmocka_unit_test_setup_teardown(t, open_memory, close_memory)
#define ON_REDIS(t)  cmocka_unit_test_setup_teardown(t, open_redis, close_redis)
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
    const struct CMUnitTest redis[] = {
        CONTRACT(ON_REDIS),
        ON_REDIS(test_redis_may_forget_the_script),
        ON_REDIS(test_redis_keys_have_the_prefix),
        ON_REDIS(test_redis_error_is_down_and_counted),
        ON_REDIS(test_redis_that_stops_is_down_in_time),
        ON_REDIS(test_redis_is_given_up_after_three_late_answers),
        ON_REDIS(test_redis_that_hangs_is_noticed_without_requests),
        ON_REDIS(test_idle_redis_stays_up),
        ON_REDIS(test_redis_that_dies_comes_back),
        ON_REDIS(test_more_requests_than_allowed_are_down),
        ON_REDIS(test_requests_are_answered_when_the_store_is_freed),
        cmocka_unit_test(test_wrong_password_is_down),
    };
    int failed = cmocka_run_group_tests_name("memory", memory, NULL, NULL);
    return failed + cmocka_run_group_tests_name("redis", redis, NULL, NULL);
}
