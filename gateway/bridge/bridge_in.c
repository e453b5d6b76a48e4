/* SPDX-License-Identifier: Apache-2.0 */
/* What the gateway says to this bridge. */
#include <string.h>

#include "bridge/bridge_internal.h"

#define SECOND_US 1000000

void bridge_count(struct bridge *b, enum metric id)
{
    metrics_add(b->o.metrics, id, b->name, 1);
}

void bridge_say(struct bridge *b, struct quiet *q, enum log_event event, const char *why)
{
    int64_t now = loop_monotonic_us();
    q->happened++;
    if (q->said_us != 0 && now - q->said_us < SECOND_US)
        return;
    log_write(b->o.log, event,
              LOG_FIELDS(LS("bridge", b->name), LS("why", why), LI("count", q->happened)));
    *q = (struct quiet){.said_us = now};
}

void bridge_show_unsettled(struct bridge *b)
{
    metrics_set(b->o.metrics, M_BRIDGE_UNSETTLED, b->name, (int64_t)b->unsettled.count);
}

void bridge_leave_room(struct unsettled_message *m, enum room_end how)
{
    if (m->room)
        room_give(m->room, m->number, how);
    m->room = NULL;
}

void bridge_settle(struct bridge *b, struct unsettled_message *m, enum room_end how)
{
    bridge_leave_room(m, how);
    unsettled_drop(&b->unsettled, m);
    bridge_show_unsettled(b);
}

static void unread(struct bridge *b, const char *why)
{
    bridge_count(b, M_BRIDGE_UNREAD);
    bridge_say(b, &b->unread, EV_bridge_unread, why);
}

static void on_refusal(struct bridge *b, const struct mqtt_message *message)
{
    const struct bridge_events *e = &b->o.events;
    struct bridge_refusal r;
    if (bridge_codec_read_refusal(message->payload, message->len, &r) < 0) {
        unread(b, "this is no refusal");
        return;
    }
    if (r.code == REFUSE_UNKNOWN_SESSION) {
        if (e->reported)
            e->reported(e->arg, &r);
        return;
    }
    bridge_count(b, M_BRIDGE_REFUSED);
    log_write(b->o.log, EV_bridge_refused,
              LOG_FIELDS(LS("bridge", b->name), LS("id", r.re), LS("why", r.detail)));
    struct unsettled_message *m = unsettled_find(&b->unsettled, r.re);
    if (!m)
        return;
    bridge_settle(b, m, r.is_full ? ROOM_REFUSED : ROOM_ANSWERED);
    e->refused(e->arg, &r);
}

static void on_settlement(struct bridge *b, const struct answer *a)
{
    const struct bridge_events *e = &b->o.events;
    if (!unsettled_find(&b->unsettled, a->re) || !e->answer(e->arg, a))
        return;
    /* The event may have forgotten it. */
    struct unsettled_message *m = unsettled_find(&b->unsettled, a->re);
    if (m)
        bridge_settle(b, m, ROOM_ANSWERED);
}

static void on_answer(struct bridge *b, const struct mqtt_message *message)
{
    char scratch[MESSAGE_PAYLOAD_MAX + 1], why[128];
    struct answer a;
    if (message->len > MESSAGE_PAYLOAD_MAX)
        unread(b, "it is too large");
    else if (bridge_codec_read_mt(message->payload, message->len, scratch, &a, why) < 0)
        unread(b, why);
    else if (a.re[0] != '\0')
        on_settlement(b, &a);
    else if (a.kind == MT_SMS)
        b->o.events.answer(b->o.events.arg, &a);
    else
        unread(b, "re is missing");
}

void bridge_on_message(void *arg, const struct mqtt_message *message)
{
    struct bridge *b = arg;
    if (message->retained)
        unread(b, "it is retained"); /* it would come again at each connect */
    else if (strcmp(message->topic, b->error) == 0)
        on_refusal(b, message);
    else
        on_answer(b, message);
}
