/* SPDX-License-Identifier: Apache-2.0 */
/* What others see of a bridge, and what it does while the broker is away. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/bridge_world.h"

#define STATUS "t/laotel/status"

static int send_sms(struct bridge_world *b, const char *id, int64_t deadline_ms)
{
    struct mo mo = bridge_world_sms(id, deadline_ms);
    return bridge_send(b->bridge, &mo);
}

/* Wait for the n-th status that the peer sees. */
static void sees(struct bridge_world *b, int n, const char *status)
{
    peer_await_messages(b->w, &b->w->a, n);
    assert_int_equal(b->w->a.messages, n);
    assert_string_equal(b->w->a.payload, status);
}

static void test_status(void **state)
{
    struct bridge_world *b = *state;
    peer_connect(b->w, &b->w->a, STATUS);
    bridge_world_start(b);
    sees(b, 1, "{\"v\":1,\"state\":\"up\"}");
    bridge_carrier(b->bridge, false);
    sees(b, 2, "{\"v\":1,\"state\":\"up\",\"carrier\":\"unbound\"}");
    bridge_carrier(b->bridge, false);
    bridge_carrier(b->bridge, true);
    sees(b, 3, "{\"v\":1,\"state\":\"up\",\"carrier\":\"bound\"}");
    peer_connect(b->w, &b->w->b, STATUS);
    peer_await_messages(b->w, &b->w->b, 1);
    assert_true(b->w->b.retained);
    assert_string_equal(b->w->b.payload, "{\"v\":1,\"state\":\"up\",\"carrier\":\"bound\"}");
    bridge_free(b->bridge);
    b->bridge = NULL;
    sees(b, 4, "{\"v\":1,\"state\":\"down\"}");
}

static void test_the_will_says_down(void **state)
{
    struct bridge_world *b = *state;
    pid_t child = fork();
    if (child == 0) {
        char why[BRIDGE_WHY_MAX];
        struct loop *loop = loop_new();
        struct bridge_options o = bridge_world_options(b, loop);
        b->bridge = bridge_new(&o, why);
        server_await(loop, bridge_world_is_up, b);
        _exit(0);
    }
    assert_int_equal(waitpid(child, NULL, 0), child);
    peer_connect(b->w, &b->w->a, STATUS);
    sees(b, 1, "{\"v\":1,\"state\":\"down\"}");
    assert_true(b->w->a.retained);
}

static bool bridge_is_away(void *arg)
{
    return !bridge_world_is_up(arg);
}

static bool both_are_back(void *arg)
{
    struct bridge_world *b = arg;
    return bridge_world_is_up(b) && mqtt_is_up(b->gateway) && mqtt_is_up(b->w->a.mqtt);
}

/* The broker dies; what is sent meanwhile, and what was under way, goes out when it is back. */
static void test_the_broker_dies_and_comes_back(void **state)
{
    struct bridge_world *b = *state;
    peer_connect(b->w, &b->w->a, STATUS);
    bridge_world_start(b);
    bridge_carrier(b->bridge, true);
    sees(b, 2, "{\"v\":1,\"state\":\"up\",\"carrier\":\"bound\"}");
    send_sms(b, "before", 0);
    bridge_world_await(b, "before", 1);
    assert_int_equal(metrics_get(b->metrics, M_BRIDGE_BROKER, "laotel"), 1);
    server_signal(&b->w->broker, SIGKILL);
    server_await(b->w->loop, bridge_is_away, b);
    assert_int_equal(metrics_get(b->metrics, M_BRIDGE_BROKER, "laotel"), 0);
    assert_int_equal(send_sms(b, "meanwhile", 0), 0);
    assert_int_equal(send_sms(b, "given-up", 50), 0);
    bridge_world_await_told(b, &b->expired, 1);
    assert_string_equal(b->expired_ids[0], "given-up");
    assert_int_equal(bridge_unsettled(b->bridge), 2);
    int seen = bridge_world_count(b, "before");
    server_start_mosquitto(&b->w->broker, "allow_anonymous true\n");
    server_await(b->w->loop, both_are_back, b);
    b->answers = true;
    bridge_world_await_told(b, &b->answered, 2);
    assert_int_equal(bridge_unsettled(b->bridge), 0);
    assert_true(bridge_world_count(b, "before") > seen);
    assert_int_equal(bridge_world_count(b, "given-up"), 0);
    /* The new broker knows nothing of the status: the bridge has told it again. */
    peer_connect(b->w, &b->w->b, STATUS);
    peer_await_messages(b->w, &b->w->b, 1);
    assert_string_equal(b->w->b.payload, "{\"v\":1,\"state\":\"up\",\"carrier\":\"bound\"}");
}

