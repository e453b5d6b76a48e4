/* SPDX-License-Identifier: Apache-2.0 */
/* The preview is what workers get: its screens are compared with the answers of the whole core. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "editing/preview.h"
#include "editing/rehearsal.h"
#include "support/editing_world.h"

static const struct tree_node *look(const struct editing_world *w, const char *place,
                                    const char *json, const char *language, struct editing_json *j)
{
    const struct preview_wish wish = {.studio = &w->studio,
                                      .files = w->files,
                                      .place = place,
                                      .json = json,
                                      .language = language,
                                      .today = w->today,
                                      .base = w->catalog,
                                      .atlas = w->atlas};
    editing_json_begin(j);
    preview_write(&wish, &j->out);
    return editing_json_read(j);
}

/* The screens of the first sight, in the first language that is shown. */
static const struct tree_node *screens(const struct tree_node *root, size_t layout)
{
    const struct tree_node *seen = editing_at(tree_get(root, "seen"), 0);
    const struct tree_node *language = editing_at(tree_get(seen, "languages"), 0);
    return tree_get(editing_at(tree_get(language, "layouts"), layout), "screens");
}

static const char *screen_text(const struct tree_node *root, size_t layout, size_t page)
{
    return editing_text(editing_at(screens(root, layout), page), "text");
}

/* What the core answers to a step, as the only event; copied. */
static char *answer(struct rehearsal *r, enum rehearsal_act act, const char *text, const char *to)
{
    struct editing_json j;
    const struct rehearsal_step step = {
        .act = act, .text = text, .to = to, .now_ms = 1780300800000};
    editing_json_begin(&j);
    assert_int_equal(rehearsal_take(r, &step, &j.out), 0);
    const struct tree_node *event = editing_at(tree_get(editing_json_read(&j), "events"), 0);
    const char *got = editing_text(event, "text");
    char *copy = got ? strdup(got) : NULL;
    editing_json_free(&j);
    return copy;
}

static struct rehearsal *phone(const struct editing_world *w, const char *language, bool latin)
{
    const struct rehearsal_options o = {.studio = &w->studio,
                                        .carrier = "",
                                        .number = "8562055512345",
                                        .language = language,
                                        .latin = latin,
                                        .now_ms = 1780300800000};
    struct rehearsal *r = rehearsal_new(&o, w->catalog);
    assert_non_null(r);
    return r;
}

struct compared {
    const struct editing_world *w;
    size_t bodies, screens;
};

/* Dial a node and read it to its end. */
static void compare_dialled(struct compared *c, const struct node *n, const char *language,
                            bool latin, const struct tree_node *list)
{
    char code[32];
    struct rehearsal *r = phone(c->w, language, latin);
    snprintf(code, sizeof code, "*1234*%s#", n->dial);
    char *got = answer(r, REHEARSAL_DIAL, code, "");
    for (const struct tree_node *s = tree_first(list); s; s = tree_next(s)) {
        assert_non_null(got);
        assert_string_equal(got, editing_text(s, "text"));
        free(got);
        got = answer(r, REHEARSAL_ANSWER, c->w->conf.keys_more, "");
        c->screens++;
    }
    free(got);
    rehearsal_free(r);
    c->bodies++;
}

static void compare_node(struct compared *c, const struct node *n)
{
    struct editing_json j;
    char place[128];
    snprintf(place, sizeof place, "menu.json#%s", n->id);
    const struct tree_node *root = look(c->w, place, NULL, "", &j);
    const struct tree_node *seen = editing_at(tree_get(root, "seen"), 0);
    const struct tree_node *l = tree_first(tree_get(seen, "languages"));
    assert_string_equal(editing_text(seen, "node"), n->id);
    for (; l; l = tree_next(l)) {
        const struct tree_node *layout = editing_at(tree_get(l, "layouts"), 0);
        compare_dialled(c, n, editing_text(l, "language"), tree_true(tree_get(l, "plain")),
                        tree_get(layout, "screens"));
    }
    editing_json_free(&j);
}

