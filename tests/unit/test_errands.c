/* SPDX-License-Identifier: Apache-2.0 */
/* Requests for help on the way from the phone to the journal, and the way back: what is confirmed,
 * what is not, and what nobody keeps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "support/two_gateways.h"

static const struct sent *answer(struct world *w, const char *id, const char *text)
{
    return world_give(w, &w->a, MO_USSD_CONTINUE, id, text);
}

/* Up to the question that sends: not paid, in Thailand, call but leave no message, in the evening.
 */
static void come_to_consent(struct world *w)
{
    world_choose_english(w);
    world_give(w, &w->a, MO_USSD_BEGIN, "r1", "*1234*422#");
    answer(w, "r2", "2");
    answer(w, "r3", "2");
    const struct sent *s = answer(w, "r4", "4");
    assert_non_null(strstr(s->text, "Send?"));
}

/* The n-th request of a worker who has chosen English. */
static const struct sent *file_at(struct world *w, struct gateway *g, int n)
{
    static const char *const typed[] = {"2", "2", "4", "1"};
    const struct sent *s = NULL;
    char id[16];
    w->now += 60000;
    w->count = 0;
    snprintf(id, sizeof id, "n%d", n);
    world_give(w, g, MO_USSD_BEGIN, id, "*1234*422#");
    for (int i = 0; i < 4; i++) {
        snprintf(id, sizeof id, "n%d.%d", n, i);
        s = world_give(w, g, MO_USSD_CONTINUE, id, typed[i]);
    }
    return s;
}

static const struct sent *file_one(struct world *w, int n)
{
    return file_at(w, &w->a, n);
}

static void nothing_is_confirmed_before_it_is_on_disk(void **state)
{
    struct world *w = *state;
    come_to_consent(w);
    unsigned before = w->count;
    w->hold = true;
    answer(w, "r5", "1");
    assert_int_equal(w->count, before);
    assert_int_equal(w->filed, 1);
    dispatch_filed(w->a.dispatch, w->filings[0].txn, FILED_OK);
    assert_int_equal(w->count, before + 1);
    const struct sent *s = world_last(w);
    assert_string_equal(s->re, "r5");
    assert_non_null(strstr(s->text, "Case number:"));
}

static void nobody_files_twice_by_going_back(void **state)
{
    struct world *w = *state;
    come_to_consent(w);
    answer(w, "r5", "1");
    assert_non_null(strstr(answer(w, "r6", "1")->text, "Not a choice"));
    assert_null(strstr(answer(w, "r7", "0")->text, "Send?"));
    assert_int_equal(w->filed, 1);
}

static void the_request_says_what_the_worker_chose(void **state)
{
    struct world *w = *state;
    come_to_consent(w);
    const struct sent *s = answer(w, "r5", "1");
    const struct request *r = &w->filings[0].request;
    assert_string_equal(r->kind, "unpaid");
    assert_string_equal(r->country, "TH");
    assert_int_equal(r->wish, WISH_QUIET);
    assert_int_equal(r->safe, SAFE_EVENING);
    assert_string_equal(r->lang, "en");
    assert_string_equal(r->bridge, "lao");
    assert_string_equal(r->msisdn, "8562055512345");
    assert_string_equal(r->text, "");
    assert_int_equal(r->at, w->now);
    assert_int_equal(strlen(r->subject), REQUEST_SUBJECT_MAX);
    assert_true(request_case_valid(r->case_no));
    char shown[16];
    snprintf(shown, sizeof shown, "%.3s %.3s %s", r->case_no, r->case_no + 3, r->case_no + 6);
    assert_non_null(strstr(s->text, shown));
}

static void repeats_file_once_and_show_the_same_number(void **state)
{
    struct world *w = *state;
    char first[2048];
    come_to_consent(w);
    w->hold = true;
    answer(w, "r5", "1");
    answer(w, "r5", "1");
    assert_int_equal(w->filed, 1);
    dispatch_filed(w->a.dispatch, w->filings[0].txn, FILED_OK);
    snprintf(first, sizeof first, "%s", world_last(w)->text);
    assert_string_equal(answer(w, "r5", "1")->text, first);
    assert_string_equal(world_give(w, &w->b, MO_USSD_CONTINUE, "r5", "1")->text, first);
    assert_int_equal(w->filed, 1);
}

/* The journal had it, the gateway died before it could save the step: another gateway files it
 * again, and it is the same request. */
static void a_crash_between_journal_and_answer_makes_no_second_request(void **state)
{
    struct world *w = *state;
    come_to_consent(w);
    w->hold = true;
    answer(w, "r5", "1");
    world_restart(&w->a);
    world_give(w, &w->b, MO_USSD_CONTINUE, "r5", "1");
    assert_int_equal(w->filed, 2);
    assert_string_equal(w->filings[0].request.id, w->filings[1].request.id);
    assert_string_equal(w->filings[0].request.case_no, w->filings[1].request.case_no);
    assert_string_equal(w->filings[0].request.proof, w->filings[1].request.proof);
}

