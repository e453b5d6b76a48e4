/* SPDX-License-Identifier: Apache-2.0 */
/* What forms refuse, and at which member; what an editor's words entail; who is where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "catalog/entry.h"
#include "console/draft_forms.h"
#include "console/draft_index.h"
#include "console/draft_presence.h"
#include "console/draft_rules.h"
#include "editing/place.h"

enum { TODAY = 20700 }; /* 2026-09-04 */

static struct files *shipped;

static int read_content(void **state)
{
    (void)state;
    shipped = files_read(CONTENT_DIR, NULL);
    return shipped ? 0 : -1;
}

static int drop_content(void **state)
{
    (void)state;
    files_unref(shipped);
    return 0;
}

/* Put an entry into the content and check it there. Returns the member that is wrong, "" if none
 * is, NULL if it cannot be put there. */
static const char *checked(const char *place, const char *json, bool is_new)
{
    static struct form_fault fault;
    char why[PLACE_WHY_MAX];
    struct place_parts at;
    assert_int_equal(place_parse(place, &at, why), 0);
    struct files *f = place_set(shipped, place, json, why);
    if (!f)
        fail_msg("%s: %s", place, why);
    struct draft_index *x = index_new(f, "");
    const struct form_entry e = {&at, index_entry(x, at.file, at.section, at.id), is_new, TODAY};
    fault = (struct form_fault){"", ""};
    int rc = forms_check(x, &e, &fault);
    if (rc)
        assert_true(strlen(fault.message) > 10);
    index_free(x);
    files_unref(f);
    return !rc ? "" : *fault.field ? fault.field : "(entry)";
}

/* The entry of a place with one piece of it changed. */
static const char *with(const char *place, const char *old, const char *new)
{
    char *json = place_get(shipped, place), text[4096];
    assert_non_null(json);
    const char *at = strstr(json, old);
    if (!at)
        fail_msg("%s has no %s", place, old);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - json), json, new, at + strlen(old));
    free(json);
    return checked(place, text, false);
}

/* ---- forms ---- */

/* All that is shipped passes: nobody is kept from saving what stands there. */
static int check_one(void *arg, const char *place, const char *json, size_t len)
{
    struct draft_index *x = arg;
    struct place_parts at;
    struct form_fault fault = {"", ""};
    char why[PLACE_WHY_MAX];
    (void)json;
    (void)len;
    assert_int_equal(place_parse(place, &at, why), 0);
    if (forms_closed(&at))
        return 0;
    const struct form_entry e = {&at, index_entry(x, at.file, at.section, at.id), false, TODAY};
    if (forms_check(x, &e, &fault))
        fail_msg("%s: %s: %s", place, fault.field, fault.message);
    return 0;
}

static void what_is_shipped_passes(void **state)
{
    (void)state;
    size_t count;
    const struct catalog_file *list = files_list(shipped, &count);
    struct draft_index *x = index_new(shipped, "");
    assert_non_null(x);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(place_list(shipped, list[i].name, check_one, x), 0);
    index_free(x);
}

static void a_rule_says_what_it_is(void **state)
{
    (void)state;
    static const char rule[] = "fees.json#la-th-visa";
    assert_string_equal(with(rule, "\"amount\": 500", "\"amount\": 600"), "");
    assert_string_equal(with(rule, "\"amount\": 500", "\"amount\": -1"), "amount");
    assert_string_equal(with(rule, "\"amount\": 500", "\"amount\": 1.5"), "amount");
    assert_string_equal(with(rule, "\"amount\": 500", "\"amount\": \"500\""), "amount");
    assert_string_equal(with(rule, "\"amount\": 500,", ""), "amount");
    assert_string_equal(with(rule, "\"ceiling\"", "\"forbidden\""), "amount");
    assert_string_equal(with(rule, "\"ceiling\"", "\"legal\""), "verdict");
    assert_string_equal(with(rule, "\"THB\"", "\"BHT\""), "currency");
    assert_string_equal(with(rule, "\"THB\"", "\"thb\""), "currency");
    assert_string_equal(with(rule, "\"2023-10\"", "\"10/2023\""), "date");
    assert_string_equal(with(rule, "\"2023-10\"", "\"2023-13\""), "date");
    assert_string_equal(with(rule, "\"2023-10\"", "\"2023-02-30\""), "date");
    assert_string_equal(with(rule, "\"high\"", "\"very high\""), "confidence");
    assert_string_equal(with(rule, "\"khaosod-2023-10\"", "\"no-source\""), "sources");
    assert_string_equal(
        with(rule, "\"khaosod-2023-10\"", "\"khaosod-2023-10\", \"khaosod-2023-10\""), "sources");
    assert_string_equal(with(rule, "\"visa\"", "\"stay\""), "item");
    assert_string_equal(with(rule, "\"la-th\"", "\"la-xx\""), "corridor");
    assert_string_equal(with(rule, "\"fee.rule.th-visa\"", "\"fee.item.visa\""), "text");
    assert_string_equal(with(rule, "\"verdict\"", "\"colour\": \"red\", \"verdict\""), "colour");
}

