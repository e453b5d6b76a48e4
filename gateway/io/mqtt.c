/* SPDX-License-Identifier: Apache-2.0 */
/* The connection's life, and the public calls. */
#include "io/mqtt.h"

#include <event2/event.h>
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/mqtt_internal.h"

enum { CONNECT_MS = 10000, SECOND_MS = 1000 };

void mqtt_ready(struct mqtt *m)
{
    if (m->state != MQTT_CONNECTING)
        return;
    m->state = MQTT_UP;
    m->logged[0] = '\0';
    backoff_reset(&m->backoff);
    loop_timer_stop(m->deadline);
    metrics_set(m->o.metrics, M_MQTT_UP, NULL, 1);
    log_write(m->o.log, EV_mqtt_up, LOG_FIELDS(LS("host", m->o.host)));
    if (m->h.up)
        m->h.up(m->h.arg);
}

void mqtt_count_unsent(struct mqtt *m, int n)
{
    m->unsent += n;
    metrics_add(m->o.metrics, M_MQTT_QUEUE, NULL, n);
}

/* Let go of the library's object and of everything that belonged to its connection. */
static void disconnect(struct mqtt *m)
{
    loop_timer_stop(m->deadline);
    loop_timer_stop(m->second);
    loop_timer_stop(m->poke);
    mqtt_io_unwatch(m);
    mqtt_client_free(m);
    mqtt_count_unsent(m, -m->unsent);
    m->acknowledged = false;
    m->closed = false;
}

void mqtt_lost(struct mqtt *m, const char *why)
{
    char told[sizeof m->why];
    snprintf(told, sizeof told, "%s", why);
    m->state = MQTT_WAITING;
    disconnect(m);
    m->why[0] = '\0';
    metrics_set(m->o.metrics, M_MQTT_UP, NULL, 0);
    /* The same reason is logged once, however often the broker is tried. */
    if (strcmp(m->logged, told) != 0)
        log_write(m->o.log, EV_mqtt_down, LOG_FIELDS(LS("host", m->o.host), LS("why", told)));
    memcpy(m->logged, told, sizeof told);
    loop_timer_set(m->retry, backoff_next(&m->backoff));
    if (m->h.down)
        m->h.down(m->h.arg, told);
}

static void on_retry(void *arg)
{
    struct mqtt *m = arg;
    char why[256];
    m->state = MQTT_CONNECTING;
    if (!m->client && mqtt_client_new(m, why) < 0) {
        mqtt_lost(m, why);
        return;
    }
    loop_timer_set(m->deadline, CONNECT_MS);
    loop_timer_set(m->second, SECOND_MS);
    mqtt_io_connect(m);
}

static void on_deadline(void *arg)
{
    mqtt_lost(arg, "the broker did not answer in 10 s");
}

static void on_second(void *arg)
{
    struct mqtt *m = arg;
    loop_timer_set(m->second, SECOND_MS);
    mqtt_io_second(m);
}

/* Copy the strings and filters that the options lend us. */
static int copy_options(struct mqtt *m, const struct mqtt_options *o)
{
    m->o = *o;
    const char **from[] = {&m->o.host,     &m->o.client_id,  &m->o.username,
                           &m->o.password, &m->o.ca_file,    &m->o.cert_file,
                           &m->o.key_file, &m->o.will_topic, &m->o.will_payload};
    for (size_t i = 0; i < sizeof m->text / sizeof *m->text; i++) {
        m->text[i] = strdup(*from[i] ? *from[i] : "");
        if (!m->text[i])
            return -1;
        *from[i] = m->text[i];
    }
    size_t n = 0;
    while (o->subscribe && o->subscribe[n])
        n++;
    m->filters = calloc(n + 1, sizeof *m->filters);
    if (!m->filters)
        return -1;
    for (size_t i = 0; i < n; i++)
        if (!(m->filters[i] = strdup(o->subscribe[i])))
            return -1;
    m->o.subscribe = NULL;
    return 0;
}

static int make_timers(struct mqtt *m)
{
    m->retry = loop_timer_new(m->loop, on_retry, m);
    m->deadline = loop_timer_new(m->loop, on_deadline, m);
    m->second = loop_timer_new(m->loop, on_second, m);
    m->poke = loop_timer_new(m->loop, mqtt_io_poke, m);
    return m->retry && m->deadline && m->second && m->poke ? 0 : -1;
}

