/* SPDX-License-Identifier: Apache-2.0 */
#include "editing/rehearsal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "editing/screens.h"
#include "editing/stage.h"

/* Longer than a gateway may take, and shorter than any of its deadlines. */
enum { DEADLINE_MS = 20000 };

struct rehearsal {
    const struct studio *studio;
    struct catalog *catalog;
    struct stage *stage;
    struct carrier_rules carrier;
    char bridge[MESSAGE_BRIDGE_MAX + 1];
    char number[MESSAGE_SENDER_MAX + 1];
    int64_t now_ms, ahead_ms;
    unsigned messages, sessions;
    bool open;            /* a USSD session */
    struct json_out *out; /* during a step */
};

static int64_t now(void *arg)
{
    const struct rehearsal *r = arg;
    return r->now_ms + r->ahead_ms;
}

/* What a text takes on that channel. The language matters only to where SMS are cut. */
static void put_text(const struct rehearsal *r, const struct answer *a)
{
    const struct screens_how how = {.studio = r->studio,
                                    .catalog = r->catalog,
                                    .lang = catalog_source_language(r->catalog),
                                    .layout = a->kind == MT_SMS ? r->carrier.sms_layout
                                                                : r->carrier.ussd_layout};
    screens_put_text(&how, a->text, strlen(a->text), r->out);
}

static void on_answer(void *arg, const struct answer *a)
{
    static const char *const kinds[] = {
        [MT_USSD] = "screen", [MT_SMS] = "sms", [MT_NONE] = "silent"};
    struct rehearsal *r = arg;
    json_out_open(r->out, NULL, '{');
    json_out_text(r->out, "kind", kinds[a->kind]);
    if (a->kind == MT_USSD) {
        json_out_bool(r->out, "end", a->end);
        r->open = !a->end;
    }
    if (a->kind == MT_SMS)
        json_out_text(r->out, "from", a->from);
    if (a->kind != MT_NONE)
        put_text(r, a);
    json_out_close(r->out, '{');
}

static void on_refused(void *arg, const char *re, const char *detail)
{
    struct rehearsal *r = arg;
    (void)re;
    json_out_open(r->out, NULL, '{');
    json_out_text(r->out, "kind", "refused");
    json_out_text(r->out, "detail", detail);
    json_out_close(r->out, '{');
}

static void on_filed(void *arg, const struct request *request)
{
    static const char *const wishes[] = {
        [WISH_CALL] = "call", [WISH_QUIET] = "quiet", [WISH_NONE] = "none"};
    static const char *const times[] = {[SAFE_ANY] = "any",
                                        [SAFE_MORNING] = "morning",
                                        [SAFE_AFTERNOON] = "afternoon",
                                        [SAFE_EVENING] = "evening"};
    struct rehearsal *r = arg;
    json_out_open(r->out, NULL, '{');
    json_out_text(r->out, "kind", "request");
    json_out_text(r->out, "about", request->kind);
    json_out_text(r->out, "country", request->country);
    json_out_text(r->out, "wish", request->wish < WISH_COUNT ? wishes[request->wish] : "");
    json_out_text(r->out, "safe", request->safe < SAFE_COUNT ? times[request->safe] : "");
    json_out_text(r->out, "language", request->lang);
    json_out_text(r->out, "words", request->text ? request->text : "");
    json_out_close(r->out, '{');
}

struct rehearsal *rehearsal_new(const struct rehearsal_options *o, struct catalog *c)
{
    struct rehearsal *r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    r->studio = o->studio;
    r->catalog = catalog_ref(c);
    r->now_ms = o->now_ms;
    snprintf(r->bridge, sizeof r->bridge, "%s", *o->carrier ? o->carrier : "rehearsal");
    snprintf(r->number, sizeof r->number, "%s", o->number);
    setup_carrier(o->studio->conf, &o->studio->layouts, r->bridge, &r->carrier);
    const struct stage_options so = {
        .conf = o->studio->conf,
        .layouts = &o->studio->layouts,
        .handlers = o->studio->rules.handlers,
        .zawgyi = o->zawgyi,
        .bridge = r->bridge,
        .clock = {.now_ms = now, .arg = r},
        .phones = 16,
        .events = {.arg = r, .answer = on_answer, .refused = on_refused, .filed = on_filed}};
    r->stage = stage_new(&so, c);
    if (!r->stage) {
        rehearsal_free(r);
        return NULL;
    }
    if (*o->language)
        stage_remember(r->stage, r->number, o->language, o->latin);
    return r;
}

void rehearsal_free(struct rehearsal *r)
{
    if (!r)
        return;
    stage_free(r->stage);
    catalog_unref(r->catalog);
    free(r);
}

static void send(struct rehearsal *r, struct mo *mo, const char *text)
{
    snprintf(mo->id, sizeof mo->id, "m%u", ++r->messages);
    snprintf(mo->msisdn, sizeof mo->msisdn, "%s", r->number);
    mo->at = now(r);
    mo->text = text;
    mo->text_len = strlen(text);
    if (mo->kind != MO_USSD_END)
        mo->deadline = mo->at + DEADLINE_MS;
    if (mo->kind != MO_SMS)
        snprintf(mo->session, sizeof mo->session, "s%u", r->sessions);
    stage_send(r->stage, mo);
}

static void end(struct rehearsal *r, enum mo_cause cause)
{
    struct mo mo = {.kind = MO_USSD_END, .cause = cause};
    r->open = false;
    send(r, &mo, "");
}

static void dial(struct rehearsal *r, const char *code)
{
    struct mo mo = {.kind = MO_USSD_BEGIN};
    if (r->open)
        end(r, CAUSE_USER);
    snprintf(mo.code, sizeof mo.code, "%s", code);
    r->sessions++;
    send(r, &mo, "");
}

static void write_sms(struct rehearsal *r, const struct rehearsal_step *step)
{
    struct mo mo = {.kind = MO_SMS};
    snprintf(mo.to, sizeof mo.to, "%s", step->to);
    send(r, &mo, step->text);
}

static void answer(struct rehearsal *r, const char *text)
{
    struct mo mo = {.kind = MO_USSD_CONTINUE};
    send(r, &mo, text);
}

static void take(struct rehearsal *r, const struct rehearsal_step *step)
{
    switch (step->act) {
    case REHEARSAL_DIAL:
        dial(r, step->text);
        break;
    case REHEARSAL_ANSWER:
        answer(r, step->text);
        break;
    case REHEARSAL_HANG_UP:
        end(r, CAUSE_USER);
        break;
    case REHEARSAL_DROP:
        end(r, CAUSE_NETWORK);
        break;
    case REHEARSAL_SMS:
        write_sms(r, step);
        break;
    case REHEARSAL_WAIT:
        r->ahead_ms += step->wait_ms;
        break;
    }
}

int rehearsal_take(struct rehearsal *r, const struct rehearsal_step *step, struct json_out *out)
{
    bool needs_session = step->act == REHEARSAL_ANSWER || step->act == REHEARSAL_HANG_UP ||
                         step->act == REHEARSAL_DROP;
    if (needs_session && !r->open)
        return -1;
    r->now_ms = step->now_ms;
    r->out = out;
    json_out_open(out, "events", '[');
    take(r, step);
    json_out_close(out, '[');
    json_out_bool(out, "session", r->open);
    json_out_int(out, "ahead_ms", r->ahead_ms);
    r->out = NULL;
    return 0;
}
