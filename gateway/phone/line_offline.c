/* SPDX-License-Identifier: Apache-2.0 */
/* The whole core in this process, with store and journal in memory. Messages pass through the JSON
 * of the contract in both directions, so that a message that a bridge could not send cannot be sent
 * here.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/journal_memory.h"
#include "io/store_memory.h"
#include "message/codec.h"
#include "message/topics.h"
#include "phone/line.h"
#include "setup/setup.h"

/* Nothing is stored that a secret would have to hide, and a transcript wants the same case numbers
 * each time. */
static const char secret[] = "the offline phone has no secret to keep";

enum { REQUESTS_MAX = 1000 };

struct offline {
    struct line_options o;
    struct setup_layouts layouts;
    int64_t ahead_ms; /* of the system's clock */
    struct clock system;
    struct zawgyi *zawgyi;
    struct dispatch *dispatch;
    struct store_memory *store;
    struct journal_memory *journal;
};

static int64_t now(void *self)
{
    const struct offline *l = self;
    return clock_now(&l->system) + l->ahead_ms;
}

static void turn(void *self, int64_t ms)
{
    ((struct offline *)self)->ahead_ms += ms;
}

static void ask_carrier(void *arg, const char *bridge, struct carrier_rules *out)
{
    const struct offline *l = arg;
    setup_carrier(l->o.conf, &l->layouts, bridge, out);
}

/* The ports point at the line, because the store comes after dispatch. */
static void port_load(void *arg, uint64_t txn, const char *key)
{
    store_memory_load(((struct offline *)arg)->store, txn, key);
}

static void port_save(void *arg, const struct store_save *save)
{
    store_memory_save(((struct offline *)arg)->store, save);
}

static void port_file(void *arg, uint64_t txn, const struct request *request)
{
    journal_memory_file(((struct offline *)arg)->journal, txn, request);
}

static void port_ask(void *arg, uint64_t txn, const struct case_ask *ask)
{
    journal_memory_ask(((struct offline *)arg)->journal, txn, ask);
}

static int port_publish(void *arg, const struct mt *mt)
{
    const struct offline *l = arg;
    char payload[MESSAGE_PAYLOAD_MAX + 1], scratch[MESSAGE_PAYLOAD_MAX + 1], why[128];
    struct answer a;
    struct buf b;
    buf_init(&b, payload, sizeof payload);
    codec_write_mt(mt, &b);
    if (b.full || bridge_codec_read_mt(b.data, b.len, scratch, &a, why) < 0)
        return -1;
    l->o.events.answer(l->o.events.arg, &a);
    return 0;
}

static int port_refuse(void *arg, const struct refusal *r)
{
    const struct offline *l = arg;
    char payload[1024];
    struct bridge_refusal read;
    struct buf b;
    buf_init(&b, payload, sizeof payload);
    codec_write_refusal(r, &b);
    if (b.full || bridge_codec_read_refusal(b.data, b.len, &read) < 0)
        return -1;
    l->o.events.refused(l->o.events.arg, read.re, read.detail);
    return 0;
}

static int send(void *self, const struct mo *mo)
{
    struct offline *l = self;
    char payload[MESSAGE_PAYLOAD_MAX + 1], scratch[MESSAGE_PAYLOAD_MAX + 1];
    struct origin origin = {.shard = "00"};
    struct refusal why = {.origin = &origin};
    struct mo read;
    struct buf b;
    snprintf(origin.bridge, sizeof origin.bridge, "%s", l->o.bridge);
    buf_init(&b, payload, sizeof payload);
    bridge_codec_write_mo(mo, &b);
    if (b.full)
        return -1;
    if (codec_read_mo(b.data, b.len, scratch, &read, &why) == 0) {
        dispatch_mo(l->dispatch, &origin, &read);
        return 0;
    }
    why.origin = &origin;
    return port_refuse(l, &why);
}

static void close_line(void *self)
{
    struct offline *l = self;
    store_memory_free(l->store);
    journal_memory_free(l->journal);
    dispatch_free(l->dispatch);
    zawgyi_free(l->zawgyi);
    free(l);
}

static struct catalog *load(const struct offline *l, char why[LINE_WHY_MAX])
{
    struct findings *f = findings_new();
    struct clock clock = {.now_ms = now, .arg = (void *)l};
    struct catalog *c =
        setup_catalog(l->o.conf, &l->layouts, l->o.handlers, clock_day(clock_now(&clock)), f);
    if (!c)
        snprintf(why, LINE_WHY_MAX,
                 "the content in %.200s has %zu errors; mekongline check shows them",
                 l->o.conf->gateway_content, f ? findings_count(f, FINDING_ERROR) : 0);
    findings_free(f);
    return c;
}

static int open_core(struct offline *l, struct catalog *c)
{
    struct dispatch_options o = setup_dispatch(l->o.conf, l->o.handlers);
    struct ports ports = {.arg = l,
                          .load = port_load,
                          .save = port_save,
                          .publish = port_publish,
                          .refuse = port_refuse,
                          .file = port_file,
                          .ask = port_ask};
    o.rules.secret = (struct secret){secret, sizeof secret - 1};
    o.writer = 1;
    o.clock = (struct clock){.now_ms = now, .arg = l};
    o.log = l->o.log;
    o.rules.zawgyi = l->zawgyi;
    l->dispatch = dispatch_new(&o, &ports, c);
    if (!l->dispatch)
        return -1;
    dispatch_set_carriers(l->dispatch, ask_carrier, l);
    struct store_reply reply = {
        .arg = l->dispatch, .loaded = dispatch_loaded, .saved = dispatch_saved};
    struct journal_reply told = {
        .arg = l->dispatch, .filed = dispatch_filed, .told = dispatch_told};
    l->store = store_memory_new(o.clock, &reply);
    l->journal = journal_memory_new(REQUESTS_MAX, &told);
    return l->store && l->journal ? 0 : -1;
}

int line_offline_open(const struct line_options *o, struct line *out, char why[LINE_WHY_MAX])
{
    struct offline *l = calloc(1, sizeof *l);
    struct catalog *c = NULL;
    int result = -1;
    snprintf(why, LINE_WHY_MAX, "no memory; free some");
    if (!l)
        return -1;
    l->o = *o;
    l->system = clock_system();
    l->ahead_ms = o->start_ms ? o->start_ms - clock_now(&l->system) : 0;
    if (setup_layouts(o->conf, &l->layouts) < 0) {
        snprintf(why, LINE_WHY_MAX,
                 "the carriers have too many different screen limits; use fewer");
        goto out;
    }
    if (setup_zawgyi(o->conf, &l->zawgyi, why) < 0)
        goto out;
    c = load(l, why);
    if (!c || open_core(l, c) < 0)
        goto out;
    *out = (struct line){.self = l, .now = now, .send = send, .turn = turn, .close = close_line};
    result = 0;
out:
    catalog_unref(c);
    if (result < 0)
        close_line(l);
    return result;
}
