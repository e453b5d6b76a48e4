/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "catalog/lists.h"
#include "catalog/marks.h"
#include "tests/support/small_content.h"
#include "text/fold.h"

enum { USSD, NARROW, SMS };

static size_t lang_of(const struct catalog *c, const char *code)
{
    int lang = catalog_find_language(c, code);
    assert_true(lang >= 0);
    return (size_t)lang;
}

static const char *first_page(const struct catalog *c, const char *id, const char *lang, int layout)
{
    const struct page *p =
        catalog_page(c, catalog_node(c, id), lang_of(c, lang), (size_t)layout, 0);
    return p ? p->text : NULL;
}

static void languages_in_the_order_of_the_file(void **state)
{
    (void)state;
    struct catalog *c = small_loaded();
    assert_int_equal(catalog_language_count(c), 2);
    assert_string_equal(catalog_language(c, 0)->latin, "Lao");
    assert_null(catalog_language(c, 2));
    assert_int_equal(catalog_source_language(c), 1);
    assert_int_equal(catalog_language_of_country(c, "LA"), 0);
    assert_int_equal(catalog_language_of_country(c, "FR"), 1);
    assert_int_equal(catalog_find_language(c, "fr"), -1);
    catalog_unref(c);
}

static void screens_as_they_are_sent(void **state)
{
    (void)state;
    struct catalog *c = small_loaded();
    assert_string_equal(first_page(c, "main", "en", USSD), "Mekong Line\n1 Papers\n2 Fees");
    assert_string_equal(first_page(c, "papers", "en", USSD), "Papers\n1 Passport\n2 Visa\n0 back");
    assert_string_equal(first_page(c, "passport", "en", USSD),
                        "Keep your passport with you. Nobody may take it.\n1 Visa\n"
                        "97 SMS me 0 back");
    assert_string_equal(first_page(c, "passport", "en", SMS),
                        "Keep your passport with you. Nobody may take it.\n1 Visa\n0 back");
    assert_string_equal(first_page(c, "visa", "en", USSD),
                        "Ask for a receipt.\nSend it home.\n0 back");
    assert_string_equal(first_page(c, "visa", "lo", USSD), "ຂໍໃບຮັບເງິນ.\nສົ່ງກັບບ້ານ.\n0 back");
    assert_null(first_page(c, "fees", "en", USSD));
    catalog_unref(c);
}

static void a_page_says_what_it_costs(void **state)
{
    (void)state;
    struct catalog *c = small_loaded();
    const struct node *visa = catalog_node(c, "visa");
    const struct page *p = catalog_page(c, visa, lang_of(c, "en"), USSD, 0);
    assert_string_equal(p->json, "\"Ask for a receipt.\\nSend it home.\\n0 back\"");
    assert_int_equal(p->json_len, strlen(p->json));
    assert_int_equal(p->len, strlen(p->text));
    assert_int_equal(p->coding, CODING_GSM7);
    assert_int_equal(p->segments, 0);
    assert_int_equal(p->next, strlen("Ask for a receipt.\nSend it home."));
    assert_int_equal(catalog_page(c, visa, lang_of(c, "lo"), USSD, 0)->coding, CODING_UCS2);
    assert_int_equal(catalog_page(c, visa, lang_of(c, "lo"), SMS, 0)->segments, 1);
    assert_null(catalog_page(c, visa, 0, USSD, 1));
    assert_null(catalog_page(c, visa, 2, USSD, 0));
    assert_null(catalog_page(c, visa, 0, 3, 0));
    catalog_unref(c);
}

static void a_menu_shows_six_options_at_most(void **state)
{
    (void)state;
    struct small s;
    small_init(&s);
    small_replace(&s, "menu.json", "[\"passport\", \"visa\"]",
                  "[\"visa\",\"visa\",\"visa\",\"visa\",\"visa\",\"visa\",\"visa\"]");
    struct catalog *c = small_load(&s, NULL);
    assert_non_null(c);
    size_t en = lang_of(c, "en");
    const struct node *papers = catalog_node(c, "papers");
    const struct page *one = catalog_page(c, papers, en, USSD, 0);
    assert_string_equal(one->text, "Papers\n1 Visa\n2 Visa\n3 Visa\n4 Visa\n5 Visa\n6 Visa\n"
                                   "98 more 0 back");
    const struct page *two = catalog_page(c, papers, en, USSD, one->next);
    assert_non_null(two);
    assert_string_equal(two->text, "7 Visa\n0 back");
    catalog_unref(c);
    small_free(&s);
}

