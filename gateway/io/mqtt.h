/* SPDX-License-Identifier: Apache-2.0 */
/* An MQTT connection on the loop: libmosquitto with an external loop; connects again by itself
 * with jittered back-off. The only user of libmosquitto. For the gateway and for bridges alike.
 *
 * Clean start; nothing is published while the connection is down (mqtt_publish answers -1), because
 * a late screen is worse than none. */
#ifndef ML_IO_MQTT_H
#define ML_IO_MQTT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/log.h"
#include "base/metrics.h"
#include "io/loop.h"

/* Borrowed for the time of mqtt_new, which copies what it keeps. "" or 0 where not used. */
struct mqtt_options {
    const char *host; /* address, or path of a Unix socket with port 0 */
    int port;
    const char *client_id;
    const char *username, *password;
    const char *ca_file, *cert_file, *key_file;
    int keepalive_s;
    int qos;
    bool is_311; /* MQTT 3.1.1 in place of 5: nothing expires, and there is no Correlation Data */
    int retry_min_ms, retry_max_ms;
    int max_queued;
    bool held;                    /* do not connect before mqtt_begin */
    const char *const *subscribe; /* topic filters, NULL-terminated; subscribed at each connect */
    const char *will_topic;       /* retained last will; "" for none */
    const char *will_payload;
    struct log *log;         /* may be NULL */
    struct metrics *metrics; /* may be NULL */
};

/* What section [mqtt] says. The caller adds client_id, subscribe, will_*, log and metrics. c and
 * password are borrowed for as long as the options. */
struct conf;
struct mqtt_options mqtt_options_of(const struct conf *c, const char *password);

struct mqtt_message {
    const char *topic;
    const char *payload;
    size_t len;
    const uint8_t *correlation; /* MQTT 5 Correlation Data, or NULL */
    size_t correlation_len;
    bool retained;
};

struct mqtt_handlers {
    void *arg;
    void (*message)(void *arg, const struct mqtt_message *m);
    void (*up)(void *arg); /* connected, and the broker granted all subscriptions */
    void (*down)(void *arg, const char *why); /* lost, or could not be made; once for each time */
};

struct mqtt_out {
    const char *topic;
    const char *payload;
    size_t len;
    bool retain;
    int64_t expiry_s; /* MQTT 5 message expiry; 0 for none */
    const uint8_t *correlation;
    size_t correlation_len;
};

struct mqtt;

/* Create and begin to connect. Returns NULL with why: a sentence with the remedy (unreadable
 * certificate, no memory). */
struct mqtt *mqtt_new(struct loop *loop, const struct mqtt_options *o,
                      const struct mqtt_handlers *h, char why[256]);

/* Send. Returns 0, or -1 if the connection is down or too many messages wait (counted). */
int mqtt_publish(struct mqtt *m, const struct mqtt_out *out);

bool mqtt_is_up(const struct mqtt *m);

/* Connect now, if the options said to wait. */
void mqtt_begin(struct mqtt *m);

/* Has all that was published been written to the socket? */
bool mqtt_is_flushed(const struct mqtt *m);

/* Disconnect with reason "normal" (the will is not sent) and free. NULL is fine. Not from within a
 * handler. */
void mqtt_free(struct mqtt *m);

#endif
