/* SPDX-License-Identifier: Apache-2.0 */
/* The gateway's side of the broker: what it subscribes to, its status and its last will. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/shards.h"
#include "daemon/filters.h"
#include "daemon/server.h"
#include "message/topics.h"

enum { STATUS_MAX = 256 + SHARDS_TEXT_SIZE, STORE_LOOK_MS = 5, STORE_WAIT_US = 2000000 };

static void status_topic(const struct server *s, char out[TOPIC_MAX])
{
    snprintf(out, TOPIC_MAX, "%s/gateway/%s/status", s->conf.mqtt_root, s->conf.gateway_instance);
}

unsigned server_degraded(const struct server *s)
{
    unsigned parts = 0;
    if (s->store && !store_redis_is_up(s->store))
        parts |= DEGRADED_REDIS;
    if (s->requests && requests_degraded(s->requests))
        parts |= DEGRADED_JOURNAL;
    if (s->content_refused)
        parts |= DEGRADED_CONTENT;
    return parts;
}

static void write_status(const struct server *s, const char *state, char out[STATUS_MAX])
{
    static const struct {
        unsigned part;
        const char *name;
    } names[] = {
        {DEGRADED_REDIS, "redis"}, {DEGRADED_JOURNAL, "journal"}, {DEGRADED_CONTENT, "content"}};
    const char *comma = "";
    char list[SHARDS_TEXT_SIZE];
    struct shards shards;
    struct buf b;
    buf_init(&b, out, STATUS_MAX);
    buf_printf(&b, "{\"v\":1,\"state\":\"%s\",\"version\":\"%s\",\"content\":\"%s\",\"degraded\":[",
               state, ML_VERSION, s->content);
    unsigned parts = server_degraded(s);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (!(parts & names[i].part))
            continue;
        buf_printf(&b, "%s\"%s\"", comma, names[i].name);
        comma = ",";
    }
    buf_putc(&b, ']');
    if (shards_read(s->conf.mqtt_shards, &shards) > 0) {
        shards_write(&shards, true, list);
        buf_printf(&b, ",\"shards\":\"%s\"", list);
    }
    buf_putc(&b, '}');
}

void server_publish_status(struct server *s)
{
    char topic[TOPIC_MAX], payload[STATUS_MAX];
    status_topic(s, topic);
    write_status(s, s->state == SERVER_DRAINING ? "draining" : "up", payload);
    struct mqtt_out out = {
        .topic = topic, .payload = payload, .len = strlen(payload), .retain = true};
    /* What could not be published differs from what is: the next look tries again. */
    unsigned degraded = server_degraded(s);
    s->told_degraded = mqtt_publish(s->wire.mqtt, &out) == 0 ? degraded : DEGRADED_UNTOLD;
}

static void on_message(void *arg, const struct mqtt_message *m)
{
    struct server *s = arg;
    if (wire_message(&s->wire, m) || echo_message(s->echo, m) || requests_message(s->requests, m))
        return;
    if (topics_is_content(s->conf.mqtt_root, m->topic))
        server_take_published(s, m->payload, m->len);
}

static void on_up(void *arg)
{
    struct server *s = arg;
    if (s->state == SERVER_STARTING) {
        s->state = SERVER_UP;
        log_write(s->log, EV_gateway_ready, NULL);
    }
    echo_up(s->echo);
    server_publish_status(s);
    requests_up(s->requests);
}

static void on_down(void *arg, const char *why)
{
    (void)arg;
    (void)why;
}

/* A gateway that takes messages before Redis is connected greets everybody as new, so the broker
 * waits for that; not for long, as workers are answered without Redis, too. */
static void look_for_store(void *arg)
{
    struct server *s = arg;
    if (store_redis_is_up(s->store) || loop_monotonic_us() >= s->begin_until_us)
        mqtt_begin(s->wire.mqtt);
    else
        loop_timer_set(s->begin_timer, STORE_LOOK_MS);
}

static int begin_later(struct server *s)
{
    s->begin_timer = loop_timer_new(s->loop, look_for_store, s);
    if (!s->begin_timer)
        return -1;
    s->begin_until_us = loop_monotonic_us() + STORE_WAIT_US;
    loop_timer_set(s->begin_timer, 0);
    return 0;
}

static struct mqtt *open_mqtt(struct server *s, const char *const *filters, char why[256])
{
    char will_topic[TOPIC_MAX], will[STATUS_MAX], client_id[80];
    struct mqtt_options o = mqtt_options_of(&s->conf, s->mqtt_password);
    struct mqtt_handlers h = {.arg = s, .message = on_message, .up = on_up, .down = on_down};
    snprintf(client_id, sizeof client_id, "mekongline-%s", s->conf.gateway_instance);
    status_topic(s, will_topic);
    write_status(s, "down", will);
    if (o.client_id[0] == '\0')
        o.client_id = client_id;
    o.subscribe = filters;
    o.held = true;
    o.will_topic = will_topic;
    o.will_payload = will;
    o.log = s->log;
    o.metrics = s->metrics;
    return mqtt_new(s->loop, &o, &h, why);
}

int server_open_mqtt(struct server *s)
{
    char why[256] = "no memory";
    const char **filters = filters_new(&s->conf);
    s->wire.mqtt = filters ? open_mqtt(s, filters, why) : NULL;
    free(filters);
    requests_set_mqtt(s->requests, s->wire.mqtt);
    if (s->wire.mqtt && begin_later(s) == 0)
        return 0;
    const char *words = s->wire.mqtt ? "no memory" : why;
    log_write(s->log, EV_gateway_fail, LOG_FIELDS(LS("what", "mqtt"), LS("why", words)));
    return -1;
}
