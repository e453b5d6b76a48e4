/* SPDX-License-Identifier: Apache-2.0 */
/* What only a server far away can do to a store: stop, die, forget its scripts, refuse the
 * password. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <hiredis/hiredis.h>

#include "base/metrics.h"
#include "support/store.h"

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
    assert_int_equal(store_save_record(s, "k", NULL, "tag-0001 one"), STORE_OK);
    tell_redis(s, "SCRIPT FLUSH");
    assert_int_equal(store_save_record(s, "k", "tag-0001", "tag-0002 two"), STORE_OK);
    tell_redis(s, "SCRIPT FLUSH");
    assert_int_equal(store_save_record(s, "k", "tag-0001", "tag-0003 three"), STORE_CONFLICT);
    store_given(s, "tag-0002 two");
    assert_int_equal(metrics_get(s->metrics, M_REDIS_ERRORS, NULL), 0);
}

static void test_redis_keys_have_the_prefix(void **state)
{
    struct store *s = *state;
    store_save_record(s, "k", NULL, "tag-0001 one");
    tell_redis(s, "RENAME ml:k ml:k2");
    assert_int_equal(store_load(s, "k"), STORE_ABSENT);
    assert_int_equal(store_load(s, "k2"), STORE_OK);
}

static void test_redis_error_is_down_and_counted(void **state)
{
    struct store *s = *state;
    tell_redis(s, "LPUSH ml:k x");
    assert_int_equal(store_load(s, "k"), STORE_DOWN);
    assert_int_equal(store_save_record(s, "k", NULL, "tag-0001"), STORE_DOWN);
    assert_int_equal(metrics_get(s->metrics, M_REDIS_ERRORS, NULL), 2);
    assert_true(store_is_up(s));
}

static void test_redis_that_stops_is_down_in_time(void **state)
{
    struct store *s = *state;
    server_signal(&s->server, SIGSTOP);
    int64_t before = loop_monotonic_us();
    assert_int_equal(store_load(s, "k"), STORE_DOWN);
    int64_t took = (loop_monotonic_us() - before) / 1000;
    assert_in_range(took, STORE_TIMEOUT_MS - 2, STORE_TIMEOUT_MS * 3);
    assert_int_equal(metrics_get(s->metrics, M_REDIS_TIMEOUTS, NULL), 1);
    assert_true(store_is_up(s));
    /* The late answer is dropped, and does no harm to the next one. */
    server_signal(&s->server, SIGCONT);
    assert_int_equal(store_save_record(s, "k", NULL, "tag-0001 one"), STORE_OK);
    assert_int_equal(store_load(s, "k"), STORE_OK);
    server_run_for(s->loop, 10);
    assert_int_equal(s->answers, 1);
}

static bool all_answered(void *arg)
{
    return ((struct store *)arg)->answers == 8;
}

/* More has come than is read in one turn of the loop, which was busy for longer than a request may
 * take. */
static void test_a_late_loop_takes_no_answer_for_late(void **state)
{
    struct store *s = *state;
    char record[PORTS_RECORD_MAX + 1];
    memset(record, 'r', PORTS_RECORD_MAX);
    record[PORTS_RECORD_MAX] = '\0';
    assert_int_equal(store_save_record(s, "k", NULL, record), STORE_OK);
    server_signal(&s->server, SIGSTOP);
    s->answers = 0;
    for (int i = 0; i < 8; i++)
        s->load(s->arg, (uint64_t)i, "k");
    server_run_for(s->loop, 10);
    server_signal(&s->server, SIGCONT);
    usleep(STORE_TIMEOUT_MS * 1500); /* the loop is busy */
    server_await(s->loop, all_answered, s);
    assert_int_equal(s->result, STORE_OK);
    assert_int_equal(metrics_get(s->metrics, M_REDIS_TIMEOUTS, NULL), 0);
}

static void test_redis_is_given_up_after_three_late_answers(void **state)
{
    struct store *s = *state;
    server_signal(&s->server, SIGSTOP);
    for (int i = 0; i < 3; i++)
        assert_int_equal(store_load(s, "k"), STORE_DOWN);
    assert_false(store_is_up(s));
    s->answers = 0;
    s->load(s->arg, ++s->asked, "k");
    assert_int_equal(s->answers, 1); /* refused before the call returned */
    assert_int_equal(s->result, STORE_DOWN);
    server_signal(&s->server, SIGCONT);
    server_await(s->loop, store_is_up, s);
    assert_int_equal(store_load(s, "k"), STORE_ABSENT);
}

