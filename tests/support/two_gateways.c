/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "support/two_gateways.h"

#include "handlers/table.h"

const char world_secret[] = "0123456789abcdef0123456789abcdef";

static int64_t now_ms(void *arg)
{
    return ((struct world *)arg)->now;
}

static void on_loaded(void *arg, uint64_t txn, enum store_result r, const uint8_t *record, size_t n)
{
    dispatch_loaded(((struct world *)arg)->asking->dispatch, txn, r, record, n);
}

static void on_saved(void *arg, uint64_t txn, enum store_result r, const uint8_t *record, size_t n)
{
    struct world *w = arg;
    w->saved = r;
    w->unsaved += r == STORE_DOWN;
    dispatch_saved(w->asking->dispatch, txn, r, record, n);
}

static bool fails(const struct world *w, enum world_port port)
{
    return w->fails && w->fails(w->fails_arg, port);
}

static void keep_silent(struct gateway *g, uint64_t txn, const char *key)
{
    struct world *w = g->world;
    assert_in_range(w->muted_count, 0, MUTED_MAX - 1);
    struct muted *m = &w->muted[w->muted_count++];
    *m = (struct muted){.gateway = g, .txn = txn};
    snprintf(m->key, sizeof m->key, "%s", key);
}

static void load(void *arg, uint64_t txn, const char *key)
{
    struct gateway *g = arg;
    g->world->asking = g;
    if (fails(g->world, PORT_LOAD))
        dispatch_loaded(g->dispatch, txn, STORE_DOWN, NULL, 0);
    else if (g->world->mute)
        keep_silent(g, txn, key);
    else
        store_memory_load(g->world->store, txn, key);
}

void world_speak(struct world *w)
{
    w->mute = false;
    for (unsigned i = 0; i < w->muted_count; i++) {
        w->asking = w->muted[i].gateway;
        store_memory_load(w->store, w->muted[i].txn, w->muted[i].key);
    }
    w->muted_count = 0;
}

/* A tag that no record has: the store gives what it holds, as if another had just saved it. */
static void save_in_vain(struct world *w, const struct store_save *s)
{
    struct store_save late = *s;
    uint8_t other[PORTS_RECORD_MAX];
    memcpy(other, s->record, s->len);
    other[s->len - 1] ^= 1;
    late.record = other;
    late.expected_tag = UINT64_MAX;
    store_memory_save(w->store, &late);
}

static void save(void *arg, const struct store_save *s)
{
    struct gateway *g = arg;
    struct world *w = g->world;
    w->asking = g;
    if (!fails(w, PORT_SAVE))
        store_memory_save(w->store, s);
    else if (w->save_conflicts)
        save_in_vain(w, s);
    else if (w->save_lost)
        on_saved(w, s->txn, STORE_OK, NULL, 0);
    else
        on_saved(w, s->txn, STORE_DOWN, NULL, 0);
}

static int publish(void *arg, const struct mt *mt)
{
    struct world *w = ((struct gateway *)arg)->world;
    if (w->broker_down || fails(w, PORT_PUBLISH))
        return -1;
    assert_in_range(w->count, 0, OUT_MAX - 1);
    struct sent *s = &w->out[w->count++];
    *s = (struct sent){.kind = mt->kind, .end = mt->end};
    snprintf(s->id, sizeof s->id, "%s", mt->id);
    snprintf(s->re, sizeof s->re, "%s", mt->re ? mt->re : "");
    snprintf(s->text, sizeof s->text, "%.*s", (int)mt->text_len, mt->text ? mt->text : "");
    return 0;
}

static int refuse(void *arg, const struct refusal *r)
{
    struct world *w = ((struct gateway *)arg)->world;
    if (fails(w, PORT_REFUSE))
        return -1;
    assert_in_range(w->count, 0, OUT_MAX - 1);
    struct sent *s = &w->out[w->count++];
    *s = (struct sent){.refused = true, .code = r->code};
    snprintf(s->re, sizeof s->re, "%s", r->re);
    return 0;
}

static void file(void *arg, uint64_t txn, const struct request *r)
{
    struct gateway *g = arg;
    struct world *w = g->world;
    assert_in_range(w->filed, 0, FILINGS_MAX - 1);
    struct filing *f = &w->filings[w->filed++];
    *f = (struct filing){.gateway = g, .txn = txn, .request = *r};
    snprintf(f->msisdn, sizeof f->msisdn, "%s", r->msisdn);
    snprintf(f->text, sizeof f->text, "%.*s", (int)r->text_len, r->text);
    f->request.msisdn = f->msisdn;
    f->request.text = f->text;
    bool failed = fails(w, PORT_FILE);
    f->answered = failed || !w->hold;
    f->result = failed ? w->file_fails_as : w->result;
    if (f->answered)
        dispatch_filed(g->dispatch, txn, f->result);
}

static void ask(void *arg, uint64_t txn, const struct case_ask *a)
{
    struct gateway *g = arg;
    struct world *w = g->world;
    assert_in_range(w->asked, 0, FILINGS_MAX - 1);
    w->asks[w->asked++] = (struct asking){.gateway = g, .txn = txn, .ask = *a};
    if (fails(w, PORT_ASK))
        dispatch_told(g->dispatch, txn, CASE_UNREACHABLE);
    else if (!w->hold)
        dispatch_told(g->dispatch, txn, w->state);
}

