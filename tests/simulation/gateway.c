/* SPDX-License-Identifier: Apache-2.0 */
#include "simulation/gateway.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "simulation/check.h"
#include "simulation/sim.h"

enum { TICK_MS = 100, LOGGED_SEEDS = 16 };

static int64_t clock_ms(void *arg)
{
    const struct gateway *g = arg;
    return g->sim->now + g->skew_ms;
}

static bool dies(struct gateway *g, enum chance c)
{
    if (!g->dying && sim_chance(g->sim, c)) {
        sim_count(g->sim, HAPPEN_crash_in_call);
        g->dying = true;
    }
    return g->dying;
}

bool gateway_dies(struct gateway *g)
{
    return dies(g, CHANCE_crash_in_call);
}

bool gateway_dies_filing(struct gateway *g)
{
    return dies(g, CHANCE_crash_filing);
}

static void port_load(void *arg, uint64_t txn, const char *key)
{
    struct gateway *g = arg;
    if (!gateway_dies(g))
        store_load(g, txn, key);
}

static void port_save(void *arg, const struct store_save *save)
{
    struct gateway *g = arg;
    if (!gateway_dies(g))
        store_save(g, save);
}

static int port_publish(void *arg, const struct mt *mt)
{
    return net_publish(arg, mt);
}

static int64_t port_waited(void *arg)
{
    return ((struct gateway *)arg)->waited_ms;
}

static int port_refuse(void *arg, const struct refusal *r)
{
    struct gateway *g = arg;
    if (r->reason && strcmp(r->reason, "waited") == 0)
        sim_count(g->sim, HAPPEN_waited);
    return net_refuse(arg, r);
}

static void port_file(void *arg, uint64_t txn, const struct request *r)
{
    struct gateway *g = arg;
    if (!gateway_dies(g))
        disk_file(g, txn, r);
}

static uint32_t lives(const struct sim *s)
{
    uint32_t sum = s->broker_life + s->receiver.life;
    for (unsigned i = 0; i < GATEWAYS; i++)
        sum += s->gateway[i].life;
    return sum;
}

/* The state is known, or the time is over. */
static void finish_ask(struct gateway *g, struct pending_ask *a, enum case_state state)
{
    struct pending_ask done = *a;
    a->number = 0;
    check_status(g->sim, &done.ask, state, done.hindered || done.lives != lives(g->sim));
    dispatch_told(g->dispatch, done.txn, state);
}

static struct pending_ask *find_ask(struct gateway *g, uint64_t number)
{
    for (unsigned i = 0; i < ASKS_MAX; i++)
        if (g->asks[i].number == number)
            return &g->asks[i];
    return NULL;
}

static void ask_is_over(struct sim *s, const struct event *e)
{
    struct gateway *g = &s->gateway[e->gateway - 1];
    struct pending_ask *a = find_ask(g, e->big);
    if (!a)
        return;
    if (!a->heard_unknown)
        sim_count(s, HAPPEN_ask_unanswered);
    finish_ask(g, a, a->heard_unknown ? CASE_UNKNOWN : CASE_UNREACHABLE);
}

void gateway_told(struct gateway *g, uint64_t number, enum case_state state)
{
    struct pending_ask *a = find_ask(g, number);
    if (a && state == CASE_UNKNOWN)
        a->heard_unknown = true;
    else if (a)
        finish_ask(g, a, state);
}

void gateway_hindered(struct sim *s, uint64_t number)
{
    struct pending_ask *a = find_ask(&s->gateway[number % GATEWAYS], number);
    if (a)
        a->hindered = true;
}

static void port_ask(void *arg, uint64_t txn, const struct case_ask *ask)
{
    struct gateway *g = arg;
    if (gateway_dies(g))
        return;
    struct pending_ask *a = find_ask(g, 0);
    if (!a || g->sim->broker_off) {
        dispatch_told(g->dispatch, txn, CASE_UNREACHABLE);
        return;
    }
    uint64_t number = ++g->last_ask * GATEWAYS + g->index;
    *a = (struct pending_ask){.number = number, .txn = txn, .lives = lives(g->sim), .ask = *ask};
    sim_at_gateway(g->sim, g, ASK_MS, (struct event){.run = ask_is_over, .big = number});
    net_ask(g, number, ask);
}

static void port_fetch(void *arg, int64_t after, size_t most)
{
    struct gateway *g = arg;
    if (!gateway_dies(g))
        disk_fetch(g, after, most);
}

static void port_settle(void *arg, const char *id)
{
    struct gateway *g = arg;
    if (!gateway_dies(g))
        disk_settle(g, id);
}

static int port_send(void *arg, const struct forward_entry *e)
{
    return net_send_entry(arg, e);
}

static void tick(struct sim *s, const struct event *e)
{
    struct gateway *g = &s->gateway[e->gateway - 1];
    g->ticking = false;
    if (!s->broker_off)
        forward_tick(g->forward);
    gateway_tick(g);
}

void gateway_tick(struct gateway *g)
{
    if (g->ticking || (disk_waiting(&g->disk) == 0 && forward_waiting(g->forward) == 0))
        return;
    g->ticking = true;
    sim_at_gateway(g->sim, g, TICK_MS, (struct event){.run = tick});
}

