/* SPDX-License-Identifier: Apache-2.0 */
#include "wire.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mosquitto.h>
#include <mqtt_protocol.h>

/* At most so many packets are read before their answers get a turn. */
enum { PACKETS_PER_TURN = 256, KEEPALIVE_S = 60 };

struct wire {
    struct event_base *base;
    struct mosquitto *mosq;
    struct event *readable, *writable, *second;
    struct wire_options o;
    size_t granted;
    uint64_t taken; /* messages */
    bool lost;
};

static void on_message(struct mosquitto *mosq, void *arg, const struct mosquitto_message *m,
                       const mosquitto_property *properties)
{
    (void)mosq;
    (void)properties;
    struct wire *w = arg;
    w->taken++;
    w->o.message(w->o.arg, m->topic, m->payload, (size_t)m->payloadlen);
}

static void on_connect(struct mosquitto *mosq, void *arg, int reason, int flags,
                       const mosquitto_property *properties)
{
    (void)flags;
    (void)properties;
    struct wire *w = arg;
    w->lost = reason != 0;
    for (size_t i = 0; w->o.subscriptions[i]; i++) {
        if (mosquitto_subscribe(mosq, NULL, w->o.subscriptions[i], w->o.qos))
            w->lost = true;
    }
}

static void on_subscribe(struct mosquitto *mosq, void *arg, int mid, int count, const int *granted,
                         const mosquitto_property *properties)
{
    (void)mosq;
    (void)mid;
    (void)properties;
    struct wire *w = arg;
    if (count == 1 && granted[0] < 128)
        w->granted++;
    else
        w->lost = true;
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    struct wire *w = arg;
    for (int i = 0; i < (w->o.plain ? 1 : PACKETS_PER_TURN); i++) {
        uint64_t taken = w->taken;
        errno = 0;
        if (mosquitto_loop_read(w->mosq, 1)) {
            w->lost = true;
            return;
        }
        /* Where there is no packet the library leaves errno as its read did. */
        if (taken == w->taken && (errno == EAGAIN || errno == EWOULDBLOCK))
            return;
    }
}

/* The flush at the end of the turn does the work. */
static void on_writable(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    (void)arg;
}

static void on_second(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    struct wire *w = arg;
    if (mosquitto_loop_misc(w->mosq))
        w->lost = true;
}

void wire_flush(struct wire *w)
{
    if (!mosquitto_want_write(w->mosq))
        return;
    if (mosquitto_loop_write(w->mosq, 1))
        w->lost = true;
    else if (mosquitto_want_write(w->mosq))
        event_add(w->writable, NULL);
}

int wire_turn(struct wire *w)
{
    if (w->lost || event_base_loop(w->base, EVLOOP_ONCE) < 0)
        return -1;
    return w->lost ? -1 : 0;
}

void wire_publish(struct wire *w, const char *topic, const char *payload, size_t len)
{
    if (mosquitto_publish_v5(w->mosq, NULL, topic, (int)len, payload, w->o.qos, false, NULL))
        w->lost = true;
}

int wire_address(const char *socket, char host[WIRE_HOST_MAX])
{
    const char *colon = socket[0] == '/' ? NULL : strrchr(socket, ':');
    size_t n = colon ? (size_t)(colon - socket) : strlen(socket);
    if (n >= WIRE_HOST_MAX)
        return -1;
    memcpy(host, socket, n);
    host[n] = '\0';
    return colon ? atoi(colon + 1) : 0;
}

static int start(struct wire *w)
{
    mosquitto_int_option(w->mosq, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5);
    /* Makes the library queue what it has to send instead of writing each packet at once. */
    mosquitto_threaded_set(w->mosq, !w->o.plain);
    mosquitto_connect_v5_callback_set(w->mosq, on_connect);
    mosquitto_subscribe_v5_callback_set(w->mosq, on_subscribe);
    mosquitto_message_v5_callback_set(w->mosq, on_message);
    char host[WIRE_HOST_MAX];
    int port = wire_address(w->o.socket, host);
    if (port > 0)
        mosquitto_int_option(w->mosq, MOSQ_OPT_TCP_NODELAY, 1);
    if (port < 0 || mosquitto_connect(w->mosq, host, port, KEEPALIVE_S))
        return -1;
    int fd = mosquitto_socket(w->mosq);
    w->readable = event_new(w->base, fd, EV_READ | EV_PERSIST, on_readable, w);
    w->writable = event_new(w->base, fd, EV_WRITE, on_writable, w);
    w->second = event_new(w->base, -1, EV_PERSIST, on_second, w);
    if (!w->readable || !w->writable || !w->second)
        return -1;
    event_add(w->readable, NULL);
    event_add(w->second, &(struct timeval){.tv_sec = 1});
    return 0;
}

static int await_grants(struct wire *w)
{
    size_t wanted = 0;
    while (w->o.subscriptions[wanted])
        wanted++;
    while (w->granted < wanted) {
        wire_flush(w);
        if (wire_turn(w))
            return -1;
    }
    return 0;
}

static void free_event(struct event *e)
{
    if (e)
        event_free(e);
}

void wire_close(struct wire *w)
{
    free_event(w->readable);
    free_event(w->writable);
    free_event(w->second);
    if (w->mosq)
        mosquitto_destroy(w->mosq);
    free(w);
    mosquitto_lib_cleanup();
}

struct wire *wire_open(struct event_base *base, const struct wire_options *o)
{
    mosquitto_lib_init();
    struct wire *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->base = base;
    w->o = *o;
    w->mosq = mosquitto_new(NULL, true, w);
    if (w->mosq && start(w) == 0 && await_grants(w) == 0)
        return w;
    fprintf(stderr, "no connection to the broker at %s\n", o->socket);
    wire_close(w);
    return NULL;
}
