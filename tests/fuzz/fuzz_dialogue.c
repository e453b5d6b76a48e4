/* SPDX-License-Identifier: Apache-2.0 */
/* A byte string as a dialogue with the shipped content: each octet is an event, some with a text of
 * its own behind it. Every message is settled exactly once, every screen fits. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "core/dispatch.h"
#include "handlers/table.h"
#include "io/journal_memory.h"
#include "io/store_memory.h"
#include "setup/setup.h"
#include "text/coding.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const typed[] = {
    "1",     "2",       "3",      "4",         "5",     "6",
    "7",     "0",       "00",     "98",        "97",    "99",
    "2000",  "໑",       "HELP",   "STOP",      "START", "FEES",
    "",      "junk",    "1,500",  "8",         "9",     "🙂",
    "12",    "CALL ME", "STATUS", "100000005", "1234",  "They keep my papers and do not pay me.",
    "REPORT"};
static const char *const dialled[] = {"*1234#", "*1234*10#",  "*1234*999#", "*1234*4*1#",
                                      "*",      "*1234*412#", "*1234*92#",  "*1234*93#"};
enum { TYPED = sizeof typed / sizeof *typed, DIALLED = sizeof dialled / sizeof *dialled };

struct run {
    struct dispatch *dispatch;
    struct store_memory *store;
    struct journal_memory *journal;
    int64_t now;
    unsigned settled;
    char re[80];
};

static int64_t now_ms(void *arg)
{
    return ((struct run *)arg)->now;
}

static void load(void *arg, uint64_t txn, const char *key)
{
    store_memory_load(((struct run *)arg)->store, txn, key);
}

static void save(void *arg, const struct store_save *s)
{
    store_memory_save(((struct run *)arg)->store, s);
}

static void on_loaded(void *arg, uint64_t txn, enum store_result r, const uint8_t *record, size_t n)
{
    dispatch_loaded(((struct run *)arg)->dispatch, txn, r, record, n);
}

static void on_saved(void *arg, uint64_t txn, enum store_result r, const uint8_t *record, size_t n)
{
    dispatch_saved(((struct run *)arg)->dispatch, txn, r, record, n);
}

static void file(void *arg, uint64_t txn, const struct request *r)
{
    if (r->wish == WISH_NONE && (r->msisdn[0] != '\0' || r->subject[0] != '\0'))
        abort();
    if (!request_case_valid(r->case_no) || r->country[0] == '\0' || r->kind[0] == '\0')
        abort();
    journal_memory_file(((struct run *)arg)->journal, txn, r);
}

static void ask(void *arg, uint64_t txn, const struct case_ask *a)
{
    journal_memory_ask(((struct run *)arg)->journal, txn, a);
}

static void on_filed(void *arg, uint64_t txn, enum filed r)
{
    dispatch_filed(((struct run *)arg)->dispatch, txn, r);
}

static void on_told(void *arg, uint64_t txn, enum case_state state)
{
    dispatch_told(((struct run *)arg)->dispatch, txn, state);
}

static int publish(void *arg, const struct mt *mt)
{
    struct run *run = arg;
    struct measure m;
    if (mt->re && strcmp(mt->re, run->re) == 0)
        run->settled++;
    if (mt->kind == MT_NONE)
        return 0;
    if (coding_measure(mt->text, mt->text_len, &m) < 0 || m.coding != mt->coding)
        abort();
    if (mt->kind == MT_USSD && (m.coding == CODING_GSM7 ? m.septets > 182 : m.units > 80))
        abort();
    return 0;
}

static int refuse(void *arg, const struct refusal *r)
{
    struct run *run = arg;
    if (r->code != REFUSE_UNKNOWN_SESSION && strcmp(r->re, run->re) == 0)
        run->settled++;
    return 0;
}

/* The content is loaded once: it never changes. */
static struct catalog *content(const struct conf *conf, struct setup_layouts *l,
                               const struct handler_table *handlers)
{
    static struct catalog *loaded;
    setup_layouts(conf, l);
    if (!loaded)
        loaded = setup_catalog(conf, l, handlers, setup_today(), NULL);
    if (!loaded)
        abort();
    return loaded;
}

