/* SPDX-License-Identifier: Apache-2.0 */
/* The HTTP bridge, each allocation and each call into a library failing in turn: what cannot be
 * kept is refused to whoever brought it, and nothing of it stays; what was taken is done. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/inputs.h"
#include "http/kannel.h"
#include "http/kind.h"
#include "http/sender.h"
#include "http/waiting.h"
#include "io/mqtt.h"
#include "support/await.h"
#include "support/failing.h"
#include "support/http_peer.h"
#include "support/server.h"

enum { SOME = 4, FEW = 8, MANY = 150 };

struct world {
    struct server broker;
    struct loop *loop;
    struct await await;
    struct conf conf;
    struct mqtt *gateway; /* settles all that comes */
    struct bridge *bridge;
    struct web *web; /* of the kind, or the peer that takes SMS */
    const struct kind *kind;
    void *self;
    struct sender *sender;
    struct http_peer peer;
    bool asked[FEW];
};

/* Sessions of three inputs each, more than are kept. */
static unsigned run_inputs(void *arg, const struct failing *plan)
{
    static const char *const wholes[] = {"", "7", "7*2"}, *const texts[] = {"", "7", "2"};
    struct inputs *inputs;
    unsigned refused = 0;
    (void)arg;
    failing_arm(plan, FAILING_HERE);
    while (!(inputs = inputs_new(MANY - 10, 1000, 0)))
        refused++;
    for (int i = 0; i < MANY; i++)
        for (size_t n = 0; n < 3; n++) {
            char name[16];
            struct input in;
            snprintf(name, sizeof name, "s%d", i);
            while (inputs_take(inputs, name, wholes[n], 0, &in) < 0)
                refused++;
            assert_int_equal(in.begin, n == 0);
            assert_string_equal(in.text, texts[n]);
        }
    unsigned failed = failing_disarm();
    inputs_free(inputs);
    assert_int_equal(refused, failed);
    return failed;
}

/* Two requests for each message. */
static unsigned run_waiting(void *arg, const struct failing *plan)
{
    struct waiting *waiting;
    unsigned refused = 0;
    (void)arg;
    failing_arm(plan, FAILING_HERE);
    while (!(waiting = waiting_new(NULL, MANY)))
        refused++;
    for (unsigned i = 0; i < MANY; i++) {
        char id[16];
        snprintf(id, sizeof id, "m%u", i / 2);
        while (waiting_add(waiting, id, i) < 0) {
            refused++;
            assert_int_equal(waiting_count(waiting), i);
            assert_int_equal(waiting_has(waiting, id), i % 2);
        }
    }
    assert_int_equal(waiting_add(waiting, "m", MANY), -1);
    unsigned failed = failing_disarm();
    for (unsigned i = 0; i < MANY; i++) {
        char id[16];
        snprintf(id, sizeof id, "m%u", i / 2);
        assert_true(waiting_has(waiting, id));
        waiting_gone(waiting, i);
        assert_int_equal(waiting_has(waiting, id), i % 2 == 0);
    }
    assert_int_equal(waiting_count(waiting), 0);
    waiting_free(waiting);
    assert_int_equal(refused, failed);
    return failed;
}

static struct kind_world kind_world(struct world *w)
{
    return (struct kind_world){
        .conf = &w->conf.aggregators[0], .bridge = w->bridge, .web = w->web, .loop = w->loop};
}

static unsigned run_open(void *arg, const struct failing *plan)
{
    struct world *w = arg;
    struct kind_world kw = kind_world(w);
    char why[CONF_ERROR_MAX] = "";
    failing_arm(plan, FAILING_HERE);
    void *self = w->kind->open(&kw, why);
    unsigned failed = failing_disarm();
    assert_true((failed > 0) == !self);
    assert_true(self || *why);
    if (self)
        w->kind->close(self);
    return failed;
}

/* The peer that takes SMS; what fails here for want of memory fails for the sender, too. */
static void on_sms(void *arg, const struct web_request *r)
{
    struct world *w = arg;
    unsigned i = 0;
    assert_int_equal(sscanf(web_field(r, "text"), "sms %u", &i), 1);
    assert_in_range(i, 0, FEW - 1);
    w->asked[i] = true;
    web_answer(w->web, r->id, 202, "", 0);
}