static void a_contact_can_be_dialled(void **state)
{
    (void)state;
    static const char contact[] = "channels.json#th-doe-1694";
    assert_string_equal(with(contact, "\"1694\"", "\"+66898966653\""), "");
    assert_string_equal(with(contact, "\"1694\"", "null"), "");
    assert_string_equal(with(contact, "\"1694\"", "\"16-94\""), "number");
    assert_string_equal(with(contact, "\"1694\"", "\"16\""), "number");
    assert_string_equal(with(contact, "\"1694\"", "\"+1694\""), "number");
    assert_string_equal(with(contact, "\"1694\"", "\"1234567890123456\""), "number");
    assert_string_equal(with(contact, "\"dial_from\": [\"TH\"]", "\"dial_from\": []"), "dial_from");
    assert_string_equal(with(contact, "\"dial_from\": [\"TH\"]", "\"dial_from\": [\"XX\"]"),
                        "dial_from");
    assert_string_equal(with(contact, "\"country\": \"TH\"", "\"country\": \"th\""), "country");
    assert_string_equal(with(contact, "\"verified_on\": null", "\"verified_on\": \"2026-09-04\""),
                        "");
    assert_string_equal(with(contact, "\"verified_on\": null", "\"verified_on\": \"2026-09-05\""),
                        "verified_on");
    assert_string_equal(with(contact, "\"papers\"", "\"paper\""), "kinds");
    assert_string_equal(with(contact, "\"my\"", "\"xx\""), "languages");
    assert_string_equal(with(contact, "\"as_of\": \"2017-07\",", ""), "as_of");
    assert_string_equal(with(contact, "\"mol-1694-2017-07\"", "\"nobody\""), "source");
    assert_string_equal(with("channels.json#th-doe-helpme", "\"verified_on\": null",
                             "\"verified_on\": \"2026-09-04\""),
                        "verified_on");
}

static void a_new_source_is_named_in_full(void **state)
{
    (void)state;
    static const char place[] = "sources.json#test-2026";
#define SOURCE(title, publisher, url, date)                                                        \
    "{\"title\":" title ",\"publisher\":" publisher ",\"url\":" url ",\"date\":" date              \
    ",\"as_of\":null,\"confidence\":\"low\",\"says\":\"It says.\"}"
    assert_string_equal(
        checked(place, SOURCE("\"T\"", "\"P\"", "\"https://a.org/\"", "\"2026\""), true), "");
    assert_string_equal(
        checked(place, SOURCE("\"\"", "\"P\"", "\"https://a.org/\"", "\"2026\""), true), "title");
    assert_string_equal(
        checked(place, SOURCE("\"T\"", "\" \"", "\"https://a.org/\"", "\"2026\""), true),
        "publisher");
    assert_string_equal(checked(place, SOURCE("\"T\"", "\"P\"", "null", "\"2026\""), true), "url");
    assert_string_equal(
        checked(place, SOURCE("\"T\"", "\"P\"", "\"javascript:alert(1)\"", "\"2026\""), true),
        "url");
    assert_string_equal(
        checked(place, SOURCE("\"T\"", "\"P\"", "\"https://a.org/\"", "null"), true), "date");
    assert_string_equal(checked(place, SOURCE("\"T\"", "\"P\"", "null", "null"), false), "");
}

