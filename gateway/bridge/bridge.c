/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "bridge/bridge_internal.h"

#define YEAR_MS 31536000000 /* a later deadline is as good as this one */

static const char state_down[] = "{\"v\":1,\"state\":\"down\"}";

static void arm(struct bridge *b)
{
    const struct unsettled_message *m = unsettled_first(&b->unsettled);
    if (!m || (b->armed_us != 0 && b->armed_us <= m->due_us))
        return;
    int64_t left = m->due_us - loop_monotonic_us();
    loop_timer_set(b->timer, left > 0 ? (left + 999) / 1000 : 0);
    b->armed_us = m->due_us;
}

static int publish(struct bridge *b, uint8_t shard, const char *payload, size_t len)
{
    char topic[TOPIC_MAX];
    struct mqtt_out out = {.topic = topic, .payload = payload, .len = len};
    snprintf(topic, sizeof topic, "%s/%s/in/%02x", b->o.conf->mqtt_root, b->name, shard);
    return mqtt_publish(b->mqtt, &out);
}

static void publish_unsettled(struct bridge *b, struct unsettled_message *m)
{
    if (publish(b, m->shard, m->payload, m->len) < 0)
        return;
    if (m->sent)
        bridge_count(b, M_BRIDGE_REPEATS);
    m->sent = true;
}

/* What is held is answered: no gateway was late, so none is to be looked for. */
static void expire(struct bridge *b, struct unsettled_message *m)
{
    char id[sizeof m->id];
    bool held = m->held;
    memcpy(id, m->id, sizeof id);
    bridge_settle(b, m, held ? ROOM_ANSWERED : ROOM_REFUSED);
    if (!held) {
        bridge_count(b, M_BRIDGE_EXPIRED);
        bridge_say(b, &b->expired, EV_bridge_expired, "nobody answered in time");
    }
    b->o.events.expired(b->o.events.arg, id);
}

/* Repeat what is due, or give it up. What an event sends meanwhile is due later than now. */
static void on_timer(void *arg)
{
    struct bridge *b = arg;
    struct unsettled_message *m;
    int64_t now = loop_monotonic_us();
    b->armed_us = 0;
    while ((m = unsettled_first(&b->unsettled)) && m->due_us <= now) {
        if (m->ending) {
            expire(b, m);
        } else {
            publish_unsettled(b, m);
            unsettled_again(&b->unsettled, m, now);
        }
    }
    arm(b);
}

static void say_up(struct bridge *b)
{
    static const char *const state[] = {
        [CARRIER_UNKNOWN] = "{\"v\":1,\"state\":\"up\"}",
        [CARRIER_UNBOUND] = "{\"v\":1,\"state\":\"up\",\"carrier\":\"unbound\"}",
        [CARRIER_BOUND] = "{\"v\":1,\"state\":\"up\",\"carrier\":\"bound\"}"};
    const char *payload = state[b->carrier];
    struct mqtt_out out = {
        .topic = b->status, .payload = payload, .len = strlen(payload), .retain = true};
    mqtt_publish(b->mqtt, &out);
}

/* Whatever was under way when the connection broke may be lost: send all that is unsettled. */
static void on_up(void *arg)
{
    struct bridge *b = arg;
    struct unsettled_message *m;
    int64_t now = loop_monotonic_us();
    metrics_set(b->o.metrics, M_BRIDGE_BROKER, b->name, 1);
    say_up(b);
    TAILQ_FOREACH(m, &b->unsettled.ending, link)
    if (!m->held)
        publish_unsettled(b, m);
    const struct unsettled_message *last = TAILQ_LAST(&b->unsettled.repeating, unsettled_queue);
    while (last) {
        m = TAILQ_FIRST(&b->unsettled.repeating);
        publish_unsettled(b, m);
        unsettled_again(&b->unsettled, m, now);
        if (m == last)
            break;
    }
    arm(b);
}

