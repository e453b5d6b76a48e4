/* SPDX-License-Identifier: Apache-2.0 */
/* The MQTT connection against a real broker. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "io/loop.h"
#include "io/mqtt.h"
#include "support/server.h"

/* One client and what has happened to it. */
struct peer {
    struct mqtt *mqtt;
    struct metrics *metrics;
    int ups, downs, messages;
    int wanted; /* of any of these, for waiting */
    char why[160];
    char topic[128];
    char payload[128];
    char correlation[16];
    size_t correlation_len;
    bool retained;
};

struct world {
    struct loop *loop;
    struct server broker;
    struct peer a, b;
};

static void on_message(void *arg, const struct mqtt_message *m)
{
    struct peer *p = arg;
    p->messages++;
    p->retained = m->retained;
    snprintf(p->topic, sizeof p->topic, "%s", m->topic);
    snprintf(p->payload, sizeof p->payload, "%.*s", (int)m->len, m->payload);
    p->correlation_len = m->correlation_len;
    if (m->correlation_len > 0 && m->correlation_len <= sizeof p->correlation)
        memcpy(p->correlation, m->correlation, m->correlation_len);
}

static void on_up(void *arg)
{
    ((struct peer *)arg)->ups++;
}

static void on_down(void *arg, const char *why)
{
    struct peer *p = arg;
    p->downs++;
    snprintf(p->why, sizeof p->why, "%s", why);
}

static int open_world(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    server_init(&w->broker);
    server_start_mosquitto(&w->broker, "allow_anonymous true\n");
    w->loop = loop_new();
    w->a.metrics = metrics_new();
    *state = w;
    return w->loop ? 0 : -1;
}

static int close_world(void **state)
{
    struct world *w = *state;
    mqtt_free(w->a.mqtt);
    mqtt_free(w->b.mqtt);
    metrics_free(w->a.metrics);
    loop_free(w->loop);
    server_end(&w->broker);
    free(w);
    return 0;
}

static struct mqtt_options options(struct world *w, const char *const *subscribe)
{
    return (struct mqtt_options){.host = w->broker.socket,
                                 .keepalive_s = 5,
                                 .retry_min_ms = 10,
                                 .retry_max_ms = 40,
                                 .max_queued = 100,
                                 .subscribe = subscribe,
                                 .metrics = w->a.metrics};
}

static void open_peer(struct world *w, struct peer *p, const struct mqtt_options *o)
{
    char why[256];
    struct mqtt_handlers h = {.arg = p, .message = on_message, .up = on_up, .down = on_down};
    p->mqtt = mqtt_new(w->loop, o, &h, why);
    assert_non_null(p->mqtt);
    assert_string_equal(why, "");
    assert_int_equal(p->ups + p->downs, 0); /* nothing is told before mqtt_new returns */
}

static bool is_up(void *arg)
{
    return mqtt_is_up(((struct peer *)arg)->mqtt);
}

static bool has_messages(void *arg)
{
    struct peer *p = arg;
    return p->messages >= p->wanted;
}

static bool has_downs(void *arg)
{
    struct peer *p = arg;
    return p->downs >= p->wanted;
}

static bool is_flushed(void *arg)
{
    return mqtt_is_flushed(((struct peer *)arg)->mqtt);
}

static void await_messages(struct world *w, struct peer *p, int n)
{
    p->wanted = n;
    server_await(w->loop, has_messages, p);
}

static void await_downs(struct world *w, struct peer *p, int n)
{
    p->wanted = n;
    server_await(w->loop, has_downs, p);
}

/* A client that is up, subscribed to filter (or NULL). */
static void connect_peer(struct world *w, struct peer *p, const char *filter)
{
    const char *filters[] = {filter, NULL};
    struct mqtt_options o = options(w, filter ? filters : NULL);
    open_peer(w, p, &o);
    server_await(w->loop, is_up, p);
    assert_int_equal(p->ups, 1);
    assert_int_equal(p->downs, 0);
}

static int publish(struct peer *p, const char *topic, const char *payload)
{
    struct mqtt_out out = {.topic = topic, .payload = payload, .len = strlen(payload)};
    return mqtt_publish(p->mqtt, &out);
}

static void test_a_message_arrives(void **state)
{
    struct world *w = *state;
    connect_peer(w, &w->a, "t/+");
    connect_peer(w, &w->b, NULL);
    assert_int_equal(metrics_get(w->a.metrics, M_MQTT_UP, NULL), 1);
    assert_int_equal(publish(&w->b, "t/1", "hello"), 0);
    await_messages(w, &w->a, 1);
    assert_string_equal(w->a.topic, "t/1");
    assert_string_equal(w->a.payload, "hello");
    assert_int_equal(w->a.correlation_len, 0);
    assert_false(w->a.retained);
}