/* These octets are more than a choice of the lists above. */
enum { OWN_TYPED = 252, OWN_SMS = 253, LATER = 254, REPEAT = 255 };

static struct mo choose(uint8_t octet)
{
    struct mo mo = {.kind = octet % 8 < 5   ? MO_USSD_CONTINUE
                            : octet % 8 < 6 ? MO_USSD_BEGIN
                            : octet % 8 < 7 ? MO_SMS
                                            : MO_USSD_END};
    strcpy(mo.msisdn, octet & 8 ? "8562055512345" : "959771234567");
    strcpy(mo.session, "s1");
    strcpy(mo.code, dialled[octet / 8 % DIALLED]);
    mo.cause = octet & 16 ? CAUSE_USER : CAUSE_TIMEOUT;
    mo.text = mo.kind == MO_USSD_BEGIN ? "" : typed[octet / 8 % TYPED];
    mo.text_len = strlen(mo.text);
    return mo;
}

/* Message n. Its text is own, unless that is NULL. */
static void step(struct run *run, uint8_t octet, unsigned n, const char *own)
{
    struct origin origin = {.bridge = "fuzz", .shard = "00"};
    struct mo mo = choose(octet);
    if (own) {
        mo.kind = octet == OWN_SMS ? MO_SMS : MO_USSD_CONTINUE;
        mo.text = own;
        mo.text_len = strlen(own);
    }
    snprintf(mo.id, sizeof mo.id, "m%u", octet == REPEAT && n > 0 ? n - 1 : n);
    snprintf(run->re, sizeof run->re, "%s", mo.id);
    run->settled = 0;
    run->now += octet == LATER ? 700000 : 5000;
    dispatch_mo(run->dispatch, &origin, &mo);
    if (run->settled != (mo.kind != MO_USSD_END))
        abort();
}

/* One octet with its length, then the text. Returns the octets it took. */
static size_t step_own(struct run *run, uint8_t octet, unsigned n, const uint8_t *data, size_t size)
{
    size_t len = size > 0 && data[0] < size ? data[0] : 0;
    char *own = malloc(len + 1);
    if (!own)
        abort();
    if (len > 0)
        memcpy(own, data + 1, len);
    own[len] = '\0';
    /* The codec lets no other text through. */
    if (strlen(own) == len && utf8_valid(own, len))
        step(run, octet, n, own);
    free(own);
    return len + 1;
}

static void play(struct run *run, const uint8_t *data, size_t size)
{
    size_t at = 0;
    for (unsigned n = 0; at < size && n < 200; n++) {
        uint8_t octet = data[at++];
        if (octet == OWN_TYPED || octet == OWN_SMS)
            at += step_own(run, octet, n, data + at, size - at);
        else
            step(run, octet, n, NULL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct conf conf;
    struct setup_layouts layouts;
    struct handler_table handlers = handlers_all();
    struct run run = {.now = 1795456789000};
    struct store_reply reply = {.arg = &run, .loaded = on_loaded, .saved = on_saved};
    struct journal_reply told = {.arg = &run, .filed = on_filed, .told = on_told};
    struct ports ports = {.arg = &run,
                          .load = load,
                          .save = save,
                          .publish = publish,
                          .refuse = refuse,
                          .file = file,
                          .ask = ask};
    conf_defaults(&conf);
    conf.gateway_serve_drafts = true;
    snprintf(conf.gateway_content, sizeof conf.gateway_content, "%s", CONTENT_DIR);
    struct catalog *c = content(&conf, &layouts, &handlers);
    struct dispatch_options o = setup_dispatch(&conf, &handlers);
    o.rules.secret = (struct secret){"0123456789abcdef0123456789abcdef", 32};
    o.clock = (struct clock){.now_ms = now_ms, .arg = &run};
    run.store = store_memory_new(o.clock, &reply);
    run.journal = journal_memory_new(3, &told);
    run.dispatch = dispatch_new(&o, &ports, c);
    play(&run, data, size);
    dispatch_free(run.dispatch);
    store_memory_free(run.store);
    journal_memory_free(run.journal);
    return 0;
}
