/* SPDX-License-Identifier: Apache-2.0 */
#include "core/forward.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* An entry that was sent and waits for its acknowledgement. */
struct sent {
    char id[REQUEST_ID_MAX + 1];
    int64_t at_ms; /* of our own time */
};

struct forward {
    struct forward_options o;
    struct forward_ports ports;
    struct sent window[FORWARD_WINDOW_MAX]; /* in no order */
    size_t waiting;
    int64_t cursor; /* the last entry of this pass that was looked at */
    size_t asked;   /* of the fetch under way; 0 for none */
    int64_t rest_until_ms;
    int64_t time_ms, clock_ms; /* our own time, and the clock's when that was taken */
    bool woken;                /* since the last fetch was asked for */
    bool missed;               /* something left the window behind the back of this pass */
    bool held;                 /* nothing can be sent: try again at the next tick */
    bool busy;                 /* a call of ours is at work further up */
};

static size_t bounded(size_t window)
{
    if (window == 0)
        return 1;
    return window < FORWARD_WINDOW_MAX ? window : FORWARD_WINDOW_MAX;
}

struct forward *forward_new(const struct forward_options *o, const struct forward_ports *ports)
{
    struct forward *f = calloc(1, sizeof *f);
    if (!f)
        return NULL;
    f->ports = *ports;
    f->clock_ms = clock_now(&o->clock);
    forward_set_options(f, o);
    return f;
}

void forward_free(struct forward *f)
{
    free(f);
}

void forward_set_options(struct forward *f, const struct forward_options *o)
{
    f->o = *o;
    f->o.window = bounded(o->window);
    f->o.idle_ms = o->idle_ms > 0 ? o->idle_ms : 1; /* a pass without a rest never ends */
}

size_t forward_waiting(const struct forward *f)
{
    return f->waiting;
}

/* Our own time never goes back: else a clock that was put back would keep the window full. */
static int64_t now(struct forward *f)
{
    int64_t clock_ms = clock_now(&f->o.clock);
    if (clock_ms > f->clock_ms)
        f->time_ms += clock_ms - f->clock_ms;
    f->clock_ms = clock_ms;
    return f->time_ms;
}

static size_t room(const struct forward *f)
{
    return f->waiting < f->o.window ? f->o.window - f->waiting : 0;
}

static struct sent *find(struct forward *f, const char *id)
{
    for (size_t i = 0; i < f->waiting; i++)
        if (strcmp(f->window[i].id, id) == 0)
            return &f->window[i];
    return NULL;
}

static void leave(struct forward *f, struct sent *s)
{
    *s = f->window[--f->waiting];
}

static void expire(struct forward *f)
{
    int64_t before = now(f) - f->o.resend_ms;
    for (size_t i = f->waiting; i > 0; i--) {
        if (f->window[i - 1].at_ms > before)
            continue;
        leave(f, &f->window[i - 1]);
        f->missed = true;
    }
}

/* Send an entry. It enters the window first, because its acknowledgement may come within the
 * call. */
static int hand_on(struct forward *f, const struct forward_entry *e)
{
    struct sent *s = &f->window[f->waiting++];
    memcpy(s->id, e->id, sizeof s->id);
    s->at_ms = now(f);
    if (f->ports.publish(f->ports.arg, e) == 0) {
        metrics_add(f->o.metrics, M_JOURNAL_SENT, NULL, 1);
        return 0;
    }
    s = find(f, e->id);
    if (s)
        leave(f, s);
    return -1;
}

/* Returns how many of the entries were looked at. */
static size_t hand_on_all(struct forward *f, const struct forward_entry *entries, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bool in_flight = find(f, entries[i].id);
        if (!in_flight && room(f) == 0)
            return i;
        f->held = !in_flight && hand_on(f, &entries[i]) < 0;
        if (f->held)
            return i;
        f->cursor = entries[i].seq;
    }
    return n;
}

/* The journal was passed to its end: begin again after a rest, so that nothing is forgotten. */
static void end_pass(struct forward *f)
{
    f->cursor = 0;
    f->rest_until_ms = f->woken ? 0 : now(f) + f->o.idle_ms;
}

static void take(struct forward *f, const struct forward_entry *entries, size_t n)
{
    size_t asked = f->asked;
    f->asked = 0;
    if (hand_on_all(f, entries, n) == n && n < asked)
        end_pass(f);
}

/* Fetch and send until the window is full, nothing can be sent, or the pass is over. The journal
 * may answer within the call; so this is a loop and not a recursion. */
static void run(struct forward *f)
{
    if (f->busy)
        return;
    f->busy = true;
    while (f->asked == 0 && !f->held && room(f) > 0 && now(f) >= f->rest_until_ms) {
        f->asked = room(f);
        f->woken = false;
        f->missed = f->missed && f->cursor > 0;
        f->ports.fetch(f->ports.arg, f->cursor, f->asked);
    }
    f->busy = false;
}

void forward_tick(struct forward *f)
{
    expire(f);
    f->held = false;
    run(f);
}

void forward_wake(struct forward *f)
{
    f->woken = true;
    f->rest_until_ms = 0;
    f->held = false;
    run(f);
}

void forward_fetched(struct forward *f, const struct forward_entry *entries, size_t n)
{
    bool nested = f->busy;
    f->busy = true;
    take(f, entries, n);
    f->busy = nested;
    run(f);
}

/* Room is filled again when half of the window is free: one fetch for many acknowledgements. */
void forward_acked(struct forward *f, const char *id)
{
    struct sent *s = find(f, id);
    if (s)
        leave(f, s);
    metrics_add(f->o.metrics, M_JOURNAL_ACKED, NULL, 1);
    f->ports.settle(f->ports.arg, id);
    if (f->missed)
        f->rest_until_ms = 0;
    if (room(f) * 2 >= f->o.window)
        run(f);
}
