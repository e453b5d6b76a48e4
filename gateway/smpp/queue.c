/* SPDX-License-Identifier: Apache-2.0 */
/*   queue_sms ──> sms ─┐        ┌─ accepted ──> done
 *                      ├─> flight ─ throttled, unknown ──> back to the front
 *   queue_ussd ─> screens       ├─ temporary ──> later ──> sms
 *                               └─ refused ──> failed
 * A job is a message, a unit one submit_sm of it. A unit stands in one list or is in flight; a job
 * ends with its last unit. */
#include "smpp/queue.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/hash_table.h"
#include "smpp/link.h"
#include "smpp/memo.h"
#include "smpp/sms.h"

enum { KNOWN_MAX = 20000, KNOWN_MS = 600000, PAUSE_MAX_MS = 30000, LOOK_MS = 1000, TOKEN_BITS = 8 };

TAILQ_HEAD(units, unit);

struct unit {
    TAILQ_ENTRY(unit) link;
    struct units *list; /* where it waits; NULL: in flight, or done */
    struct job *job;
    int64_t due; /* in `later` */
    bool done;
    struct sms_part part; /* of an SMS */
};

struct job {
    UT_hash_handle hh;
    uint64_t serial;
    char mt_id[MESSAGE_MT_ID_MAX + 1], msisdn[MESSAGE_SENDER_MAX + 1], from[MESSAGE_SENDER_MAX + 1];
    char *text;
    size_t len;
    enum coding coding;
    bool ussd, end, failed;
    struct ussd_context context; /* ussd */
    int64_t until;
    uint16_t reference;
    unsigned open, total; /* units that are not done, and all */
    struct unit unit[];
};

struct queue {
    struct queue_options o;
    struct job *jobs;
    struct units screens, sms, later;
    struct memo *known;
    uint64_t serial;
    uint16_t reference;
    int64_t pause_ms, pause_until;
    int64_t next_us; /* when the rate allows the next one */
    uint8_t payload[PDU_MAX];
};

struct queue *queue_new(const struct queue_options *o)
{
    struct queue *q = calloc(1, sizeof *q);
    if (!q)
        return NULL;
    q->o = *o;
    q->known = memo_new(KNOWN_MAX, KNOWN_MS);
    TAILQ_INIT(&q->screens);
    TAILQ_INIT(&q->sms);
    TAILQ_INIT(&q->later);
    if (!q->known) {
        free(q);
        return NULL;
    }
    return q;
}

static void unlist(struct unit *u)
{
    if (u->list)
        TAILQ_REMOVE(u->list, u, link);
    u->list = NULL;
}

static void append(struct units *list, struct unit *u)
{
    TAILQ_INSERT_TAIL(list, u, link);
    u->list = list;
}

static void prepend(struct units *list, struct unit *u)
{
    TAILQ_INSERT_HEAD(list, u, link);
    u->list = list;
}

static void free_job(struct job *j)
{
    free(j->text);
    free(j);
}

static void end_job(struct queue *q, struct job *j)
{
    for (unsigned i = 0; i < j->total; i++)
        unlist(&j->unit[i]);
    HASH_DEL(q->jobs, j);
    free_job(j);
}

void queue_free(struct queue *q)
{
    if (!q)
        return;
    while (q->jobs)
        end_job(q, q->jobs);
    memo_free(q->known);
    free(q);
}

static void finish_unit(struct queue *q, struct unit *u)
{
    struct job *j = u->job;
    unlist(u);
    u->done = true;
    if (--j->open == 0)
        end_job(q, j);
}

/* Give up a job: what waits is taken back, what is in flight comes home first. The job may be gone
 * afterwards. */
static void fail(struct queue *q, struct job *j, enum mo_status status)
{
    if (j->ussd)
        memo_drop(q->known, j->mt_id);
    else if (!j->failed)
        q->o.failed(q->o.arg, j->mt_id, status);
    j->failed = true;
    j->open++; /* so that the job outlives its units */
    for (unsigned i = 0; i < j->total; i++)
        if (j->unit[i].list)
            finish_unit(q, &j->unit[i]);
    if (--j->open == 0)
        end_job(q, j);
}

