/* SPDX-License-Identifier: Apache-2.0 */
/* Session and whole input name a step for good: the same POST again, even to another process, has
 * the same id, and the gateway gives the same answer. */
#include "http/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "http/fields.h"
#include "http/inputs.h"
#include "http/sender.h"
#include "http/waiting.h"

#define DIGITS "0123456789"

enum { SESSIONS_MAX = 100000, ID_DIGEST = 16 };

static const char busy[] = "busy; try again\n";

struct ussd {
    struct kind_world w;
    struct inputs *inputs;
    struct waiting *waiting;
    struct sender *sender; /* of SMS that a dialogue asks for */
};

static int64_t now_ms(void)
{
    return loop_monotonic_us() / 1000;
}

static void close_ussd(void *self)
{
    struct ussd *u = self;
    sender_free(u->sender);
    waiting_free(u->waiting);
    inputs_free(u->inputs);
    free(u);
}

static void *open_ussd(const struct kind_world *w, char why[CONF_ERROR_MAX])
{
    struct ussd *u = calloc(1, sizeof *u);
    snprintf(why, CONF_ERROR_MAX, "no memory for an aggregator; free some");
    if (!u)
        return NULL;
    u->w = *w;
    u->inputs = inputs_new(SESSIONS_MAX, w->conf->session_s * 1000, now_ms());
    u->waiting = waiting_new(w->web, (size_t)w->conf->max_unsettled);
    if (u->inputs && u->waiting && (u->sender = sender_new(w, why)))
        return u;
    close_ussd(u);
    return NULL;
}

/* What a POST says. */
struct post {
    const char *session, *code, *whole;
    char msisdn[MSISDN_MAX + 1];
};

static bool is_code(const char *code)
{
    return code && strpbrk(code, DIGITS) && code[strspn(code, DIGITS "*#")] == '\0' &&
           strlen(code) <= MESSAGE_CODE_MAX - 2; /* * and # may be added */
}

/* Read the fields. Returns 0, or -1 with why, which names the field and no value. */
static int read_post(const struct ussd *u, const struct web_request *r, struct post *p,
                     char why[128])
{
    const struct conf_aggregator *c = u->w.conf;
    p->session = web_field(r, c->session_field);
    p->code = web_field(r, c->code_field);
    p->whole = web_field(r, c->text_field);
    if (!fields_printable(p->session, MESSAGE_SESSION_MAX))
        snprintf(why, 128, "%s has to be 1 to 64 characters of printable ASCII\n",
                 c->session_field);
    else if (fields_msisdn(web_field(r, c->msisdn_field), p->msisdn) < 0)
        snprintf(why, 128, "%s has to be 6 to 15 digits, with or without +\n", c->msisdn_field);
    else if (!is_code(p->code))
        snprintf(why, 128, "%s has to be a service code, such as *1234#\n", c->code_field);
    else if (!fields_short(p->whole, MESSAGE_TEXT_CHARS))
        snprintf(why, 128, "%s is missing or longer than 1,600 characters\n", c->text_field);
    else
        return 0;
    return -1;
}

static void name_mo(const struct post *p, char id[MESSAGE_ID_MAX + 1])
{
    uint8_t both[DIGEST_SIZE * 2], hash[DIGEST_SIZE];
    char hex[2 * ID_DIGEST + 1];
    digest_sha256(p->session, strlen(p->session), both);
    digest_sha256(p->whole, strlen(p->whole), both + DIGEST_SIZE);
    digest_sha256(both, sizeof both, hash);
    digest_hex(hash, ID_DIGEST, hex);
    snprintf(id, MESSAGE_ID_MAX + 1, "u-%s", hex);
}

/* The code as dialled. A deep dial's input belongs to it: *384*1# and "2*5" are *384*1*2*5#; some
 * send 384 for *384#. Returns 0, or -1 if that input cannot have been dialled. */