static void test_correlation_data_goes_both_ways(void **state)
{
    struct world *w = *state;
    connect_peer(w, &w->a, "t/#");
    struct mqtt_out out = {.topic = "t/1",
                           .payload = "",
                           .expiry_s = 60,
                           .correlation = (const uint8_t *)"\0\1\xFFz",
                           .correlation_len = 4};
    assert_int_equal(mqtt_publish(w->a.mqtt, &out), 0);
    await_messages(w, &w->a, 1);
    assert_string_equal(w->a.payload, "");
    assert_int_equal(w->a.correlation_len, 4);
    assert_memory_equal(w->a.correlation, "\0\1\xFFz", 4);
}

static void test_messages_keep_their_order_and_are_flushed(void **state)
{
    struct world *w = *state;
    char text[16];
    connect_peer(w, &w->a, "t");
    for (int i = 1; i <= 100; i++) {
        snprintf(text, sizeof text, "%d", i);
        assert_int_equal(publish(&w->a, "t", text), 0);
    }
    assert_false(mqtt_is_flushed(w->a.mqtt));
    assert_int_equal(w->a.messages, 0);
    await_messages(w, &w->a, 100);
    assert_string_equal(w->a.payload, "100");
    assert_true(mqtt_is_flushed(w->a.mqtt));
}

static void test_more_than_may_wait_is_refused_and_counted(void **state)
{
    struct world *w = *state;
    connect_peer(w, &w->a, NULL);
    for (int i = 0; i < 100; i++)
        assert_int_equal(publish(&w->a, "t", "x"), 0);
    assert_int_equal(publish(&w->a, "t", "x"), -1);
    assert_int_equal(metrics_get(w->a.metrics, M_MQTT_DROPPED, NULL), 1);
    server_await(w->loop, is_flushed, &w->a);
    assert_int_equal(publish(&w->a, "t", "x"), 0);
}

static void test_qos_1_is_flushed_when_acknowledged(void **state)
{
    struct world *w = *state;
    const char *filters[] = {"t", NULL};
    struct mqtt_options o = options(w, filters);
    o.qos = 1;
    open_peer(w, &w->a, &o);
    server_await(w->loop, is_up, &w->a);
    for (int i = 0; i < 100; i++)
        assert_int_equal(publish(&w->a, "t", "x"), 0);
    assert_int_equal(publish(&w->a, "t", "x"), -1);
    server_await(w->loop, is_flushed, &w->a);
    await_messages(w, &w->a, 100);
}

static void test_a_bad_topic_is_refused(void **state)
{
    struct world *w = *state;
    connect_peer(w, &w->a, NULL);
    assert_int_equal(publish(&w->a, "t/+", "x"), -1);
    assert_true(mqtt_is_flushed(w->a.mqtt));
    assert_true(mqtt_is_up(w->a.mqtt));
}

/* The retained will of a client that vanishes is seen, also by those who come later. */
static void test_will_is_published_when_the_client_dies(void **state)
{
    struct world *w = *state;
    pid_t child = fork();
    if (child == 0) {
        struct mqtt_options o = options(w, NULL);
        char why[256];
        struct mqtt_handlers h = {.arg = &w->b, .message = on_message};
        o.will_topic = "status";
        o.will_payload = "gone";
        struct loop *loop = loop_new();
        w->b.mqtt = mqtt_new(loop, &o, &h, why);
        server_await(loop, is_up, &w->b);
        _exit(0);
    }
    connect_peer(w, &w->a, "status");
    await_messages(w, &w->a, 1);
    assert_string_equal(w->a.payload, "gone");
    connect_peer(w, &w->b, "status");
    await_messages(w, &w->b, 1);
    assert_true(w->b.retained);
}

static void test_will_is_not_published_on_a_proper_end(void **state)
{
    struct world *w = *state;
    struct mqtt_options o = options(w, NULL);
    connect_peer(w, &w->a, "#");
    o.will_topic = "status";
    o.will_payload = "gone";
    open_peer(w, &w->b, &o);
    server_await(w->loop, is_up, &w->b);
    assert_int_equal(publish(&w->b, "last", "words"), 0);
    mqtt_free(w->b.mqtt);
    w->b.mqtt = NULL;
    await_messages(w, &w->a, 1);
    assert_string_equal(w->a.payload, "words");
    assert_int_equal(publish(&w->a, "end", ""), 0);
    await_messages(w, &w->a, 2);
    assert_string_equal(w->a.topic, "end");
}

