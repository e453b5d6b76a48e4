/* SPDX-License-Identifier: Apache-2.0 */
#include "support/link_desk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void note(struct link_desk *d, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void note(struct link_desk *d, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(d->told + d->len, sizeof d->told - d->len, format, args);
    va_end(args);
    assert_in_range(n, 0, sizeof d->told - d->len - 1);
    d->len += (size_t)n;
}

static void lose(struct link_desk *d)
{
    if (!d->lose)
        return;
    d->lose = false;
    link_lost(d->link, "lost");
}

static void on_write(void *arg, const uint8_t *octets, size_t len)
{
    struct link_desk *d = arg;
    struct pdu p;
    assert_int_equal(pdu_read(octets, len, &p), PDU_OK);
    note(d, "> %s %u %s\n", pdu_command_name(p.command), p.sequence, pdu_status_name(p.status));
    lose(d);
}

static void on_bound(void *arg)
{
    note(arg, "bound\n");
}

static void on_deliver(void *arg, uint32_t sequence, const struct pdu *p)
{
    note(arg, "deliver %u %.*s\n", sequence, (int)(p->message_len < 99 ? p->message_len : 99),
         (const char *)p->message);
}

static void on_submitted(void *arg, const struct link_submitted *s)
{
    struct link_desk *d = arg;
    unsigned token = (unsigned)s->token;
    if (s->outcome == LINK_UNKNOWN)
        note(d, "submitted %u unknown\n", token);
    else if (s->message_id[0])
        note(d, "submitted %u %s %s\n", token, pdu_status_name(s->status), s->message_id);
    else
        note(d, "submitted %u %s\n", token, pdu_status_name(s->status));
    if (d->submit_again)
        (void)desk_submit(d, "again", s->token + 100);
}

static void on_closed(void *arg, const char *why)
{
    note(arg, "closed %s\n", why);
}

static void on_refused(void *arg, uint32_t command, uint32_t status)
{
    note(arg, "refused %s %s\n", pdu_command_name(command), pdu_status_name(status));
    lose(arg);
}

struct link_options desk_options(void)
{
    return (struct link_options){.bind = LINK_TRANSCEIVER,
                                 .system_id = "mekong",
                                 .password = "secret08",
                                 .system_type = "",
                                 .window_out = DESK_WINDOW,
                                 .window_in = DESK_WINDOW,
                                 .status_busy = DESK_BUSY,
                                 .enquire_ms = DESK_ENQUIRE_MS,
                                 .response_ms = DESK_RESPONSE_MS};
}

void desk_open(struct link_desk *d, const struct link_options *o)
{
    struct link_events e = {.arg = d,
                            .write = on_write,
                            .bound = on_bound,
                            .deliver = on_deliver,
                            .submitted = on_submitted,
                            .closed = on_closed,
                            .refused = on_refused};
    d->now = 1000;
    d->link = link_new(o, &e);
}

void desk_close(struct link_desk *d)
{
    link_free(d->link);
    d->link = NULL;
}

/* Each piece lies in memory that ends with it. */
void desk_octets(struct link_desk *d, const void *octets, size_t len)
{
    size_t piece = d->piece ? d->piece : len;
    for (size_t at = 0; at < len; at += piece) {
        size_t n = len - at < piece ? len - at : piece;
        uint8_t *copy = malloc(n);
        assert_non_null(copy);
        memcpy(copy, (const uint8_t *)octets + at, n);
        link_input(d->link, copy, n, d->now);
        free(copy);
    }
}

void desk_carrier_pdu(struct link_desk *d, const struct pdu *p)
{
    static const size_t most = PDU_MAX;
    uint8_t *octets = malloc(most);
    assert_non_null(octets);
    long len = pdu_write(p, octets, most);
    assert_true(len > 0);
    desk_octets(d, octets, (size_t)len);
    free(octets);
}

void desk_carrier(struct link_desk *d, uint32_t command, uint32_t status, uint32_t sequence)
{
    struct pdu p = {.command = command, .status = status, .sequence = sequence};
    desk_carrier_pdu(d, &p);
}

void desk_deliver(struct link_desk *d, uint32_t sequence, const char *text)
{
    struct pdu p = {.command = PDU_DELIVER_SM, .sequence = sequence};
    p.message = (const uint8_t *)text;
    p.message_len = strlen(text);
    p.in_payload = p.message_len > PDU_MESSAGE_MAX;
    desk_carrier_pdu(d, &p);
}

void desk_accept(struct link_desk *d, uint32_t sequence, const char *id)
{
    struct pdu p = {.command = PDU_RESPONSE | PDU_SUBMIT_SM, .sequence = sequence};
    snprintf(p.message_id, sizeof p.message_id, "%s", id);
    desk_carrier_pdu(d, &p);
}

int desk_submit(struct link_desk *d, const char *text, uint64_t token)
{
    struct pdu p = {.command = PDU_SUBMIT_SM};
    p.message = (const uint8_t *)text;
    p.message_len = strlen(text);
    p.in_payload = p.message_len > PDU_MESSAGE_MAX;
    return link_submit(d->link, &p, token, d->now);
}

int64_t desk_wait(struct link_desk *d, int64_t ms)
{
    d->now += ms;
    return link_tick(d->link, d->now);
}

void desk_says(struct link_desk *d, const char *lines)
{
    d->len = 0;
    assert_string_equal(d->told, lines);
    d->told[0] = '\0';
}

void desk_bind(struct link_desk *d)
{
    struct link_options o = desk_options();
    desk_open(d, &o);
    assert_non_null(d->link);
    link_open(d->link, d->now);
    desk_carrier(d, PDU_RESPONSE | PDU_BIND_TRANSCEIVER, PDU_OK, 1);
    desk_says(d, "> bind_transceiver 1 ESME_ROK\nbound\n");
}
