/* SPDX-License-Identifier: Apache-2.0 */
/* The gateway's side of the broker: what it subscribes to, its status and its last will. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "daemon/server.h"
#include "message/topics.h"

enum { STATUS_MAX = 256 };

static void status_topic(const struct server *s, char out[TOPIC_MAX])
{
    snprintf(out, TOPIC_MAX, "%s/gateway/%s/status", s->conf.mqtt_root, s->conf.gateway_instance);
}

static void write_status(const struct server *s, const char *state, char out[STATUS_MAX])
{
    struct buf b;
    buf_init(&b, out, STATUS_MAX);
    buf_printf(&b, "{\"v\":1,\"state\":\"%s\",\"version\":\"%s\",\"content\":\"%s\",\"degraded\":[",
               state, ML_VERSION, s->content);
    if (s->store && !store_redis_is_up(s->store))
        buf_puts(&b, "\"redis\"");
    buf_puts(&b, "]}");
}

void server_publish_status(struct server *s)
{
    char topic[TOPIC_MAX], payload[STATUS_MAX];
    status_topic(s, topic);
    s->told_redis_up = store_redis_is_up(s->store);
    write_status(s, s->state == SERVER_DRAINING ? "draining" : "up", payload);
    struct mqtt_out out = {
        .topic = topic, .payload = payload, .len = strlen(payload), .retain = true};
    mqtt_publish(s->wire.mqtt, &out);
}

static void on_message(void *arg, const struct mqtt_message *m)
{
    wire_message(&((struct server *)arg)->wire, m);
}

static void on_up(void *arg)
{
    struct server *s = arg;
    if (s->state == SERVER_STARTING) {
        s->state = SERVER_UP;
        log_write(s->log, EV_gateway_ready, NULL);
    }
    server_publish_status(s);
}

static void on_down(void *arg, const char *why)
{
    (void)arg;
    (void)why;
}

int server_open_mqtt(struct server *s)
{
    char in[TOPIC_MAX], bridges[TOPIC_MAX], will_topic[TOPIC_MAX], will[STATUS_MAX], why[256];
    char client_id[80];
    const struct conf *c = &s->conf;
    snprintf(in, sizeof in, "$share/%s/%s/+/in/+", c->mqtt_share, c->mqtt_root);
    snprintf(bridges, sizeof bridges, "%s/+/status", c->mqtt_root);
    snprintf(client_id, sizeof client_id, "mekongline-%s", c->gateway_instance);
    status_topic(s, will_topic);
    write_status(s, "down", will);
    const char *const subscribe[] = {in, bridges, NULL};
    struct mqtt_options o = {.host = c->mqtt_host,
                             .port = (int)c->mqtt_port,
                             .client_id = c->mqtt_client_id[0] ? c->mqtt_client_id : client_id,
                             .username = c->mqtt_username,
                             .password = s->mqtt_password,
                             .ca_file = c->mqtt_ca_file,
                             .cert_file = c->mqtt_cert_file,
                             .key_file = c->mqtt_key_file,
                             .keepalive_s = (int)c->mqtt_keepalive_s,
                             .qos = (int)c->mqtt_qos,
                             .retry_min_ms = (int)c->mqtt_retry_min_ms,
                             .retry_max_ms = (int)c->mqtt_retry_max_ms,
                             .max_queued = (int)c->mqtt_max_queued,
                             .subscribe = subscribe,
                             .will_topic = will_topic,
                             .will_payload = will,
                             .log = s->log,
                             .metrics = s->metrics};
    struct mqtt_handlers h = {.arg = s, .message = on_message, .up = on_up, .down = on_down};
    s->wire.mqtt = mqtt_new(s->loop, &o, &h, why);
    if (s->wire.mqtt)
        return 0;
    log_write(s->log, EV_gateway_fail, LOG_FIELDS(LS("what", "mqtt"), LS("why", why)));
    return -1;
}
