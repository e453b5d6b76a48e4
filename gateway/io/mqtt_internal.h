/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the MQTT connection share: mqtt.c has the public calls and the connection's
 * life, mqtt_io.c moves octets between socket and libmosquitto, mqtt_client.c makes the library's
 * object and takes its callbacks. */
#ifndef ML_IO_MQTT_INTERNAL_H
#define ML_IO_MQTT_INTERNAL_H

#include "io/backoff.h"
#include "io/mqtt.h"

struct event;
struct mosquitto;

enum mqtt_state {
    MQTT_WAITING,    /* no connection; the retry timer runs */
    MQTT_CONNECTING, /* until the broker has granted all subscriptions; bounded by the deadline
                        timer */
    MQTT_UP,
    MQTT_ENDING /* mqtt_free is at work */
};

struct mqtt {
    struct loop *loop;
    struct mqtt_options o; /* its strings are those of text, its filters those of filters */
    char *text[9];
    char **filters; /* NULL-terminated */
    int granted;    /* of them, on this connection */
    struct mqtt_handlers h;
    enum mqtt_state state;
    struct backoff backoff;
    struct loop_timer *retry;
    struct loop_timer *deadline; /* of connecting */
    struct loop_timer *second;   /* loop_misc: keep-alive */
    struct loop_timer *poke;     /* brings EV_WRITE back during a TLS handshake */

    /* Made anew for each connection, so that nothing of an old one (messages in flight, quotas) is
     * sent on a new one. */
    struct mosquitto *client;
    struct event *on_read, *on_write; /* NULL without a socket */
    struct event *on_flush;           /* writes what this turn of the loop has queued, once */
    bool flush_set;
    bool acknowledged; /* CONNACK has come */
    bool closed;       /* the library has closed the socket, or the connection is to be given up */
    char why[160];     /* of the loss that is at hand; "" if nobody knows yet */
    char logged[160];  /* of the last loss that was logged */
    uint64_t taken;    /* messages that came in */
    int unsent;        /* published, and not yet written (QoS 1: not yet acknowledged) */
    int64_t full_logged_us;
};

/* Make the library's object with all options. Returns 0, or -1 with why. */
int mqtt_client_new(struct mqtt *m, char why[256]);
void mqtt_client_free(struct mqtt *m);

/* So many messages more, or less, are published and not yet written. Connections of one process are
 * counted together. */
void mqtt_count_unsent(struct mqtt *m, int n);

/* Begin to connect, and watch the socket. A failure ends in mqtt_lost. */
void mqtt_io_connect(struct mqtt *m);

/* Stop watching the socket; before its descriptor is closed, for the number is used again at once.
 */
void mqtt_io_unwatch(struct mqtt *m);

/* Write what is queued at the end of this turn of the loop. */
void mqtt_io_flush_later(struct mqtt *m);

/* Write what is queued now, as far as the socket takes it. */
void mqtt_io_flush(struct mqtt *m);

/* loop_misc of the library. */
void mqtt_io_second(struct mqtt *m);

/* Timer: watch for EV_WRITE again. */
void mqtt_io_poke(void *arg);

/* From the library's callbacks: all subscriptions are granted; or the connection is to be given up.
 */
void mqtt_ready(struct mqtt *m);
void mqtt_give_up(struct mqtt *m, const char *why);

/* The connection is gone (never called from within the library): tell, and come back later. */
void mqtt_lost(struct mqtt *m, const char *why);

#endif
