/* SPDX-License-Identifier: Apache-2.0 */
/* The flow of messages on the memory store, with the shipped content: what settles what, repeats,
 * two gateways, a store that is away. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/dispatch.h"
#include "handlers/table.h"
#include "io/store_memory.h"
#include "setup/setup.h"

enum { OUT_MAX = 64 };

/* What was published, oldest first. */
struct sent {
    enum mt_kind kind;
    char id[80], re[80], text[2048];
    bool end, refused;
    enum refusal_code code;
};

/* One gateway process. */
struct gateway {
    struct dispatch *dispatch;
    struct metrics *metrics;
};

struct world {
    int64_t now;
    struct conf conf;
    struct setup_layouts layouts;
    struct handler_table handlers;
    struct catalog *catalog;
    struct store_memory *store;
    struct gateway a, b;
    struct gateway *asking; /* to whom the store answers */
    struct sent out[OUT_MAX];
    unsigned count;
    bool broker_down;
    void *loaded; /* what the group's set-up has loaded */
};

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
    dispatch_saved(((struct world *)arg)->asking->dispatch, txn, r, record, n);
}

static void load(void *arg, uint64_t txn, const char *key)
{
    store_memory_load(((struct world *)arg)->store, txn, key);
}

static void save(void *arg, const struct store_save *s)
{
    store_memory_save(((struct world *)arg)->store, s);
}

static int publish(void *arg, const struct mt *mt)
{
    struct world *w = arg;
    if (w->broker_down)
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
    struct world *w = arg;
    struct sent *s = &w->out[w->count++];
    *s = (struct sent){.refused = true, .code = r->code};
    snprintf(s->re, sizeof s->re, "%s", r->re);
    return 0;
}

static void gateway_open(struct world *w, struct gateway *g, uint32_t writer)
{
    struct dispatch_options o = setup_dispatch(&w->conf, &w->handlers);
    struct ports ports = {
        .arg = w, .load = load, .save = save, .publish = publish, .refuse = refuse};
    g->metrics = metrics_new();
    o.rules.secret = (struct secret){"0123456789abcdef0123456789abcdef", 32};
    o.writer = writer;
    o.clock = (struct clock){.now_ms = now_ms, .arg = w};
    o.metrics = g->metrics;
    g->dispatch = dispatch_new(&o, &ports, w->catalog);
    assert_non_null(g->dispatch);
}

static void gateway_close(struct gateway *g)
{
    dispatch_free(g->dispatch);
    metrics_free(g->metrics);
}

/* The content and what goes with it, loaded once for all tests. */
struct shelf_of_tests {
    struct conf conf;
    struct setup_layouts layouts;
    struct handler_table handlers;
    struct catalog *catalog;
};

static int load_once(void **state)
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

static int unload(void **state)
{
    struct shelf_of_tests *t = *state;
    catalog_unref(t->catalog);
    free(t);
    return 0;
}

static int setup(void **state)
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

static int teardown(void **state)
{
    struct world *w = *state;
    gateway_close(&w->a);
    gateway_close(&w->b);
    store_memory_free(w->store);
    *state = w->loaded;
    free(w);
    return 0;
}

static const struct sent *last(const struct world *w)
{
    assert_in_range(w->count, 1, OUT_MAX);
    return &w->out[w->count - 1];
}

/* Give an MO to a gateway; returns the last message that was published. */
static const struct sent *give(struct world *w, struct gateway *g, enum mo_kind kind,
                               const char *id, const char *text)
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
    return w->count > 0 ? last(w) : NULL;
}

static void choose_english(struct world *w)
{
    give(w, &w->a, MO_USSD_BEGIN, "e1", "");
    give(w, &w->a, MO_USSD_CONTINUE, "e2", "7");
}

static void the_first_dial_asks_for_the_language(void **state)
{
    struct world *w = *state;
    const struct sent *s = give(w, &w->a, MO_USSD_BEGIN, "a1", "");
    assert_string_equal(s->re, "a1");
    assert_string_equal(s->id, "a1.0");
    assert_non_null(strstr(s->text, "7 English"));
    assert_false(s->end);
}

