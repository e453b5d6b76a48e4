/* SPDX-License-Identifier: Apache-2.0 */
#include "editing/stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/journal_memory.h"
#include "io/store_memory.h"
#include "message/codec.h"

/* Nothing is stored that a secret would have to hide, and a transcript wants the same case numbers
 * each time. */
static const char secret[] = "the offline phone has no secret to keep";

enum { REQUESTS_MAX = 1000 };

struct stage {
    struct stage_options o;
    struct dispatch *dispatch;
    struct store_memory *store;
    struct journal_memory *journal;
};

static void ask_carrier(void *arg, const char *bridge, struct carrier_rules *out)
{
    const struct stage *s = arg;
    setup_carrier(s->o.conf, s->o.layouts, bridge, out);
}

/* The ports point at the stage, because the store comes after dispatch. */
static void port_load(void *arg, uint64_t txn, const char *key)
{
    store_memory_load(((struct stage *)arg)->store, txn, key);
}

static void port_save(void *arg, const struct store_save *save)
{
    store_memory_save(((struct stage *)arg)->store, save);
}

static void port_file(void *arg, uint64_t txn, const struct request *request)
{
    const struct stage *s = arg;
    if (s->o.events.filed)
        s->o.events.filed(s->o.events.arg, request);
    journal_memory_file(s->journal, txn, request);
}

static void port_ask(void *arg, uint64_t txn, const struct case_ask *ask)
{
    journal_memory_ask(((struct stage *)arg)->journal, txn, ask);
}

static int port_publish(void *arg, const struct mt *mt)
{
    const struct stage *s = arg;
    char payload[MESSAGE_PAYLOAD_MAX + 1], scratch[MESSAGE_PAYLOAD_MAX + 1], why[128];
    struct answer a;
    struct buf b;
    buf_init(&b, payload, sizeof payload);
    codec_write_mt(mt, &b);
    if (b.full || bridge_codec_read_mt(b.data, b.len, scratch, &a, why) < 0)
        return -1;
    s->o.events.answer(s->o.events.arg, &a);
    return 0;
}

static int port_refuse(void *arg, const struct refusal *r)
{
    const struct stage *s = arg;
    char payload[1024];
    struct bridge_refusal read;
    struct buf b;
    buf_init(&b, payload, sizeof payload);
    codec_write_refusal(r, &b);
    if (b.full || bridge_codec_read_refusal(b.data, b.len, &read) < 0)
        return -1;
    s->o.events.refused(s->o.events.arg, read.re, read.detail);
    return 0;
}

int stage_send(struct stage *s, const struct mo *mo)
{
    char payload[MESSAGE_PAYLOAD_MAX + 1], scratch[MESSAGE_PAYLOAD_MAX + 1];
    struct origin origin = {.shard = "00"};
    struct refusal why = {.origin = &origin};
    struct mo read;
    struct buf b;
    snprintf(origin.bridge, sizeof origin.bridge, "%s", s->o.bridge);
    buf_init(&b, payload, sizeof payload);
    bridge_codec_write_mo(mo, &b);
    if (b.full)
        return -1;
    if (codec_read_mo(b.data, b.len, scratch, &read, &why) == 0) {
        dispatch_mo(s->dispatch, &origin, &read);
        return 0;
    }
    why.origin = &origin;
    return port_refuse(s, &why);
}

/* Void: nobody waits for what stage_remember puts into the store. */
static void on_saved(void *arg, uint64_t txn, enum store_result r, const uint8_t *record,
                     size_t len)
{
    const struct stage *s = arg;
    if (txn > 0)
        dispatch_saved(s->dispatch, txn, r, record, len);
}

static void on_loaded(void *arg, uint64_t txn, enum store_result r, const uint8_t *record,
                      size_t len)
{
    dispatch_loaded(((struct stage *)arg)->dispatch, txn, r, record, len);
}

void stage_remember(struct stage *s, const char *msisdn, const char *language, bool latin)
{
    struct session session;
    uint8_t record[PORTS_RECORD_MAX];
    char key[SESSION_KEY_SIZE];
    session_init(&session);
    session.tag = 1;
    session.last_ms = clock_now(&s->o.clock);
    session.latin = latin;
    snprintf(session.lang, sizeof session.lang, "%s", language);
    session_key(secret, sizeof secret - 1, msisdn, key);
    const struct store_save save = {.txn = 0,
                                    .key = key,
                                    .record = record,
                                    .len = session_encode(&session, record, sizeof record),
                                    .ttl_ms = s->o.conf->session_remember_days * 24 * 3600 * 1000};
    store_memory_save(s->store, &save);
}

static struct dispatch *new_dispatch(struct stage *s, struct catalog *c)
{
    struct dispatch_options o = setup_dispatch(s->o.conf, s->o.handlers);
    struct ports ports = {.arg = s,
                          .load = port_load,
                          .save = port_save,
                          .publish = port_publish,
                          .refuse = port_refuse,
                          .file = port_file,
                          .ask = port_ask};
    o.rules.secret = (struct secret){secret, sizeof secret - 1};
    o.rules.zawgyi = s->o.zawgyi;
    o.writer = 1;
    o.clock = s->o.clock;
    o.log = s->o.log;
    if (s->o.phones)
        o.recent_sessions = o.max_inflight = s->o.phones;
    return dispatch_new(&o, &ports, c);
}

struct stage *stage_new(const struct stage_options *o, struct catalog *c)
{
    struct stage *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->o = *o;
    s->dispatch = new_dispatch(s, c);
    if (s->dispatch) {
        struct store_reply reply = {.arg = s, .loaded = on_loaded, .saved = on_saved};
        struct journal_reply told = {
            .arg = s->dispatch, .filed = dispatch_filed, .told = dispatch_told};
        dispatch_set_carriers(s->dispatch, ask_carrier, s);
        s->store = store_memory_new(o->clock, &reply);
        s->journal = journal_memory_new(REQUESTS_MAX, &told);
    }
    if (s->store && s->journal)
        return s;
    stage_free(s);
    return NULL;
}

void stage_free(struct stage *s)
{
    if (!s)
        return;
    store_memory_free(s->store);
    journal_memory_free(s->journal);
    dispatch_free(s->dispatch);
    free(s);
}