static void a_statement_has_its_proof(void **state)
{
    (void)state;
    assert_string_equal(
        with("texts/en/fees.json#fee.rule.vn-broker", "[\"vn-law-69-2020-broker\"]", "[]"),
        "sources");
    assert_string_equal(
        with("texts/en/fees.json#fee.rule.vn-broker", "\"2027-05-29\"", "\"29.05.2027\""),
        "review_by");
    assert_string_equal(
        with("texts/en/fees.json#fee.rule.vn-broker", "\"review_by\": \"2027-05-29\", ", ""),
        "review_by");
    assert_string_equal(with("texts/en/fees.json#corridor.la-th", "Lao PDR to Thailand", " "),
                        "text");
    assert_string_equal(with("texts/en/fees.json#corridor.la-th", "Lao PDR", "e\xcc\x81"), "text");
    assert_string_equal(with("texts/en/fees.json#corridor.la-th", "Lao PDR", "a\\tb"), "text");
    assert_string_equal(checked("texts/lo/fees.json#no.such.text", "{\"text\":\"x\"}", true),
                        "text");
}

static void codes_and_words_are_there_once(void **state)
{
    (void)state;
    assert_string_equal(with("menu.json#before.mou", "\"12\"", "\"999\""), "");
    assert_string_equal(with("menu.json#before.mou", "\"12\"", "\"11\""), "dial");
    assert_string_equal(with("menu.json#before.mou", "\"12\"", "\"1234\""), "dial");
    assert_string_equal(with("menu.json#before.mou", "\"12\"", "\"\""), "dial");
    assert_string_equal(with("menu.json#before.mou", "\"before.mou.cost\"", "\"nowhere\""),
                        "children");
    assert_string_equal(with("keywords.json#before.documents", "\"VISA\"", "\"VISAS\""), "");
    assert_string_equal(with("keywords.json#before.documents", "\"VISA\"", "\"fees\""), "en");
    assert_string_equal(with("keywords.json#before.documents", "\"VISA\"", "\" Visa! \", \"VISA\""),
                        "en");
    assert_string_equal(with("keywords.json#before.documents", "\"VISA\"", "\"thai\""), "en");
    assert_string_equal(with("keywords.json#before.documents", "\"VISA\"", "\"\""), "en");
    assert_string_equal(with("keywords.json#languages/lo", "\"LAO\"", "\"FEES\""), "lo");
    assert_string_equal(checked("keywords.json#no.node", "{\"en\":[\"ZZZ\"]}", true), "(entry)");
}

static void facts_are_closed(void **state)
{
    (void)state;
    struct place_parts at;
    char why[PLACE_WHY_MAX];
    assert_int_equal(place_parse("facts.json#lao-regular-route-12-steps", &at, why), 0);
    assert_non_null(forms_closed(&at));
    assert_int_equal(place_parse("languages.json#lo", &at, why), 0);
    assert_non_null(forms_closed(&at));
    assert_int_equal(place_parse("fees.json#x", &at, why), 0);
    assert_null(forms_closed(&at));
}

/* ---- what words entail ---- */

static void assert_anew(const char *old, const char *value, const char *english, const char *wanted)
{
    struct json_error err;
    struct tree *o = old ? tree_parse(old, strlen(old), &err) : NULL;
    struct tree *v = tree_parse(value, strlen(value), &err);
    char *json = rules_text(o ? tree_root(o) : NULL, tree_root(v), english);
    assert_non_null(json);
    char *text = json;
    while (*text == '\n')
        text++;
    /* lists begin on a line of their own, which does not count */
    char flat[1024];
    size_t n = 0;
    for (const char *p = text; *p; p++) {
        if (*p != '\n')
            flat[n++] = *p;
    }
    flat[n] = '\0';
    assert_string_equal(flat, wanted);
    free(json);
    tree_free(o);
    tree_free(v);
}