/* Every eighth node that can be dialled, menus and articles and what handlers draw, in all
 * languages and in the form without marks. */
static void screens_are_those_that_the_core_answers(void **state)
{
    struct compared c = {.w = *state};
    size_t dialled = 0;
    for (size_t i = 0; i < catalog_node_count(c.w->catalog); i++) {
        const struct node *n = catalog_node_at(c.w->catalog, i);
        if (n->dial[0] && !n->is_private && strcmp(n->id, "language") && dialled++ % 8 == 0)
            compare_node(&c, n);
    }
    print_message("%zu bodies, %zu screens\n", c.bodies, c.screens);
    assert_true(c.bodies >= 100);
    assert_true(c.screens >= 200);
}

static void sms_are_those_that_the_core_answers(void **state)
{
    static const struct {
        const char *node, *language, *word;
    } words[] = {{"before.contract", "en", "CONTRACT"}, {"before.contract", "lo", "ສັນຍາ"},
                 {"before.contract", "th", "สัญญา"},     {"before.contract", "zh", "合同"},
                 {"before.contract", "vi", "Hợp đồng"}, {"fees-menu", "my", "အခကြေးငွေ"}};
    const struct editing_world *w = *state;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct editing_json j;
        char place[128];
        snprintf(place, sizeof place, "menu.json#%s", words[i].node);
        const struct tree_node *root = look(w, place, NULL, words[i].language, &j);
        struct rehearsal *r = phone(w, words[i].language, false);
        char *got = answer(r, REHEARSAL_SMS, words[i].word, "1234");
        assert_string_equal(got, screen_text(root, 1, 0));
        const struct tree_node *s = editing_at(screens(root, 1), 0);
        assert_true(editing_number(s, "segments") >= 1);
        free(got);
        rehearsal_free(r);
        editing_json_free(&j);
    }
}

static void what_is_typed_is_shown(void **state)
{
    struct editing_json j;
    const struct tree_node *root =
        look(*state, "texts/lo/menu.json#before.label",
             "{\"text\":\"ກ່ອນເດີນທາງ\",\"status\":\"draft\",\"from\":\"x\"}", "", &j);
    assert_string_equal(editing_text(editing_at(tree_get(root, "seen"), 0), "as"), "line");
    assert_non_null(strstr(screen_text(root, 0, 0), "\n1 ກ່ອນເດີນທາງ\n"));
    assert_null(editing_text(root, "refused"));
    editing_json_free(&j);
}

static void sizes_are_those_of_the_screen(void **state)
{
    struct editing_json j;
    const struct tree_node *root = look(*state, "texts/en/menu.json#main.title",
                                        "{\"text\":\"Title\",\"kind\":\"label\"}", "", &j);
    const struct tree_node *s = editing_at(screens(root, 0), 0);
    size_t len = strlen(editing_text(s, "text"));
    assert_string_equal(editing_text(s, "coding"), "gsm7");
    assert_int_equal(editing_number(s, "septets"), len);
    assert_int_equal(editing_number(s, "units"), len);
    assert_int_equal(editing_number(s, "room"), 182 - len);
    assert_int_equal(editing_number(s, "octets"), (7 * len + 7) / 8);
    assert_int_equal(tree_type(tree_get(s, "guilty")), JSON_NULL);
    editing_json_free(&j);
}

