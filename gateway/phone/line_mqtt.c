/* SPDX-License-Identifier: Apache-2.0 */
/* The phone as a bridge: every message is kept until it is settled, and sent again meanwhile
 * (PROTOCOL.md, "Settlement"). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/clock.h"
#include "base/digest.h"
#include "io/mqtt.h"
#include "message/topics.h"
#include "phone/line.h"

enum { TICK_MS = 200 };

static const char state_up[] = "{\"v\":1,\"state\":\"up\"}";
static const char state_down[] = "{\"v\":1,\"state\":\"down\"}";

/* A message that is not settled yet. */
struct pending {
    TAILQ_ENTRY(pending) link;
    char id[MESSAGE_ID_MAX + 1];
    char topic[TOPIC_MAX];
    int64_t sent_us, first_us; /* monotonic; sent_us is 0 before it was sent at all */
    size_t len;
    char payload[]; /* len octets */
};

struct wire_line {
    struct line_options o;
    struct mqtt *mqtt;
    struct loop_timer *tick;
    char status[TOPIC_MAX];
    char password[256];
    TAILQ_HEAD(, pending) pending;
};

static int64_t now(void *self)
{
    struct clock clock = clock_system();
    (void)self;
    return clock_now(&clock);
}

static void publish(struct wire_line *l, struct pending *p)
{
    struct mqtt_out out = {.topic = p->topic, .payload = p->payload, .len = p->len};
    if (mqtt_publish(l->mqtt, &out) == 0)
        p->sent_us = loop_monotonic_us();
}

static void drop(struct wire_line *l, struct pending *p)
{
    TAILQ_REMOVE(&l->pending, p, link);
    free(p);
}

static void settle(struct wire_line *l, const char *id)
{
    struct pending *p = TAILQ_FIRST(&l->pending);
    while (p && strcmp(p->id, id) != 0)
        p = TAILQ_NEXT(p, link);
    if (p)
        drop(l, p);
}

/* Repeat or give up. */
static void look_at(struct wire_line *l, struct pending *p)
{
    int64_t t = loop_monotonic_us();
    if (t - p->first_us >= (int64_t)LINE_GIVE_UP_MS * 1000) {
        l->o.events.lost(l->o.events.arg, p->id);
        drop(l, p);
    } else if (p->sent_us == 0 || t - p->sent_us >= (int64_t)LINE_REPEAT_MS * 1000) {
        publish(l, p);
    }
}

static void on_tick(void *arg)
{
    struct wire_line *l = arg;
    struct pending *next;
    for (struct pending *p = TAILQ_FIRST(&l->pending); p; p = next) {
        next = TAILQ_NEXT(p, link);
        look_at(l, p);
    }
    if (!TAILQ_EMPTY(&l->pending))
        loop_timer_set(l->tick, TICK_MS);
}

static void on_message(void *arg, const struct mqtt_message *m)
{
    struct wire_line *l = arg;
    const struct line_events *e = &l->o.events;
    char scratch[MESSAGE_PAYLOAD_MAX + 1], why[128];
    struct bridge_refusal r;
    size_t n = strlen(m->topic);
    struct answer a;
    if (m->len > MESSAGE_PAYLOAD_MAX)
        return;
    if (n > 6 && strcmp(m->topic + n - 6, "/error") == 0) {
        if (bridge_codec_read_refusal(m->payload, m->len, &r) < 0)
            return;
        settle(l, r.re);
        e->refused(e->arg, r.re, r.detail);
    } else if (bridge_codec_read_mt(m->payload, m->len, scratch, &a, why) == 0) {
        settle(l, a.re);
        e->answer(e->arg, &a);
    }
}

static void say_state(struct wire_line *l, const char *state)
{
    struct mqtt_out out = {
        .topic = l->status, .payload = state, .len = strlen(state), .retain = true};
    mqtt_publish(l->mqtt, &out);
}

static void on_up(void *arg)
{
    struct wire_line *l = arg;
    struct pending *p;
    say_state(l, state_up);
    TAILQ_FOREACH(p, &l->pending, link)
    publish(l, p);
}

/* The shard: the first octet of SHA-256 over the number's digits. */
static void write_topic(const struct wire_line *l, const struct mo *mo, char out[TOPIC_MAX])
{
    uint8_t hash[DIGEST_SIZE];
    digest_sha256(mo->msisdn, strlen(mo->msisdn), hash);
    snprintf(out, TOPIC_MAX, "%s/%s/in/%02x", l->o.conf->mqtt_root, l->o.bridge, hash[0]);
}

