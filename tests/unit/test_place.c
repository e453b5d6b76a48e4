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

#include "editing/place.h"

static int read_content(void **state)
{
    *state = files_read(CONTENT_DIR, NULL);
    return *state ? 0 : -1;
}

static int free_content(void **state)
{
    files_unref(*state);
    return 0;
}

static struct files *one_file(const char *name, const char *text)
{
    return files_new(&(struct catalog_file){name, text, strlen(text)}, 1);
}

/* Set an entry of one file, and compare the whole file. */
static void check_set(const char *before, const char *place, const char *json, const char *after)
{
    char name[64], why[PLACE_WHY_MAX];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(place, "#"), place);
    struct files *f = one_file(name, before);
    struct files *g = place_set(f, place, json, why);
    if (!g)
        fail_msg("%s: %s", place, why);
    assert_string_equal(files_find(g, name)->text, after);
    files_unref(f);
    files_unref(g);
}

static void check_refused(const struct files *f, const char *place, const char *json,
                          const char *word)
{
    char why[PLACE_WHY_MAX];
    if (place_set(f, place, json, why))
        fail_msg("%s was taken", place);
    if (!strstr(why, word))
        fail_msg("%s: '%s' does not say '%s'", place, why, word);
}

struct walk {
    const struct files *files;
    size_t count;
};

/* Writing an entry as it stands changes no octet; this holds the house's format to what stands in
 * the tree. */
static int write_again(void *arg, const char *place, const char *json, size_t len)
{
    struct walk *w = arg;
    char why[PLACE_WHY_MAX], copy[8192];
    snprintf(copy, sizeof copy, "%.*s", (int)len, json);
    char *got = place_get(w->files, place);
    assert_non_null(got);
    assert_string_equal(got, copy);
    struct files *g = place_set(w->files, place, copy, why);
    if (!g)
        fail_msg("%s: %s", place, why);
    if (strcmp(files_version(g), files_version(w->files)))
        fail_msg("%s is written another way", place);
    files_unref(g);
    free(got);
    w->count++;
    return 0;
}

static void the_content_is_in_the_format_of_the_house(void **state)
{
    static const char *const files[] = {
        "menu.json",         "fees.json",        "channels.json",          "centres.json",
        "keywords.json",     "languages.json",   "glossary.json",          "facts.json",
        "sources.json",      "texts/en/ui.json", "texts/en/articles.json", "texts/vi/articles.json",
        "texts/my/fees.json"};
    struct walk w = {.files = *state};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        assert_int_equal(place_list(*state, files[i], write_again, &w), 0);
    assert_true(w.count > 900);
}

/* Take an entry out and put it back: at the end, as its likes. */
static void what_is_put_back_stands_at_the_end(void **state)
{
    static const char *const places[] = {"texts/lo/ui.json#status.tries",
                                         "texts/en/articles.json#about.sources.text",
                                         "menu.json#resume",
                                         "fees.json#mm-cn-medical",
                                         "fees.json#items/medical",
                                         "fees.json#corridors/mm-cn",
                                         "channels.json#mm-mrc",
                                         "centres.json#mm-tachileik",
                                         "languages.json#en",
                                         "glossary.json#insurance",
                                         "glossary.json#cautions/if it is safe",
                                         "keywords.json#languages/en",
                                         "facts.json#myanmar-returnees-use-skills-at-home"};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        char why[PLACE_WHY_MAX];
        char *json = place_get(*state, places[i]);
        if (!json)
            fail_msg("%s is not there", places[i]);
        struct files *without = place_set(*state, places[i], NULL, why);
        assert_non_null(without);
        assert_null(place_get(without, places[i]));
        struct files *again = place_set(without, places[i], json, why);
        if (!again)
            fail_msg("%s: %s", places[i], why);
        if (strcmp(files_version(again), files_version(*state)))
            fail_msg("%s is written another way", places[i]);
        files_unref(without);
        files_unref(again);
        free(json);
    }
}