static struct job *new_job(const struct answer *a, unsigned total)
{
    struct job *j = calloc(1, sizeof *j + total * sizeof j->unit[0]);
    if (!j)
        return NULL;
    j->total = j->open = total;
    j->text = strdup(a->text);
    if (!j->text) {
        free_job(j);
        return NULL;
    }
    j->len = strlen(a->text);
    j->coding = a->coding;
    strncpy(j->mt_id, a->id, sizeof j->mt_id - 1);
    strncpy(j->msisdn, a->msisdn, sizeof j->msisdn - 1);
    strncpy(j->from, a->from, sizeof j->from - 1);
    for (unsigned i = 0; i < total; i++)
        j->unit[i].job = j;
    return j;
}

static struct sms_text text_of(const struct job *j)
{
    return (struct sms_text){.from = j->from,
                             .msisdn = j->msisdn,
                             .text = j->text,
                             .len = j->len,
                             .coding = j->coding,
                             .reference = j->reference};
}

/* Fill the submit_sm of a unit. Returns 0, or -1 if it cannot be coded as the profile says. */
static int write_unit(struct queue *q, const struct unit *u, struct ussd_memory *m, struct pdu *p)
{
    const struct job *j = u->job;
    if (!j->ussd) {
        struct sms_text t = text_of(j);
        return sms_write(q->o.profile, &t, &u->part, q->payload, sizeof q->payload, p);
    }
    struct ussd_screen s = {
        .context = &j->context, .text = j->text, .len = j->len, .coding = j->coding, .end = j->end};
    return ussd_write(q->o.profile, &s, m, p);
}

/* Its beginning shows whether a job can be coded; so whoever brought it hears it now. */
static bool can_be_coded(struct queue *q, const struct job *j)
{
    struct ussd_memory m;
    struct pdu p;
    return write_unit(q, &j->unit[0], &m, &p) == 0;
}

static enum queue_result index_job(struct queue *q, struct job *j, int64_t now)
{
    j->serial = ++q->serial;
    HASH_ADD(hh, q->jobs, serial, sizeof j->serial, j);
    if (!HASH_ADDED(hh, j))
        return QUEUE_FULL;
    if (memo_add(q->known, j->mt_id, now) == 0)
        return QUEUE_TAKEN;
    HASH_DEL(q->jobs, j);
    return QUEUE_FULL;
}

/* Take a job into a list, or free it. */
static enum queue_result add_job(struct queue *q, struct job *j, struct units *list, int64_t now)
{
    enum queue_result r = can_be_coded(q, j) ? index_job(q, j, now) : QUEUE_REFUSED;
    if (r != QUEUE_TAKEN)
        free_job(j);
    for (unsigned i = 0; r == QUEUE_TAKEN && i < j->total; i++)
        append(list, &j->unit[i]);
    return r;
}

enum queue_result queue_sms(struct queue *q, const struct answer *a, int64_t now)
{
    struct sms_part parts[SMS_PARTS_MAX];
    if (memo_has(q->known, a->id))
        return QUEUE_KNOWN;
    if (queue_waiting(q) >= (size_t)q->o.conf->queue)
        return QUEUE_FULL;
    struct sms_text t = {.from = a->from,
                         .msisdn = a->msisdn,
                         .text = a->text,
                         .len = strlen(a->text),
                         .coding = a->coding,
                         .reference = ++q->reference};
    int total = sms_cut(q->o.profile, q->o.words, &t, parts, SMS_PARTS_MAX);
    if (total < 1)
        return QUEUE_REFUSED;
    struct job *j = new_job(a, (unsigned)total);
    if (!j)
        return QUEUE_FULL;
    j->reference = t.reference;
    j->until = now + q->o.conf->expire_s * 1000;
    for (int i = 0; i < total; i++)
        j->unit[i].part = parts[i];
    return add_job(q, j, &q->sms, now);
}

