/* SPDX-License-Identifier: Apache-2.0 */
/* Requests in the daemon, between a dispatch that only notes what it is told, a journal on disk, a
 * real broker, and a case work that acknowledges and answers. Allocations of ours and calls of ours
 * into the libraries fail in turn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/requests.h"
#include "message/request_codec.h"
#include "message/topics.h"
#include "support/failing.h"
#include "support/peer.h"
#include "support/request_example.h"

enum { SOME = 4, TRIES_MAX = 20, AWAIT_US = 20000000, NUDGE_MS = 5 };

struct office {
    struct server broker;
    struct loop *loop;
    struct loop_timer *timer;
    bool (*done)(struct office *o);
    int64_t until_us;
    struct conf conf;
    struct mqtt *gateway, *casework;
    struct metrics *metrics;
    struct requests *requests; /* of this run, or NULL */
    /* What the dispatch was told, by txn. */
    uint64_t txn;
    unsigned answers;
    enum filed filed;
    enum case_state state;
    /* What the case work has seen. */
    unsigned seen[2], stored;
    bool acknowledges;
    bool heard_last; /* the gateway's side has heard the last word of this run */
};

static struct office *the_office; /* dispatch_filed and the like know only the dispatch */

void __wrap_dispatch_filed(void *arg, uint64_t txn, enum filed r);
void __wrap_dispatch_told(void *arg, uint64_t txn, enum case_state state);

void __wrap_dispatch_filed(void *arg, uint64_t txn, enum filed r)
{
    (void)arg;
    assert_int_equal(txn, the_office->txn);
    the_office->answers++;
    the_office->filed = r;
}

void __wrap_dispatch_told(void *arg, uint64_t txn, enum case_state state)
{
    (void)arg;
    assert_int_equal(txn, the_office->txn);
    the_office->answers++;
    the_office->state = state;
}

static const char *const ids[] = {"46faf04d3d248c00", "56faf04d3d248c00"};
static const char last_id[] = "ffffffffffffffff"; /* of no request */

static struct request example(size_t i)
{
    struct request r = {.case_no = "299392469",
                        .proof = "70af76589b547c29",
                        .subject = "61c555535379633798f01e7bb64f8a71",
                        .at = 1795456789000,
                        .bridge = "laotel",
                        .kind = "unpaid",
                        .country = "TH",
                        .wish = WISH_QUIET,
                        .safe = SAFE_EVENING,
                        .lang = "lo",
                        .msisdn = EXAMPLE_MSISDN,
                        .text = EXAMPLE_TEXT,
                        .text_len = strlen(EXAMPLE_TEXT)};
    strcpy(r.id, ids[i]);
    return r;
}

static struct case_ask question(void)
{
    return (struct case_ask){.case_no = "299392469", .proof = "70af76589b547c29"};
}

/* The case work; what it does never fails. */

static void say(struct office *o, const char *part, const struct buf *b)
{
    char topic[TOPIC_MAX];
    topics_write_request_part(o->conf.mqtt_root, part, topic);
    struct mqtt_out out = {.topic = topic, .payload = b->data, .len = b->len};
    failing_pause();
    assert_int_equal(mqtt_publish(o->casework, &out), 0);
    failing_resume();
}

static void acknowledge(struct office *o, const char *id)
{
    char payload[128];
    struct buf b;
    buf_init(&b, payload, sizeof payload);
    request_codec_write_ack(id, &b);
    say(o, "ack", &b);
}

static void take_request(struct office *o, const struct mqtt_message *m)
{
    static char scratch[REQUEST_PAYLOAD_MAX + 1];
    struct request_read read;
    char why[REQUEST_WHY_MAX];
    assert_int_equal(request_codec_read(m->payload, m->len, scratch, &read, why), 0);
    for (size_t i = 0; i < 2; i++)
        o->seen[i] += strcmp(read.request.id, ids[i]) == 0;
    if (o->acknowledges)
        acknowledge(o, read.request.id);
}