/* at counts UTF-16 units, so a character outside of the basic plane counts two. */
static void the_guilty_character_is_named(void **state)
{
    struct editing_json j;
    const struct tree_node *root =
        look(*state, "texts/en/menu.json#main.title",
             "{\"text\":\"A\\u20ac\\u201cB\\ud83d\\ude00\",\"kind\":\"label\"}", "", &j);
    const struct tree_node *guilty = tree_get(tree_get(root, "text"), "guilty");
    assert_string_equal(editing_text(guilty, "character"), "\xE2\x80\x9C");
    assert_string_equal(editing_text(guilty, "code"), "U+201C");
    assert_int_equal(editing_number(guilty, "at"), 2);
    const struct tree_node *s = editing_at(screens(root, 0), 0);
    assert_string_equal(editing_text(s, "coding"), "ucs2");
    assert_int_equal(editing_number(tree_get(s, "guilty"), "at"), 2);
    assert_int_equal(editing_number(s, "room"), 80 - editing_number(s, "units"));
    editing_json_free(&j);
    root = look(*state, "texts/en/menu.json#main.title",
                "{\"text\":\"\\ud83d\\ude00\\u20ac\",\"kind\":\"label\"}", "", &j);
    assert_string_equal(editing_text(tree_get(tree_get(root, "text"), "guilty"), "code"),
                        "U+1F600");
    editing_json_free(&j);
}

static void findings_of_the_entry_are_told_and_all_are_counted(void **state)
{
    struct editing_json j;
    const struct tree_node *root =
        look(*state, "texts/lo/fees.json#fee.rule.th-visa",
             "{\"text\":\"ຄ່າວີຊາ 600 ບາດ\",\"status\":\"draft\",\"from\":\"00000000\"}", "", &j);
    const struct tree_node *findings = tree_get(root, "findings");
    const struct tree_node *here = tree_get(findings, "here");
    assert_true(editing_number(findings, "errors") >= 1);
    assert_non_null(editing_where(here, "code", "number-mismatch"));
    assert_non_null(editing_where(here, "code", "stale-translation"));
    for (const struct tree_node *f = tree_first(here); f; f = tree_next(f))
        assert_string_equal(editing_text(f, "language"), "lo");
    editing_json_free(&j);
}

/* Numbers that differ are an error, and yet the screens are there to look at. */
static void a_fee_is_shown_while_its_translations_lag(void **state)
{
    struct editing_json j;
    const struct tree_node *root = look(
        *state, "texts/en/fees.json#fee.rule.th-visa",
        "{\"text\":\"The visa is 700 "
        "baht.\",\"kind\":\"statement\",\"facts\":[\"thai-visa-and-stay-"
        "fees-cut-to-500-baht\"],\"sources\":[],\"review_by\":\"2027-02-28\",\"status\":\"draft\"}",
        "", &j);
    assert_true(editing_number(tree_get(root, "findings"), "errors") >= 6);
    assert_false(tree_true(tree_get(root, "faulty")));
    const struct tree_node *seen = editing_at(tree_get(root, "seen"), 0);
    assert_string_equal(editing_text(seen, "node"), "fees");
    assert_non_null(strstr(screen_text(root, 0, 0), "The visa is 700 baht.\nSource:"));
    editing_json_free(&j);
}

static void a_rule_is_shown_with_its_answer_to_an_amount(void **state)
{
    struct editing_json j;
    const struct tree_node *root = look(*state, "fees.json#la-th-visa", NULL, "en", &j);
    const struct tree_node *second = editing_at(tree_get(root, "seen"), 1);
    const struct tree_node *language = editing_at(tree_get(second, "languages"), 0);
    const struct tree_node *layout = editing_at(tree_get(language, "layouts"), 0);
    assert_non_null(strstr(editing_text(editing_at(tree_get(layout, "screens"), 0), "text"),
                           "more than the rule says: 500 baht"));
    editing_json_free(&j);
}

