/* SPDX-License-Identifier: Apache-2.0 */
#include "smpp/link.h"
#include "smpp/queue_internal.h"

enum {
    PAUSE_MAX_MS = 30000,
    LOOK_MS = 1000,
    UNSURE_SHIFT_MAX = 10,
    CREDIT_US = 10000 /* what a late timer may make up for: at most a hundredth over the rate */
};

/* Send the unit. Returns 0, or -1 if the connection does not take it now. */
static int send_unit(struct queue *q, struct unit *u, int64_t now)
{
    struct ussd_memory m;
    struct pdu p;
    struct units *list = u->list;
    struct job *j = u->job;
    if (queue_write_unit(q, u, &m, &p) < 0) {
        queue_fail(q, j, STATUS_REJECTED);
        return 0;
    }
    queue_unlist(u);
    if (q->o.submit(q->o.arg, &p, j->serial << QUEUE_TOKEN_BITS | (uint64_t)(u - j->unit)) < 0) {
        queue_prepend(list, u);
        return -1;
    }
    int64_t cost = 1000000 / q->o.conf->rate, floor = now * 1000 - CREDIT_US;
    q->next_us = (q->next_us > floor ? q->next_us : floor) + cost;
    return 0;
}

/* Move what may be tried again, and give up what is too late. */
static void sort_out(struct queue *q, int64_t now)
{
    struct unit *u;
    while ((u = TAILQ_FIRST(&q->later)) && u->due <= now) {
        queue_unlist(u);
        queue_append(u->job->ussd ? &q->screens : &q->sms, u);
    }
    while ((u = TAILQ_FIRST(&q->screens)) && u->job->until <= now) {
        metrics_add(q->o.metrics, M_SMPP_EXPIRED, q->o.conf->smpp_name, 1);
        queue_fail(q, u->job, STATUS_EXPIRED);
    }
    while ((u = TAILQ_FIRST(&q->sms)) && u->job->until <= now) {
        metrics_add(q->o.metrics, M_SMPP_EXPIRED, q->o.conf->smpp_name, 1);
        queue_fail(q, u->job, STATUS_EXPIRED);
    }
}

int64_t queue_pump(struct queue *q, int64_t now)
{
    for (;;) {
        sort_out(q, now);
        struct unit *u = TAILQ_FIRST(&q->screens);
        if (!u)
            u = TAILQ_FIRST(&q->sms);
        if (!u)
            return TAILQ_EMPTY(&q->later) ? -1 : TAILQ_FIRST(&q->later)->due - now;
        if (q->pause_until > now)
            return q->pause_until - now < LOOK_MS ? q->pause_until - now : LOOK_MS;
        if (q->next_us > now * 1000)
            return (q->next_us - now * 1000) / 1000 + 1;
        if (!q->o.can_submit(q->o.arg) || send_unit(q, u, now) < 0)
            return LOOK_MS;
    }
}

int64_t queue_opens(const struct queue *q, int64_t now)
{
    return q->pause_until > now ? q->pause_until : now;
}

/* The carrier says that we are too fast. It says so of all that were in flight, which is once. */
static void pause_all(struct queue *q, int64_t now)
{
    metrics_add(q->o.metrics, M_SMPP_THROTTLED, q->o.conf->smpp_name, 1);
    if (q->pause_until > now)
        return;
    q->pause_ms = q->pause_ms > 0 ? q->pause_ms * 2 : q->o.conf->throttle_ms;
    if (q->pause_ms > PAUSE_MAX_MS)
        q->pause_ms = PAUSE_MAX_MS;
    q->pause_until = now + q->pause_ms;
}

/* Into `later`, which is in the order of `due`. */
static void put_off(struct queue *q, struct unit *u, int64_t due)
{
    struct unit *after = TAILQ_LAST(&q->later, units);
    while (after && after->due > due)
        after = TAILQ_PREV(after, units, link);
    u->due = due;
    u->list = &q->later;
    if (after)
        TAILQ_INSERT_AFTER(&q->later, after, u, link);
    else
        TAILQ_INSERT_HEAD(&q->later, u, link);
}

/* Nobody knows whether it arrived. An SMS comes rather twice than never; but a carrier that takes
 * and never answers shall not fill a phone with copies: the third and each further one waits twice
 * as long as the one before. A screen is not sent again by itself, because the phone may be at the
 * next one; but if the carrier delivers its input again, it has not arrived, and may come again. */
static void unknown(struct queue *q, struct unit *u, int64_t now)
{
    metrics_add(q->o.metrics, M_SMPP_UNSURE, q->o.conf->smpp_name, 1);
    if (u->job->ussd) {
        memo_drop(q->known, u->job->mt_id);
        queue_finish_unit(q, u);
    } else if (u->unsure++ == 0) {
        queue_prepend(&q->sms, u);
    } else {
        put_off(q, u,
                now + (q->o.conf->response_ms
                       << (u->unsure < UNSURE_SHIFT_MAX ? u->unsure - 1 : UNSURE_SHIFT_MAX)));
    }
}

static void refused(struct queue *q, struct unit *u, uint32_t status, int64_t now)
{
    const struct profile *p = q->o.profile;
    struct job *j = u->job;
    if (profile_has(&p->errors_throttled, status)) {
        pause_all(q, now);
        queue_prepend(j->ussd ? &q->screens : &q->sms, u);
    } else if (profile_has(&p->errors_temporary, status)) {
        put_off(q, u, now + q->o.conf->throttle_ms);
    } else {
        queue_append(&q->sms, u);
        queue_fail(q, j, STATUS_REJECTED);
    }
}

void queue_submitted(struct queue *q, const struct link_submitted *s, int64_t now)
{
    uint64_t serial = s->token >> QUEUE_TOKEN_BITS;
    unsigned part = s->token & ((1 << QUEUE_TOKEN_BITS) - 1);
    struct job *j;
    HASH_FIND(hh, q->jobs, &serial, sizeof serial, j);
    if (!j || part >= j->total || j->unit[part].list || j->unit[part].done)
        return;
    struct unit *u = &j->unit[part];
    bool accepted = s->outcome == LINK_ANSWERED && s->status == PDU_OK;
    if (accepted) {
        q->pause_ms = 0;
        if (!j->ussd && s->message_id[0] != '\0')
            q->o.accepted(q->o.arg, j->mt_id, j->total, s->message_id);
    }
    if (accepted || j->failed)
        queue_finish_unit(q, u);
    else if (s->outcome == LINK_UNKNOWN)
        unknown(q, u, now);
    else
        refused(q, u, s->status, now);
}
