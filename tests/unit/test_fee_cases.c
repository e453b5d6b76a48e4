/* SPDX-License-Identifier: Apache-2.0 */
/* What a worker must read after the fee check: each way and cost, each kind of amount, in each
 * language of the shipped content. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "catalog/lists.h"
#include "sheets/explore.h"
#include "text/digits.h"

/* The rules as they are known: C a ceiling of 500, F forbidden, L a limit that is no amount, U
 * unknown. */
static const char *const items[] = {"visa",   "stay",     "agency", "agent-abroad",
                                    "broker", "passport", "permit", "medical"};
static const struct {
    const char *corridor, *verdicts;
} ways[] = {
    {"la-th", "CCUFUUUU"}, {"kh-th", "CCUFUUUU"}, {"mm-th", "CCUFUUUU"},
    {"vn-th", "CCLFFUUU"}, {"la-cn", "UUUUUUUU"}, {"mm-cn", "UUUUUUUU"},
};

/* What is typed, and the amount that is meant; -1 if it is none. */
static const struct amount {
    const char *typed;
    long meant;
} amounts[] = {
    {"499", 499},    {"500", 500},    {"501", 501},    {"2000", 2000},    {"2,000", 2000},
    {"2.000", 2000}, {"2 000", 2000}, {"500.00", 500}, {"500 baht", 500}, {"1,250,000", 1250000},
    {"lots", -1},    {"1.5", -1},     {"1 or 2", -1},
};

/* The zero of each language's own digits. */
static const struct {
    const char *lang;
    uint32_t zero;
} digits[] = {{"lo", 0x0ED0}, {"th", 0x0E50}, {"km", 0x17E0}, {"my", 0x1040}, {"zh", 0xFF10}};

static struct explore x;

/* A dialogue of one worker. */
struct worker {
    struct session session;
    struct walk walk;
    char body[CATALOG_BODY_MAX];
};

static void type(struct worker *w, enum mo_kind kind, const char *text)
{
    struct mo mo = {.kind = kind,
                    .msisdn = "8562055512345",
                    .session = "s1",
                    .code = "*1234*21#",
                    .text = text,
                    .text_len = strlen(text)};
    struct turn_input in = {.mo = &mo, .layout = w->walk.layout, .now_ms = 1000000};
    assert_int_equal(turn_take(x.catalog, &x.rules, &in, &w->session), TURN_STEPPED);
}

static void answer(struct worker *w, const char *text)
{
    type(w, MO_USSD_CONTINUE, text);
}

static const char *read_screen(struct worker *w)
{
    struct buf b;
    buf_init(&b, w->body, sizeof w->body);
    walk_body(&w->walk, &w->session.now, &b);
    return w->body;
}

/* The worker has chosen the language and asked for the fee check of that rule. */
static void ask(struct worker *w, size_t lang, const struct fee_rule *r)
{
    char choice[8];
    size_t corridor = 0, item = 0;
    *w = (struct worker){.walk = explore_walk(&x, lang, 0)};
    session_init(&w->session);
    strcpy(w->session.lang, catalog_language(x.catalog, lang)->code);
    w->session.latin = lang >= catalog_language_count(x.catalog);
    type(w, MO_USSD_BEGIN, "");
    while (lists_corridor(x.catalog, corridor) != r->corridor)
        corridor++;
    while (lists_item(x.catalog, item) != r->item)
        item++;
    snprintf(choice, sizeof choice, "%zu", corridor + 1);
    answer(w, choice);
    snprintf(choice, sizeof choice, "%zu", item + 1);
    answer(w, choice);
    answer(w, "1");
}

static void put_line(struct buf *out, const char *id, size_t lang, const char *const *pairs)
{
    if (out->len)
        buf_putc(out, '\n');
    catalog_format(x.catalog, id, lang, pairs, out);
}

static const char *finding(char verdict, long asked)
{
    switch (verdict) {
    case 'C':
        return asked > 500 ? "fees.over" : "fees.within";
    case 'F':
        return "fees.forbidden";
    case 'L':
        return "fees.limited";
    default:
        return "fees.unknown";
    }
}

/* What must stand there after that amount. */
static void expected(const struct fee_rule *r, char verdict, long asked, size_t lang,
                     struct buf *out)
{
    char number[32], id[32];
    digits_group(asked, catalog_say(x.catalog, "fees.separator", lang), number);
    snprintf(id, sizeof id, "currency.%s", r->currency);
    const char *currency = catalog_say(x.catalog, id, lang);
    assert_string_not_equal(currency, "");
    const char *source = catalog_wording(x.catalog, r->source_name, lang)->utf8;
    const char *const pairs[] = {"asked",  number, "amount", "500",   "currency", currency,
                                 "source", source, "date",   r->date, NULL};
    put_line(out, "fees.asked", lang, pairs);
    put_line(out, finding(verdict, asked), lang, pairs);
    put_line(out, "fees.source", lang, pairs);
    buf_puts(out, "\n1 ");
    buf_puts(out, catalog_say(x.catalog, "fees.complain", lang));
}

