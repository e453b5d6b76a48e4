/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "smpp/link_internal.h"

static void refuse(struct link *l, const struct pdu *p, uint32_t answer, uint32_t status)
{
    l->e.refused(l->e.arg, p->command, status);
    link_write_plain(l, answer, status, p->sequence);
}

static void refuse_own(struct link *l, const struct pdu *p, uint32_t status)
{
    refuse(l, p, PDU_RESPONSE | p->command, status);
}

/* A request that cannot be read (SMPP v3.4, 4.3: generic_nack where the header itself is wrong). */
static void refuse_unread(struct link *l, const struct pdu *p, uint32_t status)
{
    if (status == PDU_BAD_COMMAND || status == PDU_BAD_CMD_LENGTH)
        refuse(l, p, PDU_GENERIC_NACK, status);
    else
        refuse_own(l, p, status);
}

static void on_deliver(struct link *l, const struct pdu *p)
{
    struct window_entry e = {.sequence = p->sequence};
    if (l->state == LINK_UNBINDING)
        refuse_own(l, p, l->o.status_busy);
    else if (l->state != LINK_BOUND || l->o.bind == LINK_TRANSMITTER)
        refuse_own(l, p, PDU_BAD_BIND_STATE);
    else if (window_add(l->in, &e) < 0) /* it is full, or has that number */
        refuse_own(l, p, l->o.status_busy);
    else
        l->e.deliver(l->e.arg, p->sequence, p);
}

static void on_request(struct link *l, const struct pdu *p)
{
    switch (p->command) {
    case PDU_ENQUIRE_LINK:
        link_write_plain(l, PDU_RESPONSE | PDU_ENQUIRE_LINK, PDU_OK, p->sequence);
        break;
    case PDU_UNBIND:
        link_write_plain(l, PDU_RESPONSE | PDU_UNBIND, PDU_OK, p->sequence);
        link_close(l, "the carrier unbound");
        break;
    case PDU_DELIVER_SM:
        on_deliver(l, p);
        break;
    default: /* what only we may ask */
        refuse_own(l, p, PDU_BAD_BIND_STATE);
    }
}

static void on_bind_answer(struct link *l, const struct pdu *p)
{
    char why[96];
    if (p->status == PDU_OK) {
        l->state = LINK_BOUND;
        l->e.bound(l->e.arg);
        return;
    }
    snprintf(why, sizeof why, "the carrier refused the bind: %s (0x%02x)",
             pdu_status_name(p->status), (unsigned)p->status);
    link_close(l, why);
}

/* Whether a request of that command and number waited. generic_nack answers any command. */
static bool answers(const struct pdu *p, uint32_t command)
{
    return p->command == PDU_GENERIC_NACK || p->command == (PDU_RESPONSE | command);
}

static bool on_submit_answer(struct link *l, const struct pdu *p)
{
    struct window_entry e;
    if (!answers(p, PDU_SUBMIT_SM) || window_take(l->out, p->sequence, &e) < 0)
        return false;
    struct link_submitted s = {.token = e.token,
                               .outcome = LINK_ANSWERED,
                               .status = p->status,
                               .message_id = p->message_id};
    l->e.submitted(l->e.arg, &s);
    return true;
}

static bool on_answer(struct link *l, const struct pdu *p)
{
    if (answers(p, l->bind_pdu.command) && link_request_done(&l->bind, p->sequence)) {
        on_bind_answer(l, p);
        return true;
    }
    /* A carrier that knows no enquire_link is there all the same. */
    if (answers(p, PDU_ENQUIRE_LINK) && link_request_done(&l->enquire, p->sequence))
        return true;
    if (answers(p, PDU_UNBIND) && link_request_done(&l->unbind, p->sequence)) {
        link_close(l, "unbound");
        return true;
    }
    return on_submit_answer(l, p);
}

/* An answer that cannot be read says by its header what became of the request all the same, and by
 * what could be read of its body. */
static void take_answer(struct link *l, struct pdu *p, uint32_t status)
{
    if (status != PDU_OK)
        l->e.refused(l->e.arg, p->command, p->status);
    if (p->command == PDU_GENERIC_NACK && p->status == PDU_OK)
        p->status = PDU_SYSTEM_ERROR; /* whatever it wanted to say, it took nothing */
    if (l->state != LINK_CLOSED && !on_answer(l, p) && status == PDU_OK)
        l->e.refused(l->e.arg, p->command, p->status);
}

static void take_pdu(struct link *l, const uint8_t *octets, size_t len, int64_t now)
{
    struct pdu p;
    uint32_t status = pdu_read(octets, len, &p);
    l->heard = now;
    if (p.command & PDU_RESPONSE)
        take_answer(l, &p, status);
    else if (status != PDU_OK)
        refuse_unread(l, &p, status);
    else
        on_request(l, &p);
}

/* Where the next PDU begins cannot be known. There is no number to answer to. */
static void give_up(struct link *l)
{
    struct pdu p = {.command = 0};
    refuse(l, &p, PDU_GENERIC_NACK, PDU_BAD_CMD_LENGTH);
    link_close(l, "a PDU with an impossible length");
}

/* Keep the octets of a PDU that is not whole, as many as it lacks. Returns how many were taken. */
static size_t gather(struct link *l, const uint8_t *octets, size_t len)
{
    long whole = pdu_length(l->input, l->pending);
    size_t lacks = (whole > 0 ? (size_t)whole : 4) - l->pending;
    size_t n = len < lacks ? len : lacks;
    memcpy(l->input + l->pending, octets, n);
    l->pending += n;
    return n;
}

/* Returns how many octets were used; 0 ends the stream. */
static size_t take_some(struct link *l, const uint8_t *octets, size_t len, int64_t now)
{
    long whole = l->pending > 0 ? 0 : pdu_length(octets, len);
    if (whole > 0 && (size_t)whole <= len) {
        take_pdu(l, octets, (size_t)whole, now);
        return (size_t)whole;
    }
    size_t n = whole < 0 ? 0 : gather(l, octets, len);
    long gathered = whole < 0 ? whole : pdu_length(l->input, l->pending);
    if (gathered < 0) {
        give_up(l);
        return 0;
    }
    if (gathered > 0 && (size_t)gathered == l->pending) {
        l->pending = 0;
        take_pdu(l, l->input, (size_t)gathered, now);
    }
    return n;
}

void link_input(struct link *l, const uint8_t *octets, size_t len, int64_t now)
{
    while (len > 0 && l->state != LINK_CLOSED) {
        size_t n = take_some(l, octets, len, now);
        octets += n;
        len -= n;
    }
}
