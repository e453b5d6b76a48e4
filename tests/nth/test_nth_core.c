/* SPDX-License-Identifier: Apache-2.0 */
/* A long dialogue with two gateways, each allocation and each call to the outside failing in turn.
 * The bridge repeats what is not settled, as a real one does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/failing.h"
#include "support/two_gateways.h"

enum { TRIES_MAX = 200, LONG = 25, SAME_MAX = 64 };

/* One line of the dialogue; the id is its place. @case and @pin stand for what was told last. */
struct line {
    char at; /* the gateway, or 's': the content is swapped, 'h': the journal takes its time */
    enum mo_kind kind;
    const char *text;
};

/* clang-format off */
static const struct line dialogue[] = {
    {'a', MO_USSD_BEGIN, ""}, {'a', MO_USSD_CONTINUE, "7"}, {'a', MO_USSD_CONTINUE, "1"}, {'a', MO_USSD_CONTINUE, "0"},
    {'a', MO_USSD_BEGIN, "*1234*11#"}, {'a', MO_USSD_CONTINUE, "98"}, {'a', MO_USSD_END, ""},
    {'b', MO_USSD_BEGIN, ""}, {'b', MO_USSD_CONTINUE, "1"},
    {'s', MO_RECEIPT, ""},
    {'b', MO_USSD_CONTINUE, "97"}, {'b', MO_USSD_CONTINUE, "0"},
    {'a', MO_USSD_CONTINUE, "00"}, /* its memory is old: a conflict */
    {'a', MO_USSD_BEGIN, "*1234*422#"},
    {'a', MO_USSD_CONTINUE, "2"}, {'a', MO_USSD_CONTINUE, "2"}, {'a', MO_USSD_CONTINUE, "4"},
    {'h', MO_RECEIPT, ""}, {'a', MO_USSD_CONTINUE, "2"}, /* stored; the number by SMS too */
    {'b', MO_USSD_BEGIN, "*1234*93#"}, {'b', MO_USSD_CONTINUE, "@case"}, {'b', MO_USSD_CONTINUE, "@pin"},
    {'a', MO_SMS, "STATUS"}, {'a', MO_SMS, "CALL ME"}, {'a', MO_SMS, "2"}, {'a', MO_SMS, "2"}, {'a', MO_SMS, "1"},
    {'a', MO_SMS, "1"}, {'a', MO_SMS, "They took my passport and two months of pay."},
    {'a', MO_SMS, "ລາວ"}, {'b', MO_SMS, "FEES"}, {'b', MO_SMS, "2"},
    {'a', MO_SMS, "PASSPORT"}, {'a', MO_SMS, "98"}, {'a', MO_SMS, "STOP"},
};
/* clang-format on */

enum { LINES = sizeof dialogue / sizeof *dialogue };

/* What was answered to each line when nothing failed. */
struct answers {
    char text[LINES][2048];
};

struct play {
    void *shelf;              /* of world_load */
    struct catalog *other;    /* another version of the content */
    struct answers calm, now; /* without failure, and of this run */
    struct world *w;
    /* What fails. */
    struct failing plan;
    bool ports; /* else allocations */
    enum world_port port;
    enum filed filed;
    bool conflict;
    bool over; /* nothing fails any more */
    /* What came of it. */
    char case_no[REQUEST_CASE_MAX + 1], pin[REQUEST_PIN_MAX + 1];
    char same[SAME_MAX][20]; /* ids of requests in the journal */
    size_t stored, confirmed;
    char told[SAME_MAX][16]; /* case numbers */
};

static bool port_fails(void *arg, enum world_port port)
{
    struct play *p = arg;
    return port == p->port && failing_now(&p->plan);
}

static bool put_once(char *list, size_t size, size_t *n, const char *what)
{
    for (size_t i = 0; i < *n; i++)
        if (strcmp(list + i * size, what) == 0)
            return false;
    assert_in_range(*n, 0, SAME_MAX - 1);
    snprintf(list + (*n)++ * size, size, "%s", what);
    return true;
}

/* The journal's answer is known: note what is stored. */
static void look_at_journal(struct play *p)
{
    struct world *w = p->w;
    for (unsigned i = 0; i < w->filed; i++)
        if (w->filings[i].answered && w->filings[i].result == FILED_OK)
            put_once(*p->same, sizeof *p->same, &p->stored, w->filings[i].request.id);
}

/* A text that shows the number of a case, in whatever language: the case is in the journal. */
static void check_confirmation(struct play *p, const struct sent *s)
{
    char shown[16];
    bool known = false;
    for (unsigned i = 0; i < p->w->filed; i++) {
        const struct filing *f = &p->w->filings[i];
        const char *no = f->request.case_no;
        snprintf(shown, sizeof shown, "%.3s %.3s %.3s", no, no + 3, no + 6);
        if (!strstr(s->text, shown) || !f->answered || f->result != FILED_OK)
            continue;
        known = true;
        put_once(*p->told, sizeof *p->told, &p->confirmed, shown);
        request_case(world_secret, strlen(world_secret), strtoull(f->request.id, NULL, 16) >> 8,
                     p->case_no, p->pin);
    }
    if (strstr(s->text, "Case number: ") || strstr(s->text, "Mekong Line. Number "))
        assert_true(known);
}

