/* SPDX-License-Identifier: Apache-2.0 */
/* The MQTT connection against a real broker that is well. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/peer.h"

static void test_a_message_arrives(void **state)
{
    struct world *w = *state;
    peer_connect(w, &w->a, "t/+");
    peer_connect(w, &w->b, NULL);
    assert_int_equal(metrics_get(w->a.metrics, M_MQTT_UP, NULL), 1);
    assert_int_equal(peer_publish(&w->b, "t/1", "hello"), 0);
    peer_await_messages(w, &w->a, 1);
    assert_string_equal(w->a.topic, "t/1");
    assert_string_equal(w->a.payload, "hello");
    assert_int_equal(w->a.correlation_len, 0);
    assert_false(w->a.retained);
}

static void test_correlation_data_goes_both_ways(void **state)
{
    struct world *w = *state;
    peer_connect(w, &w->a, "t/#");
    struct mqtt_out out = {.topic = "t/1",
                           .payload = "",
                           .expiry_s = 60,
                           .correlation = (const uint8_t *)"\0\1\xFFz",
                           .correlation_len = 4};
    assert_int_equal(mqtt_publish(w->a.mqtt, &out), 0);
    peer_await_messages(w, &w->a, 1);
    assert_string_equal(w->a.payload, "");
    assert_int_equal(w->a.correlation_len, 4);
    assert_memory_equal(w->a.correlation, "\0\1\xFFz", 4);
}

static void test_messages_keep_their_order_and_are_flushed(void **state)
{
    struct world *w = *state;
    char text[16];
    peer_connect(w, &w->a, "t");
    for (int i = 1; i <= 100; i++) {
        snprintf(text, sizeof text, "%d", i);
        assert_int_equal(peer_publish(&w->a, "t", text), 0);
    }
    assert_false(mqtt_is_flushed(w->a.mqtt));
    assert_int_equal(w->a.messages, 0);
    peer_await_messages(w, &w->a, 100);
    assert_string_equal(w->a.payload, "100");
    assert_true(mqtt_is_flushed(w->a.mqtt));
}

static void test_more_than_may_wait_is_refused_and_counted(void **state)
{
    struct world *w = *state;
    peer_connect(w, &w->a, NULL);
    for (int i = 0; i < 100; i++)
        assert_int_equal(peer_publish(&w->a, "t", "x"), 0);
    assert_int_equal(peer_publish(&w->a, "t", "x"), -1);
    assert_int_equal(metrics_get(w->a.metrics, M_MQTT_DROPPED, NULL), 1);
    assert_int_equal(metrics_get(w->a.metrics, M_MQTT_QUEUE, NULL), 100);
    server_await(w->loop, peer_is_flushed, &w->a);
    assert_int_equal(metrics_get(w->a.metrics, M_MQTT_QUEUE, NULL), 0);
    assert_int_equal(peer_publish(&w->a, "t", "x"), 0);
}

static void test_qos_1_is_flushed_when_acknowledged(void **state)
{
    struct world *w = *state;
    const char *filters[] = {"t", NULL};
    struct mqtt_options o = peer_options(w, filters);
    o.qos = 1;
    peer_open(w, &w->a, &o);
    server_await(w->loop, peer_is_up, &w->a);
    for (int i = 0; i < 100; i++)
        assert_int_equal(peer_publish(&w->a, "t", "x"), 0);
    assert_int_equal(peer_publish(&w->a, "t", "x"), -1);
    server_await(w->loop, peer_is_flushed, &w->a);
    peer_await_messages(w, &w->a, 100);
}

static void test_a_bad_topic_is_refused(void **state)
{
    struct world *w = *state;
    peer_connect(w, &w->a, NULL);
    assert_int_equal(peer_publish(&w->a, "t/+", "x"), -1);
    assert_true(mqtt_is_flushed(w->a.mqtt));
    assert_true(mqtt_is_up(w->a.mqtt));
}

/* The retained will of a client that vanishes is seen, also by those who come later. */
static void test_will_is_published_when_the_client_dies(void **state)
{
    struct world *w = *state;
    pid_t child = fork();
    if (child == 0) {
        struct mqtt_options o = peer_options(w, NULL);
        char why[256];
        struct mqtt_handlers h = peer_handlers(&w->b);
        o.will_topic = "status";
        o.will_payload = "gone";
        struct loop *loop = loop_new();
        w->b.mqtt = mqtt_new(loop, &o, &h, why);
        server_await(loop, peer_is_up, &w->b);
        _exit(0);
    }
    peer_connect(w, &w->a, "status");
    peer_await_messages(w, &w->a, 1);
    assert_string_equal(w->a.payload, "gone");
    peer_connect(w, &w->b, "status");
    peer_await_messages(w, &w->b, 1);
    assert_true(w->b.retained);
}

static void test_will_is_not_published_on_a_proper_end(void **state)
{
    struct world *w = *state;
    struct mqtt_options o = peer_options(w, NULL);
    peer_connect(w, &w->a, "#");
    o.will_topic = "status";
    o.will_payload = "gone";
    peer_open(w, &w->b, &o);
    server_await(w->loop, peer_is_up, &w->b);
    assert_int_equal(peer_publish(&w->b, "last", "words"), 0);
    mqtt_free(w->b.mqtt);
    w->b.mqtt = NULL;
    peer_await_messages(w, &w->a, 1);
    assert_string_equal(w->a.payload, "words");
    assert_int_equal(peer_publish(&w->a, "end", ""), 0);
    peer_await_messages(w, &w->a, 2);
    assert_string_equal(w->a.topic, "end");
}