static void a_repeat_is_answered_alike_and_not_stepped_twice(void **state)
{
    struct world *w = *state;
    choose_english(w);
    give(w, &w->a, MO_USSD_CONTINUE, "a3", "1");
    give(w, &w->a, MO_USSD_CONTINUE, "a3", "1");
    assert_string_equal(w->out[2].text, w->out[3].text);
    assert_string_equal(w->out[2].id, w->out[3].id);
    give(w, &w->a, MO_USSD_CONTINUE, "a4", "1");
    assert_string_not_equal(w->out[4].text, w->out[3].text);
}

static void a_repeat_at_another_gateway_is_answered_alike(void **state)
{
    struct world *w = *state;
    choose_english(w);
    give(w, &w->a, MO_USSD_CONTINUE, "a3", "1");
    give(w, &w->b, MO_USSD_CONTINUE, "a3", "1");
    assert_string_equal(w->out[2].text, w->out[3].text);
    /* The other gateway's memory is old now: the store puts it right. */
    give(w, &w->b, MO_USSD_CONTINUE, "a4", "1");
    give(w, &w->a, MO_USSD_CONTINUE, "a4", "1");
    assert_string_equal(w->out[4].text, w->out[5].text);
    assert_int_equal(metrics_get(w->a.metrics, M_CONFLICTS, NULL), 1);
}

static void an_id_older_than_the_last_four_is_refused(void **state)
{
    struct world *w = *state;
    choose_english(w);
    give(w, &w->a, MO_USSD_CONTINUE, "a3", "00");
    give(w, &w->a, MO_USSD_CONTINUE, "a4", "00");
    give(w, &w->a, MO_USSD_CONTINUE, "a5", "00");
    const struct sent *s = give(w, &w->a, MO_USSD_BEGIN, "e1", "");
    assert_true(s->refused);
    assert_int_equal(s->code, REFUSE_BAD_FIELD);
}

static void a_continue_without_a_session_gets_the_main_menu_and_a_report(void **state)
{
    struct world *w = *state;
    give(w, &w->a, MO_USSD_CONTINUE, "a1", "3");
    assert_int_equal(w->count, 2);
    assert_string_equal(w->out[0].re, "a1");
    assert_false(w->out[0].refused);
    assert_int_equal(w->out[1].code, REFUSE_UNKNOWN_SESSION);
}

static void a_late_message_is_not_answered(void **state)
{
    struct world *w = *state;
    struct origin origin = {.bridge = "lao"};
    struct mo mo = {
        .kind = MO_SMS, .id = "a1", .msisdn = "8562055512345", .text = "HELP", .text_len = 4};
    mo.deadline = w->now - 1;
    w->asking = &w->a;
    dispatch_mo(w->a.dispatch, &origin, &mo);
    assert_int_equal(w->count, 0);
    assert_int_equal(metrics_get(w->a.metrics, M_LATE, NULL), 1);
}

static void machines_get_no_answer(void **state)
{
    struct world *w = *state;
    struct origin origin = {.bridge = "lao"};
    struct mo mo = {.kind = MO_SMS, .id = "a1", .msisdn = "LaoTel", .text = "HELP", .text_len = 4};
    w->asking = &w->a;
    dispatch_mo(w->a.dispatch, &origin, &mo);
    assert_int_equal(last(w)->kind, MT_NONE);
    strcpy(mo.msisdn, "1506");
    strcpy(mo.id, "a2");
    dispatch_mo(w->a.dispatch, &origin, &mo);
    assert_int_equal(last(w)->kind, MT_NONE);
    assert_string_equal(last(w)->re, "a2");
}

static void the_dialogue_goes_on_while_the_store_is_away(void **state)
{
    struct world *w = *state;
    choose_english(w);
    store_memory_set_down(w->store, true);
    give(w, &w->a, MO_USSD_CONTINUE, "a3", "2");
    assert_non_null(strstr(last(w)->text, "Fees"));
    store_memory_set_down(w->store, false);
    give(w, &w->a, MO_USSD_CONTINUE, "a4", "0");
    assert_non_null(strstr(last(w)->text, "Before you go"));
    /* And what was stepped meanwhile is in the store for the others. */
    give(w, &w->b, MO_USSD_CONTINUE, "a5", "2");
    assert_non_null(strstr(last(w)->text, "Fees"));
}

static void a_stranger_meets_the_main_menu_while_the_store_is_away(void **state)
{
    struct world *w = *state;
    store_memory_set_down(w->store, true);
    const struct sent *s = give(w, &w->a, MO_USSD_BEGIN, "a1", "");
    assert_null(strstr(s->text, "7 English"));
    assert_non_null(strstr(s->text, "\n1 "));
}

