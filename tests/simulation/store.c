/* SPDX-License-Identifier: Apache-2.0 */
#include "simulation/store.h"

#include <stdlib.h>
#include <string.h>

#include "simulation/check.h"
#include "simulation/sim.h"

enum { LOST_MS = 1500, LATE_MS = 2500 };

/* A request on its way to the store. */
struct job {
    bool is_save, wants_answer;
    unsigned gateway, phone;
    uint32_t life;
    uint64_t txn, expected_tag;
    int64_t due; /* for the answer */
    size_t len;
    uint8_t record[];
};

/* The store's answer on its way back. */
struct reply {
    bool is_save;
    enum store_result result;
    unsigned phone, doubts;
    uint64_t txn;
    size_t len;
    uint8_t record[];
};

void store_init(struct sim *s)
{
    const struct secret *secret = &s->stage->options.rules.secret;
    for (unsigned i = 0; i < s->phones; i++)
        session_key(secret->octets, secret->len, s->phone[i].msisdn, s->store.of[i].key);
}

void store_fini(struct store *st)
{
    for (unsigned i = 0; i < PHONES_MAX; i++)
        for (unsigned k = 0; k < STORE_VERSIONS; k++)
            free(st->of[i].version[k].record);
}

static void doubt(struct stored *of, unsigned gateway)
{
    of->doubtful[gateway] = true;
    of->doubts++;
}

static void answer(struct sim *s, const struct event *e)
{
    struct gateway *g = &s->gateway[e->gateway - 1];
    const struct reply *r = e->body;
    struct stored *of = &s->store.of[r->phone];
    if (r->result == STORE_DOWN)
        doubt(of, g->index);
    else if (r->is_save && r->result == STORE_OK && r->doubts == of->doubts)
        of->doubtful[g->index] = false;
    const uint8_t *record = r->len > 0 ? r->record : NULL;
    if (!r->is_save) {
        dispatch_loaded(g->dispatch, r->txn, r->result, record, r->len);
        return;
    }
    if (g->filed_unsaved > 0 && gateway_dies_filing(g))
        return;
    g->saved_unanswered -= g->saved_unanswered > 0 && r->result == STORE_OK;
    g->filed_unsaved = 0;
    dispatch_saved(g->dispatch, r->txn, r->result, record, r->len);
}

static struct reply *new_reply(const struct sim *s, const struct job *j, enum store_result result,
                               const struct stored_version *v)
{
    struct reply *r = sim_alloc(sizeof *r + (v ? v->len : 0));
    *r = (struct reply){.is_save = j->is_save,
                        .result = result,
                        .phone = j->phone,
                        .doubts = s->store.of[j->phone].doubts,
                        .txn = j->txn};
    if (v && v->len > 0) {
        memcpy(r->record, v->record, v->len);
        r->len = v->len;
    }
    return r;
}

static void reply_in(struct sim *s, const struct job *j, int64_t ms, struct reply *r)
{
    struct event e = {.run = answer, .gateway = j->gateway + 1, .life = j->life, .body = r};
    sim_in(s, ms, e);
}

static void push(struct sim *s, struct stored *of, const struct job *j)
{
    free(of->version[STORE_VERSIONS - 1].record);
    memmove(of->version + 1, of->version, (STORE_VERSIONS - 1) * sizeof *of->version);
    of->version[0] =
        (struct stored_version){.at = s->now, .len = j->len, .record = sim_copy(j->record, j->len)};
    of->count += of->count < STORE_VERSIONS;
}

static enum store_result try_save(struct sim *s, struct stored *of, const struct job *j)
{
    const struct stored_version *v = &of->version[0];
    struct store_save save = {.record = j->record, .len = j->len};
    if (v->len == j->len && memcmp(v->record, j->record, j->len) == 0)
        return STORE_OK;
    if ((v->len > 0 ? session_tag(v->record, v->len) : 0) != j->expected_tag) {
        sim_count(s, HAPPEN_conflict);
        return STORE_CONFLICT;
    }
    check_record(s, &s->gateway[j->gateway], j->phone, &save, v);
    push(s, of, j);
    return STORE_OK;
}

static void save(struct sim *s, const struct job *j)
{
    struct stored *of = &s->store.of[j->phone];
    struct gateway *g = &s->gateway[j->gateway];
    enum store_result result = try_save(s, of, j);
    trace(s, "store: phone %u, save of gateway %u (txn %u): %s%s", j->phone + 1, j->gateway + 1,
          (unsigned)j->txn, result == STORE_OK ? "ok" : "conflict",
          j->wants_answer ? "" : ", the answer is overdue");
    if (s->now > j->due && result == STORE_OK)
        sim_count(s, HAPPEN_store_late);
    if (!j->wants_answer)
        return;
    g->saved_unanswered += result == STORE_OK && g->life == j->life;
    reply_in(s, j, sim_roll(s, 3),
             new_reply(s, j, result, result == STORE_CONFLICT ? &of->version[0] : NULL));
}

