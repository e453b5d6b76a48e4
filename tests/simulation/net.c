/* SPDX-License-Identifier: Apache-2.0 */
#include "simulation/net.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "simulation/check.h"
#include "simulation/sim.h"

/* Send an event on its way; body has size octets. False if something goes wrong on the way. */
static bool send(struct sim *s, struct event e, size_t size)
{
    int64_t ms = 1 + sim_roll(s, 4);
    bool smooth = true;
    if (s->broker_off || sim_chance(s, CHANCE_loss)) {
        sim_count(s, HAPPEN_lost);
        free(e.body);
        return false;
    }
    e.broker_life = s->broker_life;
    if (sim_chance(s, CHANCE_overtaking))
        ms += sim_roll(s, 400);
    if (sim_chance(s, CHANCE_delay)) {
        e.is_late = true;
        ms += sim_between(s, 1000, 12000);
        smooth = false;
    }
    if (sim_chance(s, CHANCE_doubling)) {
        struct event twin = e;
        twin.is_twin = true;
        twin.body = e.body ? sim_copy(e.body, size) : NULL;
        sim_in(s, ms + sim_roll(s, sim_roll(s, 4) ? 3000 : 90000), twin);
    }
    sim_in(s, ms, e);
    return smooth;
}

static void take_input(struct sim *s, const struct event *e)
{
    struct gateway *g = &s->gateway[e->gateway - 1];
    struct origin origin = {.shard = "00"};
    struct input *in = s->bridge.input[e->num];
    unsigned before = in->gateways;
    in->gateways |= 1u << g->index;
    if (before != 0 && before != in->gateways)
        sim_count(s, HAPPEN_repeat_elsewhere);
    trace(s, "gateway %u: takes %s of phone %u", g->index + 1, in->mo.id, in->phone + 1);
    strcpy(origin.bridge, stage_bridge);
    dispatch_mo(g->dispatch, &origin, &in->mo);
}

/* The broker gives it to one of the gateways that are there. */
static void share(struct sim *s, const struct event *e)
{
    unsigned first = sim_roll(s, GATEWAYS);
    uint64_t *newest = &s->phone[s->bridge.input[e->num]->phone].newest;
    if (e->order < *newest)
        sim_count(s, HAPPEN_overtaken);
    else
        *newest = e->order;
    for (unsigned i = 0; i < GATEWAYS; i++) {
        struct gateway *g = &s->gateway[(first + i) % GATEWAYS];
        if (!g->is_up)
            continue;
        sim_at_gateway(s, g, sim_roll(s, 2), (struct event){.run = take_input, .num = e->num});
        return;
    }
    sim_count(s, HAPPEN_nobody);
}

void net_to_gateways(struct sim *s, unsigned input)
{
    send(s, (struct event){.run = share, .num = input}, 0);
}

static void to_bridge(struct sim *s, const struct event *e)
{
    bridge_take(s, e->body);
}

/* Does the client take nothing now? */
static bool is_refused(struct sim *s)
{
    bool chance = sim_chance(s, CHANCE_publish_refused);
    if (chance)
        sim_count(s, HAPPEN_publish_refused);
    return chance || s->broker_off;
}

int net_publish(struct gateway *g, const struct mt *mt)
{
    struct sim *s = g->sim;
    if (gateway_dies(g))
        return 0;
    check_fits(s, mt);
    if (is_refused(s))
        return -1;
    size_t len = mt->kind == MT_NONE ? 0 : mt->text_len;
    struct wire *w = sim_alloc(sizeof *w + len + 1);
    *w = (struct wire){.kind = mt->kind,
                       .settles = mt->re,
                       .end = mt->end,
                       .knows_all = g->contents == (1u << CONTENTS) - 1,
                       .coding = mt->coding,
                       .segments = mt->segments,
                       .len = len};
    if (sscanf(mt->id, "m%u.%u", &w->input, &w->part) != 2 || w->input >= s->bridge.count)
        trace_fail(s, "a message is called %s", mt->id);
    check_in_time(s, g, s->bridge.input[w->input]);
    if (len > 0)
        memcpy(w->text, mt->text, len);
    trace(s, "gateway %u: sends %s: %.60s", g->index + 1, mt->id, w->text);
    send(s, (struct event){.run = to_bridge, .body = w}, sizeof *w + len + 1);
    return 0;
}