static void an_entry_stays_in_one_line(void **state)
{
    (void)state;
    check_set(
        "{\n  \"texts\": {\n    \"a\": { \"text\": \"A\" },\n    \"b\":{\"text\":\"B\"}\n  }\n}\n",
        "texts/lo/x.json#a", "{\"text\":\"\\u0e01\\/\\n\",\"facts\":[ ],\"n\":[1,2.50]}",
        "{\n  \"texts\": {\n    \"a\": { \"text\": \"ก/\\n\", \"facts\": [], \"n\": [1, 2.50] },\n"
        "    \"b\":{\"text\":\"B\"}\n  }\n}\n");
}

static void an_entry_stays_a_block(void **state)
{
    (void)state;
    check_set("{\n  \"channels\": [\n    {\n      \"id\": \"a\"\n    },\n    {\n      \"id\": "
              "\"b\"\n    }\n  ]\n}\n",
              "channels.json#a", "{\"id\":\"a\",\"number\":null,\"x\":{\"y\":true}}",
              "{\n  \"channels\": [\n    {\n      \"id\": \"a\",\n      \"number\": null,\n"
              "      \"x\": { \"y\": true }\n    },\n    {\n      \"id\": \"b\"\n    }\n  ]\n}\n");
}

static void a_new_entry_is_like_the_last(void **state)
{
    (void)state;
    check_set("{\n  \"nodes\": {\n    \"a\": { \"type\": \"menu\" }\n  }\n}\n", "menu.json#b",
              "{\"type\":\"article\"}",
              "{\n  \"nodes\": {\n    \"a\": { \"type\": \"menu\" },\n    \"b\": { \"type\": "
              "\"article\" }\n  }\n}\n");
    check_set("{\n  \"rules\": []\n}\n", "fees.json#r", "{\"id\":\"r\"}",
              "{\n  \"rules\": [\n    {\n      \"id\": \"r\"\n    }\n  ]\n}\n");
    check_set("{ \"languages\": { }, \"keywords\": {} }", "keywords.json#n",
              "{\"en\":[\"A\"],\"lo\":[]}",
              "{ \"languages\": { }, \"keywords\": {\n    \"n\": {\n      \"en\": [\"A\"],\n      "
              "\"lo\": []\n    }\n  } }");
    check_set("{ \"languages\": { }, \"keywords\": {} }", "keywords.json#languages/lo", "[\"LAO\"]",
              "{ \"languages\": {\n    \"lo\": [\"LAO\"]\n  }, \"keywords\": {} }");
}

static void the_first_the_middle_and_the_last_can_go(void **state)
{
    (void)state;
    static const char three[] = "{\"nodes\": {\n    \"a\": {},\n    \"b\": {},\n    \"c\": {}\n}}";
    check_set(three, "menu.json#a", NULL, "{\"nodes\": {\n    \"b\": {},\n    \"c\": {}\n}}");
    check_set(three, "menu.json#b", NULL, "{\"nodes\": {\n    \"a\": {},\n    \"c\": {}\n}}");
    check_set(three, "menu.json#c", NULL, "{\"nodes\": {\n    \"a\": {},\n    \"b\": {}\n}}");
    check_set(three, "menu.json#d", NULL, three);
    check_set("{\"nodes\": {\n    \"a\": {}\n}}", "menu.json#a", NULL, "{\"nodes\": {}}");
}

static void a_file_is_made_for_its_first_entry(void **state)
{
    (void)state;
    char why[PLACE_WHY_MAX];
    struct files *f = one_file("menu.json", "{}");
    struct files *g = place_set(f, "texts/lo/new.json#a.text", "{\"text\":\"x\"}", why);
    assert_non_null(g);
    assert_string_equal(files_find(g, "texts/lo/new.json")->text,
                        "{\n  \"texts\": {\n    \"a.text\": { \"text\": \"x\" }\n  }\n}\n");
    files_unref(f);
    files_unref(g);
}

static void brackets_and_quotes_in_words_do_not_count(void **state)
{
    (void)state;
    check_set("{\"x\":\"}{\\\"\",\"nodes\":{\"q\\\"]\":{\"t\":\"\\\\\"},\"b\":{\"t\":\"{[\\\"\"}}}",
              "menu.json#b", "{\"t\":\"]}\"}",
              "{\"x\":\"}{\\\"\",\"nodes\":{\"q\\\"]\":{\"t\":\"\\\\\"},\"b\":{ \"t\": \"]}\" }}}");
}