static void check(const struct fee_rule *r, char verdict, const struct amount *a, size_t lang)
{
    char text[CATALOG_BODY_MAX];
    struct buf b;
    struct worker w;
    ask(&w, lang, r);
    assert_int_equal(w.session.now.form_len, 3);
    answer(&w, a->typed);
    buf_init(&b, text, sizeof text);
    if (a->meant < 0) {
        assert_int_equal(w.session.now.notice, NOTICE_NOT_A_NUMBER);
        assert_int_equal(w.session.now.form_len, 3);
        return;
    }
    expected(r, verdict, a->meant, lang, &b);
    assert_string_equal(read_screen(&w), text);
}

static const struct fee_rule *rule(const char *corridor, const char *item)
{
    for (size_t i = 0; i < lists_corridor_count(x.catalog); i++) {
        for (size_t j = 0; j < lists_item_count(x.catalog); j++) {
            const struct fee_rule *r =
                lists_rule(x.catalog, lists_corridor(x.catalog, i), lists_item(x.catalog, j));
            if (!strcmp(r->corridor->id, corridor) && !strcmp(r->item->id, item))
                return r;
        }
    }
    fail_msg("no rule for %s %s", corridor, item);
    return NULL;
}

static void each_way_and_cost_in_each_language(void **state)
{
    (void)state;
    const struct amount most = {"2,000", 2000}, least = {"499", 499};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        for (size_t j = 0; j < sizeof items / sizeof *items; j++) {
            for (size_t lang = 0; lang < catalog_drawn_count(x.catalog); lang++) {
                check(rule(ways[i].corridor, items[j]), ways[i].verdicts[j], &most, lang);
                check(rule(ways[i].corridor, items[j]), ways[i].verdicts[j], &least, lang);
            }
        }
    }
}

static void each_kind_of_amount_in_each_language(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++) {
        for (size_t lang = 0; lang < catalog_drawn_count(x.catalog); lang++)
            check(rule("la-th", "visa"), 'C', &amounts[i], lang);
    }
}

/* The same text with the digits of a script. */
static void put_native(struct buf *out, const char *text, uint32_t zero)
{
    for (; *text; text++) {
        uint32_t cp = zero + (uint32_t)(*text - '0');
        const char utf8[] = {(char)(0xE0 | cp >> 12), (char)(0x80 | (cp >> 6 & 0x3F)),
                             (char)(0x80 | (cp & 0x3F))};
        if (*text >= '0' && *text <= '9')
            buf_put(out, utf8, sizeof utf8);
        else
            buf_putc(out, *text);
    }
}

static void each_kind_of_amount_in_own_digits(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof digits / sizeof *digits; i++) {
        int lang = catalog_find_language(x.catalog, digits[i].lang);
        assert_true(lang >= 0);
        for (size_t j = 0; j < sizeof amounts / sizeof *amounts; j++) {
            char typed[64];
            struct buf b;
            buf_init(&b, typed, sizeof typed);
            put_native(&b, amounts[j].typed, digits[i].zero);
            struct amount native = {typed, amounts[j].meant};
            check(rule("mm-th", "stay"), 'C', &native, (size_t)lang);
        }
    }
}

/* The rule itself stands above the check, in the worker's language, with its source and date. */
static void the_rule_comes_with_source_and_date(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        for (size_t j = 0; j < sizeof items / sizeof *items; j++) {
            for (size_t lang = 0; lang < catalog_drawn_count(x.catalog); lang++) {
                const struct fee_rule *r = rule(ways[i].corridor, items[j]);
                struct worker w;
                ask(&w, lang, r);
                answer(&w, "0");
                const char *body = read_screen(&w);
                assert_non_null(strstr(body, catalog_wording(x.catalog, r->rule, lang)->utf8));
                assert_non_null(strstr(body, r->date));
                assert_non_null(
                    strstr(body, catalog_wording(x.catalog, r->source_name, lang)->utf8));
            }
        }
    }
}

static int load(void **state)
{
    (void)state;
    explore_init(&x, CONTENT_DIR);
    return explore_load(&x);
}

static int unload(void **state)
{
    (void)state;
    explore_free(&x);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_way_and_cost_in_each_language),
        cmocka_unit_test(each_kind_of_amount_in_each_language),
        cmocka_unit_test(each_kind_of_amount_in_own_digits),
        cmocka_unit_test(the_rule_comes_with_source_and_date),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
