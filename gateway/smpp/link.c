/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "smpp/link_internal.h"

enum { TICK_MAX_MS = 1000, INTERFACE_VERSION = 0x34 };

static const uint32_t bind_commands[] = {[LINK_TRANSCEIVER] = PDU_BIND_TRANSCEIVER,
                                         [LINK_TRANSMITTER] = PDU_BIND_TRANSMITTER,
                                         [LINK_RECEIVER] = PDU_BIND_RECEIVER};

static int copy(char *out, size_t cap, const char *s)
{
    size_t len = s ? strlen(s) : 0;
    if (len >= cap)
        return -1;
    if (len > 0)
        memcpy(out, s, len);
    return 0;
}

static int fill_bind(struct pdu *p, const struct link_options *o)
{
    p->command = bind_commands[o->bind];
    p->interface_version = INTERFACE_VERSION;
    if (copy(p->system_id, sizeof p->system_id, o->system_id) < 0 ||
        copy(p->password, sizeof p->password, o->password) < 0 ||
        copy(p->system_type, sizeof p->system_type, o->system_type) < 0)
        return -1;
    return copy(p->address_range, sizeof p->address_range, o->address_range);
}

struct link *link_new(const struct link_options *o, const struct link_events *e)
{
    struct link *l = calloc(1, sizeof *l);
    if (!l)
        return NULL;
    l->o = *o;
    l->e = *e;
    l->sequence = o->sequence;
    l->out = window_new(o->window_out);
    l->in = window_new(o->window_in);
    if (!l->out || !l->in || fill_bind(&l->bind_pdu, o) < 0) {
        link_free(l);
        return NULL;
    }
    return l;
}

void link_free(struct link *l)
{
    if (!l)
        return;
    window_free(l->out);
    window_free(l->in);
    free(l);
}

static void tell_unknown(struct link *l, const struct window_entry *e)
{
    struct link_submitted s = {.token = e->token, .outcome = LINK_UNKNOWN, .message_id = ""};
    l->e.submitted(l->e.arg, &s);
}

void link_close(struct link *l, const char *why)
{
    struct window_entry e;
    if (l->state == LINK_CLOSED)
        return;
    l->state = LINK_CLOSED;
    while (window_take_oldest(l->out, &e) == 0)
        tell_unknown(l, &e);
    l->e.closed(l->e.arg, why);
}

void link_lost(struct link *l, const char *why)
{
    link_close(l, why);
}

/* Times over this are due. */
static int64_t late(const struct link *l, int64_t now)
{
    return now - l->o.response_ms;
}

/* A request that the connection depends on was not answered. */
static const char *overdue(const struct link *l, int64_t now)
{
    if (l->bind.waits && l->bind.at <= late(l, now))
        return "no answer to the bind in time";
    if (l->unbind.waits && l->unbind.at <= late(l, now))
        return "no answer to the unbind in time";
    if (l->enquire.waits && l->enquire.at <= late(l, now))
        return "no answer to enquire_link in time";
    return NULL;
}

static void expire_submits(struct link *l, int64_t now)
{
    const struct window_entry *oldest;
    while ((oldest = window_oldest(l->out)) && oldest->at <= late(l, now)) {
        struct window_entry e;
        (void)window_take_oldest(l->out, &e);
        tell_unknown(l, &e);
        if (l->state == LINK_BOUND)
            link_enquire(l, now);
    }
}

static int64_t sooner(int64_t next, int64_t due, int64_t now)
{
    int64_t wait = due > now ? due - now : 0;
    return wait < next ? wait : next;
}

static int64_t until_next(const struct link *l, int64_t now)
{
    const struct link_request *requests[] = {&l->bind, &l->enquire, &l->unbind};
    const struct window_entry *oldest = window_oldest(l->out);
    int64_t next = TICK_MAX_MS;
    if (l->state == LINK_CLOSED)
        return next;
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++)
        if (requests[i]->waits)
            next = sooner(next, requests[i]->at + l->o.response_ms, now);
    if (oldest)
        next = sooner(next, oldest->at + l->o.response_ms, now);
    if (l->state == LINK_BOUND && !l->enquire.waits)
        next = sooner(next, l->heard + l->o.enquire_ms, now);
    return next;
}

int64_t link_tick(struct link *l, int64_t now)
{
    const char *why = l->state == LINK_CLOSED ? NULL : overdue(l, now);
    if (why)
        link_close(l, why);
    expire_submits(l, now);
    if (l->state == LINK_BOUND && now - l->heard >= l->o.enquire_ms)
        link_enquire(l, now);
    return until_next(l, now);
}

enum link_state link_state(const struct link *l)
{
    return l->state;
}

size_t link_outstanding(const struct link *l)
{
    return window_count(l->out);
}