/* A name that belongs to no node is found where handlers write it. */
static void a_channel_is_found_on_the_screens_of_handlers(void **state)
{
    struct editing_json j;
    const struct tree_node *root =
        look(*state, "texts/en/channels.json#channel.th-doe-1694",
             "{\"text\":\"Thailand: THE job office\",\"kind\":\"label\"}", "", &j);
    bool found = false;
    const struct tree_node *s = tree_first(screens(root, 0));
    assert_string_equal(editing_text(editing_at(tree_get(root, "seen"), 0), "as"), "part");
    for (; s; s = tree_next(s))
        found |= strstr(editing_text(s, "text"), "Thailand: THE job office: 1694") != NULL;
    assert_true(found);
    editing_json_free(&j);
    root = look(*state, "channels.json#th-doe-1694", NULL, "lo", &j);
    assert_non_null(editing_at(tree_get(root, "seen"), 0));
    editing_json_free(&j);
}

static void the_last_line_is_shown_where_it_stands(void **state)
{
    struct editing_json j;
    const struct tree_node *root = look(*state, "texts/en/ui.json#ui.back",
                                        "{\"text\":\"{back} BACK\",\"kind\":\"label\"}", "", &j);
    assert_non_null(strstr(screen_text(root, 0, 0), "0 BACK"));
    editing_json_free(&j);
    root = look(*state, "texts/en/ui.json#ui.invalid", "{\"text\":\"No.\",\"kind\":\"prompt\"}", "",
                &j);
    assert_memory_equal(screen_text(root, 0, 0), "No.\nMekong Line\n", 16);
    editing_json_free(&j);
}

static void a_word_shows_what_it_opens(void **state)
{
    struct editing_json j;
    const struct tree_node *root =
        look(*state, "keywords.json#before.contract", "{\"en\":[\"JOB\"]}", "en", &j);
    const struct tree_node *seen = editing_at(tree_get(root, "seen"), 0);
    assert_string_equal(editing_text(seen, "node"), "before.contract");
    editing_json_free(&j);
    root = look(*state, "languages.json#lo",
                "{\"code\":\"lo\",\"name\":\"LAO\",\"latin\":\"Lao\",\"countries\":[\"LA\"]}", "en",
                &j);
    assert_memory_equal(screen_text(root, 0, 0), "1 LAO\n", 6);
    editing_json_free(&j);
}

/* Without a text that a node needs nothing that a handler draws is drawn. */
static void what_is_missing_is_no_crash(void **state)
{
    const struct editing_world *w = *state;
    static const char *const places[] = {"texts/en/menu.json#request.label",
                                         "texts/en/fees.json#fee.rule.th-visa", "menu.json#main",
                                         "languages.json#en", "fees.json#items/visa"};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        static const char *const looked[] = {"channels.json#th-doe-1694", "menu.json#main",
                                             "fees.json#la-th-visa"};
        struct editing_world without = *w;
        without.files = editing_world_set(w->files, places[i], NULL);
        for (size_t k = 0; k < sizeof looked / sizeof *looked; k++) {
            struct editing_json j;
            const struct tree_node *root = look(&without, looked[k], NULL, "", &j);
            if (editing_text(root, "refused"))
                fail_msg("%s without %s: %s", looked[k], places[i], editing_text(root, "refused"));
            assert_true(editing_number(tree_get(root, "findings"), "errors") >= 1);
            editing_json_free(&j);
        }
        files_unref(without.files);
    }
}

static void what_cannot_be_taken_is_refused_with_a_sentence(void **state)
{
    struct editing_json j;
    const struct tree_node *root = look(*state, "texts/en/ui.json#ui.more", "{\"text\":", "", &j);
    assert_non_null(strstr(editing_text(root, "refused"), "no valid JSON"));
    editing_json_free(&j);
    root = look(*state, "nowhere.json#a", "{}", "", &j);
    assert_non_null(strstr(editing_text(root, "refused"), "address"));
    editing_json_free(&j);
}

static void a_language_without_words_shows_english(void **state)
{
    const struct editing_world *w = *state;
    struct editing_json j;
    struct editing_world without = *w;
    without.files =
        editing_world_set(w->files, "texts/th/articles.json#before.why-regular.text", NULL);
    const struct tree_node *root = look(&without, "menu.json#before.why-regular", NULL, "th", &j);
    const struct tree_node *seen = editing_at(tree_get(root, "seen"), 0);
    assert_true(tree_true(tree_get(editing_at(tree_get(seen, "languages"), 0), "fallback")));
    assert_memory_equal(screen_text(root, 0, 0), "Labour agreements", 17);
    editing_json_free(&j);
    files_unref(without.files);
}

