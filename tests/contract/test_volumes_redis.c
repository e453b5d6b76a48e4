/* SPDX-License-Identifier: Apache-2.0 */
/* What was counted, on its way to a real Redis: nothing counts twice, nothing that a process still
 * holds is lost, whatever becomes of Redis and its answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <signal.h>

#include <hiredis/hiredis.h>

#include "core/volumes_record.h"
#include "daemon/flush.h"
#include "io/store_redis_volumes.h"
#include "support/store.h"

enum { HOUR = 498738, HOUR_MS = 3600 * 1000, EVERY_MS = 10 };
static const int64_t NOW = (int64_t)HOUR * HOUR_MS;
static const char KEY[] = "ml:volumes:2026-11-23T18";

/* One gateway's counting and its flush; the store's Redis is shared. */
struct gateway {
    struct volumes *volumes;
    struct flush *flush;
};

static int64_t now_ms(void *arg)
{
    (void)arg;
    return NOW;
}

static struct gateway gateway_open(struct store *s, uint64_t writer)
{
    struct gateway g = {.volumes = volumes_new(writer)};
    struct flush_options o = {.loop = s->loop,
                              .store = s->redis,
                              .volumes = g.volumes,
                              .clock = {.now_ms = now_ms},
                              .every_ms = EVERY_MS,
                              .metrics = s->metrics};
    g.flush = flush_new(&o);
    assert_non_null(g.flush);
    return g;
}

static void gateway_close(struct gateway *g)
{
    flush_free(g->flush);
    volumes_free(g->volumes);
}

static void count(struct gateway *g, unsigned steps)
{
    struct volume_step step = {.now_ms = NOW, .bridge = "laotel", .lang = "lo", .country = "LA"};
    for (unsigned i = 0; i < steps; i++)
        volumes_step(g->volumes, &step);
}

/* What was read of an hour. */
struct got {
    bool answered, failed;
    size_t fields, records, bad;
    uint64_t steps;
    char salt[40];
};

static void add_line(void *arg, const struct volume_line *l)
{
    ((struct got *)arg)->steps += l->kind == VOLUME_LINE_CELL ? l->count[VOLUME_STEPS] : 0;
}

static void on_got(void *arg, int64_t hour, const struct volumes_field *f, size_t n)
{
    struct got *g = arg;
    assert_int_equal(hour, HOUR);
    g->answered = true;
    g->failed = !f;
    g->fields = n;
    for (size_t i = 0; f && i < n; i++) {
        if (f[i].name_len == 4 && memcmp(f[i].name, "salt", 4) == 0)
            snprintf(g->salt, sizeof g->salt, "%.*s", (int)f[i].len, f[i].value);
        else if (volumes_read(f[i].value, f[i].len, add_line, g) == 0)
            g->records++;
        else
            g->bad++;
    }
}

static bool is_answered(void *arg)
{
    return ((struct got *)arg)->answered;
}

static struct got read_hour(struct store *s)
{
    struct got g = {.steps = 0};
    assert_int_equal(store_redis_volumes_get(s->redis, HOUR, on_got, &g), 0);
    server_await(s->loop, is_answered, &g);
    return g;
}

static bool is_stored(void *arg)
{
    return volumes_waiting(((struct gateway *)arg)->volumes) == 0;
}

/* Send one command on a connection of our own. Returns an integer answer, else 0. */
static long long tell_redis(const struct store *s, const char *command)
{
    redisContext *c = redisConnectUnix(s->server.socket);
    assert_non_null(c);
    freeReplyObject(redisCommand(c, "AUTH hush"));
    redisReply *r = redisCommand(c, command);
    assert_non_null(r);
    assert_int_not_equal(r->type, REDIS_REPLY_ERROR);
    long long n = r->integer;
    freeReplyObject(r);
    redisFree(c);
    return n;
}