static void other_words_are_a_draft(void **state)
{
    (void)state;
    char mark[ENTRY_MARK_HEX + 1], wanted[256], old[256];
    entry_mark("Hello", mark);
    snprintf(wanted, sizeof wanted, "{\"text\":\"new\",\"status\":\"draft\",\"from\":\"%s\"}",
             mark);
    assert_anew(
        "{\"text\":\"old\",\"status\":\"reviewed\",\"reviewer\":\"N\",\"reviewed_on\":\"2026-01-"
        "01\",\"from\":\"0\",\"unmarked\":\"o\"}",
        "{\"text\":\"new\",\"status\":\"reviewed\",\"reviewer\":\"Me\"}", "Hello", wanted);
    assert_anew(NULL, "{\"text\":\"new\"}", "Hello", wanted);
    /* the same words for the same English keep their reader */
    snprintf(old, sizeof old,
             "{\"text\":\"old\",\"status\":\"reviewed\",\"reviewer\":\"N\",\"reviewed_on\":\"2026-"
             "01-01\","
             "\"from\":\"%s\"}",
             mark);
    assert_anew(old, "{\"text\":\"old\"}", "Hello", old);
    /* the same words for other English do not */
    entry_mark("Goodbye", mark);
    snprintf(wanted, sizeof wanted, "{\"text\":\"old\",\"status\":\"draft\",\"from\":\"%s\"}",
             mark);
    assert_anew(old, "{\"text\":\"old\"}", "Goodbye", wanted);
}

static void evidence_stays_with_english(void **state)
{
    (void)state;
    static const char old[] =
        "{\"text\":\"old\",\"kind\":\"statement\",\"facts\":[\"a\"],\"sources\":[],"
        "\"review_by\":\"2027-05-29\",\"status\":\"reviewed\",\"reviewer\":\"N\"}";
    assert_anew(old, "{\"text\":\"new\"}", NULL,
                "{\"text\":\"new\",\"kind\":\"statement\",\"facts\":[\"a\"],\"sources\":[],"
                "\"review_by\":\"2027-05-29\",\"status\":\"draft\"}");
    assert_anew(old, "{\"facts\":[\"a\",\"b\"]}", NULL,
                "{\"text\":\"old\",\"kind\":\"statement\",\"facts\":[\"a\",\"b\"],\"sources\":[],"
                "\"review_by\":\"2027-05-29\",\"status\":\"reviewed\",\"reviewer\":\"N\"}");
    assert_anew(old, "{\"text\":\"new\",\"review_by\":null}", NULL,
                "{\"text\":\"new\",\"kind\":\"statement\",\"facts\":[\"a\"],\"sources\":[],"
                "\"status\":\"draft\"}");
    assert_anew("{\"text\":\"a\",\"kind\":\"label\"}", "{\"text\":\"b\"}", NULL,
                "{\"text\":\"b\",\"kind\":\"label\"}");
}

/* ---- presence ---- */

struct seen {
    char text[64];
};

static void tell(void *arg, int64_t person, bool typing)
{
    struct seen *s = arg;
    size_t n = strlen(s->text);
    snprintf(s->text + n, sizeof s->text - n, "%d%s ", (int)person, typing ? "!" : "");
}

static void assert_seen(struct presence *p, const char *id, int64_t now, const char *wanted)
{
    struct seen s = {""};
    presence_list(p, id, 1, now, tell, &s);
    assert_string_equal(s.text, wanted);
}

static void people_see_each_other_for_a_while(void **state)
{
    (void)state;
    struct presence *p = presence_new();
    presence_set(p, 1, "a", true, 0);
    presence_set(p, 2, "a", false, 0);
    presence_set(p, 3, "b", true, 0);
    assert_seen(p, "a", 1, "2 ");
    presence_set(p, 2, "a", true, 10);
    assert_seen(p, "a", 11, "2! ");
    assert_seen(p, "b", 11, "3! ");
    presence_set(p, 2, "b", true, 20);
    assert_seen(p, "a", 21, "");
    assert_seen(p, "b", 21, "2! 3! ");
    presence_set(p, 2, "", false, 30);
    assert_seen(p, "b", 31, "3! ");
    assert_seen(p, "b", PRESENCE_MS, "");
    for (int64_t i = 0; i < 3 * PRESENCE_MAX; i++)
        presence_set(p, 100 + i, "c", false, 100000 + i);
    presence_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_shipped_passes),
        cmocka_unit_test(a_rule_says_what_it_is),
        cmocka_unit_test(a_contact_can_be_dialled),
        cmocka_unit_test(a_new_source_is_named_in_full),
        cmocka_unit_test(a_statement_has_its_proof),
        cmocka_unit_test(codes_and_words_are_there_once),
        cmocka_unit_test(facts_are_closed),
        cmocka_unit_test(other_words_are_a_draft),
        cmocka_unit_test(evidence_stays_with_english),
        cmocka_unit_test(people_see_each_other_for_a_while),
    };
    return cmocka_run_group_tests(tests, read_content, drop_content);
}