static void on_gone(void *arg, uint64_t id)
{
    struct world *w = arg;
    if (w->self)
        w->kind->gone(w->self, id);
}

static void open_web(struct world *w, void (*request)(void *arg, const struct web_request *r))
{
    char path[SERVER_PATH_MAX], why[256];
    struct web_options o = {
        .listen = path, .connections = FEW * 4, .octets = KANNEL_OCTETS, .answer_ms = 60000};
    struct web_handlers h = {.arg = w, .request = request, .gone = on_gone};
    snprintf(path, sizeof path, "%s/web", w->broker.folder);
    w->web = web_new(w->loop, &o, &h, why);
    assert_non_null(w->web);
}

static bool take(struct world *w, unsigned i)
{
    char id[16], text[16];
    snprintf(id, sizeof id, "m%u", i);
    snprintf(text, sizeof text, "sms %u", i);
    struct answer a = {.kind = MT_SMS,
                       .id = id,
                       .re = "q", /* refused now, it comes again */
                       .msisdn = "8562055512345",
                       .from = "1234",
                       .text = text,
                       .coding = CODING_GSM7};
    return sender_take(w->sender, &a);
}

static bool all_sent(void *arg)
{
    const struct world *w = arg;
    return sender_waiting(w->sender) == 0;
}

static unsigned run_sender(void *arg, const struct failing *plan)
{
    struct world *w = arg;
    char why[CONF_ERROR_MAX];
    open_web(w, on_sms);
    struct kind_world kw = kind_world(w);
    w->sender = sender_new(&kw, why);
    assert_non_null(w->sender);
    memset(w->asked, 0, sizeof w->asked);
    failing_arm(plan, FAILING_HERE);
    for (unsigned i = 0; i < FEW; i++)
        for (int tries = 0; !take(w, i); tries++)
            assert_in_range(tries, 0, SOME);
    await_until(&w->await, all_sent, w);
    unsigned failed = failing_disarm();
    for (unsigned i = 0; i < FEW; i++)
        assert_true(w->asked[i]);
    sender_free(w->sender);
    web_free(w->web);
    w->web = NULL;
    return failed;
}

/* A question by way of the whole kind, the bridge and a broker: whoever asks until he is answered
 * is answered. */

static void on_question(void *arg, const struct web_request *r)
{
    struct world *w = arg;
    assert_true(w->kind->request(w->self, "sms", r));
}

static bool on_answer(void *arg, const struct answer *a)
{
    struct world *w = arg;
    return w->kind->answer(w->self, a);
}

static void on_refused(void *arg, const struct bridge_refusal *r)
{
    (void)arg;
    fail_msg("refused: %s", r->detail);
}

static void on_expired(void *arg, const char *id)
{
    struct world *w = arg;
    w->kind->expired(w->self, id);
}

static void on_message(void *arg, const struct mqtt_message *m)
{
    struct world *w = arg;
    char payload[256], id[MESSAGE_ID_MAX + 1];
    const char *at = strstr(m->payload, "\"id\":\"");
    assert_non_null(at);
    snprintf(id, sizeof id, "%.*s", (int)strcspn(at + 6, "\""), at + 6);
    snprintf(payload, sizeof payload, "{\"v\":1,\"kind\":\"none\",\"id\":\"%s.0\",\"re\":\"%s\"}",
             id, id);
    struct mqtt_out out = {.topic = "t/laotel/out/a8", .payload = payload, .len = strlen(payload)};
    failing_pause();
    assert_int_equal(mqtt_publish(w->gateway, &out), 0);
    failing_resume();
}

static bool is_answered(void *arg)
{
    struct world *w = arg;
    return http_peer_answered(&w->peer);
}

static bool nothing_in_hand(void *arg)
{
    const struct world *w = arg;
    return w->kind->in_hand(w->self) == 0 && bridge_unsettled(w->bridge) == 0;
}

static bool is_settled(struct world *w)
{
    static const char question[] =
        "GET /laotel/sms?id=1&from=8562055512345&to=1234&octets=HELP HTTP/1.1\r\nHost: a\r\n\r\n";
    char path[SERVER_PATH_MAX];
    snprintf(path, sizeof path, "%s/web", w->broker.folder);
    http_peer_open(&w->peer, path, 0);
    if (http_peer_send(&w->peer, question, sizeof question - 1))
        await_until(&w->await, is_answered, w);
    http_peer_close(&w->peer);
    return strncmp(w->peer.text, "HTTP/1.1 200", 12) == 0;
}