static void a_text_past_its_review_says_so(void **state)
{
    (void)state;
    struct small s;
    small_init(&s);
    small_replace(&s, "texts/en/all.json", "2027-05-29", "2026-05-31");
    struct findings *f = findings_new();
    struct catalog *c = small_load(&s, f);
    assert_non_null(c);
    assert_int_equal(findings_count(f, FINDING_WARNING), 1);
    assert_true(catalog_overdue(c, catalog_node(c, "passport")));
    assert_false(catalog_overdue(c, catalog_node(c, "visa")));
    assert_ptr_equal(strstr(first_page(c, "passport", "en", USSD), "ui.outdated\nKeep"),
                     first_page(c, "passport", "en", USSD));
    findings_free(f);
    catalog_unref(c);
    small_free(&s);
}

static unsigned marks(const struct catalog *c, const char *node, const char *lang)
{
    return marks_of_node(c, catalog_node(c, node), lang_of(c, lang));
}

static void what_nobody_has_reviewed_is_marked(void **state)
{
    (void)state;
    struct catalog *c = small_loaded();
    assert_int_equal(marks(c, "papers", "en"), 0); /* English labels have no status */
    assert_int_equal(marks(c, "papers", "lo"), TEXT_UNREVIEWED);
    assert_int_equal(marks(c, "visa", "en"), TEXT_UNREVIEWED);
    assert_int_equal(marks_of_node(c, catalog_node(c, "visa"), catalog_drawn_count(c)), 0);
    assert_int_equal(marks_of_text(c, NULL, 0), 0);
    catalog_unref(c);
}

static void what_is_reviewed_or_overdue_is_marked_by_its_own_text(void **state)
{
    (void)state;
    struct small s;
    small_init(&s);
    small_replace(&s, "texts/en/all.json", "2027-05-29", "2026-05-31"); /* passport.text */
    small_replace(&s, "texts/en/all.json", "\"2027-05-29\", \"status\": \"draft\"",
                  "\"2027-05-29\", \"status\": \"reviewed\", \"reviewer\": \"Noy\", "
                  "\"reviewed_on\": \"2026-05-01\"");
    struct catalog *c = small_load(&s, NULL);
    assert_non_null(c);
    assert_int_equal(marks(c, "visa", "en"), 0);
    assert_int_equal(marks(c, "visa", "lo"), TEXT_UNREVIEWED);
    assert_int_equal(marks(c, "passport", "en"), TEXT_UNREVIEWED | TEXT_OVERDUE);
    assert_int_equal(marks_of_text(c, catalog_text(c, "passport.text"), lang_of(c, "lo")),
                     TEXT_UNREVIEWED | TEXT_OVERDUE);
    catalog_unref(c);
    small_free(&s);
}

/* A reviewed article with the label of a draft under it, as its readers see it. */
static void the_options_under_a_text_count_too(void **state)
{
    (void)state;
    struct small s;
    small_init(&s);
    small_replace(&s, "texts/lo/all.json", "\"status\": \"draft\", \"from\": \"24b940aa\"",
                  "\"status\": \"reviewed\", \"reviewer\": \"Noy\", \"reviewed_on\": "
                  "\"2026-05-01\", \"from\": \"24b940aa\"");
    struct catalog *c = small_load(&s, NULL);
    assert_non_null(c);
    assert_int_equal(marks_of_text(c, catalog_text(c, "passport.text"), lang_of(c, "lo")), 0);
    assert_int_equal(marks(c, "passport", "lo"), TEXT_UNREVIEWED);
    catalog_unref(c);
    small_free(&s);
}

static void a_language_without_wording_shows_english(void **state)
{
    (void)state;
    struct small s;
    small_init(&s);
    const char *lao = small_text(&s, "texts/lo/all.json");
    char line[512];
    snprintf(line, sizeof line, "%.400s", strstr(lao, "    \"visa.text\""));
    *(strchr(line, '\n') + 1) = '\0';
    small_replace(&s, "texts/lo/all.json", line, "");
    struct catalog *c = small_load(&s, NULL);
    assert_non_null(c);
    assert_string_equal(first_page(c, "visa", "lo", USSD),
                        "Ask for a receipt.\nSend it home.\n0 back");
    catalog_unref(c);
    small_free(&s);
}