static void on_down(void *arg, const char *why)
{
    struct bridge *b = arg;
    (void)why; /* io/mqtt logs it */
    metrics_set(b->o.metrics, M_BRIDGE_BROKER, b->name, 0);
}

/* The first octet of SHA-256 over the number; a receipt has none. */
static uint8_t shard_of(const struct mo *mo)
{
    uint8_t hash[DIGEST_SIZE];
    if (mo->msisdn[0] == '\0')
        return 0;
    digest_sha256(mo->msisdn, strlen(mo->msisdn), hash);
    return hash[0];
}

/* The deadline in monotonic time: a wall clock that is set meanwhile shall not expire anything. */
static int64_t deadline_of(const struct mo *mo, int64_t now_us)
{
    struct clock clock = clock_system();
    if (mo->deadline == 0)
        return 0;
    int64_t left_ms = mo->deadline - clock_now(&clock);
    if (left_ms > YEAR_MS)
        left_ms = YEAR_MS;
    return now_us + (left_ms > 0 ? left_ms * 1000 : 1);
}

/* The room of a message that begins a dialogue, or may; NULL for others. A dial with more than the
 * code goes somewhere: that may be a cry for help, which only a gateway can tell. */
static struct room *room_of(struct bridge *b, const struct mo *mo)
{
    if (mo->kind == MO_SMS)
        return &b->sms;
    return mo->kind == MO_USSD_BEGIN && !strchr(mo->code + 1, '*') ? &b->dials : NULL;
}

static bool has_room(const struct bridge *b, const struct room *room)
{
    const struct unsettled *u = &b->unsettled;
    return room_has(room) && (room != &b->dials || room_leaves_places(u->count, u->most));
}

static struct unsettled_message *keep(struct bridge *b, const struct mo *mo, const struct buf *text,
                                      int64_t now_us)
{
    struct room *room = room_of(b, mo);
    if (room && !has_room(b, room)) {
        bridge_count(b, M_BRIDGE_PUT_OFF);
        bridge_say(b, &b->put_off, EV_bridge_put_off, "as many as gateways answer are under way");
        return NULL;
    }
    if (b->unsettled.count >= b->unsettled.most)
        bridge_say(b, &b->full, EV_bridge_full, "bridge.max_unsettled are unsettled");
    struct unsettled_message *m = unsettled_add(&b->unsettled, mo->id, text->data, text->len);
    if (!m)
        return NULL;
    m->shard = shard_of(mo);
    m->deadline_us = deadline_of(mo, now_us);
    m->room = room;
    m->number = room ? room_take(room) : 0;
    bridge_show_unsettled(b);
    return m;
}

int bridge_send(struct bridge *b, const struct mo *mo)
{
    char payload[MESSAGE_PAYLOAD_MAX + 1];
    struct buf text;
    buf_init(&text, payload, sizeof payload);
    bridge_codec_write_mo(mo, &text);
    if (text.full)
        return -1;
    if (mo->kind == MO_USSD_END || mo->kind == MO_RECEIPT) {
        publish(b, shard_of(mo), text.data, text.len);
        return 0;
    }
    int64_t now = loop_monotonic_us();
    struct unsettled_message *m = unsettled_find(&b->unsettled, mo->id);
    if (!m)
        m = keep(b, mo, &text, now);
    if (!m)
        return -1;
    publish_unsettled(b, m);
    unsettled_again(&b->unsettled, m, now);
    arm(b);
    return 0;
}

void bridge_hold(struct bridge *b, const char *id)
{
    struct unsettled_message *m = unsettled_find(&b->unsettled, id);
    if (!m)
        return;
    bridge_leave_room(m, ROOM_ANSWERED);
    unsettled_hold(&b->unsettled, m);
}

void bridge_forget(struct bridge *b, const char *id)
{
    struct unsettled_message *m = unsettled_find(&b->unsettled, id);
    if (m)
        bridge_settle(b, m, ROOM_LEFT);
}

