/* SPDX-License-Identifier: Apache-2.0 */
#include "simulation/disk.h"

#include <stdlib.h>
#include <string.h>

#include "simulation/check.h"
#include "simulation/sim.h"

static void commit(struct sim *s, const struct event *e);

void disk_fini(struct disk *d)
{
    free(d->entry);
    free(d->write);
}

void paper_copy(struct paper *to, const struct request *r)
{
    memset(to, 0, sizeof *to);
    to->request = *r;
    to->request.msisdn = to->request.text = NULL;
    memccpy(to->msisdn, r->msisdn, '\0', sizeof to->msisdn - 1);
    memcpy(to->text, r->text, r->text_len < sizeof to->text ? r->text_len : sizeof to->text - 1);
}

struct disk_entry *disk_find(const struct disk *d, const char *id)
{
    for (size_t i = d->count; i > 0; i--)
        if (strcmp(d->entry[i - 1].paper.request.id, id) == 0)
            return &d->entry[i - 1];
    return NULL;
}

const struct paper *disk_case(const struct disk *d, const char *case_no)
{
    for (size_t i = d->count; i > 0; i--)
        if (strcmp(d->entry[i - 1].paper.request.case_no, case_no) == 0)
            return &d->entry[i - 1].paper;
    return NULL;
}

size_t disk_waiting(const struct disk *d)
{
    size_t n = 0;
    for (size_t i = 0; i < d->count; i++)
        n += !d->entry[i].acked;
    return n;
}

static void *grow(void *list, size_t count, size_t *cap, size_t size)
{
    if (count < *cap)
        return list;
    *cap = *cap ? 2 * *cap : 8;
    list = realloc(list, *cap * size);
    if (!list)
        abort();
    return list;
}

/* The journal's answer to a filing. */
static void tell(struct sim *s, const struct event *e)
{
    struct gateway *g = &s->gateway[e->gateway - 1];
    enum filed r = (enum filed)e->num;
    g->disk.untold -= r == FILED_OK;
    g->filed_unsaved += r == FILED_OK;
    dispatch_filed(g->dispatch, e->big, r);
    if (r != FILED_OK || gateway_dies_filing(g))
        return;
    forward_wake(g->forward);
    gateway_tick(g);
}

static void tell_in(struct gateway *g, int64_t ms, uint64_t txn, enum filed r)
{
    g->disk.untold += r == FILED_OK;
    sim_at_gateway(g->sim, g, ms, (struct event){.run = tell, .num = r, .big = txn});
}

static void add(struct gateway *g, const struct disk_write *w)
{
    struct disk *d = &g->disk;
    if (disk_find(d, w->id)) {
        sim_count(g->sim, HAPPEN_filed_again);
        return;
    }
    if (disk_find(&g->sim->gateway[1 - g->index].disk, w->id))
        sim_count(g->sim, HAPPEN_filed_twice);
    trace(g->sim, "gateway %u: request %s is on disk (wish %d)", g->index + 1, w->id,
          w->paper.request.wish);
    d->entry = grow(d->entry, d->count, &d->cap, sizeof *d->entry);
    d->entry[d->count++] = (struct disk_entry){.paper = w->paper};
}

static void apply(struct gateway *g, const struct disk_write *w)
{
    struct disk_entry *e = w->is_filing ? NULL : disk_find(&g->disk, w->id);
    if (w->is_filing)
        add(g, w);
    else if (e)
        e->acked = true;
}

static void apply_all(struct gateway *g)
{
    for (size_t i = 0; i < g->disk.writes; i++)
        apply(g, &g->disk.write[i]);
    g->disk.writes = 0;
}

static size_t filings(const struct disk *d)
{
    size_t n = 0;
    for (size_t i = 0; i < d->writes; i++)
        n += d->write[i].is_filing;
    return n;
}

