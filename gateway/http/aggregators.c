/* SPDX-License-Identifier: Apache-2.0 */
#include "http/aggregators.h"

#include <stdlib.h>
#include <string.h>

#include "bridge/program.h"
#include "http/guard.h"
#include "http/kannel.h"
#include "http/kind.h"

struct aggregator {
    const struct conf_aggregator *conf;
    const struct kind *kind;
    void *self; /* of the kind */
    struct bridge *bridge;
    struct guard guard;
};

struct aggregators {
    struct program_world w;
    struct web *web;
    struct aggregator list[CONF_AGGREGATORS_MAX];
    size_t count;
    bool draining;
};

static void answer(struct aggregators *a, const struct web_request *r, int status, const char *text)
{
    web_answer(a->web, r->id, status, text, strlen(text));
}

/* The aggregator of /NAME/part; *part is what follows. */
static struct aggregator *find(struct aggregators *a, const char *path, const char **part)
{
    for (size_t i = 0; i < a->count; i++) {
        const char *name = a->list[i].conf->aggregator_name;
        size_t n = strlen(name);
        if (path[0] == '/' && strncmp(path + 1, name, n) == 0 && path[n + 1] == '/') {
            *part = path + n + 2;
            return &a->list[i];
        }
    }
    return NULL;
}

static void on_request(void *arg, const struct web_request *r)
{
    struct aggregators *a = arg;
    const char *part = NULL;
    struct aggregator *g = find(a, r->path, &part);
    if (g && !guard_lets_in(&g->guard, r)) {
        metrics_add(a->w.metrics, M_HTTP_FORBIDDEN, g->conf->aggregator_name, 1);
        answer(a, r, 403, "not allowed; look at secret and address\n");
    } else if (g && a->draining) {
        answer(a, r, 503, "draining; try again\n");
    } else if (!g || !g->kind->request(g->self, part, r)) {
        answer(a, r, 404, "there is no such path\n");
    } else {
        metrics_add(a->w.metrics, M_HTTP_REQUESTS, g->conf->aggregator_name, 1);
    }
}

/* An id is one request's for good, so whoever does not know it is not concerned. */
static void on_gone(void *arg, uint64_t id)
{
    struct aggregators *a = arg;
    for (size_t i = 0; i < a->count; i++)
        a->list[i].kind->gone(a->list[i].self, id);
}

static bool on_answer(void *arg, const struct answer *a)
{
    struct aggregator *g = arg;
    return g->kind->answer(g->self, a);
}

static void on_refused(void *arg, const struct bridge_refusal *r)
{
    struct aggregator *g = arg;
    g->kind->refused(g->self, r);
}

static void on_expired(void *arg, const char *id)
{
    struct aggregator *g = arg;
    g->kind->expired(g->self, id);
}

static int open_bridge(struct aggregators *a, struct aggregator *g, char why[CONF_ERROR_MAX])
{
    struct bridge_options o = {
        .conf = a->w.conf,
        .name = g->conf->aggregator_name,
        .client = "mekongline-http",
        .loop = a->w.loop,
        .log = a->w.log,
        .metrics = a->w.metrics,
        .events = {.arg = g, .answer = on_answer, .refused = on_refused, .expired = on_expired}};
    g->bridge = bridge_new(&o, why);
    if (g->bridge)
        bridge_carrier(g->bridge, true);
    return g->bridge ? 0 : -1;
}

static int open_kind(struct aggregators *a, struct aggregator *g, char why[CONF_ERROR_MAX])
{
    struct kind_world w = {.conf = g->conf,
                           .bridge = g->bridge,
                           .web = a->web,
                           .loop = a->w.loop,
                           .log = a->w.log,
                           .metrics = a->w.metrics};
    g->kind = kinds_find(g->conf->kind);
    g->self = g->kind->open(&w, why);
    return g->self ? 0 : -1;
}

