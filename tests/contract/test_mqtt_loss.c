/* SPDX-License-Identifier: Apache-2.0 */
/* The MQTT connection when the broker dies, hangs, refuses, or is not there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/peer.h"

static void test_broker_that_dies_comes_back(void **state)
{
    struct world *w = *state;
    peer_connect(w, &w->a, "t");
    server_signal(&w->broker, SIGKILL);
    peer_await_downs(w, &w->a, 3); /* the loss, and two attempts */
    assert_false(mqtt_is_up(w->a.mqtt));
    assert_int_equal(metrics_get(w->a.metrics, M_MQTT_UP, NULL), 0);
    assert_string_equal(w->a.why, "Connection refused");
    assert_int_equal(peer_publish(&w->a, "t", "late"), -1);
    assert_int_equal(metrics_get(w->a.metrics, M_MQTT_DROPPED, NULL), 0);
    server_start_mosquitto(&w->broker, "allow_anonymous true\n");
    server_await(w->loop, peer_is_up, &w->a);
    assert_int_equal(w->a.ups, 2);
    assert_int_equal(peer_publish(&w->a, "t", "again"), 0);
    peer_await_messages(w, &w->a, 1);
    assert_string_equal(w->a.payload, "again");
}

/* A port that is taken and not listened on. */
static void test_a_port_that_refuses_is_said_to(void **state)
{
    struct world *w = *state;
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, len), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
    struct mqtt_options o = peer_options(w, NULL);
    o.host = "127.0.0.1";
    o.port = ntohs(at.sin_port);
    peer_open(w, &w->a, &o);
    peer_await_downs(w, &w->a, 1);
    close(fd);
    assert_string_equal(w->a.why, "Connection refused");
}

/* What was queued, or in flight with QoS 1, when the broker died is not sent to the next one. */
static void test_nothing_old_is_sent_after_a_loss(void **state)
{
    struct world *w = *state;
    const char *filters[] = {"t", NULL};
    struct mqtt_options o = peer_options(w, filters);
    o.qos = 1;
    peer_open(w, &w->a, &o);
    server_await(w->loop, peer_is_up, &w->a);
    server_signal(&w->broker, SIGSTOP);
    assert_int_equal(peer_publish(&w->a, "t", "old"), 0);
    server_run_for(w->loop, 10);
    server_signal(&w->broker, SIGKILL);
    peer_await_downs(w, &w->a, 1);
    assert_true(mqtt_is_flushed(w->a.mqtt));
    server_start_mosquitto(&w->broker, "allow_anonymous true\n");
    server_await(w->loop, peer_is_up, &w->a);
    assert_int_equal(peer_publish(&w->a, "t", "new"), 0);
    peer_await_messages(w, &w->a, 1);
    assert_string_equal(w->a.payload, "new");
}

static void test_broker_that_hangs_is_noticed(void **state)
{
    struct world *w = *state;
    peer_connect(w, &w->a, NULL);
    server_signal(&w->broker, SIGSTOP);
    peer_await_downs(w, &w->a, 1);
    assert_int_equal(w->a.downs, 1);
}

static void restart_with(struct world *w, const char *name, const char *text, const char *option)
{
    char path[SERVER_PATH_MAX], lines[200];
    server_signal(&w->broker, SIGKILL);
    server_file(&w->broker, name, text, path);
    snprintf(lines, sizeof lines, "allow_anonymous %s\n%s %s\n",
             strcmp(option, "acl_file") == 0 ? "true" : "false", option, path);
    server_start_mosquitto(&w->broker, lines);
}

static void test_wrong_password_is_down_with_the_reason(void **state)
{
    struct world *w = *state;
    restart_with(w, "passwords", "", "password_file");
    struct mqtt_options o = peer_options(w, NULL);
    o.username = "me";
    o.password = "wrong";
    peer_open(w, &w->a, &o);
    peer_await_downs(w, &w->a, 2);
    assert_int_equal(w->a.ups, 0);
    assert_string_equal(w->a.why, "the broker refused the connection: Not authorized; check user, "
                                  "password and certificate");
    o.is_311 = true;
    peer_open(w, &w->b, &o);
    peer_await_downs(w, &w->b, 1);
    assert_string_equal(w->b.why, "the broker refused the connection: Connection Refused: not "
                                  "authorised.; check user, password and certificate");
}

static void test_the_broker_may_be_absent_at_the_start(void **state)
{
    struct world *w = *state;
    server_signal(&w->broker, SIGKILL);
    struct mqtt_options o = peer_options(w, NULL);
    peer_open(w, &w->a, &o);
    peer_await_downs(w, &w->a, 2);
    server_start_mosquitto(&w->broker, "allow_anonymous true\n");
    server_await(w->loop, peer_is_up, &w->a);
    assert_int_equal(w->a.ups, 1);
}

static void test_unreadable_certificate_is_named(void **state)
{
    struct world *w = *state;
    char why[256];
    struct mqtt_options o = peer_options(w, NULL);
    struct mqtt_handlers h = peer_handlers(&w->a);
    o.ca_file = "/no/such/ca.pem";
    assert_null(mqtt_new(w->loop, &o, &h, why));
    assert_string_equal(why,
                        "cannot read /no/such/ca.pem; check the path and the rights of the file");
}

#define WORLD(t) cmocka_unit_test_setup_teardown(t, peer_open_world, peer_close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD(test_broker_that_dies_comes_back),
        WORLD(test_a_port_that_refuses_is_said_to),
        WORLD(test_nothing_old_is_sent_after_a_loss),
        WORLD(test_broker_that_hangs_is_noticed),
        WORLD(test_wrong_password_is_down_with_the_reason),
        WORLD(test_the_broker_may_be_absent_at_the_start),
        WORLD(test_unreadable_certificate_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
