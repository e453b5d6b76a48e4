/* SPDX-License-Identifier: Apache-2.0 */
#include "http/kannel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "http/fields.h"
#include "http/sender.h"
#include "http/waiting.h"

enum { ID_DIGEST = 16 };

static const char busy[] = "busy; try again\n";

struct sms {
    struct kind_world w;
    struct waiting *waiting;
    struct sender *sender;
};

static void close_sms(void *self)
{
    struct sms *k = self;
    sender_free(k->sender);
    waiting_free(k->waiting);
    free(k);
}

static void *open_sms(const struct kind_world *w, char why[CONF_ERROR_MAX])
{
    if (w->conf->send_url[0] == '\0') {
        snprintf(why, CONF_ERROR_MAX, "send_url is not set; give the URL of Kannel's sendsms");
        return NULL;
    }
    struct sms *k = calloc(1, sizeof *k);
    snprintf(why, CONF_ERROR_MAX, "no memory for an aggregator; free some");
    if (!k)
        return NULL;
    k->w = *w;
    k->waiting = waiting_new(w->web, (size_t)w->conf->max_unsettled);
    if (k->waiting && (k->sender = sender_new(w, why)))
        return k;
    close_sms(k);
    return NULL;
}

/* Read the fields into mo. Returns 0, or -1 with why, which names the field and no value. */
static int read_sms(const struct web_request *r, struct mo *mo, char why[128])
{
    const char *id = web_field(r, "id"), *from = web_field(r, "from"), *to = web_field(r, "to");
    mo->text = web_field(r, "text");
    if (from)
        from += *from == '+' || *from == ' ';
    if (!fields_printable(id, WEB_BODY_MAX))
        snprintf(why, 128, "id is missing; write id=%%I into get-url\n");
    else if (!from || *from == '\0' || !fields_short(from, 20))
        snprintf(why, 128, "from has to be 1 to 20 characters\n");
    else if (!fields_printable(to, MESSAGE_TO_MAX))
        snprintf(why, 128, "to has to be 1 to 32 characters of printable ASCII\n");
    else if (!fields_short(mo->text, MESSAGE_TEXT_CHARS))
        snprintf(why, 128, "text is missing or longer than 1,600 characters\n");
    else {
        uint8_t hash[DIGEST_SIZE];
        char hex[2 * ID_DIGEST + 1];
        digest_sha256(id, strlen(id), hash);
        digest_hex(hash, ID_DIGEST, hex);
        snprintf(mo->id, sizeof mo->id, "k-%s", hex);
        snprintf(mo->to, sizeof mo->to, "%s", to);
        snprintf(mo->msisdn, sizeof mo->msisdn, "%s", from);
        return 0;
    }
    return -1;
}

static void take_sms(struct sms *k, const struct web_request *r)
{
    struct clock clock = clock_system();
    struct mo mo = {.kind = MO_SMS};
    char why[128];
    if (read_sms(r, &mo, why) < 0) {
        web_answer(k->w.web, r->id, 400, why, strlen(why));
        return;
    }
    mo.text_len = strlen(mo.text);
    mo.at = clock_now(&clock);
    mo.deadline = mo.at + k->w.conf->answer_ms;
    snprintf(mo.network, sizeof mo.network, "%s", k->w.conf->network);
    bool first = !waiting_has(k->waiting, mo.id);
    if (waiting_add(k->waiting, mo.id, r->id) < 0)
        web_answer(k->w.web, r->id, 503, busy, sizeof busy - 1);
    else if (first && bridge_send(k->w.bridge, &mo) < 0)
        waiting_answer(k->waiting, mo.id, 503, busy);
}

static bool take_request(void *self, const char *part, const struct web_request *r)
{
    struct sms *k = self;
    if (sender_request(k->sender, part, r))
        return true;
    if (strcmp(part, "sms") != 0)
        return false;
    take_sms(k, r);
    return true;
}

static void take_gone(void *self, uint64_t web_id)
{
    struct sms *k = self;
    waiting_gone(k->waiting, web_id);
}

/* The answer leaves by sendsms, the question is done. */
static bool take_answer(void *self, const struct answer *a)
{
    struct sms *k = self;
    if (a->kind == MT_SMS && !sender_take(k->sender, a))
        return false;
    waiting_answer(k->waiting, a->re, 200, "");
    return true;
}

static void take_refusal(void *self, const struct bridge_refusal *r)
{
    struct sms *k = self;
    if (r->code == REFUSE_OVERLOAD)
        waiting_answer(k->waiting, r->re, 503, busy);
    else
        waiting_answer(k->waiting, r->re, 400, "the gateway refused this; its log says why\n");
}

static void take_expiry(void *self, const char *id)
{
    struct sms *k = self;
    waiting_answer(k->waiting, id, 503, busy);
}

static size_t count_in_hand(const void *self)
{
    const struct sms *k = self;
    return waiting_count(k->waiting) + sender_waiting(k->sender);
}

const struct kind kind_kannel = {.name = "kannel",
                                 .open = open_sms,
                                 .close = close_sms,
                                 .request = take_request,
                                 .gone = take_gone,
                                 .answer = take_answer,
                                 .refused = take_refusal,
                                 .expired = take_expiry,
                                 .in_hand = count_in_hand};
