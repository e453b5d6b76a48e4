/* SPDX-License-Identifier: Apache-2.0 */
/* One broken example for each thing that the check finds: a valid content, one place changed, and
 * the finding at that file and line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/small_content.h"

#define MENU       "menu.json"
#define EN         "texts/en/all.json"
#define LO         "texts/lo/all.json"
#define UI         "texts/en/ui.json"
#define VISA_LABEL "\"visa.label\": { \"text\": \"Visa\""
#define STATEMENT  "\"facts\": [\"passport-kept\"], \"sources\": []"

/* What to change, and what must be found. */
struct example {
    const char *code;
    const char *file, *old, *new;
    const char *seen_in; /* the finding's file; NULL: the changed one */
    const char *seen_at; /* what stands on its line; NULL: the change */
    const char *id;      /* NULL: any */
    const char *lang;    /* NULL: any */
};

static const struct example examples[] = {
#include "tests/unit/check_examples.def"
};

/* The codes that need more than one place changed; each has a test below. */
static const char *const elsewhere[] = {
    "unreadable-file", "missing-file",       "absent-file",      "unknown-file",
    "no-memory",       "too-many-languages", "text-too-long",    "long-article",
    "long-on-carrier", "label-too-long",     "does-not-fit",     "too-deep",
    "duplicate-rule",  "unreachable",        "unknown-language", "missing-translation",
};

static unsigned line_of(const char *text, const char *what)
{
    const char *at = strstr(text, what);
    assert_non_null(at);
    unsigned line = 1;
    for (; text < at; text++)
        line += *text == '\n';
    return line;
}

static const struct finding *find(const struct findings *f, const char *code, const char *file,
                                  unsigned line)
{
    for (size_t i = 0; i < findings_total(f); i++) {
        const struct finding *one = findings_at(f, i);
        if (!strcmp(one->code, code) && !strcmp(one->file, file) && (!line || one->line == line))
            return one;
    }
    findings_print(f, stderr);
    fail_msg("no %s at %s:%u", code, file, line);
    return NULL;
}

/* Load; the catalog must be there exactly if nothing found is an error. */
static struct findings *check(const struct small *s)
{
    struct findings *f = findings_new();
    assert_non_null(f);
    struct catalog *c = small_load(s, f);
    assert_int_equal(c == NULL, findings_count(f, FINDING_ERROR) > 0);
    catalog_unref(c);
    return f;
}

static void the_small_content_is_clean(void **state)
{
    (void)state;
    struct small s;
    small_init(&s);
    struct findings *f = check(&s);
    findings_print(f, stderr);
    assert_int_equal(findings_total(f), 0);
    findings_free(f);
    small_free(&s);
}

static void run_example(const struct example *e)
{
    struct small s;
    small_init(&s);
    unsigned line = small_replace(&s, e->file, e->old, e->new);
    const char *file = e->seen_in ? e->seen_in : e->file;
    if (e->seen_at)
        line = line_of(small_text(&s, file), e->seen_at);
    struct findings *f = check(&s);
    const struct finding *one = find(f, e->code, file, line);
    if (e->id)
        assert_string_equal(one->id, e->id);
    if (e->lang)
        assert_string_equal(one->language, e->lang);
    assert_true(strlen(one->detail) > 10);
    findings_free(f);
    small_free(&s);
}

static void each_example_is_found_where_it_stands(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++)
        run_example(&examples[i]);
}

static bool has_example(const char *code)
{
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        if (!strcmp(examples[i].code, code))
            return true;
    }
    for (size_t i = 0; i < sizeof elsewhere / sizeof elsewhere[0]; i++) {
        if (!strcmp(elsewhere[i], code))
            return true;
    }
    return false;
}

static void each_code_has_an_example(void **state)
{
    static const char *const codes[] = {
#define CODE(name, text, level) text,
#include "catalog/codes.def"
#undef CODE
    };
    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (!has_example(codes[i]))
            fail_msg("no example for %s", codes[i]);
    }
}

/* Change a small content by hand, then expect one finding. */
static void expect(struct small *s, const char *code, const char *file, unsigned line)
{
    struct findings *f = check(s);
    find(f, code, file, line);
    findings_free(f);
    small_free(s);
}

