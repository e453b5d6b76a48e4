/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as what a carrier says, in pieces of any size, to a link that is bound, answers what
 * is delivered and submits. What the link writes, a carrier can read; every submit has one end, and
 * nothing is told after the end. Each PDU that can be read is written again and read the same. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "smpp/link.h"

enum { WINDOW = 4, SUBMITS_MAX = 100, RESPONSE_MS = 1000, ENQUIRE_MS = 5000 };

struct carrier {
    struct link *link;
    int64_t now;
    uint64_t submitted, ended; /* submits */
    size_t waiting;            /* deliveries that we have not answered */
    uint32_t last;             /* the sequence of the last one */
    bool closed;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool held)
{
    if (!held)
        abort();
}

static void on_write(void *arg, const uint8_t *octets, size_t len)
{
    struct carrier *c = arg;
    struct pdu p;
    must(!c->closed && pdu_length(octets, len) == (long)len);
    must(pdu_read(octets, len, &p) == PDU_OK);
}

static void on_bound(void *arg)
{
    must(!((struct carrier *)arg)->closed);
}

static void submit(struct carrier *c)
{
    struct pdu p = {.command = PDU_SUBMIT_SM, .message = (const uint8_t *)"hello"};
    p.message_len = 5;
    bool can = link_can_submit(c->link) && c->submitted < SUBMITS_MAX;
    if (can)
        must(link_submit(c->link, &p, ++c->submitted, c->now) == 0);
    must(link_outstanding(c->link) <= WINDOW);
}

static void on_deliver(void *arg, uint32_t sequence, const struct pdu *p)
{
    struct carrier *c = arg;
    must(!c->closed && p->command == PDU_DELIVER_SM && p->sequence == sequence);
    must(++c->waiting <= WINDOW);
    /* Some at once, some later. */
    if (sequence & 1 || c->waiting == WINDOW) {
        must(link_answer(c->link, sequence, p->data_coding) == 0);
        c->waiting--;
    }
    c->last = sequence;
    submit(c);
}

static void on_submitted(void *arg, const struct link_submitted *s)
{
    struct carrier *c = arg;
    must(!c->closed && s->token >= 1 && s->token <= c->submitted);
    must(strlen(s->message_id) <= PDU_ID_MAX);
    c->ended++;
}

static void on_closed(void *arg, const char *why)
{
    struct carrier *c = arg;
    must(!c->closed && why[0] && c->ended == c->submitted);
    c->closed = true;
}

static void on_refused(void *arg, uint32_t command, uint32_t status)
{
    must(!((struct carrier *)arg)->closed && pdu_command_name(command) && pdu_status_name(status));
}

static void open_link(struct carrier *c)
{
    static const char bound[] = "\0\0\0\x12\x80\0\0\x09\0\0\0\0\0\0\0\1S";
    struct link_options o = {.system_id = "mekong",
                             .window_out = WINDOW,
                             .window_in = WINDOW,
                             .status_busy = PDU_QUEUE_FULL,
                             .enquire_ms = ENQUIRE_MS,
                             .response_ms = RESPONSE_MS};
    struct link_events e = {c, on_write, on_bound, on_deliver, on_submitted, on_closed, on_refused};
    c->link = link_new(&o, &e);
    must(c->link != NULL);
    link_open(c->link, c->now);
    link_input(c->link, (const uint8_t *)bound, sizeof bound, c->now);
    must(link_state(c->link) == LINK_BOUND);
}

/* A piece of at most 40 octets, at its exact size; how many, and what happens then, its first octet
 * says without leaving the stream. */
static size_t say(struct carrier *c, const uint8_t *data, size_t size)
{
    size_t n = 1 + data[0] % 40;
    n = n < size ? n : size;
    uint8_t *piece = malloc(n);
    must(piece);
    memcpy(piece, data, n);
    link_input(c->link, piece, n, c->now);
    free(piece);
    c->now += data[0];
    must(link_tick(c->link, c->now) <= 1000);
    if (data[n - 1] & 1)
        submit(c);
    if (data[n - 1] & 2 && c->waiting > 0 && link_answer(c->link, c->last, PDU_OK) == 0)
        c->waiting--;
    return n;
}

static void as_a_stream(const uint8_t *data, size_t size)
{
    struct carrier c = {.now = 1000};
    open_link(&c);
    submit(&c);
    while (size > 0) {
        size_t n = say(&c, data, size);
        data += n;
        size -= n;
    }
    link_lost(c.link, "end");
    must(c.closed && c.ended == c.submitted && link_outstanding(c.link) == 0);
    link_free(c.link);
}

static void same_tlvs(const struct pdu *a, const struct pdu *b)
{
    must(a->tlv_count == b->tlv_count);
    for (size_t i = 0; i < a->tlv_count; i++) {
        must(a->tlvs[i].tag == b->tlvs[i].tag && a->tlvs[i].len == b->tlvs[i].len);
        must(memcmp(a->tlvs[i].value, b->tlvs[i].value, a->tlvs[i].len) == 0);
    }
}

/* Everything that is not borrowed is compared as it lies there: pdu_read begins with zeros. */
static void same(struct pdu *a, struct pdu *b)
{
    same_tlvs(a, b);
    must(a->message_len == b->message_len);
    must(a->message_len == 0 || memcmp(a->message, b->message, a->message_len) == 0);
    memset(a->tlvs, 0, sizeof a->tlvs);
    memset(b->tlvs, 0, sizeof b->tlvs);
    a->message = b->message = NULL;
    must(memcmp(a, b, sizeof *a) == 0);
}

static void as_one_pdu(const uint8_t *data, size_t size)
{
    struct pdu p, again;
    long len = pdu_length(data, size);
    if (pdu_read(data, size, &p) != PDU_OK)
        return;
    must(len == (long)size);
    uint8_t *out = malloc(size);
    must(out);
    long written = pdu_write(&p, out, size);
    must(written >= PDU_HEADER && written <= len);
    must(pdu_read(out, (size_t)written, &again) == PDU_OK);
    same(&p, &again);
    free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    as_one_pdu(data, size);
    as_a_stream(data, size);
    return 0;
}