int net_refuse(struct gateway *g, const struct refusal *r)
{
    struct sim *s = g->sim;
    if (gateway_dies(g))
        return 0;
    if (is_refused(s))
        return -1;
    struct wire *w = sim_alloc(sizeof *w + 1);
    *w = (struct wire){.is_refusal = true, .code = r->code, .retry_ms = r->retry_ms};
    if (sscanf(r->re, "m%u", &w->input) != 1 || w->input >= s->bridge.count)
        trace_fail(s, "a refusal names %s", r->re);
    trace(s, "gateway %u: refuses %s: %s", g->index + 1, r->re, r->detail);
    send(s, (struct event){.run = to_bridge, .body = w}, sizeof *w + 1);
    return 0;
}

static void entry_arrives(struct sim *s, const struct event *e)
{
    receiver_entry(s, e->body);
}

int net_send_entry(struct gateway *g, const struct forward_entry *entry)
{
    struct sim *s = g->sim;
    if (gateway_dies(g))
        return 0;
    if (is_refused(s))
        return -1;
    struct disk_entry *on_disk = &g->disk.entry[entry->seq - 1];
    if (on_disk->sent++ > 0)
        sim_count(s, HAPPEN_resent);
    struct event e = {.run = entry_arrives,
                      .body = sim_copy(&on_disk->paper, sizeof on_disk->paper)};
    send(s, e, sizeof on_disk->paper);
    return 0;
}

static void acked(struct sim *s, const struct event *e)
{
    forward_acked(s->gateway[e->gateway - 1].forward, e->body);
}

void net_ack(struct sim *s, const char *id)
{
    for (unsigned i = 0; i < GATEWAYS; i++) {
        const struct gateway *g = &s->gateway[i];
        struct event e = {.run = acked, .gateway = i + 1, .life = g->life};
        e.body = sim_copy(id, REQUEST_ID_MAX + 1);
        send(s, e, REQUEST_ID_MAX + 1);
    }
}

/* A question on its way, then the answer to it. */
struct inquiry {
    unsigned gateway; /* who asks */
    uint32_t life;
    uint64_t number;
    struct case_ask ask;
};

static void answer_arrives(struct sim *s, const struct event *e)
{
    gateway_told(&s->gateway[e->gateway - 1], e->big, (enum case_state)e->num);
}

static void answer(struct sim *s, const struct inquiry *q, enum case_state state)
{
    struct event e = {.run = answer_arrives,
                      .gateway = q->gateway + 1,
                      .life = q->life,
                      .num = state,
                      .big = q->number};
    if (!send(s, e, 0))
        gateway_hindered(s, q->number);
}

static void ask_receiver(struct sim *s, const struct event *e)
{
    const struct inquiry *q = e->body;
    if (s->receiver.is_off)
        gateway_hindered(s, q->number);
    else
        answer(s, q, receiver_state(&s->receiver, &q->ask));
}

/* A gateway answers only if the case is in its journal. */
static void ask_journal(struct sim *s, const struct event *e)
{
    const struct inquiry *q = e->body;
    const struct paper *p = disk_case(&s->gateway[e->gateway - 1].disk, q->ask.case_no);
    if (p && strcmp(p->request.proof, q->ask.proof) == 0)
        answer(s, q, CASE_STORED);
}

void net_ask(struct gateway *g, uint64_t number, const struct case_ask *ask)
{
    struct inquiry q = {.gateway = g->index, .life = g->life, .number = number, .ask = *ask};
    struct event e = {.run = ask_receiver, .body = sim_copy(&q, sizeof q)};
    bool smooth = send(g->sim, e, sizeof q);
    for (unsigned i = 0; i < GATEWAYS; i++) {
        e = (struct event){.run = ask_journal, .body = sim_copy(&q, sizeof q)};
        e.gateway = i + 1;
        e.life = g->sim->gateway[i].life;
        smooth = send(g->sim, e, sizeof q) && g->sim->gateway[i].is_up && smooth;
    }
    if (!smooth)
        gateway_hindered(g->sim, number);
}