static void what_is_counted_is_stored_and_expires_after_13_months(void **state)
{
    struct store *s = *state;
    char command[64];
    struct gateway g = gateway_open(s, 1);
    count(&g, 3);
    server_await(s->loop, is_stored, &g);
    count(&g, 4);
    server_await(s->loop, is_stored, &g);
    struct got got = read_hour(s);
    assert_int_equal(got.records, 1);
    assert_int_equal(got.steps, 7);
    assert_int_equal(strlen(got.salt), VOLUMES_SALT_SIZE);
    snprintf(command, sizeof command, "EXPIRETIME %s", KEY);
    assert_int_equal(tell_redis(s, command), (int64_t)HOUR * 3600 + 400LL * 86400);
    gateway_close(&g);
}

static void an_hour_of_which_nothing_is_kept_is_empty(void **state)
{
    struct got got = read_hour(*state);
    assert_false(got.failed);
    assert_int_equal(got.fields, 0);
}

static void on_put(void *arg, int64_t hour, uint64_t seq, bool stored)
{
    struct got *g = arg;
    assert_int_equal(hour, HOUR);
    (void)seq;
    g->answered = true;
    g->failed = !stored;
}

static bool put(struct store *s, uint64_t writer, uint64_t seq, const char *record)
{
    struct got g = {.steps = 0};
    struct volumes_put p = {.hour = HOUR,
                            .writer = writer,
                            .seq = seq,
                            .record = record,
                            .len = strlen(record),
                            .salt = "00112233445566778899aabbccddeeff"};
    assert_int_equal(store_redis_volumes_put(s->redis, &p, on_put, &g), 0);
    server_await(s->loop, is_answered, &g);
    return !g.failed;
}

static void a_record_that_comes_twice_or_late_changes_nothing(void **state)
{
    struct store *s = *state;
    assert_true(put(s, 7, 12, "1 12\nc a ussd lo LA 0 12 0 0\n"));
    assert_true(put(s, 7, 12, "1 12\nc a ussd lo LA 0 12 0 0\n"));
    assert_true(put(s, 7, 9, "1 9\nc a ussd lo LA 0 9 0 0\n"));
    assert_int_equal(read_hour(s).steps, 12);
    assert_true(put(s, 7, 100, "1 100\nc a ussd lo LA 0 100 0 0\n"));
    assert_int_equal(read_hour(s).steps, 100);
    assert_int_equal(read_hour(s).records, 1);
}

static void what_another_program_left_there_is_replaced(void **state)
{
    struct store *s = *state;
    char command[96];
    snprintf(command, sizeof command, "HSET %s 0000000000000007 nonsense", KEY);
    tell_redis(s, command);
    assert_true(put(s, 7, 1, "1 1\nc a ussd lo LA 0 1 0 0\n"));
    assert_int_equal(read_hour(s).steps, 1);
}

static void a_key_of_another_type_is_an_error_and_nothing_is_taken_for_stored(void **state)
{
    struct store *s = *state;
    char command[64];
    snprintf(command, sizeof command, "LPUSH %s x", KEY);
    tell_redis(s, command);
    assert_false(put(s, 7, 1, "1 1\n"));
    assert_true(read_hour(s).failed);
    assert_int_equal(metrics_get(s->metrics, M_REDIS_ERRORS, NULL), 2);
}

static void gateways_stand_side_by_side_also_after_a_restart(void **state)
{
    struct store *s = *state;
    struct gateway a = gateway_open(s, 1), b = gateway_open(s, 2);
    count(&a, 3);
    count(&b, 4);
    server_await(s->loop, is_stored, &a);
    server_await(s->loop, is_stored, &b);
    assert_int_equal(read_hour(s).steps, 7);
    gateway_close(&a);
    a = gateway_open(s, 3);
    count(&a, 1);
    server_await(s->loop, is_stored, &a);
    struct got got = read_hour(s);
    assert_int_equal(got.steps, 8);
    assert_int_equal(got.records, 3);
    gateway_close(&a);
    gateway_close(&b);
}

