/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <string.h>

#include "editing/rehearsal.h"
#include "support/editing_world.h"

enum { NOW_S = 1780300800 };

/* A phone and what came of its last step. */
struct handset {
    struct rehearsal *r;
    struct editing_json j;
    const struct tree_node *root;
};

static struct handset switch_on(const struct editing_world *w, const char *language)
{
    const struct rehearsal_options o = {.studio = &w->studio,
                                        .carrier = "",
                                        .number = "8562055512345",
                                        .language = language,
                                        .now_ms = NOW_S * INT64_C(1000)};
    struct handset h = {.r = rehearsal_new(&o, w->catalog)};
    assert_non_null(h.r);
    return h;
}

static void switch_off(struct handset *h)
{
    if (h->root)
        editing_json_free(&h->j);
    rehearsal_free(h->r);
}

static int take(struct handset *h, const struct rehearsal_step *step)
{
    struct rehearsal_step now = *step;
    now.now_ms = NOW_S * INT64_C(1000);
    now.text = now.text ? now.text : "";
    now.to = now.to ? now.to : "";
    if (h->root)
        editing_json_free(&h->j);
    editing_json_begin(&h->j);
    int rc = rehearsal_take(h->r, &now, &h->j.out);
    h->root = editing_json_read(&h->j);
    return rc;
}

static void act(struct handset *h, enum rehearsal_act what, const char *text)
{
    assert_int_equal(take(h, &(struct rehearsal_step){.act = what, .text = text, .to = "1234"}), 0);
}

static const struct tree_node *event(const struct handset *h, size_t i)
{
    return editing_at(tree_get(h->root, "events"), i);
}

static void shows(const struct handset *h, const char *words)
{
    const char *text = editing_text(event(h, 0), "text");
    assert_string_equal(editing_text(event(h, 0), "kind"), "screen");
    if (!strstr(text, words))
        fail_msg("'%s' is not on '%s'", words, text);
}

static bool in_session(const struct handset *h)
{
    return tree_true(tree_get(h->root, "session"));
}

static void a_dialogue_begins_goes_on_and_ends(void **state)
{
    struct handset h = switch_on(*state, "");
    act(&h, REHEARSAL_DIAL, "*1234#");
    shows(&h, "7 English");
    act(&h, REHEARSAL_ANSWER, "7");
    shows(&h, "Mekong Line\n1 Before you go");
    assert_true(in_session(&h));
    act(&h, REHEARSAL_ANSWER, "99");
    assert_true(tree_true(tree_get(event(&h, 0), "end")));
    assert_false(in_session(&h));
    assert_int_equal(take(&h, &(struct rehearsal_step){.act = REHEARSAL_ANSWER, .text = "1"}), -1);
    switch_off(&h);
}

static void a_code_leads_deep_and_a_language_is_remembered(void **state)
{
    struct handset h = switch_on(*state, "th");
    act(&h, REHEARSAL_DIAL, "*1234*11#");
    shows(&h, "แรงงาน");
    assert_string_equal(editing_text(event(&h, 0), "coding"), "ucs2");
    act(&h, REHEARSAL_DIAL, "*1234*999#");
    shows(&h, "1 ");
    switch_off(&h);
}

static void sms_get_sms(void **state)
{
    struct handset h = switch_on(*state, "en");
    act(&h, REHEARSAL_SMS, "FEES");
    assert_string_equal(editing_text(event(&h, 0), "kind"), "sms");
    assert_string_equal(editing_text(event(&h, 0), "from"), "1234");
    assert_int_equal(editing_number(event(&h, 0), "segments"), 1);
    act(&h, REHEARSAL_SMS, "STOP");
    act(&h, REHEARSAL_SMS, "hello");
    assert_string_equal(editing_text(event(&h, 0), "kind"), "silent");
    switch_off(&h);
}

static void an_article_comes_by_sms_on_the_way(void **state)
{
    struct handset h = switch_on(*state, "en");
    act(&h, REHEARSAL_DIAL, "*1234*11#");
    act(&h, REHEARSAL_ANSWER, "97");
    assert_non_null(event(&h, 1));
    bool sms = false;
    for (size_t i = 0; event(&h, i); i++)
        sms |= strcmp(editing_text(event(&h, i), "kind"), "sms") == 0;
    assert_true(sms);
    switch_off(&h);
}

/* The first answers of the form lead to a request. It is told about before its confirmation. */
static void a_request_is_told_about(void **state)
{
    struct handset h = switch_on(*state, "en");
    act(&h, REHEARSAL_DIAL, "*1234*92#");
    const char *kind = "";
    for (int i = 0; i < 8 && strcmp(kind, "request") != 0 && in_session(&h); i++) {
        act(&h, REHEARSAL_ANSWER, "1");
        kind = editing_text(event(&h, 0), "kind");
    }
    assert_string_equal(kind, "request");
    assert_true(strlen(editing_text(event(&h, 0), "country")) == 2);
    assert_string_equal(editing_text(event(&h, 1), "kind"), "screen");
    switch_off(&h);
}

/* Whoever dials soon after the line broke may go on; an hour later nobody asks. */
static void time_passes_only_on_the_phone(void **state)
{
    struct handset soon = switch_on(*state, "en"), late = switch_on(*state, "en");
    const struct rehearsal_step hour = {.act = REHEARSAL_WAIT, .wait_ms = 3600000};
    act(&soon, REHEARSAL_DIAL, "*1234*21#");
    act(&late, REHEARSAL_DIAL, "*1234*21#");
    act(&soon, REHEARSAL_DROP, "");
    act(&late, REHEARSAL_DROP, "");
    assert_false(in_session(&late));
    assert_int_equal(take(&late, &hour), 0);
    assert_int_equal(editing_number(late.root, "ahead_ms"), 3600000);
    act(&soon, REHEARSAL_DIAL, "*1234#");
    shows(&soon, "Go on where you were?");
    act(&late, REHEARSAL_DIAL, "*1234#");
    shows(&late, "Mekong Line");
    switch_off(&soon);
    switch_off(&late);
}

static void what_no_carrier_would_send_is_refused(void **state)
{
    struct handset h = switch_on(*state, "en");
    act(&h, REHEARSAL_DIAL, "not a code");
    assert_string_equal(editing_text(event(&h, 0), "kind"), "refused");
    assert_non_null(strstr(editing_text(event(&h, 0), "detail"), "bad_field"));
    switch_off(&h);
}

static void two_phones_know_nothing_of_each_other(void **state)
{
    struct handset a = switch_on(*state, "en"), b = switch_on(*state, "");
    act(&a, REHEARSAL_DIAL, "*1234#");
    act(&b, REHEARSAL_DIAL, "*1234#");
    shows(&a, "Mekong Line");
    shows(&b, "7 English");
    switch_off(&a);
    switch_off(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dialogue_begins_goes_on_and_ends),
        cmocka_unit_test(a_code_leads_deep_and_a_language_is_remembered),
        cmocka_unit_test(sms_get_sms),
        cmocka_unit_test(an_article_comes_by_sms_on_the_way),
        cmocka_unit_test(a_request_is_told_about),
        cmocka_unit_test(time_passes_only_on_the_phone),
        cmocka_unit_test(what_no_carrier_would_send_is_refused),
        cmocka_unit_test(two_phones_know_nothing_of_each_other),
    };
    return cmocka_run_group_tests(tests, editing_world_open, editing_world_close);
}