/* Gateway a shows "1 Send", the worker goes back at gateway b, and the next "1" comes to a, which
 * knows nothing of that: it is another question's answer by now. */
static void an_answer_to_another_question_files_nothing(void **state)
{
    struct world *w = *state;
    come_to_consent(w);
    world_give(w, &w->b, MO_USSD_CONTINUE, "r5", "0");
    const struct sent *s = answer(w, "r6", "1");
    assert_non_null(strstr(s->text, "Send?"));
    assert_int_equal(w->filed, 0);
}

/* Not even if this gateway has steps that the store has not. */
static void an_answer_to_a_newer_screen_files_nothing(void **state)
{
    struct world *w = *state;
    world_choose_english(w);
    world_give(w, &w->a, MO_USSD_BEGIN, "r1", "*1234*422#");
    answer(w, "r2", "2");
    answer(w, "r3", "2");
    store_memory_set_down(w->store, true);
    assert_non_null(strstr(answer(w, "r4", "4")->text, "Send?"));
    store_memory_set_down(w->store, false);
    w->now += 1000;
    world_give(w, &w->b, MO_USSD_CONTINUE, "r5", "00");
    w->now += 1000;
    assert_non_null(strstr(answer(w, "r6", "1")->text, "Before you go"));
    assert_int_equal(w->filed, 0);
}

/* What another gateway has filed counts, also where the store was away meanwhile. */
static void the_days_requests_are_counted_over_an_outage(void **state)
{
    struct world *w = *state;
    world_choose_english(w);
    for (int i = 0; i < 10; i++)
        file_at(w, &w->b, i);
    store_memory_set_down(w->store, true);
    w->now += 1000;
    world_give(w, &w->a, MO_USSD_BEGIN, "b1", "");
    store_memory_set_down(w->store, false);
    assert_non_null(strstr(file_one(w, 10)->text, "enough for today"));
    assert_int_equal(w->filed, 10);
}

static void what_is_not_on_disk_is_not_confirmed_and_the_numbers_are_shown(void **state)
{
    struct world *w = *state;
    come_to_consent(w);
    w->result = FILED_FAILED;
    const struct sent *s = answer(w, "r5", "1");
    assert_non_null(strstr(s->text, "NOT store"));
    assert_null(strstr(s->text, "Case number:"));
    assert_non_null(strstr(answer(w, "r6", "98")->text, ": 1"));
    w->result = FILED_OK;
    s = answer(w, "r7", "1");
    assert_non_null(strstr(s->text, "Case number:"));
    assert_string_not_equal(w->filings[0].request.id, w->filings[1].request.id);
}

static void who_has_filed_enough_today_gets_the_numbers_and_tomorrow_files_again(void **state)
{
    struct world *w = *state;
    world_choose_english(w);
    for (int i = 0; i < 10; i++)
        assert_non_null(strstr(file_one(w, i)->text, "Case number:"));
    const struct sent *s = file_one(w, 10);
    assert_non_null(strstr(s->text, "enough for today"));
    assert_null(strstr(s->text, "Try again"));
    assert_int_equal(w->filed, 10);
    w->now += 24 * 3600 * 1000;
    assert_non_null(strstr(file_one(w, 11)->text, "Case number:"));
}

static void who_gives_no_number_is_not_kept(void **state)
{
    struct world *w = *state;
    world_choose_english(w);
    world_give(w, &w->a, MO_USSD_BEGIN, "r1", "*1234*422#");
    answer(w, "r2", "2");
    assert_non_null(strstr(answer(w, "r3", "3")->text, "not your number"));
    answer(w, "r4", "1");
    assert_int_equal(w->filed, 1);
    assert_int_equal(w->filings[0].request.wish, WISH_NONE);
    assert_string_equal(w->filings[0].request.msisdn, "");
    assert_string_equal(w->filings[0].request.subject, "");
}

static void words_go_with_the_request_and_stay_in_no_session(void **state)
{
    struct world *w = *state;
    static const char words[] = "They took my passport and two months of pay.";
    world_give(w, &w->a, MO_SMS, "m0", "ENGLISH");
    world_give(w, &w->a, MO_SMS, "m1", "CALL ME");
    world_give(w, &w->a, MO_SMS, "m2", "2");
    world_give(w, &w->a, MO_SMS, "m3", "2");
    world_give(w, &w->a, MO_SMS, "m4", "1");
    const struct sent *s = world_give(w, &w->a, MO_SMS, "m5", "1");
    assert_non_null(strstr(s->text, "in your own words"));
    s = world_give(w, &w->a, MO_SMS, "m6", words);
    assert_int_equal(w->filed, 1);
    assert_string_equal(w->filings[0].request.text, words);
    assert_true(w->filings[0].request.sms);
    /* An employer may read it. */
    assert_non_null(strstr(s->text, "Mekong Line. Number "));
    assert_null(strstr(s->text, "Stored"));
}

