/* SPDX-License-Identifier: Apache-2.0 */
/* The library's object and its callbacks. A callback never frees anything and never calls the
 * library's loop: it notes, and mqtt_io.c acts when the library has returned. */
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/mqtt_internal.h"

enum {
    GRANT_FAILED = 0x80, /* SUBACK codes from here on are refusals (MQTT 5 section 3.9.3) */
    FILTERS_A_PACKET = 32
};

static const char *or_null(const char *s)
{
    return *s == '\0' ? NULL : s;
}

void mqtt_give_up(struct mqtt *m, const char *why)
{
    m->closed = true;
    if (m->why[0] == '\0')
        snprintf(m->why, sizeof m->why, "%s", why);
}

/* Filters of the packet that is next, or in flight. */
static int count_next(const struct mqtt *m)
{
    int n = 0;
    while (n < FILTERS_A_PACKET && m->filters[m->granted + n])
        n++;
    return n;
}

/* Brokers bound what they take in one packet, so a long list goes out in several, one after the
 * other. */
static void subscribe_next(struct mqtt *m)
{
    int n = count_next(m);
    if (n == 0)
        mqtt_ready(m);
    else if (mosquitto_subscribe_multiple(m->client, NULL, n, m->filters + m->granted, m->o.qos, 0,
                                          NULL) != 0)
        mqtt_give_up(m, "the subscription could not be sent; check the topic filters");
}

/* Why the broker says no; the codes of the two versions differ. */
static void refused(struct mqtt *m, int code)
{
    char why[160];
    const char *words =
        m->o.is_311 ? mosquitto_connack_string(code) : mosquitto_reason_string(code);
    const char *remedy = code == MQTT_RC_UNSUPPORTED_PROTOCOL_VERSION
                             ? "set mqtt.version to 3.1.1 if it has no MQTT 5"
                             : "check user, password and certificate";
    snprintf(why, sizeof why, "the broker refused the connection: %s; %s", words, remedy);
    mqtt_give_up(m, why);
}

static void on_connect(struct mosquitto *client, void *arg, int code, int flags,
                       const mosquitto_property *props)
{
    struct mqtt *m = arg;
    (void)client;
    (void)flags;
    (void)props;
    if (code != 0) {
        refused(m, code);
        return;
    }
    m->acknowledged = true;
    m->granted = 0;
    subscribe_next(m);
}

static void on_subscribe(struct mosquitto *client, void *arg, int mid, int count,
                         const int *granted, const mosquitto_property *props)
{
    struct mqtt *m = arg;
    char **filters = m->filters + m->granted;
    char why[160];
    (void)client;
    (void)mid;
    (void)props;
    if (count != count_next(m)) {
        mqtt_give_up(m, "the broker answered some subscriptions only");
        return;
    }
    for (int i = 0; i < count; i++) {
        if (granted[i] < GRANT_FAILED)
            continue;
        snprintf(why, sizeof why,
                 "the broker refused the subscription %.70s; check its access list", filters[i]);
        mqtt_give_up(m, why);
        return;
    }
    m->granted += count;
    subscribe_next(m);
}

static void on_disconnect(struct mosquitto *client, void *arg, int code,
                          const mosquitto_property *props)
{
    struct mqtt *m = arg;
    /* Before anything else changes errno, of which a text may be made. */
    const char *why = code > 0x80 ? mosquitto_reason_string(code) : mosquitto_strerror(code);
    (void)client;
    (void)props;
    if (code == MQTT_RC_SHARED_SUBS_NOT_SUPPORTED)
        why = "the broker has no shared subscriptions; set mqtt.share to nothing, and "
              "mqtt.shards if there are several gateways";
    mqtt_io_unwatch(m);
    mqtt_give_up(m, why);
}

static void on_publish(struct mosquitto *client, void *arg, int mid, int code,
                       const mosquitto_property *props)
{
    struct mqtt *m = arg;
    (void)client;
    (void)mid;
    (void)code;
    (void)props;
    if (m->unsent > 0)
        mqtt_count_unsent(m, -1);
}

