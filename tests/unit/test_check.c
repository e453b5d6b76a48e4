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

// clang-format off
static const struct example examples[] = {
    {"bad-json", MENU, "\"dial\": \"11\",", "\"dial\": 11,,", .id = NULL},
    {"unknown-member", MENU, "\"arg\": \"stop\"", "\"args\": \"stop\"", .id = "stop"},
    {"unknown-member", EN, "\"facts\"", "\"fact\"", .id = "passport.text"},
    {"unknown-member", LO, "\"status\"", "\"kind\": \"label\", \"status\"", .id = "main.label"},
    {"wrong-type", MENU, "\"private\": true", "\"private\": \"yes\"", .id = "visa"},
    {"wrong-type", MENU, "\"dial\": \"12\"", "\"dial\": 12", .id = "visa"},
    {"wrong-type", "channels.json", "[\"TH\", \"LA\"]", "[\"Thailand\"]", .id = "th-one"},
    {"missing-member", MENU, "\"type\": \"help\"", "", .id = "help"},
    {"bad-id", MENU, "\"help\": {", "\"Help me\": {", .id = "Help me"},
    {"bad-id", EN, "\"fee.source\": {", "\"fee source\": {", .id = "fee source"},
    {"duplicate-language", "languages.json", "\"code\": \"lo\"", "\"code\": \"en\"",
     .seen_at = "\"name\": \"English\""},
    {"no-source-language", "languages.json", "\"code\": \"en\"", "\"code\": \"fr\"",
     .seen_at = "{"},
    {"unknown-language", "keywords.json", "\"lo\": [\"LAO\"", "\"xx\": [\"LAO\"", .lang = NULL},
    {"duplicate-text", UI, "\"ui.back\"", "\"visa.label\"", .id = "visa.label"},
    {"unknown-text", LO, "\"visa.label\"", "\"visas.label\"", .id = "visas.label", .lang = "lo"},
    {"missing-text", EN, "\"visa.label\"", "\"visas.label\"", MENU, "\"visa\": {", "visa", .lang = NULL},
    {"missing-text", EN, "\"visa.text\"", "\"visas.text\"", MENU, "\"visa\": {", "visa", .lang = NULL},
    {"missing-text", EN, "\"corridor.la-th\"", "\"corridor\"", "fees.json", "\"from\"", "la-th", .lang = NULL},
    {"missing-text", "channels.json", "channel.one", "channel.two", .id = "th-one"},
    {"missing-text", UI, "\"fees.over\"", "\"fees.out\"", UI, "{", "fees.over", .lang = NULL},
    {"missing-text", "centres.json", "\"country\": \"LA\"", "\"country\": \"AQ\"",
     .id = "la-pakse"},
    {"bad-kind", EN, "\"kind\": \"label\"", "\"kind\": \"title\"", .id = "main.label"},
    {"control-character", LO, "ວີຊາ", "ວີ\xE2\x80\x8B" "ຊາ", .id = "visa.label", .lang = "lo"},
    {"control-character", EN, "Labour office", "\xE2\x80\xAELabour office", .id = "channel.one"},
    {"control-character", EN, "Labour office", "Labour\\toffice", .id = "channel.one"},
    {"not-gsm7", EN, "Labour office", "Labour \xE2\x80\x93 office", .id = "channel.one"},
    {"no-translation", "texts/lo/ui.json", "\"ui.back\"", "\"ui.invalid\"", UI, "\"ui.back\"",
     "ui.back", "lo"},
    {"no-translation", LO, "\"main.title\"", "\"main\"", EN, "\"main.title\"", "main.title", "lo"},
    {"no-translation", LO, "\"papers.label\"", "\"paper\"", EN, "\"papers.label\"", "papers.label",
     "lo"},
    {"missing-translation", LO, "\"visa.text\"", "\"visa\"", EN, "\"visa.text\"", "visa.text",
     "lo"},
    {"stale-translation", EN, "Labour office", "Labour centre", LO, "\"channel.one\"",
     "channel.one", "lo"},
    {"placeholder-mismatch", "texts/lo/ui.json", "{back} back", "0 back", .id = "ui.back",
     .lang = "lo"},
    {"placeholder-mismatch", "texts/lo/ui.json", "{back} back", "{back} {exit}", .id = "ui.back",
     .lang = "lo"},
    {"bad-status", LO, "\"draft\"", "\"final\"", .id = "main.label", .lang = "lo"},
    {"bad-status", LO, "\"status\": \"draft\", ", "", .id = "main.label", .lang = "lo"},
    {"bad-status", EN, ", \"status\": \"draft\"", "", .id = "passport.text", .lang = "en"},
    {"no-reviewer", LO, "\"draft\"", "\"reviewed\"", .id = "main.label", .lang = "lo"},
    {"no-reviewer", LO, "\"draft\"",
     "\"reviewed\", \"reviewer\": \"A\", \"reviewed_on\": \"May\"", .id = "main.label"},
    {"no-evidence", EN, "[\"passport-kept\"]", "[]", .id = "passport.text"},
    {"no-evidence", "fees.json", "[\"labour-2018\"]", "[]", .id = "th-visa-la"},
    {"not-a-statement", EN, "\"kind\": \"statement\"", "\"kind\": \"prompt\"",
     .id = "passport.text"},
    {"unknown-fact", EN, "passport-kept", "passport-lost", .id = "passport.text"},
    {"unknown-fact", "facts.json", "\"passport-kept\"", "\"other\"", EN, "\"passport.text\"",
     "passport.text", .lang = NULL},
    {"unknown-source", EN, STATEMENT, "\"sources\": [\"hearsay\"]", .id = "passport.text"},
    {"unknown-source", "channels.json", "labour-2018", "hearsay", .id = "th-one"},
    {"unknown-source", "centres.json", "labour-2018", "hearsay", .id = "la-pakse"},
    {"unknown-source", "fees.json", "labour-2018", "hearsay", .id = "th-visa-la"},
    {"no-review-day", EN, "\"review_by\": \"2027-05-29\", ", "", .id = "passport.text"},
    {"bad-day", EN, "2027-05-29", "2027-02-30", .id = "passport.text"},
    {"bad-day", "channels.json", "\"verified_on\": null", "\"verified_on\": \"yesterday\"",
     .id = "th-one"},
    {"bad-day", "fees.json", "2023-11", "11/2023", .id = "th-visa-la"},
    {"review-past", EN, "2027-05-29", "2026-05-31", .id = "passport.text"},
    {"unknown-type", MENU, "\"type\": \"fees\"", "\"type\": \"fee\"", .id = "fees"},
    {"unknown-child", MENU, "[\"visa\"]", "[\"visum\"]", .id = "passport"},
    {"unknown-start", MENU, "\"main\"", "\"begin\"", .id = NULL},
    {"key-collision", MENU, "\"help\": {",
     "\"aufgy\": { \"type\": \"help\" }, \"dctcd\": {", .id = NULL},
    {"too-many-children", MENU, "[\"papers\", \"fees\"]",
     "[\"papers\", \"fees\", \"fees\", \"fees\", \"fees\", \"fees\", \"fees\"]", .id = "main"},
    {"dead-end", MENU, ", \"children\": [\"passport\", \"visa\"]", "", .id = "papers"},
    {"menu-cycle", MENU, "[\"passport\", \"visa\"]", "[\"passport\", \"main\"]", .id = "papers"},
    {"bad-dial", MENU, "\"dial\": \"12\"", "\"dial\": \"1200\"", .id = "visa"},
    {"bad-dial", MENU, "\"dial\": \"12\"", "\"dial\": \"1a\"", .id = "visa"},
    {"duplicate-dial", MENU, "\"dial\": \"12\"", "\"dial\": \"11\"", .id = "visa"},
    {"bad-keyword", "keywords.json", "\"QUIT\"", "\"\"", .id = "stop"},
    {"duplicate-keyword", "keywords.json", "\"QUIT\"", "\"passport\"", .id = "stop"},
    {"duplicate-keyword", "keywords.json", "\"ENGLISH\"", "\"Stop\"", .id = NULL},
    {"keyword-unknown-node", "keywords.json", "\"passport\"", "\"visum\"", .id = "visum"},
    {"duplicate-entry", "channels.json", "\"th-two\"", "\"th-one\"", .id = "th-one"},
    {"unknown-corridor", "fees.json", "\"corridor\": \"la-th\"", "\"corridor\": \"la\"",
     .id = "th-visa-la"},
    {"unknown-item", "fees.json", "\"item\": \"visa\"", "\"item\": \"food\"", .id = "th-visa-la"},
    {"unknown-verdict", "fees.json", "\"ceiling\"", "\"maybe\"", .id = "th-visa-la"},
    {"ceiling-without-amount", "fees.json", "\"amount\": 500, ", "", .id = "th-visa-la"},
    {"ceiling-without-amount", "fees.json", "500", "500.5", .id = "th-visa-la"},
    {"missing-rule", "fees.json", "\"item\": \"visa\"", "\"item\": \"food\"",
     .seen_at = "\"rules\"", .id = "la-th"},
    {"unknown-kind", "channels.json", "[\"unpaid\"]", "[\"lost\"]", .id = "th-one"},
    {"unknown-confidence", "channels.json", "\"medium\"", "\"some\"", .id = "th-one"},
    {"low-confidence", "channels.json", "\"medium\"", "\"low\"", .id = "th-one"},
    {"no-year", "centres.json", "\"labour-2018\", \"as_of\": \"2018\"",
     "\"undated\", \"as_of\": null", .id = "la-pakse"},
};
// clang-format on

/* The codes that need more than one place changed; each has a test below. */
static const char *const elsewhere[] = {
    "unreadable-file", "missing-file",     "absent-file",
    "unknown-file",    "no-memory",        "too-many-languages",
    "text-too-long",   "long-article",     "label-too-long",
    "does-not-fit",    "too-deep",         "duplicate-rule",
    "unreachable",     "unknown-language", "missing-translation",
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
        snprintf(one, sizeof one, "%s{\"code\":\"%s%c\",\"name\":\"n\",\"latin\":\"l\"}\n",
                 c == 'a' ? "" : ",", c == 'a' ? "en" : "x", c == 'a' ? '\0' : c);
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
        cmocka_unit_test(many_missing_translations_are_one_line),
        cmocka_unit_test(findings_are_printed_for_people_and_for_programs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
