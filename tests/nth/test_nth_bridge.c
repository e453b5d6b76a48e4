/* SPDX-License-Identifier: Apache-2.0 */
/* A bridge against a real broker. Allocations of ours and calls of ours into the libraries fail in
 * turn: the bridge is not made, or comes up later; a message is refused to the caller, or settled
 * exactly once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge/bridge.h"
#include "bridge/unsettled.h"
#include "io/mqtt.h"
#include "support/await.h"
#include "support/failing.h"
#include "support/server.h"

enum { SOME = 4, MANY = 600 };

struct world {
    struct server broker;
    struct loop *loop;
    struct await await;
    struct conf conf;
    struct mqtt *gateway; /* answers all that comes */
    struct bridge *bridge;
    int answers;
};

static bool gateway_up(void *arg)
{
    const struct world *w = arg;
    return mqtt_is_up(w->gateway);
}

static bool bridge_up(void *arg)
{
    const struct world *w = arg;
    return bridge_is_up(w->bridge);
}

static bool has_answer(void *arg)
{
    const struct world *w = arg;
    return w->answers > 0;
}

/* The gateway's side; what fails for want of memory is the bridge's. */
static void on_message(void *arg, const struct mqtt_message *m)
{
    static const char payload[] = "{\"v\":1,\"kind\":\"none\",\"id\":\"m1.0\",\"re\":\"m1\"}";
    struct world *w = arg;
    struct mqtt_out out = {
        .topic = "t/laotel/out/a8", .payload = payload, .len = sizeof payload - 1};
    (void)m;
    failing_pause();
    assert_int_equal(mqtt_publish(w->gateway, &out), 0);
    failing_resume();
}

static bool on_answer(void *arg, const struct answer *a)
{
    struct world *w = arg;
    assert_string_equal(a->re, "m1");
    w->answers++;
    return true;
}

static void on_refused(void *arg, const struct bridge_refusal *r)
{
    (void)arg;
    fail_msg("refused: %s", r->detail);
}

static void on_expired(void *arg, const char *id)
{
    (void)arg;
    fail_msg("expired: %s", id);
}

static struct bridge *make(struct world *w, char why[BRIDGE_WHY_MAX])
{
    struct bridge_options o = {
        .conf = &w->conf,
        .name = "laotel",
        .client = "test",
        .loop = w->loop,
        .events = {.arg = w, .answer = on_answer, .refused = on_refused, .expired = on_expired}};
    w->answers = 0;
    return bridge_new(&o, why);
}

static unsigned run_new(void *arg, const struct failing *plan)
{
    struct world *w = arg;
    char why[BRIDGE_WHY_MAX] = "";
    failing_arm(plan, FAILING_HERE);
    w->bridge = make(w, why);
    unsigned failed = failing_disarm();
    assert_true((failed > 0) == !w->bridge);
    assert_true(w->bridge || *why);
    bridge_free(w->bridge);
    return failed;
}

/* It connects at last, and what it took is settled once. */
static unsigned run_message(void *arg, const struct failing *plan)
{
    struct world *w = arg;
    char why[BRIDGE_WHY_MAX];
    struct mo mo = {.kind = MO_SMS,
                    .id = "m1",
                    .msisdn = "8562055512345",
                    .to = "1234",
                    .at = 1,
                    .text = "HELP",
                    .text_len = 4};
    int tries = 0;
    w->bridge = make(w, why);
    assert_non_null(w->bridge);
    failing_arm(plan, FAILING_HERE);
    await_until(&w->await, bridge_up, w);
    while (bridge_send(w->bridge, &mo) < 0) {
        assert_int_equal(bridge_unsettled(w->bridge), 0);
        assert_in_range(++tries, 1, SOME);
    }
    await_until(&w->await, has_answer, w);
    unsigned failed = failing_disarm();
    assert_int_equal(w->answers, 1);
    assert_int_equal(bridge_unsettled(w->bridge), 0);
    bridge_free(w->bridge);
    return failed;
}

static void a_bridge_without_memory(void **state)
{
    failing_both("bridge_new", SOME, run_new, *state);
    failing_both("bridge, from the connection to an answer", SOME, run_message, *state);
}

/* What was taken is found, also where the table could not grow. */
static unsigned run_many(void *arg, const struct failing *plan)
{
    struct unsettled u;
    bool taken[MANY];
    size_t count = 0;
    (void)arg;
    unsettled_init(&u, MANY, 1);
    failing_arm(plan, FAILING_HERE);
    for (int i = 0; i < MANY; i++) {
        char id[16];
        snprintf(id, sizeof id, "m%d", i);
        taken[i] = unsettled_add(&u, id, id, strlen(id)) != NULL;
        count += taken[i];
    }
    unsigned failed = failing_disarm();
    assert_true(failed > 0 || count == MANY);
    assert_int_equal(u.count, count);
    for (int i = 0; i < MANY; i++) {
        char id[16];
        snprintf(id, sizeof id, "m%d", i);
        const struct unsettled_message *m = unsettled_find(&u, id);
        assert_true((m != NULL) == taken[i]);
        assert_true(!m || memcmp(m->payload, id, strlen(id)) == 0);
    }
    unsettled_fini(&u);
    return failed;
}

static void many_without_memory(void **state)
{
    failing_both("unsettled messages", SOME, run_many, *state);
}

static int open_world(void **state)
{
    static const char *const filters[] = {"t/+/in/+", NULL};
    struct world *w = calloc(1, sizeof *w);
    char why[256];
    server_init(&w->broker);
    server_start_mosquitto(&w->broker, "allow_anonymous true\n");
    conf_defaults(&w->conf);
    strcpy(w->conf.mqtt_host, w->broker.socket);
    strcpy(w->conf.mqtt_root, "t");
    w->conf.mqtt_port = 0;
    w->conf.mqtt_retry_min_ms = 1;
    w->conf.mqtt_retry_max_ms = 2;
    w->conf.bridge_repeat_ms = 100;
    w->loop = loop_new();
    await_open(&w->await, w->loop);
    struct mqtt_options o = {.host = w->broker.socket,
                             .keepalive_s = 5,
                             .retry_min_ms = 1,
                             .retry_max_ms = 2,
                             .max_queued = 100,
                             .subscribe = filters};
    struct mqtt_handlers h = {.arg = w, .message = on_message};
    w->gateway = mqtt_new(w->loop, &o, &h, why);
    assert_non_null(w->gateway);
    await_until(&w->await, gateway_up, w);
    *state = w;
    return 0;
}

static int close_world(void **state)
{
    struct world *w = *state;
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
        cmocka_unit_test_teardown(a_bridge_without_memory, failing_tell),
        cmocka_unit_test_teardown(many_without_memory, failing_tell),
    };
    return cmocka_run_group_tests_name("nth/bridge", tests, open_world, close_world);
}