static void commit(struct sim *s, const struct event *e)
{
    struct gateway *g = &s->gateway[e->gateway - 1];
    struct disk *d = &g->disk;
    enum filed r = d->is_failing ? FILED_FAILED : FILED_OK;
    if (filings(d) > 0 && gateway_dies_filing(g))
        return;
    d->committing = false;
    if (filings(d) > 1)
        sim_count(s, HAPPEN_group_commit);
    for (size_t i = 0; i < d->writes; i++)
        if (d->write[i].is_filing)
            tell_in(g, sim_roll(s, 2), d->write[i].txn, r);
    if (r == FILED_OK) {
        apply_all(g);
        if (d->untold > 0)
            gateway_dies_filing(g);
        return;
    }
    sim_count(s, HAPPEN_disk_failed);
    d->writes = 0;
}

static struct disk_write *put(struct gateway *g)
{
    struct disk *d = &g->disk;
    d->write = grow(d->write, d->writes, &d->write_cap, sizeof *d->write);
    if (!d->committing) {
        bool slow = sim_chance(g->sim, CHANCE_slow_commit);
        int64_t ms = slow ? sim_between(g->sim, 100, 9000) : sim_between(g->sim, 1, 6);
        if (slow)
            sim_count(g->sim, HAPPEN_slow_commit);
        sim_at_gateway(g->sim, g, ms, (struct event){.run = commit});
    }
    d->committing = true;
    struct disk_write *w = &d->write[d->writes++];
    *w = (struct disk_write){.is_filing = false};
    return w;
}

void disk_file(struct gateway *g, uint64_t txn, const struct request *r)
{
    check_request(g->sim, r);
    if (g->disk.is_full) {
        sim_count(g->sim, HAPPEN_disk_full);
        if (sim_roll(g->sim, 2))
            dispatch_filed(g->dispatch, txn, FILED_FULL);
        else
            tell_in(g, 1, txn, FILED_FULL);
        return;
    }
    struct disk_write *w = put(g);
    w->is_filing = true;
    w->txn = txn;
    memcpy(w->id, r->id, sizeof w->id);
    paper_copy(&w->paper, r);
}

void disk_settle(struct gateway *g, const char *id)
{
    const struct disk_entry *e = disk_find(&g->disk, id);
    if (!e || e->acked)
        return;
    struct disk_write *w = put(g);
    memcpy(w->id, id, sizeof w->id);
}

static void answer_fetch(struct gateway *g, int64_t after, size_t most)
{
    struct forward_entry found[FORWARD_WINDOW_MAX];
    const struct disk *d = &g->disk;
    size_t n = 0;
    for (size_t i = (size_t)after; i < d->count && n < most; i++) {
        if (d->entry[i].acked)
            continue;
        found[n] = (struct forward_entry){.seq = (int64_t)i + 1, .payload = "", .len = 0};
        memcpy(found[n++].id, d->entry[i].paper.request.id, sizeof found->id);
    }
    forward_fetched(g->forward, found, n);
}

static void fetched(struct sim *s, const struct event *e)
{
    answer_fetch(&s->gateway[e->gateway - 1], (int64_t)e->big, e->num);
}

void disk_fetch(struct gateway *g, int64_t after, size_t most)
{
    struct event e = {.run = fetched, .num = (uint32_t)most, .big = (uint64_t)after};
    if (sim_roll(g->sim, 4))
        sim_at_gateway(g->sim, g, sim_roll(g->sim, 3), e);
    else
        answer_fetch(g, after, most);
}

void disk_crash(struct gateway *g)
{
    struct disk *d = &g->disk;
    if (filings(d) > 0)
        sim_count(g->sim, HAPPEN_crash_before_commit);
    if (d->untold > 0)
        sim_count(g->sim, HAPPEN_crash_before_answer);
    if (d->writes > 0 && !d->is_failing && sim_chance(g->sim, CHANCE_keep)) {
        sim_count(g->sim, HAPPEN_kept_by_chance);
        apply_all(g);
    }
    d->writes = 0;
    d->untold = 0;
    d->committing = false;
    for (size_t i = 0; i < d->count; i++)
        d->entry[i].sent = 0;
}