static void load(struct sim *s, const struct job *j)
{
    const struct stored_version *v = &s->store.of[j->phone].version[0];
    if (j->wants_answer)
        reply_in(s, j, sim_roll(s, 3), new_reply(s, j, v->len > 0 ? STORE_OK : STORE_ABSENT, v));
}

/* The request has come to the store. */
static void arrive(struct sim *s, const struct event *e)
{
    const struct job *j = e->body;
    if (s->store.is_off) {
        if (j->wants_answer)
            reply_in(s, j, STORE_TIMEOUT_MS, new_reply(s, j, STORE_DOWN, NULL));
    } else if (j->is_save) {
        save(s, j);
    } else {
        load(s, j);
    }
}

/* Not connected: the answer is known at once, sometimes before the call returns. */
static void turn_away(struct gateway *g, const struct job *j)
{
    struct sim *s = g->sim;
    struct reply *r = new_reply(s, j, STORE_DOWN, NULL);
    struct event e = {.gateway = g->index + 1, .body = r};
    sim_count(s, HAPPEN_store_down);
    if (sim_roll(s, 2)) {
        reply_in(s, j, sim_roll(s, 2) ? STORE_TIMEOUT_MS : 0, r);
        return;
    }
    answer(s, &e);
    free(r);
}

static void begin(struct gateway *g, struct job *j)
{
    struct sim *s = g->sim;
    j->gateway = g->index;
    j->life = g->life;
    j->due = s->now + STORE_TIMEOUT_MS;
    if (s->store.is_off) {
        turn_away(g, j);
        free(j);
        return;
    }
    j->wants_answer = !sim_chance(s, CHANCE_store_slow);
    int64_t ms = sim_roll(s, 3);
    if (!j->wants_answer) {
        sim_count(s, HAPPEN_store_slow);
        reply_in(s, j, STORE_TIMEOUT_MS, new_reply(s, j, STORE_DOWN, NULL));
        ms = sim_roll(s, LATE_MS);
    }
    sim_in(s, ms, (struct event){.run = arrive, .body = j});
}

static unsigned phone_of(struct sim *s, const char *key)
{
    unsigned i = 0;
    while (i < s->phones && strcmp(s->store.of[i].key, key) != 0)
        i++;
    if (i == s->phones)
        trace_fail(s, "the store was asked for a key of nobody");
    return i;
}

void store_load(struct gateway *g, uint64_t txn, const char *key)
{
    struct job *j = sim_alloc(sizeof *j);
    *j = (struct job){.phone = phone_of(g->sim, key), .txn = txn};
    begin(g, j);
}

void store_save(struct gateway *g, const struct store_save *save)
{
    struct job *j = sim_alloc(sizeof *j + save->len);
    *j = (struct job){.is_save = true,
                      .phone = phone_of(g->sim, save->key),
                      .txn = save->txn,
                      .expected_tag = save->expected_tag,
                      .len = save->len};
    memcpy(j->record, save->record, save->len);
    begin(g, j);
}

/* Drop the newest version. */
static void pop(struct stored *of)
{
    free(of->version[0].record);
    memmove(of->version, of->version + 1, (STORE_VERSIONS - 1) * sizeof *of->version);
    of->version[STORE_VERSIONS - 1] = (struct stored_version){.len = 0};
    of->count--;
}

void store_lose(struct sim *s, bool all)
{
    for (unsigned i = 0; i < s->phones; i++) {
        struct stored *of = &s->store.of[i];
        unsigned before = of->count;
        while (of->count > 0 && (all || s->now - of->version[0].at < LOST_MS))
            pop(of);
        if (of->count == before)
            continue;
        sim_count(s, all ? HAPPEN_store_lost_all : HAPPEN_store_lost_some);
        for (unsigned k = 0; k < GATEWAYS; k++)
            doubt(of, k);
    }
}

void store_forget_gateway(struct sim *s, const struct gateway *g)
{
    for (unsigned i = 0; i < s->phones; i++)
        s->store.of[i].doubtful[g->index] = false;
}

bool store_is_doubtful(const struct sim *s, unsigned phone)
{
    const bool *d = s->store.of[phone].doubtful;
    return d[0] || d[1];
}
