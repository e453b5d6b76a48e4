/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <string.h>

#include "editing/difference.h"
#include "support/editing_world.h"

/* Compare the content with one entry changed. */
static const struct tree_node *change(const struct editing_world *w, const char *place,
                                      const char *json, struct editing_json *j)
{
    struct files *f = editing_world_set(w->files, place, json);
    struct catalog *c = editing_world_load(w, f, w->catalog);
    struct atlas *a = catalog_is_whole(c) ? atlas_new(&w->studio, c) : NULL;
    const struct difference_side before = {w->catalog, w->atlas}, after = {c, a};
    editing_json_begin(j);
    assert_int_equal(difference_screens(&w->studio, &before, &after, &j->out), 0);
    atlas_free(a);
    catalog_unref(c);
    files_unref(f);
    return editing_json_read(j);
}

static const char *first_text(const struct tree_node *screen, const char *side)
{
    return editing_text(editing_at(tree_get(screen, side), 0), "text");
}

static void the_same_has_none(void **state)
{
    const struct editing_world *w = *state;
    struct editing_json j;
    const struct difference_side side = {w->catalog, w->atlas};
    editing_json_begin(&j);
    assert_int_equal(difference_screens(&w->studio, &side, &side, &j.out), 0);
    const struct tree_node *root = editing_json_read(&j);
    assert_int_equal(editing_number(root, "changed"), 0);
    assert_false(tree_true(tree_get(root, "partly")));
    editing_json_free(&j);
}

static void one_language_alone_has_changed(void **state)
{
    struct editing_json j;
    const struct tree_node *root =
        change(*state, "texts/lo/articles.json#before.why-regular.risk.text",
               "{\"text\":\"ຄຳໃໝ່ 2025\",\"status\":\"draft\"}", &j);
    const struct tree_node *list = tree_get(root, "screens");
    assert_int_equal(tree_count(list), 2); /* USSD and SMS */
    for (const struct tree_node *n = tree_first(list); n; n = tree_next(n)) {
        assert_string_equal(editing_text(n, "node"), "before.why-regular.risk");
        assert_string_equal(editing_text(n, "type"), "article");
        assert_string_equal(editing_text(n, "language"), "lo");
        assert_memory_equal(first_text(n, "after"), "ຄຳໃໝ່ 2025\n", 16);
        assert_string_not_equal(first_text(n, "before"), first_text(n, "after"));
    }
    editing_json_free(&j);
}

/* An amount stands in no text: it is on the screens that a handler draws. */
static void an_amount_changes_what_is_answered(void **state)
{
    struct editing_json j;
    const struct tree_node *root = change(
        *state, "fees.json#la-th-visa",
        "{\"id\":\"la-th-visa\",\"corridor\":\"la-th\",\"item\":\"visa\",\"verdict\":\"ceiling\","
        "\"amount\":600,\"currency\":\"THB\",\"text\":\"fee.rule.th-visa\",\"facts\":[\"thai-visa-"
        "and-stay-fees-cut-to-500-baht\"],\"sources\":[],\"source_name\":\"fee.source.khaosod\","
        "\"date\":\"2023-10\",\"confidence\":\"high\"}",
        &j);
    const struct tree_node *list = tree_get(root, "screens");
    const struct tree_node *en = editing_where(list, "language", "en");
    assert_int_equal(tree_count(list), 16); /* 7 languages and Vietnamese without marks */
    assert_string_equal(editing_text(en, "node"), "fees");
    assert_non_null(strstr(first_text(en, "before"), "500 baht"));
    assert_non_null(strstr(first_text(en, "after"), "600 baht"));
    editing_json_free(&j);
}

static void what_is_new_or_gone_has_one_side(void **state)
{
    struct editing_json j;
    const struct tree_node *root = change(*state, "menu.json#before.mou.open", NULL, &j);
    const struct tree_node *gone =
        editing_where(tree_get(root, "screens"), "node", "before.mou.open");
    assert_non_null(gone);
    assert_int_equal(tree_type(tree_get(gone, "after")), JSON_NULL);
    assert_non_null(first_text(gone, "before"));
    assert_true(tree_true(tree_get(root, "partly"))); /* a menu still names it */
    editing_json_free(&j);
    root = change(*state, "languages.json#zh", NULL, &j);
    const struct tree_node *zh = editing_where(tree_get(root, "screens"), "language", "zh");
    assert_int_equal(tree_type(tree_get(zh, "after")), JSON_NULL);
    editing_json_free(&j);
}

static void a_word_of_every_screen_is_counted_and_cut_off(void **state)
{
    struct editing_json j;
    const struct tree_node *root = change(*state, "texts/en/ui.json#ui.back",
                                          "{\"text\":\"{back} go back\",\"kind\":\"label\"}", &j);
    assert_true(editing_number(root, "changed") > 1000);
    assert_true(tree_count(tree_get(root, "screens")) <= DIFFERENCE_MAX);
    assert_true(tree_count(tree_get(root, "screens")) > 300);
    editing_json_free(&j);
}

static void screens_alike_are_few(void **state)
{
    struct editing_json j;
    const struct tree_node *root = change(*state, "channels.json#th-doe-1694", NULL, &j);
    assert_true(editing_number(root, "changed") > 300);
    assert_true(tree_count(tree_get(root, "screens")) < 300);
    editing_json_free(&j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_has_none),
        cmocka_unit_test(one_language_alone_has_changed),
        cmocka_unit_test(an_amount_changes_what_is_answered),
        cmocka_unit_test(what_is_new_or_gone_has_one_side),
        cmocka_unit_test(a_word_of_every_screen_is_counted_and_cut_off),
        cmocka_unit_test(screens_alike_are_few),
    };
    return cmocka_run_group_tests(tests, editing_world_open, editing_world_close);
}