static void test_redis_that_hangs_is_noticed_without_requests(void **state)
{
    struct store *s = *state;
    server_signal(&s->server, SIGSTOP);
    server_await(s->loop, store_is_down, s);
    assert_int_equal(metrics_get(s->metrics, M_REDIS_UP, NULL), 0);
    server_signal(&s->server, SIGCONT);
    server_await(s->loop, store_is_up, s);
}

static void test_idle_redis_stays_up(void **state)
{
    struct store *s = *state;
    server_run_for(s->loop, 3200);
    assert_true(store_is_up(s));
    assert_int_equal(store_load(s, "k"), STORE_ABSENT);
}

static void test_redis_that_dies_comes_back(void **state)
{
    struct store *s = *state;
    store_begin_save(s, "k", NULL, "tag-0001 one");
    server_signal(&s->server, SIGKILL);
    assert_int_equal(store_outcome(s), STORE_DOWN);
    assert_false(store_is_up(s));
    assert_int_equal(store_load(s, "k"), STORE_DOWN);
    server_run_for(s->loop, 100); /* several attempts that fail */
    assert_false(store_is_up(s));
    server_start_redis(&s->server, "hush");
    server_await(s->loop, store_is_up, s);
    assert_int_equal(metrics_get(s->metrics, M_REDIS_UP, NULL), 1);
    assert_int_equal(store_save_record(s, "k", NULL, "tag-0001 one"), STORE_OK);
}

static void test_more_requests_than_allowed_are_down(void **state)
{
    struct store *s = *state;
    s->answers = 0;
    for (int i = 0; i < 8; i++)
        s->load(s->arg, (uint64_t)i, "k");
    assert_int_equal(s->answers, 0);
    assert_int_equal(metrics_get(s->metrics, M_REDIS_INFLIGHT, NULL), 8);
    s->load(s->arg, 8, "k");
    assert_int_equal(s->answers, 1);
    assert_int_equal(s->txn, 8);
    assert_int_equal(s->result, STORE_DOWN);
    while (s->answers < 9)
        server_run_for(s->loop, 1);
    assert_int_equal(s->result, STORE_ABSENT);
    assert_int_equal(metrics_get(s->metrics, M_REDIS_INFLIGHT, NULL), 0);
}

static void test_requests_are_answered_when_the_store_is_freed(void **state)
{
    struct store *s = *state;
    store_begin_save(s, "k", NULL, "tag-0001 one");
    store_redis_free(s->redis);
    s->redis = NULL;
    assert_int_equal(s->answers, 1);
    assert_int_equal(s->result, STORE_DOWN);
    assert_int_equal(metrics_get(s->metrics, M_REDIS_INFLIGHT, NULL), 0);
}

static void test_wrong_password_is_down(void **state)
{
    (void)state;
    struct store *s = store_make_redis("wrong");
    void *p = s;
    server_run_for(s->loop, 100);
    assert_false(store_is_up(s));
    assert_int_equal(store_load(s, "k"), STORE_DOWN);
    store_close_redis(&p);
}

#define ON_REDIS(t) cmocka_unit_test_setup_teardown(t, store_open_redis, store_close_redis)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_REDIS(test_redis_may_forget_the_script),
        ON_REDIS(test_redis_keys_have_the_prefix),
        ON_REDIS(test_redis_error_is_down_and_counted),
        ON_REDIS(test_redis_that_stops_is_down_in_time),
        ON_REDIS(test_a_late_loop_takes_no_answer_for_late),
        ON_REDIS(test_redis_is_given_up_after_three_late_answers),
        ON_REDIS(test_redis_that_hangs_is_noticed_without_requests),
        ON_REDIS(test_idle_redis_stays_up),
        ON_REDIS(test_redis_that_dies_comes_back),
        ON_REDIS(test_more_requests_than_allowed_are_down),
        ON_REDIS(test_requests_are_answered_when_the_store_is_freed),
        cmocka_unit_test(test_wrong_password_is_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