struct mqtt *mqtt_new(struct loop *loop, const struct mqtt_options *o,
                      const struct mqtt_handlers *h, char why[256])
{
    struct mqtt *m = calloc(1, sizeof *m);
    snprintf(why, 256, "no memory for the connection to the broker; free some");
    if (!m)
        return NULL;
    mosquitto_lib_init(); /* counts its callers */
    m->loop = loop;
    m->h = *h;
    m->backoff = (struct backoff){.min_ms = o->retry_min_ms, .max_ms = o->retry_max_ms};
    /* Made here once, so that a wrong certificate is found at the start; the first connection uses
     * it. */
    if (make_timers(m) < 0 || copy_options(m, o) < 0 || mqtt_client_new(m, why) < 0) {
        mqtt_free(m);
        return NULL;
    }
    why[0] = '\0';
    metrics_set(m->o.metrics, M_MQTT_UP, NULL, 0);
    if (!o->held)
        mqtt_begin(m);
    return m;
}

void mqtt_begin(struct mqtt *m)
{
    loop_timer_set(m->retry, 0);
}

/* Too many wait: count it, and log at most one line a second. */
static void drop(struct mqtt *m)
{
    int64_t now = loop_monotonic_us();
    metrics_add(m->o.metrics, M_MQTT_DROPPED, NULL, 1);
    if (m->full_logged_us != 0 && now - m->full_logged_us < SECOND_MS * 1000)
        return;
    m->full_logged_us = now;
    log_write(m->o.log, EV_mqtt_full, LOG_FIELDS(LI("waiting", m->unsent)));
}

static int make_properties(const struct mqtt *m, const struct mqtt_out *out,
                           mosquitto_property **props)
{
    int rc = MOSQ_ERR_SUCCESS;
    if (m->o.is_311)
        return 0;
    if (out->correlation_len > UINT16_MAX)
        return -1;
    if (out->correlation_len > 0)
        rc = mosquitto_property_add_binary(props, MQTT_PROP_CORRELATION_DATA, out->correlation,
                                           (uint16_t)out->correlation_len);
    if (rc == MOSQ_ERR_SUCCESS && out->expiry_s > 0)
        rc = mosquitto_property_add_int32(props, MQTT_PROP_MESSAGE_EXPIRY_INTERVAL,
                                          out->expiry_s > UINT32_MAX ? UINT32_MAX
                                                                     : (uint32_t)out->expiry_s);
    return rc == MOSQ_ERR_SUCCESS ? 0 : -1;
}

int mqtt_publish(struct mqtt *m, const struct mqtt_out *out)
{
    mosquitto_property *props = NULL;
    int r = -1;
    if (m->state != MQTT_UP || m->closed)
        return -1;
    if (m->unsent >= m->o.max_queued) {
        drop(m);
        return -1;
    }
    if (make_properties(m, out, &props) == 0 &&
        mosquitto_publish_v5(m->client, NULL, out->topic, (int)out->len, out->payload, m->o.qos,
                             out->retain, props) == MOSQ_ERR_SUCCESS) {
        mqtt_count_unsent(m, 1);
        mqtt_io_flush_later(m);
        r = 0;
    }
    mosquitto_property_free_all(&props);
    return r;
}

bool mqtt_is_up(const struct mqtt *m)
{
    return m->state == MQTT_UP;
}

bool mqtt_is_flushed(const struct mqtt *m)
{
    return m->unsent == 0;
}

static void free_options(struct mqtt *m)
{
    for (size_t i = 0; i < sizeof m->text / sizeof *m->text; i++) {
        if (m->text[i])
            explicit_bzero(m->text[i], strlen(m->text[i]));
        free(m->text[i]);
    }
    for (size_t i = 0; m->filters && m->filters[i]; i++)
        free(m->filters[i]);
    free(m->filters);
}

void mqtt_free(struct mqtt *m)
{
    if (!m)
        return;
    m->state = MQTT_ENDING;
    if (m->client && m->acknowledged && !m->closed) {
        mosquitto_disconnect_v5(m->client, 0, NULL);
        mqtt_io_flush(m);
    }
    if (m->deadline && m->second && m->poke)
        disconnect(m);
    else
        mqtt_client_free(m);
    if (m->on_flush)
        event_free(m->on_flush);
    loop_timer_free(m->retry);
    loop_timer_free(m->deadline);
    loop_timer_free(m->second);
    loop_timer_free(m->poke);
    free_options(m);
    mosquitto_lib_cleanup();
    free(m);
}