static int write_code(const char *code, const char *deep, char out[MESSAGE_CODE_MAX + 1])
{
    size_t n = strlen(code);
    int written = snprintf(out, MESSAGE_CODE_MAX + 1, "%s%.*s%s%s#",
                           code[0] == '*' || code[0] == '#' ? "" : "*",
                           (int)(code[n - 1] == '#' ? n - 1 : n), code, *deep ? "*" : "", deep);
    return written > MESSAGE_CODE_MAX || out[strspn(out, DIGITS "*#")] != '\0' ? -1 : 0;
}

/* What cannot have been dialled is the answer of a session that was forgotten here. */
static void fill_mo(const struct ussd *u, const struct post *p, const struct input *in,
                    struct mo *mo)
{
    struct clock clock = clock_system();
    bool begin = in->begin && write_code(p->code, in->text, mo->code) == 0;
    mo->kind = begin ? MO_USSD_BEGIN : MO_USSD_CONTINUE;
    mo->text = begin ? "" : in->text;
    mo->text_len = strlen(mo->text);
    name_mo(p, mo->id);
    snprintf(mo->msisdn, sizeof mo->msisdn, "%s", p->msisdn);
    snprintf(mo->session, sizeof mo->session, "%s", p->session);
    snprintf(mo->network, sizeof mo->network, "%s", u->w.conf->network);
    mo->at = clock_now(&clock);
    mo->deadline = mo->at + u->w.conf->answer_ms;
}

static void answer_text(const struct ussd *u, uint64_t web_id, int status, const char *text)
{
    web_answer(u->w.web, web_id, status, text, strlen(text));
}

static void take_post(struct ussd *u, const struct web_request *r)
{
    struct mo mo = {.id = ""};
    struct input in;
    struct post p;
    char why[128];
    if (read_post(u, r, &p, why) < 0) {
        answer_text(u, r->id, 400, why);
        return;
    }
    if (inputs_take(u->inputs, p.session, p.whole, now_ms(), &in) < 0) {
        answer_text(u, r->id, 503, busy);
        return;
    }
    fill_mo(u, &p, &in, &mo);
    bool first = !waiting_has(u->waiting, mo.id);
    if (waiting_add(u->waiting, mo.id, r->id) < 0)
        answer_text(u, r->id, 503, busy);
    else if (first && bridge_send(u->w.bridge, &mo) < 0)
        waiting_answer(u->waiting, mo.id, 503, busy);
}

static bool take_request(void *self, const char *part, const struct web_request *r)
{
    struct ussd *u = self;
    if (sender_request(u->sender, part, r))
        return true;
    if (strcmp(part, "ussd") != 0)
        return false;
    if (r->post)
        take_post(u, r);
    else
        answer_text(u, r->id, 405, "send a POST with a form\n");
    return true;
}

static void take_gone(void *self, uint64_t web_id)
{
    struct ussd *u = self;
    waiting_gone(u->waiting, web_id);
}

static bool take_answer(void *self, const struct answer *a)
{
    struct ussd *u = self;
    char text[MESSAGE_PAYLOAD_MAX];
    if (a->re[0] == '\0')
        return sender_take(u->sender, a);
    snprintf(text, sizeof text, "%s %s", a->kind == MT_USSD && !a->end ? "CON" : "END",
             a->kind == MT_USSD ? a->text : "");
    waiting_answer(u->waiting, a->re, 200, text);
    return true;
}

static void take_refusal(void *self, const struct bridge_refusal *r)
{
    struct ussd *u = self;
    if (r->code == REFUSE_OVERLOAD)
        waiting_answer(u->waiting, r->re, 503, busy);
    else
        waiting_answer(u->waiting, r->re, 400, "the gateway refused this; its log says why\n");
}

static void take_expiry(void *self, const char *id)
{
    struct ussd *u = self;
    waiting_answer(u->waiting, id, 503, "no answer in time; try again\n");
}

static size_t count_in_hand(const void *self)
{
    const struct ussd *u = self;
    return waiting_count(u->waiting) + sender_waiting(u->sender);
}

const struct kind kind_session = {.name = "session",
                                  .open = open_ussd,
                                  .close = close_ussd,
                                  .request = take_request,
                                  .gone = take_gone,
                                  .answer = take_answer,
                                  .refused = take_refusal,
                                  .expired = take_expiry,
                                  .in_hand = count_in_hand};
