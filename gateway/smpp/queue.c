/* SPDX-License-Identifier: Apache-2.0 */
/*   queue_sms ──> sms ─┐        ┌─ accepted ──> done
 *                      ├─> flight ─ throttled, unknown ──> back to the front
 *   queue_ussd ─> screens       ├─ temporary ──> later ──> sms
 *                               └─ refused ──> failed
 * A job is a message, a unit one submit_sm of it. A unit stands in one list or is in flight; a job
 * ends with its last unit. */
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "smpp/queue_internal.h"

enum { KNOWN_MAX = 20000, KNOWN_MS = 600000 };

struct queue *queue_new(const struct queue_options *o)
{
    struct queue *q = calloc(1, sizeof *q);
    if (!q)
        return NULL;
    q->o = *o;
    /* Not from 1 after each start: parts of the life before may still wait in a phone. */
    digest_random((uint8_t *)&q->reference, sizeof q->reference);
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

void queue_unlist(struct unit *u)
{
    if (u->list)
        TAILQ_REMOVE(u->list, u, link);
    u->list = NULL;
}

void queue_append(struct units *list, struct unit *u)
{
    TAILQ_INSERT_TAIL(list, u, link);
    u->list = list;
}

void queue_prepend(struct units *list, struct unit *u)
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
        queue_unlist(&j->unit[i]);
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

/* A job whose last unit is done with. */
static void finish_job(struct queue *q, struct job *j)
{
    char re[sizeof j->re] = "";
    if (!j->ussd)
        memcpy(re, j->re, sizeof re);
    end_job(q, j);
    if (re[0] != '\0')
        q->o.done(q->o.arg, re);
}

void queue_finish_unit(struct queue *q, struct unit *u)
{
    struct job *j = u->job;
    queue_unlist(u);
    u->done = true;
    if (--j->open == 0)
        finish_job(q, j);
}

void queue_fail(struct queue *q, struct job *j, enum mo_status status)
{
    if (j->ussd)
        memo_drop(q->known, j->mt_id);
    else if (!j->failed)
        q->o.failed(q->o.arg, j->mt_id, status);
    j->failed = true;
    j->open++; /* so that the job outlives its units */
    for (unsigned i = 0; i < j->total; i++)
        if (j->unit[i].list)
            queue_finish_unit(q, &j->unit[i]);
    if (--j->open == 0)
        finish_job(q, j);
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
    strncpy(j->re, a->re, sizeof j->re - 1);
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

/* Seldom asked, so a walk will do: what was taken before comes again when the carrier does. */
static enum queue_result known(const struct queue *q, const char *mt_id)
{
    for (const struct job *j = q->jobs; j; j = j->hh.next)
        if (strcmp(j->mt_id, mt_id) == 0)
            return QUEUE_KNOWN;
    return QUEUE_DONE;
}

int queue_write_unit(struct queue *q, const struct unit *u, struct ussd_memory *m, struct pdu *p)
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
    return queue_write_unit(q, &j->unit[0], &m, &p) == 0;
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
        queue_append(list, &j->unit[i]);
    return r;
}

enum queue_result queue_sms(struct queue *q, const struct answer *a, int64_t now)
{
    struct sms_part parts[SMS_PARTS_MAX];
    if (memo_has(q->known, a->id))
        return known(q, a->id);
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
        return known(q, a->id);
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
