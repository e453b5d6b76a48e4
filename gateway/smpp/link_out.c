/* SPDX-License-Identifier: Apache-2.0 */
#include "smpp/link_internal.h"

enum { SEQUENCE_MAX = 0x7fffffff };

int link_write(struct link *l, const struct pdu *p)
{
    long len = pdu_write(p, l->output, sizeof l->output);
    if (len < 0)
        return -1;
    l->e.write(l->e.arg, l->output, (size_t)len);
    return 0;
}

void link_write_plain(struct link *l, uint32_t command, uint32_t status, uint32_t sequence)
{
    struct pdu p = {.command = command, .status = status, .sequence = sequence};
    if (l->state != LINK_CLOSED)
        (void)link_write(l, &p); /* nothing in it can be too long */
}

static uint32_t next_sequence(struct link *l)
{
    l->sequence = l->sequence < SEQUENCE_MAX ? l->sequence + 1 : 1;
    return l->sequence;
}

void link_request(struct link *l, struct link_request *r, int64_t now)
{
    *r = (struct link_request){.waits = true, .sequence = next_sequence(l), .at = now};
}

bool link_request_done(struct link_request *r, uint32_t sequence)
{
    bool is = r->waits && r->sequence == sequence;
    if (is)
        r->waits = false;
    return is;
}

void link_enquire(struct link *l, int64_t now)
{
    if (l->enquire.waits)
        return;
    link_request(l, &l->enquire, now);
    link_write_plain(l, PDU_ENQUIRE_LINK, PDU_OK, l->enquire.sequence);
}

void link_open(struct link *l, int64_t now)
{
    if (l->state != LINK_OPEN)
        return;
    l->state = LINK_BINDING;
    l->heard = now;
    link_request(l, &l->bind, now);
    l->bind_pdu.sequence = l->bind.sequence;
    (void)link_write(l, &l->bind_pdu); /* link_new has looked at its lengths */
}

bool link_can_submit(const struct link *l)
{
    return l->state == LINK_BOUND && l->o.bind != LINK_RECEIVER && !window_full(l->out);
}

int link_submit(struct link *l, const struct pdu *p, uint64_t token, int64_t now)
{
    if (!link_can_submit(l) || p->command != PDU_SUBMIT_SM)
        return -1;
    struct pdu copy = *p;
    copy.status = PDU_OK;
    copy.sequence = next_sequence(l);
    long len = pdu_write(&copy, l->output, sizeof l->output);
    struct window_entry e = {.sequence = copy.sequence, .token = token, .at = now};
    /* It waits before it is written, because a write may find that the connection is lost. */
    if (len < 0 || window_add(l->out, &e) < 0)
        return -1;
    l->e.write(l->e.arg, l->output, (size_t)len);
    return 0;
}

int link_answer(struct link *l, uint32_t sequence, uint32_t status)
{
    if (l->state == LINK_CLOSED || window_take(l->in, sequence, NULL) < 0)
        return -1;
    link_write_plain(l, PDU_RESPONSE | PDU_DELIVER_SM, status, sequence);
    return 0;
}

void link_unbind(struct link *l, int64_t now)
{
    if (l->state == LINK_OPEN || l->state == LINK_BINDING)
        link_close(l, "unbound before it was bound");
    if (l->state != LINK_BOUND)
        return;
    l->state = LINK_UNBINDING;
    link_request(l, &l->unbind, now);
    link_write_plain(l, PDU_UNBIND, PDU_OK, l->unbind.sequence);
}
