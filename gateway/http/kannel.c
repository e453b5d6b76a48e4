/* SPDX-License-Identifier: Apache-2.0 */
#include "http/kannel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/utf8.h"
#include "http/fields.h"
#include "http/sender.h"
#include "http/waiting.h"
#include "text/ucs2.h"

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

static void write_id(const char *id, char out[MESSAGE_ID_MAX + 1])
{
    uint8_t hash[DIGEST_SIZE];
    char hex[2 * ID_DIGEST + 1];
    digest_sha256(id, strlen(id), hash);
    digest_hex(hash, ID_DIGEST, hex);
    snprintf(out, MESSAGE_ID_MAX + 1, "k-%s", hex);
}

/* The text as UTF-8, NUL-terminated. Returns its octets, or -1 if it is none or too long. */
static int read_text(const struct web_request *r, char out[MESSAGE_TEXT_MAX + 1])
{
    const struct web_field *f = web_octets(r, KANNEL_OCTETS);
    const char *charset = web_field(r, "charset");
    if (charset && strcmp(charset, "UTF-16BE") == 0)
        return ucs2_decode((const uint8_t *)f->value, f->len, out, MESSAGE_TEXT_MAX + 1);
    if (charset && strcmp(charset, "8-BIT") == 0)
        return -1;
    if (f->len > MESSAGE_TEXT_MAX || strlen(f->value) != f->len || !utf8_valid(f->value, f->len))
        return -1;
    memcpy(out, f->value, f->len + 1);
    return (int)f->len;
}

/* Read who wrote to whom into mo. Returns 0, or -1 with why, which names the field and no value. */
static int read_envelope(const struct web_request *r, struct mo *mo, char why[128])
{
    const char *id = web_field(r, "id"), *from = web_field(r, "from"), *to = web_field(r, "to");
    if (from)
        from += *from == '+' || *from == ' ';
    if (!fields_printable(id, WEB_BODY_MAX))
        snprintf(why, 128, "id is missing; write id=%%I into get-url\n");
    else if (!from || *from == '\0' || !fields_short(from, 20))
        snprintf(why, 128, "from has to be 1 to 20 characters\n");
    else if (!fields_printable(to, MESSAGE_TO_MAX))
        snprintf(why, 128, "to has to be 1 to 32 characters of printable ASCII\n");
    else if (!web_octets(r, KANNEL_OCTETS))
        snprintf(why, 128, KANNEL_OCTETS " is missing; write " KANNEL_OCTETS "=%%b into get-url\n");
    else {
        write_id(id, mo->id);
        snprintf(mo->to, sizeof mo->to, "%s", to);
        snprintf(mo->msisdn, sizeof mo->msisdn, "%s", from);
        return 0;
    }
    return -1;
}

/* Refused for good. Kannel asks again after all but 200 and 202, and nothing would make it better.
 */
static void refuse(struct sms *k, uint64_t web_id, const char *why)
{
    log_write(k->w.log, EV_http_refused,
              LOG_FIELDS(LS("bridge", k->w.conf->aggregator_name), LS("why", why)));
    web_answer(k->w.web, web_id, 200, why, strlen(why));
}

static void take_sms(struct sms *k, const struct web_request *r)
{
    struct clock clock = clock_system();
    struct mo mo = {.kind = MO_SMS};
    char text[MESSAGE_TEXT_MAX + 1], why[128];
    if (read_envelope(r, &mo, why) < 0) {
        web_answer(k->w.web, r->id, 400, why, strlen(why)); /* get-url has to be mended */
        return;
    }
    int n = read_text(r, text);
    if (n < 0 || !fields_short(text, MESSAGE_TEXT_CHARS)) {
        refuse(k, r->id, "the SMS is no text, or longer than 1,600 characters");
        return;
    }
    mo.text = text;
    mo.text_len = (size_t)n;
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

/* Any answer but 200 and 202 would only bring a message again that nothing can make better. */
static void take_refusal(void *self, const struct bridge_refusal *r)
{
    struct sms *k = self;
    bool again = r->code == REFUSE_OVERLOAD;
    waiting_answer(k->waiting, r->re, again ? 503 : 200, again ? busy : "");
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