/* Screens that are copied from another catalog are those that would have been cut. */
static void a_copy_is_as_good_as_the_cut(void **state)
{
    static const struct {
        const char *place, *json;
    } edits[] = {
        {"texts/lo/ui.json#ui.back", "{\"text\":\"{back} ກັບ\",\"status\":\"draft\"}"},
        {"texts/km/ui.json#ui.sms", "{\"text\":\"{sms} SMS\",\"status\":\"draft\"}"},
        {"texts/th/ui.json#ui.more", "{\"text\":\"{more} >\",\"status\":\"draft\"}"},
        {"texts/en/ui.json#ui.outdated", "{\"text\":\"Old!\",\"kind\":\"prompt\"}"},
        {"texts/my/menu.json#before.label", "{\"text\":\"က\",\"status\":\"draft\"}"},
        {"menu.json#before.why-regular", "{\"type\":\"article\",\"dial\":\"11\",\"private\":true}"},
        {"languages.json#th", NULL},
        {"texts/vi/articles.json#before.mou.text", NULL}};
    const struct editing_world *w = *state;
    for (size_t e = 0; e < sizeof edits / sizeof *edits; e++) {
        struct files *f = editing_world_set(w->files, edits[e].place, edits[e].json);
        struct catalog *a = editing_world_load(w, f, NULL);
        struct catalog *b = editing_world_load(w, f, w->catalog);
        assert_non_null(a);
        assert_non_null(b);
        for (size_t i = 0; i < catalog_node_count(a); i++) {
            for (size_t lang = 0; lang < catalog_drawn_count(a); lang++) {
                for (size_t layout = 0; layout < 2; layout++) {
                    const struct page *p = catalog_page(a, catalog_node_at(a, i), lang, layout, 0);
                    const struct page *q = catalog_page(b, catalog_node_at(b, i), lang, layout, 0);
                    while (p && q) {
                        assert_string_equal(p->text, q->text);
                        assert_string_equal(p->json, q->json);
                        assert_int_equal(p->segments, q->segments);
                        assert_int_equal(p->coding, q->coding);
                        p = catalog_page(a, catalog_node_at(a, i), lang, layout, p->next);
                        q = catalog_page(b, catalog_node_at(b, i), lang, layout, q->next);
                    }
                    assert_true(!p && !q);
                }
            }
        }
        catalog_unref(a);
        catalog_unref(b);
        files_unref(f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(screens_are_those_that_the_core_answers),
        cmocka_unit_test(sms_are_those_that_the_core_answers),
        cmocka_unit_test(what_is_typed_is_shown),
        cmocka_unit_test(sizes_are_those_of_the_screen),
        cmocka_unit_test(the_guilty_character_is_named),
        cmocka_unit_test(findings_of_the_entry_are_told_and_all_are_counted),
        cmocka_unit_test(a_fee_is_shown_while_its_translations_lag),
        cmocka_unit_test(a_rule_is_shown_with_its_answer_to_an_amount),
        cmocka_unit_test(a_channel_is_found_on_the_screens_of_handlers),
        cmocka_unit_test(the_last_line_is_shown_where_it_stands),
        cmocka_unit_test(a_word_shows_what_it_opens),
        cmocka_unit_test(what_is_missing_is_no_crash),
        cmocka_unit_test(what_cannot_be_taken_is_refused_with_a_sentence),
        cmocka_unit_test(a_language_without_words_shows_english),
        cmocka_unit_test(a_copy_is_as_good_as_the_cut),
    };
    return cmocka_run_group_tests(tests, editing_world_open, editing_world_close);
}