static void an_emptied_store_leads_to_a_new_beginning(void **state)
{
    struct world *w = *state;
    choose_english(w);
    store_memory_clear(w->store);
    const struct sent *s = give(w, &w->b, MO_USSD_CONTINUE, "b1", "2");
    assert_true(s->refused);
    assert_int_equal(s->code, REFUSE_UNKNOWN_SESSION);
}

static void a_dialogue_outlives_a_store_that_came_back_empty(void **state)
{
    struct world *w = *state;
    choose_english(w);
    store_memory_clear(w->store);
    assert_non_null(strstr(give(w, &w->a, MO_USSD_CONTINUE, "a3", "2")->text, "Fees"));
    assert_non_null(strstr(give(w, &w->b, MO_USSD_CONTINUE, "a4", "0")->text, "Before you go"));
}

static void a_flood_of_one_subscriber_is_refused_for_a_while(void **state)
{
    struct world *w = *state;
    char id[16];
    choose_english(w);
    const struct sent *s = NULL;
    for (unsigned i = 0; i < 70 && !(s && s->refused); i++) {
        w->count = 0;
        snprintf(id, sizeof id, "f%u", i);
        s = give(w, &w->a, MO_USSD_CONTINUE, id, "00");
    }
    assert_true(s->refused);
    assert_int_equal(s->code, REFUSE_OVERLOAD);
    w->now += 61000;
    assert_false(give(w, &w->a, MO_USSD_CONTINUE, "g1", "00")->refused);
}

static void what_the_broker_did_not_take_is_answered_on_the_repeat(void **state)
{
    struct world *w = *state;
    choose_english(w);
    w->broker_down = true;
    give(w, &w->a, MO_USSD_CONTINUE, "a3", "2");
    w->broker_down = false;
    const struct sent *s = give(w, &w->a, MO_USSD_CONTINUE, "a3", "2");
    assert_string_equal(s->re, "a3");
    assert_non_null(strstr(s->text, "Fees"));
}

static void a_draining_gateway_refuses_new_work(void **state)
{
    struct world *w = *state;
    dispatch_drain(w->a.dispatch);
    assert_int_equal(give(w, &w->a, MO_USSD_BEGIN, "a1", "")->code, REFUSE_OVERLOAD);
}

static void a_dropped_dialogue_is_offered_again_but_not_a_private_one(void **state)
{
    struct world *w = *state;
    choose_english(w);
    give(w, &w->a, MO_USSD_CONTINUE, "a3", "1");
    give(w, &w->a, MO_USSD_END, "a4", "");
    assert_non_null(strstr(give(w, &w->a, MO_USSD_BEGIN, "a5", "")->text, "Go on where"));
    assert_string_equal(give(w, &w->a, MO_USSD_CONTINUE, "a6", "1")->text, w->out[2].text);
    give(w, &w->a, MO_USSD_CONTINUE, "a7", "00");
    give(w, &w->a, MO_USSD_CONTINUE, "a8", "4");
    give(w, &w->a, MO_USSD_END, "a9", "");
    assert_null(strstr(give(w, &w->a, MO_USSD_BEGIN, "b1", "")->text, "Go on where"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(the_first_dial_asks_for_the_language),
        TEST(a_repeat_is_answered_alike_and_not_stepped_twice),
        TEST(a_repeat_at_another_gateway_is_answered_alike),
        TEST(an_id_older_than_the_last_four_is_refused),
        TEST(a_continue_without_a_session_gets_the_main_menu_and_a_report),
        TEST(a_late_message_is_not_answered),
        TEST(machines_get_no_answer),
        TEST(the_dialogue_goes_on_while_the_store_is_away),
        TEST(a_stranger_meets_the_main_menu_while_the_store_is_away),
        TEST(an_emptied_store_leads_to_a_new_beginning),
        TEST(a_dialogue_outlives_a_store_that_came_back_empty),
        TEST(a_flood_of_one_subscriber_is_refused_for_a_while),
        TEST(what_the_broker_did_not_take_is_answered_on_the_repeat),
        TEST(a_draining_gateway_refuses_new_work),
        TEST(a_dropped_dialogue_is_offered_again_but_not_a_private_one),
    };
    return cmocka_run_group_tests_name("dispatch", tests, load_once, unload);
}