static void drafts_may_be_hidden(void **state)
{
    (void)state;
    struct small s;
    struct catalog_options o = small_options();
    o.hide_drafts = true;
    small_init(&s);
    small_replace(&s, "texts/lo/all.json", "\"draft\", \"from\": \"e17ad808\"",
                  "\"reviewed\", \"reviewer\": \"Noy\", \"reviewed_on\": \"2026-05-01\", \"from\": "
                  "\"e17ad808\"");
    struct findings *f = findings_new();
    struct catalog *c = catalog_load_files(s.files, s.count, &o, f);
    small_tell_errors(f);
    assert_non_null(c);
    assert_string_equal(first_page(c, "visa", "lo", USSD), "ຂໍໃບຮັບເງິນ.\nສົ່ງກັບບ້ານ.\n0 back");
    assert_string_equal(first_page(c, "papers", "lo", USSD), "Papers\n1 Passport\n2 Visa\n0 back");
    findings_free(f);
    catalog_unref(c);
    small_free(&s);
}

static void nodes_are_found_by_id_key_dial_and_type(void **state)
{
    (void)state;
    struct catalog *c = small_loaded();
    const struct node *visa = catalog_node(c, "visa");
    assert_ptr_equal(catalog_node_by_key(c, visa->key), visa);
    assert_ptr_equal(catalog_node_by_dial(c, "12"), visa);
    assert_ptr_equal(catalog_node_by_type(c, 4, "stop"), catalog_node(c, "stop"));
    assert_ptr_equal(catalog_node_by_type(c, 2, NULL), catalog_node(c, "fees"));
    assert_ptr_equal(catalog_start(c), catalog_node(c, "main"));
    assert_string_equal(visa->parent->id, "papers");
    assert_true(visa->is_private);
    assert_null(catalog_start(c)->parent);
    assert_null(catalog_node(c, "visas"));
    assert_null(catalog_node_by_dial(c, "99"));
    assert_null(catalog_node_by_type(c, 4, "start"));
    assert_null(catalog_node_by_key(c, visa->key + 1));
    for (size_t i = 0; i < catalog_node_count(c); i++)
        assert_int_equal(catalog_node_at(c, i)->index, i);
    assert_null(catalog_node_at(c, catalog_node_count(c)));
    catalog_unref(c);
}

static struct keyword say(const struct catalog *c, const char *typed)
{
    char folded[64];
    struct keyword k = {.node = NULL, .language = -2};
    assert_true(fold_keyword(typed, strlen(typed), folded, sizeof folded) >= 0);
    catalog_keyword(c, folded, &k);
    return k;
}

static void keywords_in_any_case_and_script(void **state)
{
    (void)state;
    struct catalog *c = small_loaded();
    assert_ptr_equal(say(c, " Passport ").node, catalog_node(c, "passport"));
    assert_ptr_equal(say(c, "ໜັງສືຜ່ານແດນ").node, catalog_node(c, "passport"));
    assert_int_equal(say(c, "stop").language, -1);
    assert_int_equal(say(c, "lao").language, 0);
    assert_null(say(c, "lao").node);
    assert_int_equal(say(c, "nothing").language, -2);
    catalog_unref(c);
}

static void placeholders_are_replaced(void **state)
{
    (void)state;
    struct small s;
    small_init(&s);
    small_replace(&s, "texts/en/ui.json", "\"text\": \"fees.over\"",
                  "\"text\": \"{amount} {currency} {what} {home} {\"");
    struct catalog *c = small_load(&s, NULL);
    assert_null(c); /* Lao lacks the names */
    small_replace(&s, "texts/lo/ui.json", "\"text\": \"fees.over\"",
                  "\"text\": \"{currency}{amount}{what}{home}\"");
    c = small_load(&s, NULL);
    assert_non_null(c);
    const char *pairs[] = {"amount", "500", "currency", "THB", NULL};
    char out[64];
    struct buf b;
    buf_init(&b, out, sizeof out);
    catalog_format(c, "fees.over", lang_of(c, "en"), pairs, &b);
    assert_string_equal(out, "500 THB {what} 00 {");
    buf_init(&b, out, sizeof out);
    catalog_format(c, "fees.over", lang_of(c, "lo"), pairs, &b);
    assert_string_equal(out, "THB500{what}00");
    assert_string_equal(catalog_say(c, "no.such.text", 0), "");
    catalog_unref(c);
    small_free(&s);
}