static unsigned run_question(void *arg, const struct failing *plan)
{
    struct world *w = arg;
    char why[CONF_ERROR_MAX];
    int tries = 0;
    open_web(w, on_question);
    struct kind_world kw = kind_world(w);
    w->self = w->kind->open(&kw, why);
    assert_non_null(w->self);
    failing_arm(plan, FAILING_HERE);
    while (!is_settled(w))
        assert_in_range(++tries, 1, 2 * SOME);
    await_until(&w->await, nothing_in_hand, w);
    unsigned failed = failing_disarm();
    w->kind->close(w->self);
    w->self = NULL;
    web_free(w->web);
    w->web = NULL;
    return failed;
}

static void tables_without_memory(void **state)
{
    failing_both("inputs", SOME, run_inputs, *state);
    failing_both("waiting", SOME, run_waiting, *state);
}

static void kinds_without_memory(void **state)
{
    struct world *w = *state;
    w->kind = kinds_find("session");
    failing_both("kind session", SOME, run_open, w);
    w->kind = kinds_find("kannel");
    failing_both("kind kannel", SOME, run_open, w);
}

static void a_sender_without_memory(void **state)
{
    failing_both("sender", SOME, run_sender, *state);
}

static void a_question_without_memory(void **state)
{
    struct world *w = *state;
    w->kind = kinds_find("kannel");
    failing_both("a question by way of the broker", SOME, run_question, w);
}

static bool all_up(void *arg)
{
    const struct world *w = arg;
    return mqtt_is_up(w->gateway) && bridge_is_up(w->bridge);
}

static void open_gateway(struct world *w)
{
    static const char *const filters[] = {"t/+/in/+", NULL};
    char why[256];
    struct mqtt_options o = {.host = w->broker.socket,
                             .keepalive_s = 5,
                             .retry_min_ms = 1,
                             .retry_max_ms = 2,
                             .max_queued = 100,
                             .subscribe = filters};
    struct mqtt_handlers h = {.arg = w, .message = on_message};
    w->gateway = mqtt_new(w->loop, &o, &h, why);
    assert_non_null(w->gateway);
}

static void open_bridge(struct world *w)
{
    char why[BRIDGE_WHY_MAX];
    struct bridge_options o = {
        .conf = &w->conf,
        .name = "laotel",
        .client = "test",
        .loop = w->loop,
        .events = {.arg = w, .answer = on_answer, .refused = on_refused, .expired = on_expired}};
    w->bridge = bridge_new(&o, why);
    assert_non_null(w->bridge);
}

static int open_world(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    char text[1024], why[CONF_ERROR_MAX];
    server_init(&w->broker);
    server_start_mosquitto(&w->broker, "allow_anonymous true\n");
    snprintf(text, sizeof text,
             "[mqtt]\nhost = %s\nport = 0\nroot = t\n[bridge]\nrepeat_ms = 100\n"
             "[aggregator laotel]\nallow = unix\nretry_ms = 10\nsend_url = unix:%s/web:/sendsms\n",
             w->broker.socket, w->broker.folder);
    if (conf_parse(text, "test.conf", &w->conf, why) != 0)
        fail_msg("%s", why);
    w->loop = loop_new();
    await_open(&w->await, w->loop);
    open_gateway(w);
    open_bridge(w);
    await_until(&w->await, all_up, w);
    *state = w;
    return 0;
}

static int close_world(void **state)
{
    struct world *w = *state;
    bridge_free(w->bridge);
    mqtt_free(w->gateway);
    await_close(&w->await);
    loop_free(w->loop);
    server_end(&w->broker);
    free(w);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(tables_without_memory, failing_tell),
        cmocka_unit_test_teardown(kinds_without_memory, failing_tell),
        cmocka_unit_test_teardown(a_sender_without_memory, failing_tell),
        cmocka_unit_test_teardown(a_question_without_memory, failing_tell),
    };
    return cmocka_run_group_tests_name("nth/http", tests, open_world, close_world);
}