/* After each connect all that waits is sent at once, not at its next repeat. */
static void test_a_connect_does_not_wait_for_the_repeat(void **state)
{
    struct bridge_world *b = *state;
    char why[BRIDGE_WHY_MAX];
    struct bridge_options o = bridge_world_options(b, b->w->loop);
    b->conf.bridge_repeat_ms = 60000;
    b->bridge = bridge_new(&o, why);
    assert_non_null(b->bridge);
    assert_int_equal(send_sms(b, "m1", 0), 0);
    assert_int_equal(send_sms(b, "m2", 30000), 0);
    assert_int_equal(send_sms(b, "m3", 0), 0);
    bridge_world_await(b, "m3", 1);
    assert_int_equal(bridge_world_count(b, "m1"), 1);
    assert_int_equal(bridge_world_count(b, "m2"), 1);
    assert_int_equal(metrics_get(b->metrics, M_BRIDGE_REPEATS, "laotel"), 0);
}

static void hold_it(struct bridge_world *b)
{
    b->then = NULL;
    bridge_hold(b->bridge, "held");
}

static void test_what_is_held_is_not_sent_again_after_a_connect(void **state)
{
    struct bridge_world *b = *state;
    peer_connect(b->w, &b->w->a, STATUS);
    bridge_world_start(b);
    b->answers = true;
    b->turn_away = 1;
    b->then = hold_it;
    send_sms(b, "held", 30000);
    bridge_world_await_told(b, &b->answered, 1);
    int64_t repeats = metrics_get(b->metrics, M_BRIDGE_REPEATS, "laotel");
    server_signal(&b->w->broker, SIGKILL);
    server_await(b->w->loop, bridge_is_away, b);
    server_start_mosquitto(&b->w->broker, "allow_anonymous true\n");
    server_await(b->w->loop, both_are_back, b);
    assert_int_equal(metrics_get(b->metrics, M_BRIDGE_REPEATS, "laotel"), repeats);
}

static void refuses_name(struct bridge_world *b, const char *name)
{
    char why[BRIDGE_WHY_MAX] = "";
    struct bridge_options o = bridge_world_options(b, b->w->loop);
    o.name = name;
    assert_null(bridge_new(&o, why));
    assert_non_null(strstr(why, "is no name for a bridge; write"));
}

static void test_what_cannot_work_is_said_at_once(void **state)
{
    struct bridge_world *b = *state;
    char why[BRIDGE_WHY_MAX] = "", path[SERVER_PATH_MAX];
    struct bridge_options o = bridge_world_options(b, b->w->loop);
    refuses_name(b, "gateway");
    refuses_name(b, "");
    refuses_name(b, "a+");
    strcpy(b->conf.mqtt_password_file, "/no/such/file");
    assert_null(bridge_new(&o, why));
    assert_non_null(strstr(why, "/no/such/file: No such file"));
    server_file(&b->w->broker, "password", "hush\n", path);
    assert_int_equal(chmod(path, 0600), 0);
    strcpy(b->conf.mqtt_password_file, path);
    strcpy(b->conf.mqtt_username, "laotel");
    bridge_world_start(b);
}

#define WORLD(t) cmocka_unit_test_setup_teardown(t, bridge_world_open, bridge_world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD(test_status),
        WORLD(test_the_will_says_down),
        WORLD(test_the_broker_dies_and_comes_back),
        WORLD(test_a_connect_does_not_wait_for_the_repeat),
        WORLD(test_what_is_held_is_not_sent_again_after_a_connect),
        WORLD(test_what_cannot_work_is_said_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
