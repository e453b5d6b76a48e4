/* SPDX-License-Identifier: Apache-2.0 */
/* The phone as a bridge. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "bridge/bridge.h"
#include "phone/line.h"

struct wire_line {
    struct line_events events;
    struct bridge *bridge;
};

static int64_t now(void *self)
{
    struct clock clock = clock_system();
    (void)self;
    return clock_now(&clock);
}

static bool on_answer(void *arg, const struct answer *a)
{
    const struct line_events *e = &((struct wire_line *)arg)->events;
    e->answer(e->arg, a);
    return true;
}

static void on_refused(void *arg, const struct bridge_refusal *r)
{
    const struct line_events *e = &((struct wire_line *)arg)->events;
    e->refused(e->arg, r->re, r->detail);
}

static void on_expired(void *arg, const char *id)
{
    const struct line_events *e = &((struct wire_line *)arg)->events;
    e->lost(e->arg, id);
}

static int send(void *self, const struct mo *mo)
{
    return bridge_send(((struct wire_line *)self)->bridge, mo);
}

static void close_line(void *self)
{
    bridge_free(((struct wire_line *)self)->bridge);
    free(self);
}

int line_mqtt_open(const struct line_options *o, struct line *out, char why[LINE_WHY_MAX])
{
    struct wire_line *l = calloc(1, sizeof *l);
    snprintf(why, LINE_WHY_MAX, "no memory; free some");
    if (!l)
        return -1;
    l->events = o->events;
    struct bridge_options options = {.conf = o->conf,
                                     .name = o->bridge,
                                     .client = "mekongline-phone",
                                     .loop = o->loop,
                                     .log = o->log,
                                     .events = {.arg = l,
                                                .answer = on_answer,
                                                .refused = on_refused,
                                                .expired = on_expired,
                                                .reported = on_refused}};
    l->bridge = bridge_new(&options, why);
    if (!l->bridge) {
        free(l);
        return -1;
    }
    *out = (struct line){.self = l, .now = now, .send = send, .close = close_line};
    return 0;
}
