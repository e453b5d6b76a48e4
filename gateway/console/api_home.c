/* SPDX-License-Identifier: Apache-2.0 */
/* What has to be done today, for the first page: texts past their review first. */
#include <stdlib.h>
#include <string.h>

#include "console/api_numbers.h"
#include "console/draft.h"
#include "console/draft_diff.h"
#include "console/endpoints.h"
#include "console/later.h"
#include "console/progress.h"
#include "console/publish_run.h"
#include "console/queue.h"
#include "message/request_codec.h"

enum { AHEAD_DAYS = 60, VERSIONS_LOOKED_AT = 100 };

struct home {
    struct later later;
    struct files *base; /* a reference */
    int32_t today;
    size_t changed;                   /* entries that are not published */
    size_t texts[ENTRY_STATUS_COUNT]; /* translations of all languages */
    struct numbers_sum numbers;
};

static void count_difference(void *arg, const struct draft_difference *d)
{
    (void)d;
    ++*(size_t *)arg;
}

/* The part that reads all texts. */
static void make(struct later *l)
{
    struct home *h = (struct home *)l;
    struct json_out *j = &l->reply.json;
    struct findings *ignored = findings_new();
    /* Content with an error shows what it can; the editor tells the rest. */
    (void)progress_due(j, l->files, h->today, AHEAD_DAYS);
    (void)progress_languages(j, l->files, h->texts, ignored);
    findings_free(ignored);
    h->numbers = numbers_count(l->files);
    (void)draft_differences(h->base, l->files, count_difference, &h->changed);
}

static void count_waiting(void *arg, const struct version_row *row)
{
    *(size_t *)arg += row->state == VERSION_SUBMITTED;
}

static void put_counts(struct json_out *j, const struct home *h)
{
    size_t waiting = 0;
    (void)versions_list(h->later.console->db, 0, VERSIONS_LOOKED_AT, count_waiting, &waiting);
    json_out_open(j, "counts", '{');
    json_out_number(j, "draft", h->changed);
    json_out_number(j, "in_review", waiting);
    json_out_number(j, "stale", h->texts[ENTRY_STALE]);
    json_out_number(j, "missing", h->texts[ENTRY_MISSING]);
    json_out_number(j, "numbers", h->numbers.numbers);
    json_out_number(j, "undialled", h->numbers.never);
    json_out_close(j, '{');
}

/* A gateway that is up serves what is in force, or is late. */
static const char *state_of(const struct gateway_status *g, const char *in_force)
{
    bool other = g->content[0] && in_force[0] && strcmp(g->content, in_force) != 0;
    if (g->refused)
        return "refused";
    return other && !strcmp(g->state, "up") ? "late" : g->state;
}

static void put_gateways(const struct console *c, struct json_out *j)
{
    const char *in_force = versions_current_hash(c);
    const struct gateways *all = &c->versions->gateways;
    json_out_text(j, "in_force", in_force);
    json_out_open(j, "gateways", '[');
    for (size_t i = 0; i < all->count; i++) {
        const struct gateway_status *g = &all->list[i];
        json_out_open(j, NULL, '{');
        json_out_text(j, "instance", g->instance);
        json_out_text(j, "state", state_of(g, in_force));
        json_out_text(j, "version", g->content);
        json_out_bool(j, "degraded", g->degraded);
        json_out_int(j, "said_at", g->said_ms);
        json_out_close(j, '{');
    }
    json_out_close(j, '[');
}

/* Requests for help, for those who see them. */
static void put_requests(struct console *c, const struct person *p, struct json_out *j)
{
    int64_t count[CASE_STATES];
    if (!(p->roles & (ROLE_CASEWORKER | ROLE_ADMIN)) || queue_counts(c, count) < 0)
        return;
    json_out_open(j, "requests", '{');
    for (int i = 0; i < CASE_STATES; i++)
        json_out_int(j, request_codec_state_name((enum case_state)i), count[i]);
    json_out_close(j, '{');
}

static bool end(struct later *l)
{
    struct home *h = (struct home *)l;
    struct json_out *j = &l->reply.json;
    json_out_bool(j, "serves_drafts", l->console->conf->gateway_serve_drafts);
    put_counts(j, h);
    put_gateways(l->console, j);
    put_requests(l->console, &l->person, j);
    return true;
}

static void clear(struct later *l)
{
    files_unref(((struct home *)l)->base);
}

void api_home(const struct call *call)
{
    struct home *h = later_new(call, sizeof *h, make);
    if (!h)
        return;
    h->later.end = end;
    h->later.clear = clear;
    h->base = files_ref(draft_base(call->console->draft));
    h->today = clock_day(console_now(call->console));
    later_post(&h->later);
}