static void expect_none(struct small *s, const char *code)
{
    struct findings *f = check(s);
    for (size_t i = 0; i < findings_total(f); i++)
        assert_string_not_equal(findings_at(f, i)->code, code);
    findings_free(f);
    small_free(s);
}

static void files_that_are_missing_or_too_many(void **state)
{
    (void)state;
    struct small s;
    small_init(&s);
    small_remove(&s, "menu.json");
    expect(&s, "missing-file", "menu.json", 1);
    small_init(&s);
    small_remove(&s, "centres.json");
    expect(&s, "absent-file", "centres.json", 1);
    small_init(&s);
    small_set(&s, "menus.json", "{}");
    expect(&s, "unknown-file", "menus.json", 1);
    small_init(&s);
    small_set(&s, "texts/xx/all.json", "{\n\"texts\": {}}");
    expect(&s, "unknown-language", "texts/xx/all.json", 1);
}

static void a_folder_that_cannot_be_read(void **state)
{
    (void)state;
    struct catalog_options o = small_options();
    struct findings *f = findings_new();
    assert_null(catalog_load("/nowhere/at/all", &o, f));
    find(f, "unreadable-file", "", 0);
    findings_free(f);
    assert_null(catalog_load("/nowhere/at/all", &o, NULL));
}

static void more_languages_than_fit(void **state)
{
    (void)state;
    char many[4096] = "{ \"languages\": [\n";
    for (char c = 'a'; c < 'a' + 17; c++) {
        char one[128];
        snprintf(one, sizeof one, "%s{\"code\":\"%c%c\",\"name\":\"n\",\"latin\":\"l\"}\n",
                 c == 'a' ? "" : ",", c == 'a' ? 'e' : 'x', c == 'a' ? 'n' : c);
        strcat(many, one);
    }
    strcat(many, "]}");
    struct small s;
    small_init(&s);
    small_set(&s, "languages.json", many);
    expect(&s, "too-many-languages", "languages.json", 18);
}

/* `count` times the words, as one text. */
static char *repeat(const char *words, size_t count)
{
    char *text = calloc(count, strlen(words) + 1);
    assert_non_null(text);
    for (size_t i = 0; i < count; i++)
        memcpy(text + i * strlen(words), words, strlen(words));
    return text;
}

static void texts_that_are_too_long(void **state)
{
    (void)state;
    struct small s;
    small_init(&s);
    char *text = repeat("Keep your passport. ", 250);
    unsigned line = small_replace(&s, EN, "Keep your passport with you.", text);
    expect(&s, "text-too-long", EN, line);
    free(text);
    small_init(&s);
    text = repeat("Keep your passport. ", 40);
    line = small_replace(&s, EN, "Keep your passport with you.", text);
    expect(&s, "long-article", EN, line);
    small_init(&s);
    line = small_replace(&s, EN, "Keep your passport with you.", text);
    small_replace(&s, EN, "\"facts\"", "\"long\": \"The law is long.\", \"facts\"");
    expect_none(&s, "long-article");
    small_init(&s);
    small_replace(&s, EN, "Keep your passport with you.", text);
    small_replace(&s, EN, "2027-05-29", "2026-05-31"); /* the warning above it is not its fault */
    expect_none(&s, "long-article");
    free(text);
    text = repeat("Keep your passport. ", 20);
    small_init(&s);
    line = small_replace(&s, EN, "Keep your passport with you.", text);
    expect(&s, "long-on-carrier", EN, line);
    free(text);
    small_init(&s);
    line = small_replace(&s, LO, "ວີຊາ", "ວີຊາ ໜັງສືຜ່ານແດນ ເອກະສານ ຄ່າທຳນຽມ ໜັງສືຜ່ານແດນ");
    expect(&s, "label-too-long", LO, line);
}

static void footers_that_leave_no_room(void **state)
{
    (void)state;
    struct small s;
    small_init(&s);
    char *text = repeat("back ", 25);
    small_replace(&s, UI, "{back} back", text);
    expect(&s, "does-not-fit", MENU, 0);
    free(text);
}