/* What settles an MO, or NULL. */
static const struct sent *settlement(const struct world *w, const char *id)
{
    for (unsigned i = 0; i < w->count; i++) {
        const struct sent *s = &w->out[i];
        if (strcmp(s->re, id) == 0 && !(s->refused && s->code == REFUSE_OVERLOAD) &&
            !(s->refused && s->code == REFUSE_UNKNOWN_SESSION))
            return s;
    }
    return NULL;
}

static struct gateway *gateway_of(struct play *p, char at)
{
    return at == 'b' ? &p->w->b : &p->w->a;
}

/* The journal and the case work answer what waits; a repeat that came meanwhile is not taken. */
static void end_wait(struct play *p, const struct line *l, const char *id, const char *text)
{
    struct world *w = p->w;
    if (!w->hold)
        return;
    for (unsigned i = 0; i < w->filed; i++) {
        struct filing *f = &w->filings[i];
        if (f->answered)
            continue;
        unsigned before = w->count;
        world_give(w, gateway_of(p, l->at), l->kind, id, text);
        assert_int_equal(w->count, before);
        f->answered = true;
        f->result = FILED_OK;
        dispatch_filed(f->gateway->dispatch, f->txn, FILED_OK);
    }
}

static void give(struct play *p, const struct line *l, const char *id, const char *text)
{
    struct world *w = p->w;
    w->count = 0;
    w->saved = STORE_OK;
    world_give(w, gateway_of(p, l->at), l->kind, id, text);
    end_wait(p, l, id, text);
    look_at_journal(p);
    for (unsigned i = 0; i < w->count; i++)
        check_confirmation(p, &w->out[i]);
    assert_int_equal(dispatch_inflight(w->a.dispatch), 0);
    assert_int_equal(dispatch_inflight(w->b.dispatch), 0);
}

static void hold_off(struct play *p)
{
    p->w->fails = NULL;
    failing_pause();
}

static void go_on(struct play *p)
{
    p->w->fails = p->ports && !p->over ? port_fails : NULL;
    failing_resume();
}

/* The bridge's repeat, when nothing fails: the same text. */
static void check_repeat(struct play *p, const struct line *l, const char *id, const char *text)
{
    char first[2048];
    snprintf(first, sizeof first, "%s", settlement(p->w, id)->text);
    /* One failure leaves one of store and memory; after more, the store must have it. */
    if (!p->ports && p->plan.most > 1 && p->w->saved != STORE_OK)
        return;
    hold_off(p);
    give(p, l, id, text);
    assert_non_null(settlement(p->w, id));
    assert_string_equal(settlement(p->w, id)->text, first);
    go_on(p);
}

/* Give a line and repeat it until it is settled. The phone's network tells the end of a dialogue
 * again only if the gateway refused to hear it (nothing else answers it). */
static void say(struct play *p, const struct line *l, const char *id, char out[2048])
{
    struct world *w = p->w;
    const char *text = strcmp(l->text, "@case") == 0  ? p->case_no
                       : strcmp(l->text, "@pin") == 0 ? p->pin
                                                      : l->text;
    int tries = 0;
    do {
        assert_in_range(++tries, 1, TRIES_MAX);
        give(p, l, id, text);
    } while (l->kind == MO_USSD_END ? w->count > 0 : !settlement(w, id));
    w->hold = false;
    if (l->kind == MO_USSD_END)
        return;
    snprintf(out, 2048, "%s", settlement(w, id)->text);
    check_repeat(p, l, id, text);
}

static void swap_content(struct play *p)
{
    dispatch_set_catalog(p->w->a.dispatch, p->other);
    dispatch_set_catalog(p->w->b.dispatch, p->other);
}

/* Nothing fails any more: whoever asks for help now is served. */
static void a_last_request_is_stored(struct play *p)
{
    static const char *const answers[][2] = {{"7 English", "7"},
                                             {"Where are you", "2"},
                                             {"May we call", "2"},
                                             {"When is it safe", "4"},
                                             {"Send?", "1"}};
    struct line l = {'a', MO_USSD_BEGIN, "*1234*422#"};
    char seen[2048], id[16];
    size_t before = p->confirmed;
    p->w->now += 3600 * 1000;
    say(p, &(struct line){'a', MO_SMS, "START"}, "start", seen);
    say(p, &(struct line){'a', MO_SMS, "ENGLISH"}, "english", seen);
    for (int i = 0; i < 8 && p->confirmed == before; i++) {
        snprintf(id, sizeof id, "last%d", i);
        say(p, &l, id, seen);
        l = (struct line){'a', MO_USSD_CONTINUE, "0"};
        for (size_t k = 0; k < sizeof answers / sizeof *answers; k++)
            if (strstr(seen, answers[k][0]))
                l.text = answers[k][1];
    }
    assert_int_equal(p->confirmed, before + 1);
}