static void on_casework(void *arg, const struct mqtt_message *m)
{
    struct office *o = arg;
    char ask_id[REQUEST_ASK_ID_MAX + 1];
    enum case_state state;
    if (topics_is_request(o->conf.mqtt_root, m->topic))
        take_request(o, m);
    else if (topics_is_request_part(o->conf.mqtt_root, m->topic, "state") &&
             request_codec_read_state(m->payload, m->len, ask_id, &state) == 0)
        o->stored += strcmp(ask_id, "casework.1") == 0 && state == CASE_STORED;
}

static void on_gateway(void *arg, const struct mqtt_message *m)
{
    struct office *o = arg;
    if (o->requests)
        assert_true(requests_message(o->requests, m));
    o->heard_last = o->heard_last || memmem(m->payload, m->len, last_id, strlen(last_id));
}

static void on_up(void *arg)
{
    (void)arg;
}

static void on_down(void *arg, const char *why)
{
    (void)arg;
    (void)why;
}

/* Waiting. What rests is woken, as it is when the connection comes back. */
static void look(void *arg)
{
    struct office *o = arg;
    if (o->requests)
        requests_up(o->requests);
    if (o->done(o) || loop_monotonic_us() >= o->until_us)
        loop_stop(o->loop);
    else
        loop_timer_set(o->timer, NUDGE_MS);
}

static void await(struct office *o, bool (*done)(struct office *o))
{
    o->done = done;
    o->until_us = loop_monotonic_us() + AWAIT_US;
    loop_timer_set(o->timer, 0);
    assert_int_equal(loop_run(o->loop), 0);
    assert_true(done(o));
}

static bool is_answered(struct office *o)
{
    return o->answers > 0;
}

static bool all_seen(struct office *o)
{
    return o->seen[0] > 0 && o->seen[1] > 0;
}

static bool all_acknowledged(struct office *o)
{
    return metrics_get(o->metrics, M_JOURNAL_WAITING, NULL) == 0;
}

/* The case work asks until somebody says that the request is stored. */
static bool is_stored(struct office *o)
{
    char payload[256];
    struct case_ask ask = question();
    struct buf b;
    buf_init(&b, payload, sizeof payload);
    request_codec_write_ask("casework.1", &ask, &b);
    if (o->stored == 0)
        say(o, "ask", &b);
    return o->stored > 0;
}

static void file(struct office *o, size_t i)
{
    struct request r = example(i);
    int tries = 0;
    do {
        assert_in_range(++tries, 1, TRIES_MAX);
        o->txn++;
        o->answers = 0;
        requests_file(o->requests, o->txn, &r);
        await(o, is_answered);
        assert_int_equal(o->answers, 1);
        assert_true(o->filed == FILED_OK || o->filed == FILED_FAILED);
    } while (o->filed != FILED_OK);
}

static void ask(struct office *o)
{
    struct case_ask a = question();
    int tries = 0;
    do {
        assert_in_range(++tries, 1, TRIES_MAX);
        o->txn++;
        o->answers = 0;
        requests_ask(o->requests, o->txn, &a);
        await(o, is_answered);
        assert_int_equal(o->answers, 1);
        assert_true(o->state == CASE_STORED || o->state == CASE_UNREACHABLE);
    } while (o->state != CASE_STORED);
}

static struct requests *make(struct office *o, char why[256])
{
    struct requests_options options = {.conf = &o->conf, .loop = o->loop, .metrics = o->metrics};
    snprintf(o->conf.request_journal, sizeof o->conf.request_journal, "%s/journal",
             o->broker.folder);
    return requests_new(&options, why);
}

static void remove_journal(const struct office *o)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    char path[600];
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        snprintf(path, sizeof path, "%s%s", o->conf.request_journal, ends[i]);
        unlink(path);
    }
}

static bool last_is_heard(struct office *o)
{
    return o->heard_last;
}

/* An acknowledgement of this run that is still on its way would settle the next run's request of
 * the same id before it is sent. */
static void let_pass(struct office *o)
{
    o->acknowledges = false;
    o->heard_last = false;
    acknowledge(o, last_id);
    await(o, last_is_heard);
}