static void tables_of_fees_and_contacts(void **state)
{
    (void)state;
    struct catalog *c = small_loaded();
    const struct corridor *corridor = lists_corridor(c, 0);
    const struct fee_item *item = lists_item(c, 0);
    const struct fee_rule *rule = lists_rule(c, corridor, item);
    assert_int_equal(lists_corridor_count(c), 1);
    assert_int_equal(lists_item_count(c), 1);
    assert_ptr_equal(lists_corridor_by_key(c, corridor->key), corridor);
    assert_ptr_equal(lists_item_by_key(c, item->key), item);
    assert_null(lists_item_by_key(c, item->key + 1));
    assert_int_equal(rule->verdict, FEE_CEILING);
    assert_int_equal(rule->amount, 500);
    assert_string_equal(rule->rule->id, "fee.visa-rule");
    assert_int_equal(lists_channel_count(c), 2);
    const struct contact *one = lists_channel(c, 0), *two = lists_channel(c, 1);
    assert_string_equal(one->dial_from, "TH LA");
    assert_string_equal(one->year, "2017");
    assert_string_equal(two->year, "2018"); /* of its source */
    assert_false(one->verified);
    assert_true(two->verified);
    assert_string_equal(one->kinds[0], "unpaid");
    assert_null(one->kinds[1]);
    assert_null(lists_channel(c, 2));
    assert_int_equal(lists_centre_count(c), 1);
    assert_string_equal(lists_centre(c, 0)->number, "");
    assert_null(lists_centre(c, 0)->kinds[0]);
    catalog_unref(c);
}

static void contacts_of_low_confidence_are_left_out(void **state)
{
    (void)state;
    struct small s;
    small_init(&s);
    small_replace(&s, "channels.json", "\"medium\"", "\"low\"");
    struct catalog *c = small_load(&s, NULL);
    assert_non_null(c);
    assert_int_equal(lists_channel_count(c), 1);
    assert_string_equal(lists_channel(c, 0)->id, "th-two");
    catalog_unref(c);
    small_free(&s);
}

static void the_version_follows_names_and_octets(void **state)
{
    (void)state;
    struct small s;
    small_init(&s);
    struct catalog *a = small_load(&s, NULL), *b = small_load(&s, NULL);
    assert_int_equal(strlen(catalog_version(a)), CATALOG_VERSION_HEX);
    assert_string_equal(catalog_version(a), catalog_version(b));
    catalog_unref(b);
    small_replace(&s, "menu.json", "\"help\" }", "\"help\"  }");
    b = small_load(&s, NULL);
    assert_non_null(b);
    assert_string_not_equal(catalog_version(a), catalog_version(b));
    catalog_unref(b);
    small_set(&s, "texts/en/more.json", "{ \"texts\": {} }");
    b = small_load(&s, NULL);
    assert_non_null(b);
    assert_string_not_equal(catalog_version(a), catalog_version(b));
    catalog_unref(a);
    catalog_unref(b);
    small_free(&s);
}

static void the_last_reference_frees(void **state)
{
    (void)state;
    struct catalog *c = small_loaded();
    assert_ptr_equal(catalog_ref(c), c);
    catalog_unref(c);
    assert_string_equal(catalog_say(c, "visa.label", lang_of(c, "en")), "Visa");
    catalog_unref(c);
    catalog_unref(NULL);
}