static void the_number_comes_by_sms_only_if_the_worker_says_so(void **state)
{
    struct world *w = *state;
    come_to_consent(w);
    unsigned before = w->count;
    answer(w, "r5", "2");
    assert_int_equal(w->count, before + 2);
    assert_int_equal(world_last(w)->kind, MT_SMS);
    assert_string_equal(world_last(w)->id, "r5.1");
    assert_non_null(strstr(world_last(w)->text, "Mekong Line. Number "));
    assert_null(strstr(world_last(w)->text, "paid"));
}

static void a_case_is_asked_for_with_its_pin(void **state)
{
    struct world *w = *state;
    char pin[REQUEST_PIN_MAX + 1];
    come_to_consent(w);
    const char *shown = strstr(answer(w, "r5", "1")->text, "PIN: ");
    snprintf(pin, sizeof pin, "%s", shown + 5);
    world_give(w, &w->a, MO_USSD_BEGIN, "c1", "*1234*93#");
    assert_non_null(strstr(answer(w, "c2", "123")->text, "no case number"));
    answer(w, "c3", w->filings[0].request.case_no);
    assert_non_null(strstr(answer(w, "c4", "12")->text, "4 digits"));
    w->state = CASE_TAKEN;
    assert_non_null(strstr(answer(w, "c5", pin)->text, "has taken your case"));
    assert_string_equal(w->asks[0].ask.proof, w->filings[0].request.proof);
    assert_string_equal(w->asks[0].ask.case_no, w->filings[0].request.case_no);
}

static void pins_cannot_be_tried_out(void **state)
{
    struct world *w = *state;
    char id[16], pin[8];
    come_to_consent(w);
    answer(w, "r5", "1");
    w->state = CASE_UNKNOWN;
    world_give(w, &w->a, MO_USSD_BEGIN, "c1", "*1234*93#");
    answer(w, "c2", w->filings[0].request.case_no);
    for (int i = 0; i < 12; i++) {
        snprintf(id, sizeof id, "c3.%d", i);
        snprintf(pin, sizeof pin, "%04d", i);
        answer(w, id, pin);
        answer(w, strcat(id, "b"), "0");
    }
    assert_int_equal(w->asked, 10);
    assert_non_null(strstr(answer(w, "c4", "1234")->text, "Too many wrong tries"));
}

static void who_asks_for_help_is_not_kept_out_by_limits_on_the_rest(void **state)
{
    struct world *w = *state;
    char id[16];
    world_choose_english(w);
    for (int i = 0; i < 60; i++) {
        snprintf(id, sizeof id, "f%d", i);
        answer(w, id, "9");
    }
    assert_true(answer(w, "g1", "9")->refused);
    assert_int_equal(world_last(w)->code, REFUSE_OVERLOAD);
    assert_non_null(
        strstr(world_give(w, &w->a, MO_USSD_BEGIN, "r1", "*1234*422#")->text, "Where are you"));
    assert_non_null(strstr(answer(w, "r2", "2")->text, "May we call"));
    assert_true(world_give(w, &w->a, MO_USSD_BEGIN, "g2", "*1234#")->refused);
    assert_non_null(strstr(answer(w, "r3", "2")->text, "When is it safe"));
}

static void a_removed_subscriber_begins_anew(void **state)
{
    struct world *w = *state;
    char key[35];
    world_choose_english(w);
    session_key("0123456789abcdef0123456789abcdef", 32, "8562055512345", key);
    store_memory_clear(w->store);
    dispatch_forget(w->a.dispatch, key);
    assert_non_null(strstr(world_give(w, &w->a, MO_USSD_BEGIN, "n1", "")->text, "7 English"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)
    const struct CMUnitTest tests[] = {
        TEST(nothing_is_confirmed_before_it_is_on_disk),
        TEST(nobody_files_twice_by_going_back),
        TEST(the_request_says_what_the_worker_chose),
        TEST(repeats_file_once_and_show_the_same_number),
        TEST(a_crash_between_journal_and_answer_makes_no_second_request),
        TEST(an_answer_to_another_question_files_nothing),
        TEST(an_answer_to_a_newer_screen_files_nothing),
        TEST(the_days_requests_are_counted_over_an_outage),
        TEST(what_is_not_on_disk_is_not_confirmed_and_the_numbers_are_shown),
        TEST(who_has_filed_enough_today_gets_the_numbers_and_tomorrow_files_again),
        TEST(who_gives_no_number_is_not_kept),
        TEST(words_go_with_the_request_and_stay_in_no_session),
        TEST(the_number_comes_by_sms_only_if_the_worker_says_so),
        TEST(a_case_is_asked_for_with_its_pin),
        TEST(pins_cannot_be_tried_out),
        TEST(who_asks_for_help_is_not_kept_out_by_limits_on_the_rest),
        TEST(a_removed_subscriber_begins_anew),
    };
    return cmocka_run_group_tests_name("errands", tests, world_load, world_unload);
}
