/* SPDX-License-Identifier: Apache-2.0 */
#include "console/ring.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOOK_MS = 1000 };

/* A page that waits. */
struct waiter {
    uint64_t call;
    int64_t since, until_us;
};

struct ring {
    struct console *console;
    struct loop_timer *look;
    int64_t first, last;                          /* numbers: of the start, and of the last event */
    char recent[RING_RECENT][RING_TOPIC_MAX + 1]; /* the topic of number n is at n % RING_RECENT */
    struct waiter waiter[RING_WAITERS];           /* in the order in which they came */
    size_t waiters;
};

static bool is_before(const struct ring *r, int64_t number, const char *topic, int64_t since)
{
    for (int64_t n = since + 1; n < number; n++)
        if (strcmp(r->recent[n % RING_RECENT], topic) == 0)
            return true;
    return false;
}

static void answer(struct ring *r, uint64_t call, int64_t since)
{
    struct reply reply;
    bool missed = since < r->first || since > r->last || r->last - since > RING_RECENT;
    reply_begin(&reply);
    json_out_int(&reply.json, "now", r->last);
    json_out_open(&reply.json, "topics", '[');
    for (int64_t n = since + 1; !missed && n <= r->last; n++) {
        const char *topic = r->recent[n % RING_RECENT];
        if (!is_before(r, n, topic, since))
            json_out_text(&reply.json, NULL, topic);
    }
    json_out_close(&reply.json, '[');
    json_out_bool(&reply.json, "missed", missed);
    reply_send(&reply, r->console, call, 200);
}

/* Answer the first n of those who wait. Answering may not come back here: the list is mended
 * before. */
static void release(struct ring *r, size_t n)
{
    struct waiter gone[RING_WAITERS];
    memcpy(gone, r->waiter, n * sizeof *gone);
    r->waiters -= n;
    memmove(r->waiter, r->waiter + n, r->waiters * sizeof *gone);
    for (size_t i = 0; i < n; i++)
        answer(r, gone[i].call, gone[i].since);
}

static void on_look(void *arg)
{
    struct ring *r = arg;
    int64_t now = loop_monotonic_us();
    size_t n = 0;
    while (n < r->waiters && r->waiter[n].until_us <= now)
        n++;
    release(r, n);
    if (r->waiters > 0)
        loop_timer_set(r->look, LOOK_MS);
}

void ring_event(struct console *c, const char *topic)
{
    struct ring *r = c->ring;
    if (!r) /* the console is opening or closing */
        return;
    snprintf(r->recent[++r->last % RING_RECENT], RING_TOPIC_MAX + 1, "%s", topic);
    release(r, r->waiters);
}

static void wait_for_news(struct ring *r, uint64_t call, int64_t since)
{
    if (r->waiters == RING_WAITERS)
        release(r, 1);
    r->waiter[r->waiters++] = (struct waiter){
        .call = call, .since = since, .until_us = loop_monotonic_us() + RING_WAIT_MS * 1000};
    if (r->waiters == 1)
        loop_timer_set(r->look, LOOK_MS);
}

/* GET /api/events?since=N; without N: where we are. */
void api_events(const struct call *call);
void api_events(const struct call *call)
{
    struct ring *r = call->console->ring;
    const char *text = call_query(call, "since");
    char *end = NULL;
    errno = 0;
    int64_t since = text ? strtoll(text, &end, 10) : r->last;
    if (text && (errno != 0 || end == text || *end != '\0' || since < 0))
        call_fail(call, 400, "bad_field", "since", "since must be a number of an earlier answer.");
    else if (text && since == r->last)
        wait_for_news(r, call->id, since);
    else
        answer(r, call->id, since);
}

int ring_open(struct console *c, char why[CONF_ERROR_MAX])
{
    struct ring *r = calloc(1, sizeof *r);
    snprintf(why, CONF_ERROR_MAX, "no memory; free some");
    if (!r)
        return -1;
    c->ring = r;
    r->console = c;
    r->first = r->last = console_now(c);
    r->look = loop_timer_new(c->loop, on_look, r);
    return r->look ? 0 : -1;
}

void ring_close(struct console *c)
{
    if (!c->ring)
        return;
    loop_timer_free(c->ring->look);
    free(c->ring);
    c->ring = NULL;
}