static void ask_carrier(void *arg, const char *bridge, struct carrier_rules *out)
{
    const struct gateway *g = arg;
    (void)bridge;
    *out = g->sim->stage->carrier;
}

static struct dispatch *new_dispatch(struct gateway *g)
{
    struct sim *s = g->sim;
    struct dispatch_options o = s->stage->options;
    struct ports ports = {.arg = g,
                          .load = port_load,
                          .save = port_save,
                          .publish = port_publish,
                          .refuse = port_refuse,
                          .waited_ms = port_waited,
                          .file = port_file,
                          .ask = port_ask};
    o.writer = sim_roll(s, UINT32_MAX);
    o.recent_sessions = s->seed % 3 == 0 ? 2 : PHONES_MAX;
    o.rules.requests_per_day = s->seed % 4 == 0 ? 2 : o.rules.requests_per_day;
    o.clock = (struct clock){.now_ms = clock_ms, .arg = g};
    o.log = g->log;
    return dispatch_new(&o, &ports, s->stage->content[g->content]);
}

size_t gateway_window(const struct sim *s)
{
    return 1 + s->seed % WINDOW_MAX;
}

static struct forward *new_forward(struct gateway *g)
{
    struct forward_options o = {.window = gateway_window(g->sim),
                                .resend_ms = RESEND_MS,
                                .idle_ms = IDLE_MS,
                                .clock = {.now_ms = clock_ms, .arg = g},
                                .metrics = g->sim->stage->metrics};
    struct forward_ports ports = {
        .arg = g, .fetch = port_fetch, .settle = port_settle, .publish = port_send};
    return forward_new(&o, &ports);
}

void gateway_start(struct gateway *g)
{
    g->contents = 1u << g->content;
    g->dispatch = new_dispatch(g);
    g->forward = new_forward(g);
    if (!g->dispatch || !g->forward)
        trace_fail(g->sim, "no memory for a gateway");
    dispatch_set_carriers(g->dispatch, ask_carrier, g);
    g->is_up = true;
    trace(g->sim, "gateway %u: starts, %zu requests wait", g->index + 1, disk_waiting(&g->disk));
    gateway_tick(g);
}

static void restart(struct sim *s, const struct event *e)
{
    if (!s->gateway[e->num].is_up)
        gateway_start(&s->gateway[e->num]);
}

void gateway_crash(struct gateway *g)
{
    struct sim *s = g->sim;
    trace(s, "gateway %u: dies", g->index + 1);
    if (g->filed_unsaved > 0)
        sim_count(s, HAPPEN_crash_before_save);
    if (g->saved_unanswered > 0)
        sim_count(s, HAPPEN_crash_before_publish);
    dispatch_free(g->dispatch);
    forward_free(g->forward);
    g->dispatch = NULL;
    g->forward = NULL;
    disk_crash(g);
    store_forget_gateway(s, g);
    memset(g->asks, 0, sizeof g->asks);
    g->filed_unsaved = g->saved_unanswered = 0;
    g->is_up = g->dying = g->ticking = false;
    g->life++;
    int64_t ms = sim_roll(s, 4) ? sim_between(s, 100, 5000) : sim_between(s, 5000, 30000);
    sim_in(s, ms, (struct event){.run = restart, .num = g->index});
}

void gateway_jump(struct gateway *g)
{
    struct sim *s = g->sim;
    bool back = sim_roll(s, 2);
    int64_t ms = back ? -sim_between(s, 1000, 30000) : sim_between(s, 1000, 240000);
    /* Clocks differ by minutes at most: somebody sets them right. */
    int64_t before = g->skew_ms;
    g->skew_ms = before + ms > 240000 || before + ms < -60000 ? 0 : before + ms;
    if (g->is_up && g->skew_ms != before)
        sim_count(s, g->skew_ms < before ? HAPPEN_clock_back : HAPPEN_clock_ahead);
}

void gateway_swap(struct gateway *g)
{
    g->content = (g->content + 1) % CONTENTS;
    g->contents |= 1u << g->content;
    if (!g->is_up)
        return;
    sim_count(g->sim, HAPPEN_content_swap);
    dispatch_set_catalog(g->dispatch, g->sim->stage->content[g->content]);
}

void gateway_init(struct sim *s, unsigned index)
{
    struct gateway *g = &s->gateway[index];
    *g = (struct gateway){.sim = s, .index = index, .life = 1, .log_fd = -1};
    if (s->seed % LOGGED_SEEDS == 1) {
        g->log_fd = memfd_create("log", 0);
        g->log = log_new(g->log_fd, LOG_LEVEL_DEBUG, (struct clock){.now_ms = clock_ms, .arg = g});
    }
    gateway_start(g);
}

void gateway_fini(struct gateway *g)
{
    dispatch_free(g->dispatch);
    forward_free(g->forward);
    log_free(g->log);
    if (g->log_fd >= 0)
        close(g->log_fd);
    disk_fini(&g->disk);
}