static unsigned run(void *arg, const struct failing *plan)
{
    struct office *o = arg;
    char why[256];
    o->seen[0] = o->seen[1] = o->stored = 0;
    o->acknowledges = false;
    o->requests = make(o, why);
    assert_non_null(o->requests);
    requests_set_mqtt(o->requests, o->gateway);
    failing_arm(plan, FAILING_HERE);
    file(o, 0);
    file(o, 1);
    await(o, all_seen);
    ask(o);
    await(o, is_stored);
    o->acknowledges = true;
    acknowledge(o, ids[0]);
    acknowledge(o, ids[1]);
    await(o, all_acknowledged);
    unsigned failed = failing_disarm();
    let_pass(o);
    assert_false(requests_degraded(o->requests));
    requests_free(o->requests);
    o->requests = NULL;
    remove_journal(o);
    return failed;
}

static void requests_without_memory(void **state)
{
    failing_both("requests, from the filing to the answer", SOME, run, *state);
}

/* Without a journal the gateway serves all the same, and says that something is wrong. */
static unsigned run_new(void *arg, const struct failing *plan)
{
    struct office *o = arg;
    char why[256] = "";
    failing_arm(plan, FAILING_HERE);
    struct requests *r = make(o, why);
    unsigned failed = failing_disarm();
    assert_true(r || *why);
    if (r)
        assert_true(requests_degraded(r) == (failed > 0));
    else
        assert_true(failed > 0);
    requests_free(r);
    remove_journal(o);
    return failed;
}

static void requests_are_made_or_not(void **state)
{
    failing_both("requests_new", SOME, run_new, *state);
}

static struct mqtt *connect_to(struct office *o, const char *const *filters,
                               void (*message)(void *arg, const struct mqtt_message *m))
{
    char why[256];
    struct mqtt_options options = {.host = o->broker.socket,
                                   .keepalive_s = 60,
                                   .retry_min_ms = 1,
                                   .retry_max_ms = 2,
                                   .max_queued = 100,
                                   .subscribe = filters};
    struct mqtt_handlers h = {.arg = o, .message = message, .up = on_up, .down = on_down};
    struct mqtt *m = mqtt_new(o->loop, &options, &h, why);
    assert_non_null(m);
    return m;
}

static bool both_up(struct office *o)
{
    return mqtt_is_up(o->gateway) && mqtt_is_up(o->casework);
}

static void write_keys(struct office *o)
{
    struct seal_secret key = example_key();
    char path[128], why[SEAL_ERROR_MAX];
    snprintf(path, sizeof path, "%s/secret", o->broker.folder);
    snprintf(o->conf.request_public_key_file, sizeof o->conf.request_public_key_file, "%s/public",
             o->broker.folder);
    assert_int_equal(seal_write(&key, path, o->conf.request_public_key_file, why), 0);
}

static int open_office(void **state)
{
    static const char *const parts[] = {"mekong/1/request/ack", "mekong/1/request/ask",
                                        "mekong/1/request/state", NULL};
    static const char *const all[] = {"mekong/1/request/+", NULL};
    struct office *o = calloc(1, sizeof *o);
    the_office = o;
    server_init(&o->broker);
    server_start_mosquitto(&o->broker, "allow_anonymous true\n");
    o->loop = loop_new();
    o->timer = loop_timer_new(o->loop, look, o);
    o->metrics = metrics_new();
    conf_defaults(&o->conf);
    strcpy(o->conf.mqtt_root, "mekong/1");
    o->conf.request_resend_s = 1;
    o->conf.request_ask_ms = 200;
    write_keys(o);
    o->gateway = connect_to(o, parts, on_gateway);
    o->casework = connect_to(o, all, on_casework);
    await(o, both_up);
    *state = o;
    return 0;
}

static int close_office(void **state)
{
    struct office *o = *state;
    mqtt_free(o->gateway);
    mqtt_free(o->casework);
    metrics_free(o->metrics);
    loop_timer_free(o->timer);
    loop_free(o->loop);
    server_end(&o->broker);
    free(o);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(requests_are_made_or_not, failing_tell),
        cmocka_unit_test_teardown(requests_without_memory, failing_tell),
    };
    return cmocka_run_group_tests_name("nth/daemon", tests, open_office, close_office);
}