static void bad_entries_are_refused_with_a_sentence(void **state)
{
    const struct files *f = *state;
    check_refused(f, "menu.json#main", "{\"type\":", "no valid JSON");
    check_refused(f, "menu.json#main", "", "no valid JSON");
    check_refused(f, "menu.json#main", "{},\"b\":{}", "one JSON value");
    check_refused(f, "menu.json#main", "{}}", "no valid JSON");
    check_refused(f, "menu.json#main", "{\"a\":1,\"a\":2}", "occurs twice");
    check_refused(f, "menu.json#main", "{\"a\":\"\\u0000\"}", "no valid JSON");
    check_refused(f, "menu.json#main", "[]", "an object");
    check_refused(f, "keywords.json#languages/lo", "{}", "a list");
    check_refused(f, "fees.json#la-th-visa", "{\"id\":\"la-th-stay\"}", "must be \"la-th-visa\"");
    check_refused(f, "fees.json#la-th-visa", "{}", "must be \"la-th-visa\"");
    check_refused(f, "menu.json#No Such", "{}", "a to z");
    check_refused(f, "languages.json#", "{}", "An id");
    check_refused(f, "passwd#a", "{}", "such an address");
    check_refused(f, "texts/../../etc/x.json#a", "{}", "address");
    check_refused(f, "texts/#a", "{}", "address");
    check_refused(f, "menu.json", "{}", "address");
}

static void an_entry_of_many_octets_is_refused(void **state)
{
    size_t len = 70000;
    char *json = malloc(len + 16);
    snprintf(json, 16, "{\"text\":\"");
    memset(json + 9, 'a', len);
    strcpy(json + 9 + len, "\"}");
    check_refused(*state, "texts/en/ui.json#ui.more", json, "shorter");
    free(json);
}

static void a_broken_file_is_not_written(void **state)
{
    (void)state;
    struct files *f = one_file("menu.json", "{\n\"nodes\": {\n");
    check_refused(f, "menu.json#a", "{}", "no valid JSON");
    assert_null(place_get(f, "menu.json#a"));
    files_unref(f);
    f = one_file("menu.json", "{\"nodes\": []}");
    check_refused(f, "menu.json#a", "{}", "not a list of entries");
    files_unref(f);
    f = one_file("menu.json", "{\"start\": \"a\"}");
    check_refused(f, "menu.json#a", "{}", "has no \"nodes\"");
    files_unref(f);
}

static void an_address_has_parts(void **state)
{
    (void)state;
    struct place_parts p;
    char why[PLACE_WHY_MAX];
    assert_int_equal(place_parse("texts/lo/fees.json#fee.rule.th-visa", &p, why), 0);
    assert_string_equal(p.file, "texts/lo/fees.json");
    assert_string_equal(p.section, "texts");
    assert_string_equal(p.id, "fee.rule.th-visa");
    assert_string_equal(p.language, "lo");
    assert_int_equal(place_parse("fees.json#corridors/la-th", &p, why), 0);
    assert_string_equal(p.section, "corridors");
    assert_string_equal(p.id, "la-th");
    assert_string_equal(p.language, "");
}

static void a_mark_is_that_of_the_octets(void **state)
{
    (void)state;
    char mark[PLACE_MARK_SIZE];
    place_mark("{}", mark);
    assert_string_equal(mark, "44136fa355b3678a");
    place_mark(NULL, mark);
    assert_string_equal(mark, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_content_is_in_the_format_of_the_house),
        cmocka_unit_test(what_is_put_back_stands_at_the_end),
        cmocka_unit_test(an_entry_stays_in_one_line),
        cmocka_unit_test(an_entry_stays_a_block),
        cmocka_unit_test(a_new_entry_is_like_the_last),
        cmocka_unit_test(the_first_the_middle_and_the_last_can_go),
        cmocka_unit_test(a_file_is_made_for_its_first_entry),
        cmocka_unit_test(brackets_and_quotes_in_words_do_not_count),
        cmocka_unit_test(bad_entries_are_refused_with_a_sentence),
        cmocka_unit_test(an_entry_of_many_octets_is_refused),
        cmocka_unit_test(a_broken_file_is_not_written),
        cmocka_unit_test(an_address_has_parts),
        cmocka_unit_test(a_mark_is_that_of_the_octets),
    };
    return cmocka_run_group_tests(tests, read_content, free_content);
}