static int64_t waited_ms(void *arg)
{
    return ((struct gateway *)arg)->world->waited_ms;
}

static void gateway_open(struct world *w, struct gateway *g, uint32_t writer)
{
    struct dispatch_options o = setup_dispatch(&w->conf, &w->handlers);
    struct ports ports = {.arg = g,
                          .load = load,
                          .save = save,
                          .publish = publish,
                          .refuse = refuse,
                          .waited_ms = waited_ms,
                          .file = file,
                          .ask = ask};
    g->world = w;
    g->metrics = metrics_new();
    o.rules.secret = (struct secret){world_secret, 32};
    o.writer = writer;
    o.clock = (struct clock){.now_ms = now_ms, .arg = w};
    o.metrics = g->metrics;
    g->volumes = volumes_new(writer);
    o.volumes = g->volumes;
    g->dispatch = dispatch_new(&o, &ports, w->catalog);
    assert_non_null(g->dispatch);
}

static void gateway_close(struct gateway *g)
{
    dispatch_free(g->dispatch);
    metrics_free(g->metrics);
    volumes_free(g->volumes);
}

void world_restart(struct gateway *g)
{
    struct world *w = g->world;
    gateway_close(g);
    gateway_open(w, g, g == &w->a ? 3 : 4);
}

/* The content and what goes with it, loaded once for all tests. */
struct shelf_of_tests {
    struct conf conf;
    struct setup_layouts layouts;
    struct handler_table handlers;
    struct catalog *catalog;
};

int world_load(void **state)
{
    struct shelf_of_tests *t = calloc(1, sizeof *t);
    t->handlers = handlers_all();
    conf_defaults(&t->conf);
    t->conf.gateway_serve_drafts = true;
    snprintf(t->conf.gateway_content, sizeof t->conf.gateway_content, "%s", CONTENT_DIR);
    assert_int_equal(setup_layouts(&t->conf, &t->layouts), 0);
    t->catalog = setup_catalog(&t->conf, &t->layouts, &t->handlers, setup_today(), NULL);
    assert_non_null(t->catalog);
    *state = t;
    return 0;
}

int world_unload(void **state)
{
    struct shelf_of_tests *t = *state;
    catalog_unref(t->catalog);
    free(t);
    return 0;
}

struct catalog *world_another_content(void)
{
    char folder[] = "/tmp/ml-test-XXXXXX", command[512];
    struct conf conf;
    struct setup_layouts layouts;
    struct handler_table handlers = handlers_all();
    assert_non_null(mkdtemp(folder));
    snprintf(command, sizeof command, "cp -R '%s'/. %s && echo >>%s/menu.json", CONTENT_DIR, folder,
             folder);
    assert_int_equal(system(command), 0);
    conf_defaults(&conf);
    conf.gateway_serve_drafts = true;
    snprintf(conf.gateway_content, sizeof conf.gateway_content, "%s", folder);
    assert_int_equal(setup_layouts(&conf, &layouts), 0);
    struct catalog *c = setup_catalog(&conf, &layouts, &handlers, setup_today(), NULL);
    assert_non_null(c);
    snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
    return c;
}

int world_open(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    struct shelf_of_tests *t = *state;
    struct store_reply reply = {.arg = w, .loaded = on_loaded, .saved = on_saved};
    w->now = 1795456789000;
    w->loaded = t;
    w->conf = t->conf;
    w->layouts = t->layouts;
    w->handlers = t->handlers;
    w->catalog = t->catalog;
    w->store = store_memory_new((struct clock){.now_ms = now_ms, .arg = w}, &reply);
    gateway_open(w, &w->a, 1);
    gateway_open(w, &w->b, 2);
    *state = w;
    return 0;
}

int world_close(void **state)
{
    struct world *w = *state;
    gateway_close(&w->a);
    gateway_close(&w->b);
    store_memory_free(w->store);
    *state = w->loaded;
    free(w);
    return 0;
}

const struct sent *world_last(const struct world *w)
{
    assert_in_range(w->count, 1, OUT_MAX);
    return &w->out[w->count - 1];
}

/* Give an MO to a gateway; returns the last message that was published. */
const struct sent *world_give(struct world *w, struct gateway *g, enum mo_kind kind, const char *id,
                              const char *text)
{
    struct origin origin = {.bridge = "lao", .shard = "7c"};
    struct mo mo = {.kind = kind, .at = w->now, .text = text, .text_len = strlen(text)};
    snprintf(mo.id, sizeof mo.id, "%s", id);
    strcpy(mo.msisdn, "8562055512345");
    strcpy(mo.session, "s9");
    strcpy(mo.code, kind == MO_USSD_BEGIN && text[0] == '*' ? text : "*1234#");
    strcpy(mo.to, "1234");
    if (kind == MO_USSD_BEGIN)
        mo.text = "", mo.text_len = 0;
    if (kind == MO_USSD_END)
        mo.cause = CAUSE_NETWORK;
    w->asking = g;
    dispatch_mo(g->dispatch, &origin, &mo);
    return w->count > 0 ? world_last(w) : NULL;
}

void world_choose_english(struct world *w)
{
    world_give(w, &w->a, MO_USSD_BEGIN, "e1", "");
    world_give(w, &w->a, MO_USSD_CONTINUE, "e2", "7");
}
