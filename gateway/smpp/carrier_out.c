/* SPDX-License-Identifier: Apache-2.0 */
/* What goes to the carrier: answers and SMS that come over the bridge, by way of the queue. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "smpp/carrier_internal.h"

static void log_about(struct carrier *c, enum log_event event, const char *why)
{
    log_write(c->o.log, event, LOG_FIELDS(LS("bridge", c->name), LS("why", why)));
}

void carrier_close(struct carrier *c, const char *id, uint32_t status, bool again)
{
    const struct inbox_item *item = inbox_find(c->inbox, id);
    uint64_t parts = item ? item->parts : 0;
    inbox_close(c->inbox, id, status, again, carrier_now());
    if (parts != 0)
        parts_settled(c->parts, parts, !again, carrier_now());
}

void carrier_tell_receipt(struct carrier *c, const char *mt_id, enum mo_status status)
{
    struct clock clock = clock_system();
    struct mo mo = {.kind = MO_RECEIPT, .status = status, .at = clock_now(&clock), .text = ""};
    snprintf(mo.id, sizeof mo.id, "%s-r%llu", c->run, (unsigned long long)++c->receipts);
    snprintf(mo.of, sizeof mo.of, "%s", mt_id);
    bridge_send(c->bridge, &mo);
}

/* Events of the queue. The first bind sends. */

static bool queue_can_submit(void *arg)
{
    const struct carrier *c = arg;
    return c->esmes > 0 && esme_can_submit(c->esme[0]);
}

static int queue_submit(void *arg, const struct pdu *p, uint64_t token)
{
    struct carrier *c = arg;
    if (esme_submit(c->esme[0], p, token) < 0)
        return -1;
    metrics_add(c->o.metrics, M_SMPP_SUBMITTED, c->name, 1);
    return 0;
}

static void on_accepted(void *arg, const char *mt_id, unsigned parts, const char *message_id)
{
    struct carrier *c = arg;
    sent_add(c->sent, message_id, mt_id, parts, carrier_now());
}

static void on_failed(void *arg, const char *mt_id, enum mo_status status)
{
    carrier_tell_receipt(arg, mt_id, status);
}

static void on_done(void *arg, const char *re)
{
    struct carrier *c = arg;
    carrier_close(c, re, PDU_OK, false);
    bridge_forget(c->bridge, re);
}

struct queue *carrier_open_queue(struct carrier *c)
{
    struct queue_options o = {.conf = c->o.smpp,
                              .profile = &c->profile,
                              .words = c->words,
                              .metrics = c->o.metrics,
                              .arg = c,
                              .can_submit = queue_can_submit,
                              .submit = queue_submit,
                              .accepted = on_accepted,
                              .failed = on_failed,
                              .done = on_done};
    return queue_new(&o);
}

/* The time of the next look stays, or a busy queue would put it off for ever. */
void carrier_pump(struct carrier *c)
{
    int64_t now = carrier_now(), wait = c->look_at - now;
    int64_t next = queue_pump(c->queue, now), release = carrier_next_release(c) - now;
    metrics_set(c->o.metrics, M_SMPP_QUEUE, c->name, (int64_t)queue_waiting(c->queue));
    if (next >= 0 && next < wait)
        wait = next;
    if (release < wait)
        wait = release;
    loop_timer_set(c->timer, wait > 0 ? wait : 0);
}

/* Events of the bridge. */

static const char not_coded[] = "it cannot be cut, coded or addressed as the profile says";

static void reject_sms(struct carrier *c, const struct answer *a, const char *why)
{
    log_about(c, EV_smpp_not_sent, why);
    carrier_tell_receipt(c, a->id, STATUS_REJECTED);
}

/* It comes once. */
static bool take_own_sms(struct carrier *c, const struct answer *a)
{
    enum queue_result r = c->leaving ? QUEUE_FULL : queue_sms(c->queue, a, carrier_now());
    if (r == QUEUE_FULL)
        reject_sms(c, a, "the queue is full, or the bind is given up");
    else if (r == QUEUE_REFUSED)
        reject_sms(c, a, not_coded);
    carrier_pump(c);
    return true;
}