static int open_one(struct aggregators *a, const struct conf_aggregator *conf,
                    char why[CONF_ERROR_MAX])
{
    char what[CONF_ERROR_MAX];
    struct aggregator *g = &a->list[a->count];
    g->conf = conf;
    if (guard_read(conf, &g->guard, what) == 0 && open_bridge(a, g, what) == 0 &&
        open_kind(a, g, what) == 0) {
        a->count++;
        return 0;
    }
    bridge_free(g->bridge);
    snprintf(why, CONF_ERROR_MAX, "[aggregator %s]: %.440s", conf->aggregator_name, what);
    return -1;
}

static int open_web(struct aggregators *a, char why[CONF_ERROR_MAX])
{
    const struct conf *c = a->w.conf;
    int64_t answer_ms = 0;
    for (size_t i = 0; i < c->aggregator_count; i++)
        if (c->aggregators[i].answer_ms > answer_ms)
            answer_ms = c->aggregators[i].answer_ms;
    struct web_options o = {.listen = c->bridge_http_listen,
                            .anywhere = c->bridge_http_anywhere,
                            .connections = (int)c->bridge_http_connections,
                            .octets = KANNEL_OCTETS,
                            .answer_ms = answer_ms + 1000};
    struct web_handlers h = {.arg = a, .request = on_request, .gone = on_gone};
    a->web = web_new(a->w.loop, &o, &h, why);
    if (a->web)
        log_write(a->w.log, EV_http_up,
                  LOG_FIELDS(LS("listen", o.listen), LI("port", web_port(a->web))));
    return a->web ? 0 : -1;
}

static void close_all(void *self)
{
    struct aggregators *a = self;
    for (size_t i = 0; i < a->count; i++) {
        a->list[i].kind->close(a->list[i].self);
        bridge_free(a->list[i].bridge);
    }
    web_free(a->web);
    free(a);
}

static void *open_all(const struct program_world *w, char why[CONF_ERROR_MAX])
{
    struct aggregators *a = calloc(1, sizeof *a);
    snprintf(why, CONF_ERROR_MAX, "no memory; free some");
    if (!a)
        return NULL;
    a->w = *w;
    int failed = w->conf->aggregator_count == 0;
    if (failed)
        snprintf(why, CONF_ERROR_MAX, "there is no aggregator; write a section [aggregator NAME]");
    else
        failed = open_web(a, why);
    for (size_t i = 0; !failed && i < w->conf->aggregator_count; i++)
        failed = open_one(a, &w->conf->aggregators[i], why);
    if (!failed)
        return a;
    close_all(a);
    return NULL;
}

static void drain_all(void *self)
{
    ((struct aggregators *)self)->draining = true;
}

/* An answer may still come for somebody who has gone, and has to be sent. */
static bool is_drained(const struct aggregator *g)
{
    return g->kind->in_hand(g->self) == 0 && bridge_unsettled(g->bridge) == 0 &&
           bridge_is_flushed(g->bridge);
}

static bool all_drained(void *self)
{
    const struct aggregators *a = self;
    for (size_t i = 0; i < a->count; i++)
        if (!is_drained(&a->list[i]))
            return false;
    return true;
}

static void write_unready(void *self, FILE *out)
{
    const struct aggregators *a = self;
    for (size_t i = 0; i < a->count; i++)
        if (!bridge_is_up(a->list[i].bridge))
            fprintf(out, "%s: broker not connected\n", a->list[i].conf->aggregator_name);
    if (a->draining)
        fputs("draining\n", out);
}

int http_main(int argc, char **argv)
{
    static const struct program program = {
        .name = "mekongline-http",
        .help = "Take USSD and SMS from aggregators over HTTP, and bring them to the gateway.",
        .shows = CONF_MEKONGLINE_HTTP,
        .open = open_all,
        .drain = drain_all,
        .is_drained = all_drained,
        .write_unready = write_unready,
        .close = close_all};
    return program_main(argc, argv, &program);
}