static void on_message(struct mosquitto *client, void *arg, const struct mosquitto_message *in,
                       const mosquitto_property *props)
{
    struct mqtt *m = arg;
    void *correlation = NULL;
    uint16_t len = 0;
    (void)client;
    m->taken++;
    mosquitto_property_read_binary(props, MQTT_PROP_CORRELATION_DATA, &correlation, &len, false);
    struct mqtt_message out = {.topic = in->topic,
                               .payload = in->payload ? in->payload : "",
                               .len = (size_t)in->payloadlen,
                               .correlation = correlation,
                               .correlation_len = len,
                               .retained = in->retain};
    m->h.message(m->h.arg, &out);
    free(correlation);
}

/* The library only says "invalid" to a file that is not there; we name it. */
static int check_readable(const char *path, char why[256])
{
    if (*path == '\0' || access(path, R_OK) == 0)
        return 0;
    snprintf(why, 256, "cannot read %.180s; check the path and the rights of the file", path);
    return -1;
}

static int set_tls(struct mqtt *m, char why[256])
{
    const struct mqtt_options *o = &m->o;
    if (*o->ca_file == '\0')
        return 0;
    if (check_readable(o->ca_file, why) < 0 || check_readable(o->cert_file, why) < 0 ||
        check_readable(o->key_file, why) < 0)
        return -1;
    if (mosquitto_tls_set(m->client, o->ca_file, NULL, or_null(o->cert_file), or_null(o->key_file),
                          NULL) == MOSQ_ERR_SUCCESS)
        return 0;
    snprintf(why, 256, "TLS refused; give cert_file and key_file both or none, in PEM form");
    return -1;
}

static int set_login_and_will(struct mqtt *m, char why[256])
{
    const struct mqtt_options *o = &m->o;
    int rc = MOSQ_ERR_SUCCESS;
    if (*o->username != '\0')
        rc = mosquitto_username_pw_set(m->client, o->username, or_null(o->password));
    if (rc == MOSQ_ERR_SUCCESS && *o->will_topic != '\0')
        rc = mosquitto_will_set(m->client, o->will_topic, (int)strlen(o->will_payload),
                                o->will_payload, o->qos, true);
    if (rc == MOSQ_ERR_SUCCESS)
        return 0;
    snprintf(why, 256, "user name or last will: %.120s; write valid UTF-8 and no wildcards",
             mosquitto_strerror(rc));
    return -1;
}

/* Options that only fail if the library lacks them. */
static void set_protocol(struct mqtt *m)
{
    mosquitto_int_option(m->client, MOSQ_OPT_PROTOCOL_VERSION,
                         m->o.is_311 ? MQTT_PROTOCOL_V311 : MQTT_PROTOCOL_V5);
    /* "Threaded" with a loop of one's own: packets are queued, and written by mosquitto_loop_write
     * alone. */
    mosquitto_threaded_set(m->client, true);
    if (m->o.port != 0)
        mosquitto_int_option(m->client, MOSQ_OPT_TCP_NODELAY, 1);
    mosquitto_connect_v5_callback_set(m->client, on_connect);
    mosquitto_disconnect_v5_callback_set(m->client, on_disconnect);
    mosquitto_subscribe_v5_callback_set(m->client, on_subscribe);
    mosquitto_publish_v5_callback_set(m->client, on_publish);
    mosquitto_message_v5_callback_set(m->client, on_message);
}

int mqtt_client_new(struct mqtt *m, char why[256])
{
    m->client = mosquitto_new(or_null(m->o.client_id), true, m);
    if (!m->client) {
        snprintf(why, 256, "no MQTT client: no memory, or client_id is no valid UTF-8");
        return -1;
    }
    set_protocol(m);
    if (set_tls(m, why) == 0 && set_login_and_will(m, why) == 0)
        return 0;
    mqtt_client_free(m);
    return -1;
}

void mqtt_client_free(struct mqtt *m)
{
    if (m->client)
        mosquitto_destroy(m->client);
    m->client = NULL;
}
