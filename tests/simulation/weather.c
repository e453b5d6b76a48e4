/* SPDX-License-Identifier: Apache-2.0 */
#include "simulation/weather.h"

#include "simulation/sim.h"

/* How the days of a seed are. */
enum mood { CALM, MILD, STORMY, MOODS };

static const uint32_t most[] = {
#define CHANCE(name, most) most,
#define SPELL(name, often, shortest, longest)
#include "simulation/weather.def"
#undef CHANCE
#undef SPELL
};

static const struct {
    const char *name;
    int64_t often, shortest, longest;
} spells[] = {
#define CHANCE(name, most)
#define SPELL(name, often, shortest, longest) {#name, often, shortest, longest},
#include "simulation/weather.def"
#undef CHANCE
#undef SPELL
};

static void spell_begin(struct sim *s, const struct event *e);

void weather_draw(struct sim *s)
{
    enum mood mood = (enum mood)sim_roll(s, MOODS);
    uint32_t part = mood == STORMY ? 2 : 4;
    for (unsigned i = 0; i < CHANCES; i++)
        if (mood != CALM && sim_roll(s, part) == 0)
            s->weather.chance[i] = 1 + sim_roll(s, most[i]) / (part / 2);
    for (unsigned i = 0; i < SPELLS; i++)
        if (mood != CALM && sim_roll(s, part) == 0)
            s->weather.often[i] = spells[i].often * (1 + sim_roll(s, 3));
}

/* The next time that it begins. */
static void expect(struct sim *s, enum spell spell)
{
    int64_t in = sim_between(s, 1, 2 * s->weather.often[spell]);
    sim_in(s, in, (struct event){.run = spell_begin, .num = spell});
}

void weather_begin(struct sim *s)
{
    for (unsigned i = 0; i < SPELLS; i++)
        if (s->weather.often[i] > 0)
            expect(s, i);
}

static void broker_back(struct sim *s)
{
    s->broker_off = false;
    for (unsigned i = 0; i < GATEWAYS; i++)
        if (s->gateway[i].is_up)
            forward_wake(s->gateway[i].forward);
}

static void disks_back(struct sim *s)
{
    for (unsigned i = 0; i < GATEWAYS; i++)
        s->gateway[i].disk.is_full = s->gateway[i].disk.is_failing = false;
}

static void spell_over(struct sim *s, enum spell spell)
{
    trace(s, "-- %s is over", spells[spell].name);
    switch (spell) {
    case SPELL_store_off:
    case SPELL_store_loses_some:
    case SPELL_store_loses_all:
        s->store.is_off = false;
        break;
    case SPELL_disk_full:
    case SPELL_disk_failing:
        disks_back(s);
        break;
    case SPELL_receiver_off:
        s->receiver.is_off = false;
        break;
    case SPELL_gateway_busy:
        for (unsigned i = 0; i < GATEWAYS; i++)
            s->gateway[i].waited_ms = 0;
        break;
    case SPELL_broker_off:
        broker_back(s);
        break;
    default:
        break;
    }
}

static void spell_end(struct sim *s, const struct event *e)
{
    spell_over(s, (enum spell)e->num);
}

static void crash(struct sim *s, struct gateway *g)
{
    if (!g->is_up)
        return;
    sim_count(s, HAPPEN_crash);
    gateway_crash(g);
}

static void strike(struct sim *s, enum spell spell, struct gateway *g)
{
    switch (spell) {
    case SPELL_gateway_off:
        crash(s, g);
        break;
    case SPELL_store_off:
        s->store.is_off = true;
        break;
    case SPELL_store_loses_some:
    case SPELL_store_loses_all:
        s->store.is_off = true;
        store_lose(s, spell == SPELL_store_loses_all);
        break;
    case SPELL_disk_full:
        g->disk.is_full = true;
        break;
    case SPELL_disk_failing:
        g->disk.is_failing = true;
        break;
    case SPELL_receiver_off:
        receiver_crash(s);
        break;
    case SPELL_broker_off:
        s->broker_off = true;
        s->broker_life++;
        break;
    case SPELL_clock_jump:
        gateway_jump(g);
        break;
    case SPELL_gateway_busy: /* too long for a dialogue that begins, or for any */
        g->waited_ms = sim_between(s, 301, 1000);
        break;
    case SPELL_content_swap:
        gateway_swap(g);
        break;
    case SPELLS:
        break;
    }
}

static void spell_begin(struct sim *s, const struct event *e)
{
    enum spell spell = (enum spell)e->num;
    struct gateway *g = &s->gateway[sim_roll(s, GATEWAYS)];
    if (s->ending)
        return;
    int64_t lasts = sim_between(s, spells[spell].shortest, spells[spell].longest);
    trace(s, "-- %s begins (gateway %u)", spells[spell].name, g->index + 1);
    strike(s, spell, g);
    sim_in(s, lasts, (struct event){.run = spell_end, .num = spell});
    expect(s, spell);
}

void weather_end(struct sim *s)
{
    for (unsigned i = 0; i < SPELLS; i++)
        if (s->weather.often[i] > 0)
            spell_over(s, i);
    s->receiver.is_off = false;
    for (unsigned i = 0; i < GATEWAYS; i++)
        if (!s->gateway[i].is_up)
            gateway_start(&s->gateway[i]);
}