static int keep(struct wire_line *l, const struct mo *mo, const char *topic, const struct buf *b)
{
    struct pending *p = calloc(1, sizeof *p + b->len);
    if (!p)
        return -1;
    strcpy(p->id, mo->id);
    strcpy(p->topic, topic);
    memcpy(p->payload, b->data, b->len);
    p->len = b->len;
    p->first_us = loop_monotonic_us();
    TAILQ_INSERT_TAIL(&l->pending, p, link);
    publish(l, p);
    loop_timer_set(l->tick, TICK_MS);
    return 0;
}

static int send(void *self, const struct mo *mo)
{
    struct wire_line *l = self;
    char payload[MESSAGE_PAYLOAD_MAX + 1], topic[TOPIC_MAX];
    struct buf b;
    buf_init(&b, payload, sizeof payload);
    bridge_codec_write_mo(mo, &b);
    write_topic(l, mo, topic);
    if (b.full)
        return -1;
    if (mo->kind != MO_USSD_END)
        return keep(l, mo, topic, &b);
    struct mqtt_out out = {.topic = topic, .payload = b.data, .len = b.len};
    mqtt_publish(l->mqtt, &out); /* needs no settlement: lost is lost */
    return 0;
}

static void close_line(void *self)
{
    struct wire_line *l = self;
    if (l->mqtt)
        say_state(l, state_down);
    mqtt_free(l->mqtt);
    loop_timer_free(l->tick);
    while (!TAILQ_EMPTY(&l->pending))
        drop(l, TAILQ_FIRST(&l->pending));
    free(l);
}

static int read_password(struct wire_line *l, char why[LINE_WHY_MAX])
{
    const char *path = l->o.conf->mqtt_password_file;
    if (path[0] == '\0')
        return 0;
    return conf_read_secret(path, l->password, sizeof l->password - 1, why) < 0 ? -1 : 0;
}

static int connect_broker(struct wire_line *l, char why[LINE_WHY_MAX])
{
    char out[TOPIC_MAX], error[TOPIC_MAX], client_id[64], random[9];
    const struct conf *c = l->o.conf;
    uint8_t dice[4];
    digest_random(dice, sizeof dice);
    digest_hex(dice, sizeof dice, random);
    snprintf(client_id, sizeof client_id, "%s-%s", l->o.bridge, random);
    snprintf(out, sizeof out, "%s/%s/out/+", c->mqtt_root, l->o.bridge);
    snprintf(error, sizeof error, "%s/%s/error", c->mqtt_root, l->o.bridge);
    snprintf(l->status, sizeof l->status, "%s/%s/status", c->mqtt_root, l->o.bridge);
    const char *const subscribe[] = {out, error, NULL};
    struct mqtt_options o = {.host = c->mqtt_host,
                             .port = (int)c->mqtt_port,
                             .client_id = client_id,
                             .username = c->mqtt_username,
                             .password = l->password,
                             .ca_file = c->mqtt_ca_file,
                             .cert_file = c->mqtt_cert_file,
                             .key_file = c->mqtt_key_file,
                             .keepalive_s = (int)c->mqtt_keepalive_s,
                             .qos = (int)c->mqtt_qos,
                             .retry_min_ms = (int)c->mqtt_retry_min_ms,
                             .retry_max_ms = (int)c->mqtt_retry_max_ms,
                             .max_queued = (int)c->mqtt_max_queued,
                             .subscribe = subscribe,
                             .will_topic = l->status,
                             .will_payload = state_down,
                             .log = l->o.log};
    struct mqtt_handlers h = {.arg = l, .message = on_message, .up = on_up};
    l->mqtt = mqtt_new(l->o.loop, &o, &h, why);
    return l->mqtt ? 0 : -1;
}

int line_mqtt_open(const struct line_options *o, struct line *out, char why[LINE_WHY_MAX])
{
    struct wire_line *l = calloc(1, sizeof *l);
    snprintf(why, LINE_WHY_MAX, "no memory; free some");
    if (!l)
        return -1;
    l->o = *o;
    TAILQ_INIT(&l->pending);
    l->tick = loop_timer_new(o->loop, on_tick, l);
    if (!l->tick || read_password(l, why) < 0 || connect_broker(l, why) < 0) {
        close_line(l);
        return -1;
    }
    *out = (struct line){.self = l, .now = now, .send = send, .close = close_line};
    return 0;
}