static enum queue_result take_answer(struct carrier *c, const struct answer *a,
                                     const struct inbox_item *item)
{
    int64_t now = carrier_now();
    if (a->kind == MT_SMS)
        return queue_sms(c->queue, a, now);
    if (a->kind == MT_USSD && item->ussd)
        return queue_ussd(c->queue, a, &item->context, item->until, now);
    return a->kind == MT_NONE ? QUEUE_TAKEN : QUEUE_REFUSED;
}

/* An SMS is answered when the answer is with the carrier: were it answered before, an answer that
 * still waits here would be lost with this program, and nobody would ask again. A screen is worth
 * nothing later, and some USSD gateways take none before their own message is answered. */
static bool hold(struct carrier *c, const char *id, struct inbox_item *item)
{
    item->held = true;
    bridge_hold(c->bridge, id);
    carrier_pump(c);
    return false;
}

/* The gateway has settled a message, and its answer cannot be sent. An SMS was taken all the same;
 * a phone in a dialogue waits for nothing, and is told so at once. */
static uint32_t cannot_answer(struct carrier *c, const struct answer *a)
{
    if (a->kind == MT_SMS) {
        reject_sms(c, a, not_coded);
        return PDU_OK;
    }
    log_about(c, EV_smpp_not_sent, not_coded);
    return (uint32_t)c->profile.conf->error_permanent;
}

static void put_off(struct carrier *c, const char *id, enum metric why)
{
    metrics_add(c->o.metrics, why, c->name, 1);
    carrier_close(c, id, (uint32_t)c->profile.conf->error_temporary, true);
}

/* No screen goes out for an input of which the carrier waits no longer when it may be sent. Were it
 * answered OK all the same, the phone would see nothing; delivered again, it gets the screen. */
static bool too_late(const struct carrier *c, const struct answer *a, const struct inbox_item *item)
{
    return a->kind == MT_USSD && item->ussd && item->until <= queue_opens(c->queue, carrier_now());
}

static bool on_answer(void *arg, const struct answer *a)
{
    struct carrier *c = arg;
    struct inbox_item *item = a->re[0] != '\0' ? inbox_find(c->inbox, a->re) : NULL;
    if (!item)
        return a->kind == MT_SMS ? take_own_sms(c, a) : true;
    if (too_late(c, a, item)) {
        put_off(c, a->re, M_SMPP_UNSETTLED);
        return true;
    }
    enum queue_result r = take_answer(c, a, item);
    if (r == QUEUE_FULL)
        return false;
    bool waits = a->kind == MT_SMS && (r == QUEUE_TAKEN || r == QUEUE_KNOWN);
    if (waits && !c->profile.conf->answer_first)
        return hold(c, a->re, item);
    uint32_t status = r == QUEUE_REFUSED ? cannot_answer(c, a) : PDU_OK;
    carrier_close(c, a->re, status, false);
    carrier_pump(c);
    return true;
}

static void on_refusal(void *arg, const struct bridge_refusal *r)
{
    struct carrier *c = arg;
    const struct conf_profile *p = c->profile.conf;
    bool again = r->code == REFUSE_OVERLOAD;
    const struct inbox_item *item = inbox_find(c->inbox, r->re);
    if (item && item->held)
        return; /* only a repeat was refused: the answer is known, and on its way */
    log_about(c, EV_smpp_refused, r->detail);
    carrier_close(c, r->re, (uint32_t)(again ? p->error_temporary : p->error_permanent), again);
}

static void on_expired(void *arg, const char *id)
{
    struct carrier *c = arg;
    const struct inbox_item *item = inbox_find(c->inbox, id);
    bool answered = item && item->held;
    put_off(c, id, answered ? M_SMPP_BUSY : M_SMPP_UNSETTLED);
}

int carrier_open_bridge(struct carrier *c, char why[CONF_ERROR_MAX])
{
    struct bridge_options o = {
        .conf = c->o.conf,
        .name = c->name,
        .client = "mekongline-smpp",
        .loop = c->o.loop,
        .log = c->o.log,
        .metrics = c->o.metrics,
        .events = {.arg = c, .answer = on_answer, .refused = on_refusal, .expired = on_expired}};
    c->bridge = bridge_new(&o, why);
    return c->bridge ? 0 : -1;
}
