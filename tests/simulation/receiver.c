/* SPDX-License-Identifier: Apache-2.0 */
#include "simulation/receiver.h"

#include <stdlib.h>
#include <string.h>

#include "simulation/net.h"
#include "simulation/sim.h"

void receiver_fini(struct receiver *r)
{
    free(r->paper);
}

const struct paper *receiver_case(const struct receiver *r, const char *case_no)
{
    for (size_t i = r->count; i > 0; i--)
        if (strcmp(r->paper[i - 1].request.case_no, case_no) == 0)
            return &r->paper[i - 1];
    return NULL;
}

static bool knows(const struct receiver *r, const char *id)
{
    for (size_t i = r->count; i > 0; i--)
        if (strcmp(r->paper[i - 1].request.id, id) == 0)
            return true;
    return false;
}

enum case_state receiver_state(const struct receiver *r, const struct case_ask *ask)
{
    static const enum case_state states[] = {CASE_NEW, CASE_TAKEN, CASE_WAITING, CASE_CLOSED};
    const struct paper *p = receiver_case(r, ask->case_no);
    if (!p || strcmp(p->request.proof, ask->proof) != 0)
        return CASE_UNKNOWN;
    return states[(p->request.case_no[0] - '0') % 4];
}

static void store(struct receiver *r, const struct paper *p)
{
    if (r->count == r->cap) {
        r->cap = r->cap ? 2 * r->cap : 16;
        r->paper = realloc(r->paper, r->cap * sizeof *r->paper);
        if (!r->paper)
            abort();
    }
    r->paper[r->count++] = *p;
}

static void back(struct sim *s, const struct event *e)
{
    (void)e;
    s->receiver.is_off = false;
}

void receiver_crash(struct sim *s)
{
    trace(s, "receiver: dies");
    s->receiver.is_off = true;
    s->receiver.life++;
}

static void die(struct sim *s, enum happen h)
{
    sim_count(s, h);
    receiver_crash(s);
    sim_in(s, sim_between(s, 100, 10000), (struct event){.run = back});
}

static void commit(struct sim *s, const struct event *e)
{
    struct receiver *r = &s->receiver;
    const struct paper *p = e->body;
    if (e->num != r->life)
        return;
    if (sim_chance(s, CHANCE_receiver_crash)) {
        die(s, HAPPEN_receiver_crash_before);
        return;
    }
    if (!knows(r, p->request.id)) {
        trace(s, "receiver: request %s is stored", p->request.id);
        store(r, p);
    }
    if (sim_chance(s, CHANCE_receiver_crash))
        die(s, HAPPEN_receiver_crash_after);
    else
        net_ack(s, p->request.id);
}

void receiver_entry(struct sim *s, const struct paper *p)
{
    struct receiver *r = &s->receiver;
    if (r->is_off)
        return;
    if (knows(r, p->request.id)) {
        sim_count(s, HAPPEN_received_again);
        net_ack(s, p->request.id);
        return;
    }
    struct event e = {.run = commit, .num = r->life, .body = sim_copy(p, sizeof *p)};
    sim_in(s, sim_between(s, 1, 20), e);
}
