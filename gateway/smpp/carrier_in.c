/* SPDX-License-Identifier: Apache-2.0 */
/* What the carrier delivers. Every deliver_sm is answered once: at once if it is a receipt, the end
 * of a session or refused; else when the gateway has settled it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "smpp/address.h"
#include "smpp/carrier_internal.h"
#include "smpp/sms.h"

enum { PRINT_TEXT_MAX = 512 };

static uint32_t busy(const struct carrier *c)
{
    return (uint32_t)c->profile.conf->error_temporary;
}

static void count(struct carrier *c, enum metric m)
{
    metrics_add(c->o.metrics, m, c->name, 1);
}

static void log_refusal(struct carrier *c, uint32_t status, const char *why)
{
    count(c, M_SMPP_REFUSED);
    log_write(
        c->o.log, EV_smpp_refused,
        LOG_FIELDS(LS("bridge", c->name), LS("status", pdu_status_name(status)), LS("why", why)));
}

/* Refuse for good: nothing can make it better. */
static void refuse(struct carrier *c, uint64_t token, uint32_t status, const char *why)
{
    log_refusal(c, status, why);
    carrier_answer(c, token, status);
}

/* It cannot be taken now: the carrier is to deliver it again. */
static void put_off(struct carrier *c, uint64_t token)
{
    count(c, M_SMPP_BUSY);
    carrier_answer(c, token, busy(c));
}

static void take_receipt(struct carrier *c, uint64_t token, const struct pdu *p)
{
    struct receipt r;
    if (receipt_read(p, &r) < 0) {
        refuse(c, token, PDU_OK, "a receipt without id or state");
        return;
    }
    if (sent_receipt(c->sent, &r, carrier_now()) < 0)
        count(c, M_SMPP_EARLY);
    carrier_answer(c, token, PDU_OK);
}

/* The octets that the carrier gives to one message alone, or NULL. Parts have one each, and may
 * come again in another order: a long message is known by its reference and text. */
static const struct pdu_tlv *own_id(const struct carrier *c, const struct pdu *p, bool parted)
{
    uint16_t tag =
        c->profile.mo_id == MO_ID_REFERENCE ? TAG_USER_MESSAGE_REFERENCE : TAG_RECEIPTED_MESSAGE_ID;
    const struct pdu_tlv *id = parted || c->profile.mo_id == MO_ID_NONE ? NULL : pdu_tlv(p, tag);
    return id && id->len > 0 ? id : NULL;
}

/* What a message is, hashed: the same deliver_sm again has the same print. part is NULL for USSD.
 */
static struct inbox_print print_of(const struct carrier *c, const struct pdu *p,
                                   const struct part *part, const uint8_t *text, size_t len)
{
    char head[PRINT_TEXT_MAX];
    uint8_t hash[DIGEST_SIZE], both[DIGEST_SIZE * 2];
    bool parted = part && part->total > 1;
    const struct pdu_tlv *id = own_id(c, p, parted);
    struct inbox_print print = {.stable = id || (parted && c->profile.mo_id != MO_ID_NONE)};
    int n =
        snprintf(head, sizeof head, "%s|%s|%s|%lld|%lld|%u|%u|", p->source.digits, p->dest.digits,
                 p->service_type, (long long)pdu_tlv_number(p, TAG_USSD_SERVICE_OP),
                 (long long)pdu_tlv_number(p, (uint16_t)c->profile.conf->session_tlv),
                 parted ? part->total : 0U, parted ? part->reference : 0U);
    digest_sha256(head, (size_t)n, both);
    digest_sha256(id ? id->value : text, id ? id->len : len, both + DIGEST_SIZE);
    digest_sha256(both, sizeof both, hash);
    memcpy(print.octets, hash, sizeof print.octets);
    return print;
}

