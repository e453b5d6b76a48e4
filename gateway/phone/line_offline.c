/* SPDX-License-Identifier: Apache-2.0 */
/* A stage (editing/stage.h) as a line, with a clock that can be turned on. */
#include <stdio.h>
#include <stdlib.h>

#include "editing/stage.h"
#include "phone/line.h"

struct offline {
    struct line_options o;
    struct setup_layouts layouts;
    int64_t ahead_ms; /* of the system's clock */
    struct clock system;
    struct zawgyi *zawgyi;
    struct stage *stage;
};

static int64_t now(void *self)
{
    const struct offline *l = self;
    return clock_now(&l->system) + l->ahead_ms;
}

static void turn(void *self, int64_t ms)
{
    ((struct offline *)self)->ahead_ms += ms;
}

static int send(void *self, const struct mo *mo)
{
    return stage_send(((struct offline *)self)->stage, mo);
}

static void close_line(void *self)
{
    struct offline *l = self;
    stage_free(l->stage);
    zawgyi_free(l->zawgyi);
    free(l);
}

static struct catalog *load(const struct offline *l, char why[LINE_WHY_MAX])
{
    struct findings *f = findings_new();
    struct clock clock = {.now_ms = now, .arg = (void *)l};
    struct catalog *c =
        setup_catalog(l->o.conf, &l->layouts, l->o.handlers, clock_day(clock_now(&clock)), f);
    if (!c)
        snprintf(why, LINE_WHY_MAX,
                 "the content in %.200s has %zu errors; mekongline check shows them",
                 l->o.conf->gateway_content, f ? findings_count(f, FINDING_ERROR) : 0);
    findings_free(f);
    return c;
}

static int open_stage(struct offline *l, struct catalog *c)
{
    const struct stage_options o = {.conf = l->o.conf,
                                    .layouts = &l->layouts,
                                    .handlers = l->o.handlers,
                                    .zawgyi = l->zawgyi,
                                    .bridge = l->o.bridge,
                                    .log = l->o.log,
                                    .clock = {.now_ms = now, .arg = l},
                                    .events = {.arg = l->o.events.arg,
                                               .answer = l->o.events.answer,
                                               .refused = l->o.events.refused}};
    l->stage = stage_new(&o, c);
    return l->stage ? 0 : -1;
}

int line_offline_open(const struct line_options *o, struct line *out, char why[LINE_WHY_MAX])
{
    struct offline *l = calloc(1, sizeof *l);
    struct catalog *c = NULL;
    int result = -1;
    snprintf(why, LINE_WHY_MAX, "no memory; free some");
    if (!l)
        return -1;
    l->o = *o;
    l->system = clock_system();
    l->ahead_ms = o->start_ms ? o->start_ms - clock_now(&l->system) : 0;
    if (setup_layouts(o->conf, &l->layouts) < 0) {
        snprintf(why, LINE_WHY_MAX,
                 "the carriers have too many different screen limits; use fewer");
        goto out;
    }
    if (setup_zawgyi(o->conf, &l->zawgyi, why) < 0)
        goto out;
    c = load(l, why);
    if (!c || open_stage(l, c) < 0)
        goto out;
    *out = (struct line){.self = l, .now = now, .send = send, .turn = turn, .close = close_line};
    result = 0;
out:
    catalog_unref(c);
    if (result < 0)
        close_line(l);
    return result;
}
