/* SPDX-License-Identifier: Apache-2.0 */
#include "support/peer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

int peer_open_world(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    server_init(&w->broker);
    server_start_mosquitto(&w->broker, "allow_anonymous true\n");
    w->loop = loop_new();
    w->a.metrics = metrics_new();
    *state = w;
    return w->loop ? 0 : -1;
}

int peer_close_world(void **state)
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

struct mqtt_options peer_options(struct world *w, const char *const *subscribe)
{
    return (struct mqtt_options){.host = w->broker.socket,
                                 .keepalive_s = 5,
                                 .retry_min_ms = 10,
                                 .retry_max_ms = 40,
                                 .max_queued = 100,
                                 .subscribe = subscribe,
                                 .metrics = w->a.metrics};
}

struct mqtt_handlers peer_handlers(struct peer *p)
{
    return (struct mqtt_handlers){.arg = p, .message = on_message, .up = on_up, .down = on_down};
}

void peer_open(struct world *w, struct peer *p, const struct mqtt_options *o)
{
    char why[256];
    struct mqtt_handlers h = peer_handlers(p);
    p->mqtt = mqtt_new(w->loop, o, &h, why);
    assert_non_null(p->mqtt);
    assert_string_equal(why, "");
    assert_int_equal(p->ups + p->downs, 0); /* nothing is told before mqtt_new returns */
}

bool peer_is_up(void *arg)
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

bool peer_is_flushed(void *arg)
{
    return mqtt_is_flushed(((struct peer *)arg)->mqtt);
}

void peer_await_messages(struct world *w, struct peer *p, int n)
{
    p->wanted = n;
    server_await(w->loop, has_messages, p);
}

void peer_await_downs(struct world *w, struct peer *p, int n)
{
    p->wanted = n;
    server_await(w->loop, has_downs, p);
}

/* A client that is up, subscribed to filter (or NULL). */
void peer_connect(struct world *w, struct peer *p, const char *filter)
{
    const char *filters[] = {filter, NULL};
    struct mqtt_options o = peer_options(w, filter ? filters : NULL);
    peer_open(w, p, &o);
    server_await(w->loop, peer_is_up, p);
    assert_int_equal(p->ups, 1);
    assert_int_equal(p->downs, 0);
}

int peer_publish(struct peer *p, const char *topic, const char *payload)
{
    struct mqtt_out out = {.topic = topic, .payload = payload, .len = strlen(payload)};
    return mqtt_publish(p->mqtt, &out);
}
