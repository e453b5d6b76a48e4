/* SPDX-License-Identifier: Apache-2.0 */
/* A request for help: to be called back, or to report a problem without a name. The kind of problem
 * is the node's arg; where it is empty it is asked for. The form holds the answers in the order of
 * enum question, without those that are not asked, and at last what became of it.
 *
 * What can be read on a phone says no more than a number: an employer may read it. The phone's
 * number and the worker's own words are in no session. */
#include <stdio.h>
#include <string.h>

#include "handlers/contacts.h"
#include "handlers/places.h"

/* The order is part of stored sessions: add at the end only. */
static const char *const kinds[] = {"overcharged", "unpaid",    "papers",
                                    "false-terms", "injury",    "violence",
                                    "trafficking", "dismissal", "other"};
enum { KINDS = sizeof kinds / sizeof *kinds };

static const char *const wishes[] = {"request.call", "request.quiet", "request.none"};
static const char *const times[] = {"request.any", "request.morning", "request.afternoon",
                                    "request.evening"};

enum question { ASK_KIND, ASK_PLACE, ASK_WISH, ASK_TIME, ASK_CONSENT, ASK_NOTHING };

/* Answers to ASK_CONSENT; part of stored sessions. */
enum consent { CONSENT_SEND, CONSENT_SMS, CONSENT_TEXT, CONSENT_NO };

/* What the form says. */
struct answers {
    const char *kind;
    const char *country; /* NULL if not yet given */
    int64_t wish, time, consent;
    bool is_done; /* there is a result */
    int64_t result;
    enum question next;
};

/* The next entry of a form. Returns whether there is one. */
static bool take(const struct view *v, uint8_t *at, int64_t *value)
{
    if (*at >= v->form_len)
        return false;
    *value = v->form[(*at)++];
    return true;
}

static const char *kind_at(int64_t i)
{
    return kinds[i >= 0 && i < KINDS ? i : KINDS - 1];
}

static void read_form(const struct scene *s, struct answers *a)
{
    uint8_t at = 0;
    int64_t kind, place;
    *a = (struct answers){.kind = s->node->arg, .next = ASK_KIND};
    if (a->kind[0] == '\0') {
        if (!take(s->view, &at, &kind))
            return;
        a->kind = kind_at(kind);
    }
    a->next = ASK_PLACE;
    a->country = places_entry(s->view, at);
    if (!take(s->view, &at, &place) || !a->country)
        return;
    a->next = ASK_WISH;
    if (!take(s->view, &at, &a->wish))
        return;
    a->next = ASK_TIME;
    if (a->wish != WISH_NONE && !take(s->view, &at, &a->time))
        return;
    a->next = ASK_CONSENT;
    if (!take(s->view, &at, &a->consent))
        return;
    a->next = ASK_NOTHING;
    a->is_done = take(s->view, &at, &a->result);
}

static void list(const struct scene *s, const char *question, const char *const *ids, unsigned n,
                 struct buf *out)
{
    buf_puts(out, handler_say(s, question));
    for (unsigned i = 0; i < n; i++)
        handler_option(out, i + 1, handler_say(s, ids[i]));
}

static void ask_kind(const struct scene *s, struct buf *out)
{
    char id[48];
    buf_puts(out, handler_say(s, "request.kind"));
    for (unsigned i = 0; i + 1 < KINDS; i++) {
        snprintf(id, sizeof id, "problem.%s.label", kinds[i]);
        handler_option(out, i + 1, handler_say(s, id));
    }
    handler_option(out, KINDS, handler_say(s, "request.other"));
}

/* By SMS the case number comes in the answer anyway, and there is room for words. */
static void ask_consent(const struct scene *s, const struct answers *a, struct buf *out)
{
    static const char *const by_ussd[] = {"request.send", "request.send-sms", "request.cancel"};
    static const char *const by_sms[] = {"request.send", "request.cancel"};
    const char *question = a->wish == WISH_NONE ? "request.consent-anonymous" : "request.consent";
    list(s, question, s->sms ? by_sms : by_ussd, s->sms ? 2 : 3, out);
    if (!s->sms)
        return;
    buf_putc(out, '\n');
    buf_puts(out, handler_say(s, "request.write"));
}

/* "123456789" as "123 456 789": digits are read out and written down in threes. */
static void group(const char *case_no, char out[REQUEST_CASE_MAX + 3])
{
    snprintf(out, REQUEST_CASE_MAX + 3, "%.3s %.3s %s", case_no, case_no + 3, case_no + 6);
}

static void say_case(const struct scene *s, const char *id, int64_t ref, struct buf *out)
{
    char case_no[REQUEST_CASE_MAX + 1], pin[REQUEST_PIN_MAX + 1], spoken[REQUEST_CASE_MAX + 3];
    request_case(s->secret->octets, s->secret->len, (uint64_t)ref, case_no, pin);
    group(case_no, spoken);
    const char *const pairs[] = {"case", spoken, "pin", pin, NULL};
    handler_format(s, id, pairs, out);
}

