/* SPDX-License-Identifier: Apache-2.0 */
#include "phone/handset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

void handsets_init(struct handsets *all, struct loop *loop, bool alone)
{
    uint8_t dice[HANDSET_PREFIX / 2] = {0};
    *all = (struct handsets){.loop = loop};
    if (!alone)
        digest_random(dice, sizeof dice);
    digest_hex(dice, sizeof dice, all->prefix);
}

static void free_sms(struct handset_sms *sms)
{
    free(sms->from);
    free(sms->text);
}

void handsets_free(struct handsets *all)
{
    while (all->first) {
        struct handset *h = all->first;
        all->first = h->next;
        for (size_t i = 0; i < h->inbox_len; i++)
            free_sms(&h->inbox[i]);
        free(h->inbox);
        free(h->screen);
        free(h);
    }
}

static struct handset *find(const struct handsets *all, const char *number)
{
    struct handset *h = all->first;
    while (h && strcmp(h->number, number) != 0)
        h = h->next;
    return h;
}

struct handset *handsets_get(struct handsets *all, const char *number)
{
    struct handset *h = find(all, number);
    if (h)
        return h;
    h = calloc(1, sizeof *h);
    if (!h)
        return NULL;
    snprintf(h->number, sizeof h->number, "%s", number);
    h->next = all->first;
    all->first = h;
    return h;
}

/* The phone that waits for the settlement of an id, or waited for it last. */
static struct handset *sender_of(const struct handsets *all, const char *id)
{
    struct handset *h = all->first;
    while (h && strcmp(h->last_id, id) != 0)
        h = h->next;
    return id[0] != '\0' ? h : NULL;
}

static int take_screen(struct handset *h, const struct answer *a)
{
    char *text = strdup(a->text);
    if (!text)
        return -1;
    free(h->screen);
    h->screen = text;
    h->ended = a->end;
    h->in_session = !a->end;
    return 0;
}

static int take_sms(struct handset *h, const struct answer *a)
{
    struct handset_sms sms = {.from = strdup(a->from),
                              .text = strdup(a->text),
                              .coding = a->coding,
                              .segments = a->segments};
    struct handset_sms *more = realloc(h->inbox, (h->inbox_len + 1) * sizeof *more);
    if (more)
        h->inbox = more;
    if (!more || !sms.from || !sms.text) {
        free_sms(&sms);
        return -1;
    }
    h->inbox[h->inbox_len++] = sms;
    return 0;
}

/* A settlement of the message that the phone waits for. A repeat settles nothing twice. */
static void take_settlement(struct handset *h, const struct answer *a)
{
    static const enum outcome outcome[] = {
        [MT_USSD] = OUTCOME_SCREEN, [MT_SMS] = OUTCOME_SMS, [MT_NONE] = OUTCOME_SILENT};
    int failed = 0;
    if (h->outcome != OUTCOME_WAITING)
        return;
    if (a->kind == MT_USSD)
        failed = take_screen(h, a);
    else if (a->kind == MT_SMS)
        failed = take_sms(h, a);
    h->outcome = failed ? OUTCOME_LOST : outcome[a->kind];
}

static void on_answer(void *arg, const struct answer *a)
{
    struct handsets *all = arg;
    struct handset *h = a->re[0] != '\0' ? sender_of(all, a->re) : find(all, a->msisdn);
    if (h && a->re[0] != '\0')
        take_settlement(h, a);
    else if (h && a->kind == MT_SMS)
        take_sms(h, a);
    loop_stop(all->loop);
}

/* unknown_session only accompanies an answer; all other codes settle. */
static void on_refused(void *arg, const char *re, const char *detail)
{
    struct handsets *all = arg;
    struct handset *h = sender_of(all, re);
    if (!h)
        return;
    snprintf(h->refusal, sizeof h->refusal, "%s", detail);
    if (h->outcome == OUTCOME_WAITING)
        h->outcome = OUTCOME_REFUSED;
    loop_stop(all->loop);
}

static void on_lost(void *arg, const char *id)
{
    struct handsets *all = arg;
    struct handset *h = sender_of(all, id);
    if (h)
        h->outcome = OUTCOME_LOST;
    loop_stop(all->loop);
}

struct line_events handsets_events(struct handsets *all)
{
    return (struct line_events){
        .arg = all, .answer = on_answer, .refused = on_refused, .lost = on_lost};
}

/* Number the message, and send it. */
static int send(struct handsets *all, struct handset *h, struct mo *mo)
{
    snprintf(mo->id, sizeof mo->id, "%s-%u", all->prefix, ++all->messages);
    snprintf(mo->msisdn, sizeof mo->msisdn, "%s", h->number);
    mo->at = all->line.now(all->line.self);
    if (!mo->text)
        mo->text = "";
    mo->text_len = strlen(mo->text);
    if (mo->kind != MO_USSD_END) {
        mo->deadline = mo->at + LINE_GIVE_UP_MS;
        memcpy(h->last_id, mo->id, sizeof h->last_id);
        h->outcome = OUTCOME_WAITING;
        h->refusal[0] = '\0';
        h->inbox_read = h->inbox_len;
    }
    if (mo->kind != MO_SMS)
        memcpy(mo->session, h->session, sizeof mo->session);
    return all->line.send(all->line.self, mo);
}

int handset_dial(struct handsets *all, struct handset *h, const char *code)
{
    struct mo mo = {.kind = MO_USSD_BEGIN};
    snprintf(mo.code, sizeof mo.code, "%s", code);
    snprintf(h->session, sizeof h->session, "%s-s%u", all->prefix, ++all->sessions);
    h->in_session = true;
    h->ended = false;
    return send(all, h, &mo);
}

int handset_answer(struct handsets *all, struct handset *h, const char *text)
{
    struct mo mo = {.kind = MO_USSD_CONTINUE, .text = text};
    return h->in_session ? send(all, h, &mo) : -1;
}

int handset_send_sms(struct handsets *all, struct handset *h, const char *to, const char *text)
{
    struct mo mo = {.kind = MO_SMS, .text = text};
    snprintf(mo.to, sizeof mo.to, "%s", to);
    return send(all, h, &mo);
}

int handset_hang_up(struct handsets *all, struct handset *h, enum mo_cause cause)
{
    struct mo mo = {.kind = MO_USSD_END, .cause = cause};
    if (!h->in_session)
        return -1;
    h->in_session = false;
    return send(all, h, &mo);
}

void handset_wait(struct handsets *all, const struct handset *h)
{
    while (h->outcome == OUTCOME_WAITING)
        if (loop_run(all->loop) < 0)
            return;
}

/* For the timer: the wait is over. */
static void stop(void *arg)
{
    loop_stop(arg);
}

bool handset_wait_sms(struct handsets *all, const struct handset *h, int64_t ms)
{
    int64_t end = loop_monotonic_us() + ms * 1000;
    struct loop_timer *t = all->line.turn ? NULL : loop_timer_new(all->loop, stop, all->loop);
    while (t && h->inbox_read == h->inbox_len && loop_monotonic_us() < end) {
        loop_timer_set(t, (end - loop_monotonic_us()) / 1000 + 1);
        if (loop_run(all->loop) < 0)
            break;
    }
    loop_timer_free(t);
    return h->inbox_read < h->inbox_len;
}