/* These were not taken: the carrier is to deliver them again, or never. */
static void turn_away(struct carrier *c, const struct parts_whole *w, uint32_t status)
{
    for (size_t i = 0; i < w->count; i++)
        carrier_answer(c, w->tokens[i], status);
    if (w->id != 0)
        parts_settled(c->parts, w->id, status != busy(c), carrier_now());
}

/* Hand a message to the gateway. Its tokens are answered when it is settled, or now if it cannot be
 * taken: then NULL is returned. */
static struct inbox_item *take(struct carrier *c, const struct inbox_print *print,
                               const struct parts_whole *w, struct mo *mo)
{
    struct clock clock = clock_system();
    struct inbox_tokens tokens = {.list = w->tokens, .count = w->count};
    int64_t now = carrier_now();
    bool again;
    struct inbox_item *item = inbox_take(c->inbox, print, tokens, now, &again);
    if (!item) {
        count(c, M_SMPP_BUSY);
        turn_away(c, w, busy(c));
        return NULL;
    }
    if (again)
        count(c, M_SMPP_REDELIVERED);
    item->parts = w->id;
    item->held = false;
    item->until = now + c->o.smpp->ussd_answer_ms;
    memcpy(mo->id, item->id, sizeof mo->id);
    mo->at = clock_now(&clock);
    mo->deadline =
        mo->at + (mo->kind == MO_SMS ? c->o.smpp->sms_answer_ms : c->o.smpp->ussd_answer_ms);
    snprintf(mo->network, sizeof mo->network, "%s", c->o.smpp->network);
    if (bridge_send(c->bridge, mo) == 0)
        return item;
    count(c, M_SMPP_BUSY);
    carrier_close(c, item->id, busy(c), true);
    return NULL;
}

static void take_end(struct carrier *c, uint64_t token, struct mo *mo)
{
    struct clock clock = clock_system();
    mo->at = clock_now(&clock);
    snprintf(mo->id, sizeof mo->id, "%s-e%llu", c->run, (unsigned long long)++c->receipts);
    bridge_send(c->bridge, mo);
    carrier_answer(c, token, PDU_OK);
}

static void take_ussd(struct carrier *c, uint64_t token, const struct pdu *p)
{
    struct ussd_input in;
    struct mo mo = {.text = in.text};
    char why[128];
    uint32_t status = ussd_read(&c->profile, p, &in, why);
    if (status != PDU_OK) {
        refuse(c, token, status, why);
        return;
    }
    mo.kind = in.kind;
    mo.cause = in.cause;
    mo.text_len = strlen(in.text);
    memcpy(mo.session, in.session, sizeof mo.session);
    memcpy(mo.code, in.code, sizeof mo.code);
    snprintf(mo.msisdn, sizeof mo.msisdn, "%s", in.msisdn);
    if (mo.kind == MO_USSD_END) {
        take_end(c, token, &mo);
        return;
    }
    struct inbox_print print = print_of(c, p, NULL, p->message, p->message_len);
    struct inbox_item *item =
        take(c, &print, &(struct parts_whole){.tokens = &token, .count = 1}, &mo);
    if (item) {
        item->ussd = true;
        item->context = in.context;
    }
}

/* An SMS whose octets are whole. */
static void take_text(struct carrier *c, const struct pdu *p, const struct part *part,
                      const struct parts_whole *w)
{
    char text[MESSAGE_TEXT_MAX + 1], why[128];
    struct dcs_octets octets = {.octets = w->octets, .len = w->len, .data_coding = p->data_coding};
    struct mo mo = {.kind = MO_SMS, .text = text};
    int n = sms_read(&c->profile, &octets, text, sizeof text, why);
    if (n < 0) {
        log_refusal(c, (uint32_t)c->profile.conf->error_permanent, why);
        turn_away(c, w, (uint32_t)c->profile.conf->error_permanent);
        return;
    }
    mo.text_len = (size_t)n;
    address_originator(&p->source, mo.msisdn);
    snprintf(mo.to, sizeof mo.to, "%s", p->dest.digits);
    struct inbox_print print = print_of(c, p, part, w->octets, w->len);
    take(c, &print, w, &mo);
}

