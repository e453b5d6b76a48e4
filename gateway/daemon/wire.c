/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/wire.h"

#include <string.h>

#include "base/json.h"
#include "message/codec.h"
#include "message/topics.h"

static void keep_correlation(struct origin *o, const struct mqtt_message *m)
{
    o->correlation_len = 0;
    if (m->correlation_len > sizeof o->correlation)
        return;
    o->correlation_len = (uint16_t)m->correlation_len;
    if (m->correlation_len > 0)
        memcpy(o->correlation, m->correlation, m->correlation_len);
}

static void take_in(struct wire *w, const struct mqtt_message *m, struct origin *origin)
{
    char scratch[MESSAGE_PAYLOAD_MAX + 1];
    struct mo mo;
    struct refusal why;
    keep_correlation(origin, m);
    if (codec_read_mo(m->payload, m->len, scratch, &mo, &why) == 0) {
        dispatch_mo(w->dispatch, origin, &mo);
        return;
    }
    why.origin = origin;
    metrics_add(w->metrics, M_REFUSED, codec_refusal_name(why.code), 1);
    log_write(w->log, EV_message_refused,
              LOG_FIELDS(LS("bridge", origin->bridge), LS("id", why.re), LS("why", why.detail)));
    wire_refuse(w, &why);
}

struct status {
    bool up;
};

static int status_member(void *arg, const char *key, size_t key_len, const struct json_value *v)
{
    struct status *s = arg;
    (void)key_len;
    if (strcmp(key, "state") == 0 && v->type == JSON_STRING)
        s->up = strcmp(v->str, "up") == 0;
    return 0;
}

static void take_status(struct wire *w, const struct mqtt_message *m, const char *bridge)
{
    char scratch[MESSAGE_PAYLOAD_MAX + 1];
    struct status status = {.up = false};
    struct json_job job = {.limits = {MESSAGE_PAYLOAD_MAX, MESSAGE_DEPTH_MAX},
                           .member = status_member,
                           .arg = &status};
    struct json_error err;
    if (m->len > MESSAGE_PAYLOAD_MAX || json_scan(m->payload, m->len, scratch, &job, &err) < 0)
        status.up = false;
    metrics_set(w->metrics, M_BRIDGE_UP, bridge, status.up);
    log_write(w->log, EV_bridge_status,
              LOG_FIELDS(LS("bridge", bridge), LS("state", status.up ? "up" : "down")));
}

bool wire_message(struct wire *w, const struct mqtt_message *m)
{
    struct origin origin;
    char bridge[MESSAGE_BRIDGE_MAX + 1];
    if (topics_read_in(w->root, m->topic, &origin) == 0) {
        /* A retained inbound message is no subscriber's: it would come again at each start. */
        if (!m->retained)
            take_in(w, m, &origin);
        return true;
    }
    if (topics_read_bridge_status(w->root, m->topic, bridge) < 0)
        return false;
    take_status(w, m, bridge);
    return true;
}

/* Seconds until a deadline, rounded up; 0 for none. */
static int64_t expiry_s(const struct wire *w, int64_t deadline)
{
    if (deadline == 0)
        return 0;
    int64_t left = (deadline - clock_now(&w->clock) + 999) / 1000;
    return left > 0 ? left : 1;
}

static int send(struct wire *w, struct mqtt_out *out, const struct origin *o, const struct buf *b)
{
    if (b->full)
        return -1;
    out->payload = b->data;
    out->len = b->len;
    if (o->correlation_len > 0) {
        out->correlation = o->correlation;
        out->correlation_len = o->correlation_len;
    }
    return mqtt_publish(w->mqtt, out);
}

int wire_publish(struct wire *w, const struct mt *mt)
{
    char topic[TOPIC_MAX], payload[MESSAGE_PAYLOAD_MAX + 1];
    struct buf b;
    struct mqtt_out out = {.topic = topic, .expiry_s = expiry_s(w, mt->deadline)};
    topics_write_out(w->root, mt->origin, topic);
    buf_init(&b, payload, sizeof payload);
    codec_write_mt(mt, &b);
    return send(w, &out, mt->origin, &b);
}

int wire_refuse(struct wire *w, const struct refusal *r)
{
    char topic[TOPIC_MAX], payload[1024];
    struct buf b;
    struct mqtt_out out = {.topic = topic};
    topics_write_error(w->root, r->origin, topic);
    buf_init(&b, payload, sizeof payload);
    codec_write_refusal(r, &b);
    return send(w, &out, r->origin, &b);
}