static bool has_failed(void *arg)
{
    return metrics_get(((struct store *)arg)->metrics, M_VOLUMES_WRITES, "failed") > 0;
}

/* Redis takes a record, but the gateway never hears of it. */
static void an_answer_that_is_lost_counts_once(void **state)
{
    struct store *s = *state;
    struct gateway g = gateway_open(s, 1);
    count(&g, 5);
    server_signal(&s->server, SIGSTOP);
    assert_false(flush_is_done(g.flush)); /* it is in Redis' socket */
    server_await(s->loop, has_failed, s);
    assert_int_equal(volumes_waiting(g.volumes), 1);
    count(&g, 2);
    server_signal(&s->server, SIGCONT);
    server_await(s->loop, is_stored, &g);
    struct got got = read_hour(s);
    assert_int_equal(got.steps, 7);
    assert_int_equal(got.records, 1);
    gateway_close(&g);
}

static void a_redis_that_lost_all_gets_the_whole_hour_again(void **state)
{
    struct store *s = *state;
    struct gateway g = gateway_open(s, 1);
    count(&g, 5);
    server_await(s->loop, is_stored, &g);
    server_signal(&s->server, SIGKILL);
    count(&g, 1);
    server_await(s->loop, store_is_down, s);
    server_run_for(s->loop, 5 * EVERY_MS);
    assert_true(flush_is_done(g.flush)); /* a gateway that stops does not wait for it */
    assert_int_equal(volumes_waiting(g.volumes), 1);
    assert_int_equal(metrics_get(s->metrics, M_VOLUMES_WAITING, NULL), 1);
    server_start_redis(&s->server, "hush");
    server_await(s->loop, is_stored, &g);
    assert_int_equal(read_hour(s).steps, 6);
    gateway_close(&g);
}

static void hours_that_are_lost_are_counted(void **state)
{
    struct store *s = *state;
    struct gateway g = gateway_open(s, 1);
    server_signal(&s->server, SIGKILL);
    server_await(s->loop, store_is_down, s);
    struct volume_step step = {.bridge = "laotel", .lang = "lo", .country = "LA"};
    for (int i = 0; i < VOLUMES_HOURS + 2; i++) {
        step.now_ms = NOW + (int64_t)i * HOUR_MS;
        volumes_step(g.volumes, &step);
    }
    assert_true(flush_is_done(g.flush));
    assert_int_equal(metrics_get(s->metrics, M_VOLUMES_LOST, NULL), 2);
    assert_int_equal(metrics_get(s->metrics, M_VOLUMES_WAITING, NULL), VOLUMES_HOURS);
    gateway_close(&g);
}

static void a_record_under_way_when_all_ends_is_answered(void **state)
{
    struct store *s = *state;
    struct gateway g = gateway_open(s, 1);
    count(&g, 1);
    assert_false(flush_is_done(g.flush));
    store_redis_free(s->redis);
    s->redis = NULL;
    gateway_close(&g);
}

#define ON_REDIS(t) cmocka_unit_test_setup_teardown(t, store_open_redis, store_close_redis)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_REDIS(what_is_counted_is_stored_and_expires_after_13_months),
        ON_REDIS(an_hour_of_which_nothing_is_kept_is_empty),
        ON_REDIS(a_record_that_comes_twice_or_late_changes_nothing),
        ON_REDIS(what_another_program_left_there_is_replaced),
        ON_REDIS(a_key_of_another_type_is_an_error_and_nothing_is_taken_for_stored),
        ON_REDIS(gateways_stand_side_by_side_also_after_a_restart),
        ON_REDIS(an_answer_that_is_lost_counts_once),
        ON_REDIS(a_redis_that_lost_all_gets_the_whole_hour_again),
        ON_REDIS(hours_that_are_lost_are_counted),
        ON_REDIS(a_record_under_way_when_all_ends_is_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