static void play_all(struct play *p)
{
    char id[16];
    p->stored = p->confirmed = 0;
    strcpy(p->case_no, "299392469");
    strcpy(p->pin, "1234");
    p->w->state = CASE_TAKEN;
    for (size_t i = 0; i < LINES; i++) {
        const struct line *l = &dialogue[i];
        p->w->now += 5000;
        p->now.text[i][0] = '\0';
        snprintf(id, sizeof id, "m%zu", i);
        if (l->at == 's')
            swap_content(p);
        else if (l->at == 'h')
            p->w->hold = true;
        else
            say(p, l, id, p->now.text[i]);
    }
}

static void begin(struct play *p, const struct failing *plan)
{
    void *state = p->shelf;
    world_open(&state);
    p->w = state;
    p->plan = *plan;
    p->over = false;
    p->w->fails_arg = p;
    p->w->save_conflicts = p->conflict;
    p->w->file_fails_as = p->filed;
    if (!p->ports)
        failing_arm(plan, FAILING_HERE);
    go_on(p);
}

static unsigned end(struct play *p)
{
    unsigned failed = failing_disarm();
    p->over = true;
    p->w->fails = NULL;
    return p->ports ? p->plan.failed : failed;
}

static unsigned run(void *arg, const struct failing *plan)
{
    struct play *p = arg;
    begin(p, plan);
    play_all(p);
    unsigned failed = end(p);
    assert_int_equal(p->stored, p->confirmed);
    /* One allocation that fails costs a repeat and nothing else, unless the store forgot a step:
     * the other gateway cannot know of it. */
    for (size_t i = 0; i < LINES && !p->ports && plan->most == 1 && p->w->unsaved == 0; i++)
        assert_string_equal(p->now.text[i], p->calm.text[i]);
    a_last_request_is_stored(p);
    void *state = p->w;
    world_close(&state);
    return failed;
}

static void dialogue_without_memory(void **state)
{
    struct play *p = *state;
    p->ports = false;
    failing_both("dialogue, allocations", LONG, run, p);
}

static void each_port(struct play *p, const char *scenario, enum world_port port)
{
    p->ports = true;
    p->port = port;
    failing_both(scenario, LONG, run, p);
    p->ports = false;
}

static void dialogue_without_ports(void **state)
{
    struct play *p = *state;
    each_port(p, "dialogue, load: down", PORT_LOAD);
    each_port(p, "dialogue, save: down", PORT_SAVE);
    p->conflict = true;
    each_port(p, "dialogue, save: conflict", PORT_SAVE);
    each_port(p, "dialogue, publish", PORT_PUBLISH);
    each_port(p, "dialogue, ask: unreachable", PORT_ASK);
    p->filed = FILED_FULL;
    each_port(p, "dialogue, file: full", PORT_FILE);
    p->filed = FILED_FAILED;
    each_port(p, "dialogue, file: failed", PORT_FILE);
}

/* The gateway drains until the refusals are through; then the bridge finds the other one. */
static unsigned run_refusals(void *arg, const struct failing *plan)
{
    struct play *p = arg;
    char seen[2048];
    begin(p, plan);
    for (int i = 0; i < 8; i++) {
        char id[16];
        snprintf(id, sizeof id, "again%d", i);
        say(p, &(struct line){'a', MO_USSD_BEGIN, ""}, id, seen);
    }
    /* Answered, and by now too old to be answered again: refused for good. */
    p->w->count = 0;
    for (int tries = 0; !settlement(p->w, "again0"); tries++) {
        assert_in_range(tries, 0, TRIES_MAX);
        world_give(p->w, &p->w->a, MO_USSD_BEGIN, "again0", "");
    }
    assert_int_equal(settlement(p->w, "again0")->code, REFUSE_BAD_FIELD);
    unsigned failed = end(p);
    void *state = p->w;
    world_close(&state);
    return failed;
}

static void refusals(void **state)
{
    struct play *p = *state;
    p->ports = true;
    p->port = PORT_REFUSE;
    failing_both("refusals, refuse", 5, run_refusals, p);
    p->ports = false;
}

static int load(void **state)
{
    struct play *p = calloc(1, sizeof *p);
    static const struct failing never = {.first = 0};
    void *shelf = NULL;
    world_load(&shelf);
    p->shelf = shelf;
    p->other = world_another_content();
    run(p, &never);
    p->calm = p->now;
    *state = p;
    return 0;
}

static int unload(void **state)
{
    struct play *p = *state;
    catalog_unref(p->other);
    world_unload(&p->shelf);
    free(p);
    return 0;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, failing_tell)
    const struct CMUnitTest tests[] = {
        TEST(dialogue_without_memory),
        TEST(dialogue_without_ports),
        TEST(refusals),
    };
    return cmocka_run_group_tests_name("nth/core", tests, load, unload);
}