static void test_many_filters_go_out_in_several_packets(void **state)
{
    enum { FILTERS = 70 }; /* two packets of 32 and the rest */
    struct world *w = *state;
    char text[FILTERS][8];
    const char *filters[FILTERS + 1] = {NULL};
    for (int i = 0; i < FILTERS; i++) {
        snprintf(text[i], sizeof text[i], "t/%d", i);
        filters[i] = text[i];
    }
    struct mqtt_options o = peer_options(w, filters);
    peer_open(w, &w->a, &o);
    server_await(w->loop, peer_is_up, &w->a);
    peer_connect(w, &w->b, NULL);
    for (int i = 0; i < FILTERS; i++)
        assert_int_equal(peer_publish(&w->b, text[i], "x"), 0);
    peer_await_messages(w, &w->a, FILTERS);
    assert_int_equal(w->a.ups, 1);
}

/* What only MQTT 5 has is left out. */
static void test_the_older_version_is_spoken_if_it_is_wanted(void **state)
{
    struct world *w = *state;
    const char *filters[] = {"t", NULL};
    struct mqtt_options o = peer_options(w, filters);
    o.is_311 = true;
    peer_open(w, &w->a, &o);
    server_await(w->loop, peer_is_up, &w->a);
    peer_connect(w, &w->b, "t");
    struct mqtt_out out = {.topic = "t",
                           .payload = "hello",
                           .len = 5,
                           .expiry_s = 60,
                           .correlation = (const uint8_t *)"c",
                           .correlation_len = 1};
    assert_int_equal(mqtt_publish(w->a.mqtt, &out), 0);
    peer_await_messages(w, &w->a, 1);
    peer_await_messages(w, &w->b, 1);
    assert_string_equal(w->b.payload, "hello");
    assert_int_equal(w->b.correlation_len, 0);
    assert_int_equal(mqtt_publish(w->b.mqtt, &out), 0);
    peer_await_messages(w, &w->a, 2);
    peer_await_messages(w, &w->b, 2);
    assert_int_equal(w->a.correlation_len, 0);
    assert_int_equal(w->b.correlation_len, 1);
}

static void test_shared_subscription_is_granted_to_all(void **state)
{
    struct world *w = *state;
    peer_connect(w, &w->a, "$share/g/t/#");
    peer_connect(w, &w->b, "$share/g/t/#");
    for (int i = 0; i < 10; i++)
        peer_publish(&w->a, "t/1", "x");
    peer_await_messages(w, &w->a, 5);
    peer_await_messages(w, &w->b, 5);
}

/* The certificate's name has to be the host, which here is the path of the socket. */
static void make_certificate(const struct server *broker)
{
    char command[600], name[2 * SERVER_PATH_MAX] = "";
    for (const char *c = broker->socket; *c; c++)
        sprintf(name + strlen(name), *c == '/' ? "\\\\/" : "%c", *c);
    snprintf(command, sizeof command,
             "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
             "-subj /CN=%s -keyout %s/key.pem -out %s/cert.pem 2>/dev/null",
             name, broker->folder, broker->folder);
    assert_int_equal(system(command), 0);
}

static void test_tls(void **state)
{
    struct world *w = *state;
    char lines[300], cert[SERVER_PATH_MAX];
    make_certificate(&w->broker);
    snprintf(cert, sizeof cert, "%s/cert.pem", w->broker.folder);
    snprintf(lines, sizeof lines, "allow_anonymous true\ncertfile %s\nkeyfile %s/key.pem\n", cert,
             w->broker.folder);
    server_signal(&w->broker, SIGKILL);
    server_start_mosquitto(&w->broker, lines);
    const char *filters[] = {"t", NULL};
    struct mqtt_options o = peer_options(w, filters);
    o.ca_file = cert;
    peer_open(w, &w->a, &o);
    server_await(w->loop, peer_is_up, &w->a);
    assert_int_equal(w->a.downs, 0);
    for (int i = 0; i < 50; i++)
        assert_int_equal(peer_publish(&w->a, "t", "over TLS"), 0);
    peer_await_messages(w, &w->a, 50);
    assert_true(mqtt_is_flushed(w->a.mqtt));
}

#define WORLD(t) cmocka_unit_test_setup_teardown(t, peer_open_world, peer_close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD(test_a_message_arrives),
        WORLD(test_correlation_data_goes_both_ways),
        WORLD(test_messages_keep_their_order_and_are_flushed),
        WORLD(test_more_than_may_wait_is_refused_and_counted),
        WORLD(test_qos_1_is_flushed_when_acknowledged),
        WORLD(test_a_bad_topic_is_refused),
        WORLD(test_will_is_published_when_the_client_dies),
        WORLD(test_will_is_not_published_on_a_proper_end),
        WORLD(test_many_filters_go_out_in_several_packets),
        WORLD(test_the_older_version_is_spoken_if_it_is_wanted),
        WORLD(test_shared_subscription_is_granted_to_all),
        WORLD(test_tls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
