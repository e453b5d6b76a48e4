/* SPDX-License-Identifier: Apache-2.0 */
/* Stream and link are made anew for each connection. Whatever ends one only says so and sets the
 * timer: they are freed from the loop at once, never from within their own events. So the carrier
 * does not meet the next bind while this one still seems to stand. */
#include "smpp/esme.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "io/backoff.h"
#include "io/stream.h"

/* A token: 8 bits of index, 24 of generation, 32 of sequence number. */
enum { WRITE_MAX = 1 << 20, GENERATIONS = 0xffffff, INDEX_BIT = 56, GENERATION_BIT = 32 };

enum esme_state {
    WAITING, /* no connection; the timer makes the next one */
    TRYING,  /* until it is bound */
    BOUND,
    LEAVING, /* unbind was sent */
    GONE
};

struct esme {
    struct esme_options o;
    char password[16];
    struct esme_events e;
    enum esme_state state;
    bool ended; /* the connection is of no use: it is freed when the timer comes, then dropped */
    bool dropped;
    uint32_t generation; /* of the connection, from 1: tokens of earlier ones are void */
    struct backoff backoff;
    struct loop_timer *timer; /* link_tick, the bind's deadline, or the next connection */
    int64_t bind_until;
    struct stream *stream;
    struct link *link;
    char logged[160]; /* of the last loss */
};

static int64_t now_ms(void)
{
    return loop_monotonic_us() / 1000;
}

static uint64_t token_of(const struct esme *e, uint32_t sequence)
{
    return (uint64_t)e->o.index << INDEX_BIT | (uint64_t)e->generation << GENERATION_BIT | sequence;
}

static uint32_t generation_of(uint64_t token)
{
    return (uint32_t)(token >> GENERATION_BIT) & GENERATIONS;
}

uint8_t esme_index(uint64_t token)
{
    return (uint8_t)(token >> INDEX_BIT);
}

/* The same reason again and again is one line. */
static void log_loss(struct esme *e, const char *why)
{
    if (strncmp(e->logged, why, sizeof e->logged - 1) == 0)
        return;
    snprintf(e->logged, sizeof e->logged, "%s", why);
    log_write(
        e->o.log, EV_smpp_lost,
        LOG_FIELDS(LS("bridge", e->o.conf->smpp_name), LI("bind", e->o.index), LS("why", why)));
}

/* The connection has ended; come back later, or not at all. */
static void end(struct esme *e, const char *why)
{
    if (e->ended)
        return;
    bool left = e->state == LEAVING, lost = e->state == BOUND;
    e->ended = true;
    e->state = left ? GONE : WAITING;
    loop_timer_set(e->timer, 0);
    if (!left)
        log_loss(e, why);
    if (lost)
        e->e.lost(e->e.arg, e->o.bind != LINK_TRANSMITTER);
}

static void on_write(void *arg, const uint8_t *octets, size_t len)
{
    struct esme *e = arg;
    /* What does not fit is lost like the connection: the carrier reads nothing any more. */
    if (!e->ended && stream_write(e->stream, octets, len) < 0)
        link_lost(e->link, "the carrier does not read what we send; look at its side");
}

static void on_bound(void *arg)
{
    struct esme *e = arg;
    e->state = BOUND;
    e->logged[0] = '\0';
    backoff_reset(&e->backoff);
    log_write(e->o.log, EV_smpp_bound,
              LOG_FIELDS(LS("bridge", e->o.conf->smpp_name), LI("bind", e->o.index)));
    e->e.bound(e->e.arg);
}

static void on_deliver(void *arg, uint32_t sequence, const struct pdu *p)
{
    struct esme *e = arg;
    e->e.deliver(e->e.arg, token_of(e, sequence), p);
}

static void on_submitted(void *arg, const struct link_submitted *s)
{
    struct esme *e = arg;
    e->e.submitted(e->e.arg, s);
}

static void on_refused(void *arg, uint32_t command, uint32_t status)
{
    struct esme *e = arg;
    e->e.refused(e->e.arg, command, status);
}

static void on_closed(void *arg, const char *why)
{
    end(arg, why);
}

static void on_up(void *arg)
{
    struct esme *e = arg;
    link_open(e->link, now_ms());
    if (!e->ended)
        loop_timer_set(e->timer, link_tick(e->link, now_ms()));
}

static void on_input(void *arg, const uint8_t *octets, size_t len)
{
    struct esme *e = arg;
    if (!e->ended)
        link_input(e->link, octets, len, now_ms());
}

static void on_down(void *arg, const char *why)
{
    struct esme *e = arg;
    link_lost(e->link, why);
}

static void drop_connection(struct esme *e)
{
    stream_free(e->stream);
    link_free(e->link);
    e->stream = NULL;
    e->link = NULL;
    e->dropped = true;
}

