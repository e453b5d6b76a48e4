/* SPDX-License-Identifier: Apache-2.0 */
/* MQTT 5 over a Unix socket or TCP: libmosquitto on libevent, driven as cheaply as it allows.
 * What is published waits until the end of the loop's turn and is then written at once; what has
 * arrived is read until the socket is empty. For the programs of this folder. */
#ifndef ML_BENCH_WIRE_H
#define ML_BENCH_WIRE_H

#include <stdbool.h>
#include <stddef.h>

#include <event2/event.h>

struct wire;

typedef void (*wire_message_fn)(void *arg, const char *topic, const char *payload, size_t len);

struct wire_options {
    const char *socket;               /* of the broker: a path, or HOST:PORT */
    int qos;                          /* 0 or 1, in both directions */
    bool plain;                       /* not cheaply: each packet has its own turn and write */
    const char *const *subscriptions; /* NULL-terminated */
    wire_message_fn message;
    void *arg;
};

/* The port of HOST:PORT, whose host is copied to host (WIRE_HOST_MAX octets); 0 for a path, which
 * is copied whole. -1 if it is too long. */
enum { WIRE_HOST_MAX = 108 };
int wire_address(const char *socket, char host[WIRE_HOST_MAX]);

/* Connect, subscribe and wait for the broker's grants. Blocks. Returns NULL after a line on stderr.
 */
struct wire *wire_open(struct event_base *base, const struct wire_options *o);
void wire_close(struct wire *w);

void wire_publish(struct wire *w, const char *topic, const char *payload, size_t len);

/* Take one turn of the loop: wait for events, run their callbacks. Then wire_flush. Returns 0, or
 * -1 if the connection is lost. */
int wire_turn(struct wire *w);

/* Write what was published in this turn. */
void wire_flush(struct wire *w);

#endif