static void test_broker_that_dies_comes_back(void **state)
{
    struct world *w = *state;
    connect_peer(w, &w->a, "t");
    server_signal(&w->broker, SIGKILL);
    await_downs(w, &w->a, 3); /* the loss, and two attempts */
    assert_false(mqtt_is_up(w->a.mqtt));
    assert_int_equal(metrics_get(w->a.metrics, M_MQTT_UP, NULL), 0);
    assert_string_equal(w->a.why, "Connection refused");
    assert_int_equal(publish(&w->a, "t", "late"), -1);
    assert_int_equal(metrics_get(w->a.metrics, M_MQTT_DROPPED, NULL), 0);
    server_start_mosquitto(&w->broker, "allow_anonymous true\n");
    server_await(w->loop, is_up, &w->a);
    assert_int_equal(w->a.ups, 2);
    assert_int_equal(publish(&w->a, "t", "again"), 0);
    await_messages(w, &w->a, 1);
    assert_string_equal(w->a.payload, "again");
}

/* What was queued, or in flight with QoS 1, when the broker died is not sent to the next one. */
static void test_nothing_old_is_sent_after_a_loss(void **state)
{
    struct world *w = *state;
    const char *filters[] = {"t", NULL};
    struct mqtt_options o = options(w, filters);
    o.qos = 1;
    open_peer(w, &w->a, &o);
    server_await(w->loop, is_up, &w->a);
    server_signal(&w->broker, SIGSTOP);
    assert_int_equal(publish(&w->a, "t", "old"), 0);
    server_run_for(w->loop, 10);
    server_signal(&w->broker, SIGKILL);
    await_downs(w, &w->a, 1);
    assert_true(mqtt_is_flushed(w->a.mqtt));
    server_start_mosquitto(&w->broker, "allow_anonymous true\n");
    server_await(w->loop, is_up, &w->a);
    assert_int_equal(publish(&w->a, "t", "new"), 0);
    await_messages(w, &w->a, 1);
    assert_string_equal(w->a.payload, "new");
}

static void test_broker_that_hangs_is_noticed(void **state)
{
    struct world *w = *state;
    connect_peer(w, &w->a, NULL);
    server_signal(&w->broker, SIGSTOP);
    await_downs(w, &w->a, 1);
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
    struct mqtt_options o = options(w, NULL);
    o.username = "me";
    o.password = "wrong";
    open_peer(w, &w->a, &o);
    await_downs(w, &w->a, 2);
    assert_int_equal(w->a.ups, 0);
    assert_string_equal(w->a.why, "the broker refused the connection: Not authorized; check user, "
                                  "password and certificate");
}

static void test_the_broker_may_be_absent_at_the_start(void **state)
{
    struct world *w = *state;
    server_signal(&w->broker, SIGKILL);
    struct mqtt_options o = options(w, NULL);
    open_peer(w, &w->a, &o);
    await_downs(w, &w->a, 2);
    server_start_mosquitto(&w->broker, "allow_anonymous true\n");
    server_await(w->loop, is_up, &w->a);
    assert_int_equal(w->a.ups, 1);
}

static void test_unreadable_certificate_is_named(void **state)
{
    struct world *w = *state;
    char why[256];
    struct mqtt_options o = options(w, NULL);
    struct mqtt_handlers h = {.arg = &w->a, .message = on_message};
    o.ca_file = "/no/such/ca.pem";
    assert_null(mqtt_new(w->loop, &o, &h, why));
    assert_string_equal(why,
                        "cannot read /no/such/ca.pem; check the path and the rights of the file");
}

static void test_shared_subscription_is_granted_to_all(void **state)
{
    struct world *w = *state;
    connect_peer(w, &w->a, "$share/g/t/#");
    connect_peer(w, &w->b, "$share/g/t/#");
    for (int i = 0; i < 10; i++)
        publish(&w->a, "t/1", "x");
    await_messages(w, &w->a, 5);
    await_messages(w, &w->b, 5);
}

#define WORLD(t) cmocka_unit_test_setup_teardown(t, open_world, close_world)

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
        WORLD(test_broker_that_dies_comes_back),
        WORLD(test_nothing_old_is_sent_after_a_loss),
        WORLD(test_broker_that_hangs_is_noticed),
        WORLD(test_wrong_password_is_down_with_the_reason),
        WORLD(test_the_broker_may_be_absent_at_the_start),
        WORLD(test_unreadable_certificate_is_named),
        WORLD(test_shared_subscription_is_granted_to_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
