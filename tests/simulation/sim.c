/* SPDX-License-Identifier: Apache-2.0 */
#include "simulation/sim.h"

#include <stdlib.h>
#include <string.h>

#include "simulation/check.h"

static const int64_t begin_ms = 1795456789000, day_ms = 24 * 3600 * 1000, rest_ms = 3600 * 1000;

void *sim_alloc(size_t n)
{
    void *p = calloc(1, n);
    if (!p)
        abort();
    return p;
}

void *sim_copy(const void *from, size_t n)
{
    return memcpy(sim_alloc(n > 0 ? n : 1), from, n);
}

uint32_t sim_roll(struct sim *s, uint32_t sides)
{
    return dice_roll(&s->dice, sides);
}

int64_t sim_between(struct sim *s, int64_t low, int64_t high)
{
    return low + sim_roll(s, (uint32_t)(high - low + 1));
}

bool sim_chance(struct sim *s, enum chance c)
{
    uint32_t of_million = s->weather.chance[c];
    return of_million > 0 && !s->ending && sim_roll(s, 1000000) < of_million;
}

void sim_count(struct sim *s, enum happen h)
{
    s->tally->happened[h]++;
}

void sim_in(struct sim *s, int64_t ms, struct event e)
{
    e.at = s->now + ms;
    queue_put(&s->queue, e);
}

void sim_at_gateway(struct sim *s, const struct gateway *g, int64_t ms, struct event e)
{
    e.gateway = g->index + 1;
    e.life = g->life;
    sim_in(s, ms, e);
}

static void run_at_gateway(struct sim *s, const struct event *e)
{
    struct gateway *g = &s->gateway[e->gateway - 1];
    if (!g->is_up || g->life != e->life)
        return;
    if (sim_chance(s, CHANCE_crash)) {
        sim_count(s, HAPPEN_crash);
        gateway_crash(g);
        return;
    }
    e->run(s, e);
    if (g->dying)
        gateway_crash(g);
    else
        check_gateway(s, g);
}

static void happen(struct sim *s, const struct event *e)
{
    if (e->is_twin)
        sim_count(s, HAPPEN_doubled);
    if (e->is_late)
        sim_count(s, HAPPEN_delayed);
    if (e->gateway > 0)
        run_at_gateway(s, e);
    else
        e->run(s, e);
}

static void step(struct sim *s)
{
    struct event e;
    if (!queue_take(&s->queue, &e))
        trace_fail(s, "nothing more happens, and not all has come to rest");
    s->now = e.at;
    s->tally->events++;
    if (e.broker_life != 0 && e.broker_life != s->broker_life)
        sim_count(s, HAPPEN_broker_restart);
    else
        happen(s, &e);
    free(e.body);
}

static bool phones_are_done(const struct sim *s)
{
    for (unsigned i = 0; i < s->phones; i++)
        if (!phone_is_done(&s->phone[i]))
            return false;
    return true;
}

static bool all_rests(const struct sim *s)
{
    for (unsigned i = 0; i < GATEWAYS; i++) {
        const struct gateway *g = &s->gateway[i];
        if (!g->is_up || dispatch_inflight(g->dispatch) > 0 || disk_waiting(&g->disk) > 0 ||
            g->disk.writes > 0 || forward_waiting(g->forward) > 0)
            return false;
    }
    return bridge_waiting(&s->bridge) == 0;
}

/* splitmix64, so that neighbouring seeds have nothing in common. */
static uint64_t mix(uint64_t x)
{
    x += 0x9E3779B97F4A7C15ull;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
    return (x ^ (x >> 31)) | 1;
}

static void begin(struct sim *s)
{
    s->dialogues_before = s->tally->dialogues;
    s->dice.state = mix(s->seed);
    s->now = begin_ms + sim_roll(s, (uint32_t)day_ms);
    s->broker_life = 1;
    weather_draw(s);
    s->phones = 2 + sim_roll(s, PHONES_MAX - 1);
    for (unsigned i = 0; i < s->phones; i++)
        phone_init(s, i);
    store_init(s);
    for (unsigned i = 0; i < GATEWAYS; i++)
        gateway_init(s, i);
    weather_begin(s);
}

static void end(struct sim *s)
{
    for (unsigned i = 0; i < GATEWAYS; i++)
        gateway_fini(&s->gateway[i]);
    store_fini(&s->store);
    receiver_fini(&s->receiver);
    s->tally->messages += s->bridge.count;
    bridge_fini(&s->bridge);
    queue_clear(&s->queue);
    free(s->confirmed);
    free(s);
}

void sim_run(uint64_t seed, const struct stage *stage, struct tally *tally, struct trace *trace)
{
    struct sim *s = sim_alloc(sizeof *s);
    *s = (struct sim){.seed = seed, .stage = stage, .tally = tally, .trace = trace};
    begin(s);
    int64_t latest = s->now + day_ms;
    while (!phones_are_done(s) && s->now < latest)
        step(s);
    s->ending = true;
    weather_end(s);
    latest = s->now + rest_ms;
    while (!all_rests(s) && s->now < latest)
        step(s);
    check_end(s);
    tally->seeds++;
    end(s);
}