static void a_menu_five_levels_deep(void **state)
{
    (void)state;
    struct small s;
    small_init(&s);
    unsigned line = small_replace(&s, MENU, "\"help\": {",
                                  "\"a\": { \"type\": \"menu\", \"children\": [\"b\"] },\n"
                                  "\"b\": { \"type\": \"menu\", \"children\": [\"help\"] },\n"
                                  "\"help\": {");
    small_replace(&s, MENU, "[\"passport\", \"visa\"]", "[\"passport\", \"visa\", \"a\"]");
    expect(&s, "too-deep", MENU, line + 2);
}

static void two_rules_for_one_cost(void **state)
{
    (void)state;
    struct small s;
    small_init(&s);
    char rule[1024];
    const char *at = strstr(small_text(&s, "fees.json"), "{ \"id\": \"th-visa-la\"");
    snprintf(rule, sizeof rule, "\"rules\": [\n%.*s,", (int)strcspn(at, "\n"), at);
    unsigned line = small_replace(&s, "fees.json", "\"rules\": [", rule);
    expect(&s, "duplicate-rule", "fees.json", line + 2);
}

static void a_node_that_nothing_leads_to(void **state)
{
    (void)state;
    struct small s;
    small_init(&s);
    small_replace(&s, MENU, ", \"fees\"]", "]");
    unsigned line = small_replace(&s, MENU, ", \"dial\": \"21\"", "");
    expect(&s, "unreachable", MENU, line);
}

static void menus_lead_to_nodes_without_codes_and_articles_may_go_round(void **state)
{
    (void)state;
    struct small s;
    small_init(&s);
    small_replace(&s, MENU, "\"dial\": \"12\"", "\"children\": [\"passport\"]");
    struct findings *f = check(&s);
    assert_int_equal(findings_total(f), 0);
    findings_free(f);
    small_free(&s);
}

static void many_missing_translations_are_one_line(void **state)
{
    (void)state;
    struct small s;
    small_init(&s);
    char *text = strdup(small_text(&s, "texts/lo/ui.json"));
    /* keep the lines of ui.* and language.*; the last of them ends the object */
    char *cut = strstr(text, ",\n    \"help.text\"");
    assert_non_null(cut);
    strcpy(cut, "\n  }\n}\n");
    small_set(&s, "texts/lo/ui.json", text);
    free(text);
    struct findings *f = check(&s);
    const struct finding *one = find(f, "missing-translation", "languages.json", 3);
    assert_string_equal(one->language, "lo");
    assert_non_null(strstr(one->detail, "help.text"));
    assert_int_equal(findings_total(f), 1);
    findings_free(f);
    small_free(&s);
}

static void findings_are_printed_for_people_and_for_programs(void **state)
{
    (void)state;
    struct findings *f = findings_new();
    struct finding one = {FINDING_ERROR, "bad-dial", "menu.json", 7, "visa", "lo", "Say \"one\"."};
    findings_add(f, &one);
    findings_add(NULL, &one);
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    findings_print(f, out);
    fclose(out);
    assert_string_equal(text, "menu.json:7: error: visa [lo]: Say \"one\". (bad-dial)\n");
    free(text);
    out = open_memstream(&text, &len);
    findings_print_json(f, out);
    fclose(out);
    assert_string_equal(text, "{\"errors\":1,\"warnings\":0,\"findings\":[{\"line\":7,"
                              "\"level\":\"error\",\"code\":\"bad-dial\",\"file\":\"menu.json\","
                              "\"id\":\"visa\",\"language\":\"lo\","
                              "\"detail\":\"Say \\\"one\\\".\"}]}\n");
    free(text);
    findings_free(f);
    findings_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_small_content_is_clean),
        cmocka_unit_test(each_example_is_found_where_it_stands),
        cmocka_unit_test(each_code_has_an_example),
        cmocka_unit_test(files_that_are_missing_or_too_many),
        cmocka_unit_test(a_folder_that_cannot_be_read),
        cmocka_unit_test(more_languages_than_fit),
        cmocka_unit_test(texts_that_are_too_long),
        cmocka_unit_test(footers_that_leave_no_room),
        cmocka_unit_test(a_menu_five_levels_deep),
        cmocka_unit_test(two_rules_for_one_cost),
        cmocka_unit_test(a_node_that_nothing_leads_to),
        cmocka_unit_test(menus_lead_to_nodes_without_codes_and_articles_may_go_round),
        cmocka_unit_test(many_missing_translations_are_one_line),
        cmocka_unit_test(findings_are_printed_for_people_and_for_programs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