/* Nothing is confirmed that is not on disk; who cannot be served here is told whom to call. */
static void say_failed(const struct scene *s, const struct answers *a, struct buf *out)
{
    const struct contacts_query q = {
        .kind = strcmp(a->kind, "other") == 0 ? "" : a->kind, .now = a->country, .home = ""};
    bool enough = a->result == ERRAND_LIMIT;
    buf_puts(out, handler_say(s, enough ? "request.limit" : "request.failed"));
    contacts_write_here(s, &q, out);
    if (!enough)
        handler_option(out, 1, handler_say(s, "request.again"));
}

static void say_result(const struct scene *s, const struct answers *a, struct buf *out)
{
    if (a->consent == CONSENT_NO)
        buf_puts(out, handler_say(s, "request.cancelled"));
    else if (a->result > 0)
        say_case(s, s->sms ? "request.note" : "request.done", a->result, out);
    else
        say_failed(s, a, out);
}

static void body(const struct scene *s, struct buf *out)
{
    struct answers a;
    read_form(s, &a);
    switch (a.next) {
    case ASK_KIND:
        ask_kind(s, out);
        break;
    case ASK_PLACE:
        places_ask(s, "channels.where", out);
        break;
    case ASK_WISH:
        list(s, "request.contact", wishes, WISH_COUNT, out);
        break;
    case ASK_TIME:
        list(s, "request.safe", times, SAFE_COUNT, out);
        break;
    case ASK_CONSENT:
        ask_consent(s, &a, out);
        break;
    case ASK_NOTHING:
        say_result(s, &a, out);
        break;
    }
}

static enum verdict enter_next(struct turn *t, int64_t value)
{
    t->view->form[t->view->form_len++] = value;
    return TURN_STAY;
}

static enum verdict choose(struct turn *t, size_t n)
{
    int i = handler_pick(t, n);
    return i < 0 ? TURN_INVALID : enter_next(t, i);
}

static enum verdict send(struct turn *t, enum consent consent)
{
    enter_next(t, consent);
    return TURN_ERRAND;
}

/* Words instead of a choice send the request with them. Who wants no SMS gets none. */
static enum verdict consent(struct turn *t)
{
    bool sms = t->scene.sms;
    if (sms && t->choice < 0 && t->text[0] != '\0')
        return send(t, CONSENT_TEXT);
    switch (handler_pick(t, sms ? 2 : 3)) {
    case 0:
        return send(t, CONSENT_SEND);
    case 1:
        return sms ? enter_next(t, CONSENT_NO)
                   : send(t, t->session->stopped ? CONSENT_SEND : CONSENT_SMS);
    case 2:
        return enter_next(t, CONSENT_NO);
    default:
        return TURN_INVALID;
    }
}

/* After a failure the consent still stands: 1 sends again, under the id of the new message. What
 * was written in words is not kept, so it has to be written again. */
static enum verdict again(struct turn *t, const struct answers *a)
{
    bool failed = a->is_done && a->result < 0 && a->result != ERRAND_LIMIT;
    if (!failed || handler_pick(t, 1) != 0)
        return TURN_INVALID;
    t->view->form_len--;
    if (a->consent != CONSENT_TEXT)
        return TURN_ERRAND;
    t->view->form_len--;
    return TURN_STAY;
}

static enum verdict input(struct turn *t)
{
    struct answers a;
    read_form(&t->scene, &a);
    switch (a.next) {
    case ASK_KIND:
        return choose(t, KINDS);
    case ASK_PLACE:
        return places_input(t, (uint8_t)(t->view->form_len + 1));
    case ASK_WISH:
        return choose(t, WISH_COUNT);
    case ASK_TIME:
        return choose(t, SAFE_COUNT);
    case ASK_CONSENT:
        return consent(t);
    case ASK_NOTHING:
        return again(t, &a);
    }
    return TURN_INVALID;
}

/* What a form of another version of the program says can be anything. */
static int64_t within(int64_t value, int64_t count)
{
    return value >= 0 && value < count ? value : 0;
}

static void errand(const struct turn *t, struct errand *out)
{
    struct answers a;
    read_form(&t->scene, &a);
    out->kind = ERRAND_FILE;
    out->with_text = a.consent == CONSENT_TEXT;
    out->request.wish = (enum contact_wish)within(a.wish, WISH_COUNT);
    out->request.safe = (enum safe_time)within(a.time, SAFE_COUNT);
    snprintf(out->request.kind, sizeof out->request.kind, "%s", a.kind);
    memcpy(out->request.country, a.country, sizeof out->request.country);
}

/* The case number by SMS, if the worker said so. */
static void effects(const struct scene *s, struct effects *out)
{
    struct answers a;
    struct buf note;
    read_form(s, &a);
    if (!a.is_done || a.result <= 0 || a.consent != CONSENT_SMS)
        return;
    buf_init(&note, out->note, sizeof out->note);
    say_case(s, "request.note", a.result, &note);
}

extern const struct handler handler_request;
const struct handler handler_request = {
    .type = "request",
    .kind = SCREEN_LIST,
    .form_steps = true,
    .own_budget = true,
    .body = body,
    .input = input,
    .errand = errand,
    .effects = effects,
};