/* Answer a part alone if the others take long: the carrier's window may be too small for all. */
static void hold(struct carrier *c, uint64_t token)
{
    struct hold *h = calloc(1, sizeof *h);
    if (!h)
        return; /* it is answered with the last part, or given up with the message */
    h->token = token;
    h->due = carrier_now() + c->o.smpp->parts_hold_ms;
    STAILQ_INSERT_TAIL(&c->holds, h, link);
    c->held++;
    carrier_release_parts(c, carrier_now());
    carrier_pump(c); /* sets the timer */
}

static void drop_hold(struct carrier *c)
{
    struct hold *h = STAILQ_FIRST(&c->holds);
    STAILQ_REMOVE_HEAD(&c->holds, link);
    c->held--;
    free(h);
}

/* Who is about to leave answers for no message that may never be whole: it comes again later. */
void carrier_release_parts(struct carrier *c, int64_t now)
{
    const struct hold *h;
    while ((h = STAILQ_FIRST(&c->holds)) &&
           (h->due <= now || c->held > (size_t)c->o.smpp->window_in)) {
        uint64_t token = h->token;
        drop_hold(c);
        if (!c->draining && parts_answered(c->parts, token))
            carrier_answer(c, token, PDU_OK);
    }
}

int64_t carrier_next_release(const struct carrier *c)
{
    const struct hold *h = STAILQ_FIRST(&c->holds);
    return h ? h->due : INT64_MAX;
}

void carrier_drop_holds(struct carrier *c)
{
    while (!STAILQ_EMPTY(&c->holds))
        drop_hold(c);
}

static void take_part(struct carrier *c, uint64_t token, const struct pdu *p,
                      const struct part *part)
{
    struct parts_whole whole;
    uint64_t older = 0;
    switch (parts_add(c->parts, p, part, token, carrier_now(), &whole, &older)) {
    case PARTS_WHOLE:
        take_text(c, p, part, &whole);
        break;
    case PARTS_DONE:
        carrier_answer(c, token, PDU_OK);
        break;
    case PARTS_LATER:
        put_off(c, token);
        break;
    case PARTS_REFUSED:
        refuse(c, token, (uint32_t)c->profile.conf->error_permanent,
               "a part that does not go with the others, or too long");
        break;
    case PARTS_AGAIN:
        carrier_answer(c, older, PDU_OK);
        hold(c, token);
        break;
    case PARTS_WAIT:
        hold(c, token);
        break;
    }
}

static void take_sms(struct carrier *c, uint64_t token, const struct pdu *p)
{
    struct part part;
    uint32_t status = part_of(p, &part);
    if (status != PDU_OK)
        refuse(c, token, status, "a user data header or sar_* parameters that make no sense");
    else if (!address_is_shortcode(&p->dest))
        refuse(c, token, PDU_BAD_DEST, "an SMS whose destination is empty or not printable");
    else if (!address_is_originator(&p->source))
        refuse(c, token, PDU_BAD_SOURCE, "an SMS whose source is empty or no text");
    else if (part.total > 1)
        take_part(c, token, p, &part);
    else
        take_text(c, p, &part,
                  &(struct parts_whole){
                      .octets = part.octets, .len = part.len, .tokens = &token, .count = 1});
}

/* While answers cannot leave, questions are not taken: the carrier keeps them. */
static bool takes_more(const struct carrier *c)
{
    return !c->draining && queue_waiting(c->queue) < (size_t)c->o.smpp->queue;
}

void carrier_deliver(struct carrier *c, uint64_t token, const struct pdu *p)
{
    count(c, M_SMPP_DELIVERED);
    if (receipt_is(p))
        take_receipt(c, token, p);
    else if (!takes_more(c))
        put_off(c, token);
    else if (ussd_is(&c->profile, p))
        take_ussd(c, token, p);
    else
        take_sms(c, token, p);
}