void bridge_carrier(struct bridge *b, bool bound)
{
    int before = b->carrier;
    b->carrier = bound ? CARRIER_BOUND : CARRIER_UNBOUND;
    if ((int)b->carrier != before)
        say_up(b);
}

size_t bridge_unsettled(const struct bridge *b)
{
    return b->unsettled.count;
}

bool bridge_is_up(const struct bridge *b)
{
    return mqtt_is_up(b->mqtt);
}

bool bridge_is_flushed(const struct bridge *b)
{
    return mqtt_is_flushed(b->mqtt);
}

static int connect_broker(struct bridge *b, const char *password, char why[BRIDGE_WHY_MAX])
{
    char out[TOPIC_MAX], client_id[128], random[9];
    const struct conf *c = b->o.conf;
    uint8_t dice[4];
    digest_random(dice, sizeof dice);
    digest_hex(dice, sizeof dice, random);
    snprintf(client_id, sizeof client_id, "%.40s-%s-%s", b->o.client, b->name, random);
    snprintf(out, sizeof out, "%s/%s/out/+", c->mqtt_root, b->name);
    snprintf(b->error, sizeof b->error, "%s/%s/error", c->mqtt_root, b->name);
    snprintf(b->status, sizeof b->status, "%s/%s/status", c->mqtt_root, b->name);
    const char *const subscribe[] = {out, b->error, NULL};
    struct mqtt_options o = mqtt_options_of(c, password);
    o.client_id = client_id;
    o.subscribe = subscribe;
    o.will_topic = b->status;
    o.will_payload = state_down;
    o.log = b->o.log;
    o.metrics = b->o.metrics;
    struct mqtt_handlers h = {.arg = b, .message = bridge_on_message, .up = on_up, .down = on_down};
    b->mqtt = mqtt_new(b->o.loop, &o, &h, why);
    return b->mqtt ? 0 : -1;
}

static int open_bridge(struct bridge *b, char why[BRIDGE_WHY_MAX])
{
    char password[256];
    if (conf_read_password(b->o.conf->mqtt_password_file, password, sizeof password, why) < 0)
        return -1;
    int result = connect_broker(b, password, why);
    explicit_bzero(password, sizeof password);
    return result;
}

struct bridge *bridge_new(const struct bridge_options *o, char why[BRIDGE_WHY_MAX])
{
    if (!topics_bridge_valid(o->name)) {
        snprintf(why, BRIDGE_WHY_MAX,
                 "%.40s is no name for a bridge; write 1 to 32 of a-z, 0-9 and -, but not gateway, "
                 "content or request",
                 o->name);
        return NULL;
    }
    struct bridge *b = calloc(1, sizeof *b);
    snprintf(why, BRIDGE_WHY_MAX, "no memory for a bridge; free some");
    if (!b)
        return NULL;
    b->o = *o;
    strcpy(b->name, o->name);
    unsettled_init(&b->unsettled, (size_t)o->conf->bridge_max_unsettled,
                   o->conf->bridge_repeat_ms * 1000);
    room_init(&b->dials, room_share(b->unsettled.most));
    room_init(&b->sms, room_share(b->unsettled.most));
    b->timer = loop_timer_new(o->loop, on_timer, b);
    if (!b->timer || open_bridge(b, why) < 0) {
        bridge_free(b);
        return NULL;
    }
    bridge_show_unsettled(b);
    return b;
}

void bridge_free(struct bridge *b)
{
    if (!b)
        return;
    struct mqtt_out out = {
        .topic = b->status, .payload = state_down, .len = strlen(state_down), .retain = true};
    if (b->mqtt)
        mqtt_publish(b->mqtt, &out);
    mqtt_free(b->mqtt);
    loop_timer_free(b->timer);
    unsettled_fini(&b->unsettled);
    free(b);
}