static int make_link(struct esme *e)
{
    const struct conf_smpp *c = e->o.conf;
    struct link_options o = {.bind = e->o.bind,
                             .system_id = c->system_id,
                             .password = e->password,
                             .system_type = c->system_type,
                             .address_range = c->address_range,
                             .window_out = (size_t)c->window_out,
                             .window_in = (size_t)c->window_in,
                             .status_busy = e->o.status_busy,
                             .enquire_ms = c->enquire_s * 1000,
                             .response_ms = c->response_ms};
    struct link_events events = {.arg = e,
                                 .write = on_write,
                                 .bound = on_bound,
                                 .deliver = on_deliver,
                                 .submitted = on_submitted,
                                 .closed = on_closed,
                                 .refused = on_refused};
    e->link = link_new(&o, &events);
    return e->link ? 0 : -1;
}

static int make_stream(struct esme *e, char why[256])
{
    const struct conf_smpp *c = e->o.conf;
    struct stream_options o = {.host = c->host,
                               .port = (int)c->port,
                               .tls = c->tls,
                               .ca_file = c->tls_ca_file,
                               .cert_file = c->tls_cert_file,
                               .key_file = c->tls_key_file,
                               .tls_name = c->tls_name,
                               .connect_ms = c->connect_ms,
                               .write_max = WRITE_MAX};
    struct stream_handlers h = {.arg = e, .up = on_up, .input = on_input, .down = on_down};
    e->stream = stream_new(e->o.loop, &o, &h, why);
    return e->stream ? 0 : -1;
}

static int connect_now(struct esme *e, char why[256])
{
    e->ended = e->dropped = false;
    e->state = TRYING;
    e->generation = e->generation % GENERATIONS + 1;
    e->bind_until = now_ms() + e->o.conf->connect_ms;
    snprintf(why, 256, "no memory for a connection; free some");
    if (make_link(e) < 0 || make_stream(e, why) < 0)
        return -1;
    loop_timer_set(e->timer, e->o.conf->connect_ms);
    return 0;
}

/* The connection is there, or is being made. */
static void look(struct esme *e)
{
    int64_t now = now_ms();
    if (e->state == TRYING && now >= e->bind_until) {
        link_lost(e->link,
                  "not connected and bound in smpp.connect_ms; look whether the carrier answers");
        return;
    }
    int64_t next = link_tick(e->link, now);
    if (!e->ended)
        loop_timer_set(e->timer, next);
}

static void on_timer(void *arg)
{
    struct esme *e = arg;
    char why[256];
    if (!e->ended) {
        look(e);
    } else if (!e->dropped) {
        drop_connection(e);
        if (e->state == WAITING)
            loop_timer_set(e->timer, backoff_next(&e->backoff));
    } else if (e->state == WAITING && connect_now(e, why) < 0) {
        end(e, why);
    }
}

struct esme *esme_new(const struct esme_options *o, const struct esme_events *events, char why[256])
{
    struct esme *e = calloc(1, sizeof *e);
    snprintf(why, 256, "no memory for a bind; free some");
    if (!e)
        return NULL;
    e->o = *o;
    e->e = *events;
    snprintf(e->password, sizeof e->password, "%s", o->password);
    e->backoff = (struct backoff){.min_ms = o->conf->retry_min_ms, .max_ms = o->conf->retry_max_ms};
    e->timer = loop_timer_new(o->loop, on_timer, e);
    if (!e->timer || connect_now(e, why) < 0) {
        esme_free(e);
        return NULL;
    }
    return e;
}

void esme_free(struct esme *e)
{
    if (!e)
        return;
    drop_connection(e);
    loop_timer_free(e->timer);
    explicit_bzero(e->password, sizeof e->password);
    free(e);
}

bool esme_is_bound(const struct esme *e)
{
    return e->state == BOUND && !e->ended;
}

bool esme_can_submit(const struct esme *e)
{
    return esme_is_bound(e) && link_can_submit(e->link);
}

int esme_submit(struct esme *e, const struct pdu *p, uint64_t token)
{
    return esme_can_submit(e) ? link_submit(e->link, p, token, now_ms()) : -1;
}

int esme_answer(struct esme *e, uint64_t token, uint32_t status)
{
    if (!e->link || e->ended || generation_of(token) != e->generation)
        return -1;
    return link_answer(e->link, (uint32_t)token, status);
}

/* There is nothing to say to the carrier. */
static void leave_unbound(struct esme *e)
{
    e->ended = true;
    e->state = GONE;
    loop_timer_set(e->timer, 0);
}

void esme_leave(struct esme *e)
{
    if (e->state == LEAVING || e->state == GONE)
        return;
    bool bound = esme_is_bound(e);
    e->state = LEAVING;
    if (bound)
        link_unbind(e->link, now_ms());
    else
        leave_unbound(e);
}

bool esme_is_gone(const struct esme *e)
{
    return e->state == GONE;
}