enum queue_result queue_ussd(struct queue *q, const struct answer *a,
                             const struct ussd_context *context, int64_t deadline, int64_t now)
{
    if (memo_has(q->known, a->id))
        return QUEUE_KNOWN;
    if (queue_waiting(q) >= (size_t)q->o.conf->queue)
        return QUEUE_FULL;
    struct job *j = new_job(a, 1);
    if (!j)
        return QUEUE_FULL;
    j->ussd = true;
    j->end = a->end;
    j->context = *context;
    j->until = deadline;
    return add_job(q, j, &q->screens, now);
}

size_t queue_waiting(const struct queue *q)
{
    return HASH_COUNT(q->jobs);
}

/* Send the unit. Returns 0, or -1 if the connection does not take it now. */
static int send_unit(struct queue *q, struct unit *u, int64_t now)
{
    struct ussd_memory m;
    struct pdu p;
    struct units *list = u->list;
    struct job *j = u->job;
    if (write_unit(q, u, &m, &p) < 0) {
        fail(q, j, STATUS_REJECTED);
        return 0;
    }
    unlist(u);
    if (q->o.submit(q->o.arg, &p, j->serial << TOKEN_BITS | (uint64_t)(u - j->unit)) < 0) {
        prepend(list, u);
        return -1;
    }
    int64_t cost = 1000000 / q->o.conf->rate, floor = now * 1000 - 100000;
    q->next_us = (q->next_us > floor ? q->next_us : floor) + cost;
    return 0;
}

/* Move what may be tried again, and give up what is too late. */
static void sort_out(struct queue *q, int64_t now)
{
    struct unit *u;
    while ((u = TAILQ_FIRST(&q->later)) && u->due <= now) {
        unlist(u);
        append(u->job->ussd ? &q->screens : &q->sms, u);
    }
    while ((u = TAILQ_FIRST(&q->screens)) && u->job->until <= now) {
        metrics_add(q->o.metrics, M_SMPP_EXPIRED, q->o.conf->smpp_name, 1);
        fail(q, u->job, STATUS_EXPIRED);
    }
    while ((u = TAILQ_FIRST(&q->sms)) && u->job->until <= now) {
        metrics_add(q->o.metrics, M_SMPP_EXPIRED, q->o.conf->smpp_name, 1);
        fail(q, u->job, STATUS_EXPIRED);
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

/* Nobody knows whether it arrived. An SMS comes rather twice than never. A screen is not sent again
 * by itself, because the phone may be at the next one; but if the carrier delivers its input again,
 * it has not arrived, and may come again. */
static void unknown(struct queue *q, struct unit *u)
{
    metrics_add(q->o.metrics, M_SMPP_UNSURE, q->o.conf->smpp_name, 1);
    if (!u->job->ussd) {
        prepend(&q->sms, u);
        return;
    }
    memo_drop(q->known, u->job->mt_id);
    finish_unit(q, u);
}

static void refused(struct queue *q, struct unit *u, uint32_t status, int64_t now)
{
    const struct profile *p = q->o.profile;
    struct job *j = u->job;
    if (profile_has(&p->errors_throttled, status)) {
        pause_all(q, now);
        prepend(j->ussd ? &q->screens : &q->sms, u);
    } else if (profile_has(&p->errors_temporary, status)) {
        u->due = now + q->o.conf->throttle_ms;
        append(&q->later, u);
    } else {
        append(&q->sms, u);
        fail(q, j, STATUS_REJECTED);
    }
}

void queue_submitted(struct queue *q, const struct link_submitted *s, int64_t now)
{
    uint64_t serial = s->token >> TOKEN_BITS;
    unsigned part = s->token & ((1 << TOKEN_BITS) - 1);
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
        finish_unit(q, u);
    else if (s->outcome == LINK_UNKNOWN)
        unknown(q, u);
    else
        refused(q, u, s->status, now);
}