static void a_folder_and_memory_give_the_same(void **state)
{
    (void)state;
    char folder[] = "/tmp/test-catalog-XXXXXX";
    assert_non_null(mkdtemp(folder));
    struct small s;
    small_init(&s);
    small_write(&s, folder);
    struct catalog_options o = small_options();
    struct catalog *a = catalog_load(folder, &o, NULL), *b = small_load(&s, NULL);
    assert_non_null(a);
    assert_string_equal(catalog_version(a), catalog_version(b));
    struct catalog_counts x, y;
    catalog_count(a, &x);
    catalog_count(b, &y);
    assert_memory_equal(&x, &y, sizeof x);
    assert_int_equal(x.nodes, 7);
    assert_int_equal(x.drafts, x.wordings);
    catalog_unref(a);
    catalog_unref(b);
    small_erase(&s, folder);
    small_free(&s);
}

/* Walk all pages of one node: each fits, and the chain ends at the end of the body. */
static size_t walk_pages(const struct catalog *c, const struct node *n, size_t lang, size_t layout)
{
    const struct screen_limits *limits = &catalog_layout(c, layout)->limits;
    const char *code = catalog_language(c, lang)->code;
    char mem[CATALOG_BODY_MAX];
    struct buf body;
    buf_init(&body, mem, sizeof mem);
    catalog_body(c, n, lang, &body);
    size_t pages = 0;
    for (size_t start = 0; start < body.len; pages++) {
        const struct page *p = catalog_page(c, n, lang, layout, start);
        assert_non_null(p);
        assert_true(screen_fits(catalog_words(c), code, p->text, p->len, limits));
        assert_true(p->next > start);
        if (lang >= catalog_language_count(c))
            assert_int_equal(p->coding, CODING_GSM7); /* a form without marks */
        start = p->next;
    }
    return pages;
}

static void each_screen_of_the_shipped_content_fits(void **state)
{
    static const char *const types[] = {"menu",     "article", "fees", "channels", "centres",
                                        "language", "help",    "stop", "sms_me",   "request",
                                        "status",   "resume",  NULL};
    static const char *const pages[] = {"menu", "article", NULL};
    static const struct layout layouts[] = {{.limits = {.septets = 182, .units = 80}},
                                            {.limits = {.septets = 160, .units = 70}},
                                            {.limits = {.segments = 3}}};
    (void)state;
    struct catalog_options o = small_options();
    o.types = types;
    o.layouts = layouts;
    o.page_types = pages;
    const char *folder = getenv("CONTENT") ? getenv("CONTENT") : CONTENT_DIR;
    struct findings *f = findings_new();
    struct catalog *c = catalog_load(folder, &o, f);
    small_tell_errors(f);
    assert_non_null(c);
    size_t walked = 0;
    for (size_t i = 0; i < catalog_node_count(c); i++) {
        const struct node *n = catalog_node_at(c, i);
        if (n->type > 1)
            continue;
        for (size_t lang = 0; lang < catalog_drawn_count(c); lang++) {
            for (size_t layout = 0; layout < o.layout_count; layout++)
                walked += walk_pages(c, n, lang, layout);
        }
    }
    struct catalog_counts counts;
    catalog_count(c, &counts);
    assert_int_equal(walked, counts.pages);
    findings_free(f);
    catalog_unref(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(languages_in_the_order_of_the_file),
        cmocka_unit_test(screens_as_they_are_sent),
        cmocka_unit_test(a_page_says_what_it_costs),
        cmocka_unit_test(a_menu_shows_six_options_at_most),
        cmocka_unit_test(a_text_past_its_review_says_so),
        cmocka_unit_test(what_nobody_has_reviewed_is_marked),
        cmocka_unit_test(what_is_reviewed_or_overdue_is_marked_by_its_own_text),
        cmocka_unit_test(the_options_under_a_text_count_too),
        cmocka_unit_test(a_language_without_wording_shows_english),
        cmocka_unit_test(drafts_may_be_hidden),
        cmocka_unit_test(nodes_are_found_by_id_key_dial_and_type),
        cmocka_unit_test(keywords_in_any_case_and_script),
        cmocka_unit_test(placeholders_are_replaced),
        cmocka_unit_test(tables_of_fees_and_contacts),
        cmocka_unit_test(contacts_of_low_confidence_are_left_out),
        cmocka_unit_test(the_version_follows_names_and_octets),
        cmocka_unit_test(the_last_reference_frees),
        cmocka_unit_test(a_folder_and_memory_give_the_same),
        cmocka_unit_test(each_screen_of_the_shipped_content_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
