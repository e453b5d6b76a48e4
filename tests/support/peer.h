/* SPDX-License-Identifier: Apache-2.0 */
/* A real broker and two MQTT clients on one loop, and what has happened to them. */
#ifndef ML_TESTS_SUPPORT_PEER_H
#define ML_TESTS_SUPPORT_PEER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/metrics.h"
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

/* cmocka's setup and teardown; the state is the struct world. The broker runs, the clients do not
 * yet. */
int peer_open_world(void **state);
int peer_close_world(void **state);

/* Options with short waits, at most 100 messages waiting, QoS 0. */
struct mqtt_options peer_options(struct world *w, const char *const *subscribe);

/* Handlers that note what happens to p. */
struct mqtt_handlers peer_handlers(struct peer *p);

/* Begin to connect. */
void peer_open(struct world *w, struct peer *p, const struct mqtt_options *o);

/* Connect, subscribed to filter (or NULL), and wait until it is up. */
void peer_connect(struct world *w, struct peer *p, const char *filter);

/* mqtt_publish with a topic and a payload alone. */
int peer_publish(struct peer *p, const char *topic, const char *payload);

/* Wait until the peer has had n messages, or has been down n times. */
void peer_await_messages(struct world *w, struct peer *p, int n);
void peer_await_downs(struct world *w, struct peer *p, int n);

/* For server_await; arg is the peer. */
bool peer_is_up(void *arg);
bool peer_is_flushed(void *arg);

#endif
