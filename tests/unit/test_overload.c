/* SPDX-License-Identifier: Apache-2.0 */
/* Who is refused first when there is too much: who begins, then who goes on, and last who asks for
 * help. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "support/two_gateways.h"

static const char dialled[] = "*1234#", for_help[] = "*1234*92#";

static struct mo message_of(unsigned phone, enum mo_kind kind, const char *id, const char *text)
{
    struct mo mo = {.kind = kind, .text = ""};
    snprintf(mo.id, sizeof mo.id, "%s", id);
    snprintf(mo.msisdn, sizeof mo.msisdn, "85620555%05u", phone);
    snprintf(mo.session, sizeof mo.session, "s%u", phone);
    if (kind == MO_USSD_BEGIN) {
        snprintf(mo.code, sizeof mo.code, "%s", text);
    } else {
        mo.text = text;
        mo.text_len = strlen(text);
    }
    return mo;
}

/* A message of a phone reaches gateway a. Returns whether it was refused. */
static bool refused(struct world *w, unsigned phone, enum mo_kind kind, const char *id,
                    const char *text)
{
    struct origin origin = {.bridge = "lao"};
    struct mo mo = message_of(phone, kind, id, text);
    unsigned before = w->count;
    w->asking = &w->a;
    dispatch_mo(w->a.dispatch, &origin, &mo);
    if (w->count == before || !world_last(w)->refused)
        return false;
    assert_int_equal(world_last(w)->code, REFUSE_OVERLOAD);
    assert_string_equal(world_last(w)->re, id);
    return true;
}

static int64_t overloads(const struct world *w, const char *reason)
{
    return metrics_get(w->a.metrics, M_OVERLOAD, reason);
}

/* Phone 1 reads a menu, phone 2 asks for help, phone 3 has a dialogue by SMS. */
static void begin_dialogues(struct world *w)
{
    assert_false(refused(w, 1, MO_USSD_BEGIN, "a1", dialled));
    assert_false(refused(w, 1, MO_USSD_CONTINUE, "a2", "7"));
    assert_false(refused(w, 2, MO_USSD_BEGIN, "b1", for_help));
    assert_false(refused(w, 2, MO_USSD_CONTINUE, "b2", "7"));
    assert_false(refused(w, 3, MO_SMS, "c1", "ENGLISH"));
}

static void a_full_gateway_has_room_for_who_goes_on_and_more_for_who_asks_for_help(void **state)
{
    struct world *w = *state;
    w->conf.gateway_max_inflight = 4;
    world_restart(&w->a);
    begin_dialogues(w);
    w->mute = true;
    assert_false(refused(w, 11, MO_USSD_BEGIN, "d1", dialled));
    assert_false(refused(w, 12, MO_USSD_BEGIN, "d2", dialled));
    assert_false(refused(w, 13, MO_SMS, "d3", "FEES"));
    assert_false(refused(w, 14, MO_USSD_BEGIN, "d4", dialled));
    assert_true(refused(w, 15, MO_USSD_BEGIN, "d5", dialled));
    assert_true(refused(w, 15, MO_SMS, "d6", "FEES"));
    assert_false(refused(w, 16, MO_USSD_CONTINUE, "d7", "1"));
    assert_true(refused(w, 1, MO_USSD_CONTINUE, "a3", "1"));
    assert_true(refused(w, 3, MO_SMS, "c2", "1"));
    assert_false(refused(w, 2, MO_USSD_CONTINUE, "b3", "2"));
    assert_non_null(strstr(world_last(w)->text, "Where are you"));
    assert_false(refused(w, 17, MO_USSD_BEGIN, "d8", for_help));
    assert_true(refused(w, 2, MO_USSD_CONTINUE, "b4", "2"));
    assert_int_equal(overloads(w, "in_hand"), 5);
    world_speak(w);
    assert_int_equal(dispatch_inflight(w->a.dispatch), 0);
    assert_false(refused(w, 15, MO_USSD_BEGIN, "d5", dialled));
    /* What was refused took no step. */
    assert_false(refused(w, 1, MO_USSD_CONTINUE, "a3", "1"));
    assert_non_null(strstr(world_last(w)->text, "Before you go"));
}

static void what_waited_too_long_is_refused_and_help_never(void **state)
{
    struct world *w = *state;
    begin_dialogues(w);
    w->waited_ms = 300;
    assert_false(refused(w, 11, MO_USSD_BEGIN, "d1", dialled));
    w->waited_ms = 301;
    assert_true(refused(w, 12, MO_USSD_BEGIN, "d2", dialled));
    assert_true(refused(w, 12, MO_SMS, "d3", "FEES"));
    assert_false(refused(w, 1, MO_USSD_CONTINUE, "a3", "1"));
    assert_false(refused(w, 3, MO_SMS, "c2", "1"));
    w->waited_ms = 601;
    assert_true(refused(w, 1, MO_USSD_CONTINUE, "a4", "1"));
    assert_true(refused(w, 3, MO_SMS, "c3", "1"));
    w->waited_ms = 60000;
    assert_false(refused(w, 2, MO_USSD_CONTINUE, "b3", "2"));
    assert_non_null(strstr(world_last(w)->text, "Where are you"));
    assert_false(refused(w, 13, MO_SMS, "d4", "CALL ME"));
    assert_int_equal(overloads(w, "waited"), 4);
    w->waited_ms = 0;
    assert_false(refused(w, 12, MO_USSD_BEGIN, "d2", dialled));
    assert_false(refused(w, 1, MO_USSD_CONTINUE, "a4", "1"));
}

static void the_question_for_the_language_may_stand_before_a_cry_for_help(void **state)
{
    struct world *w = *state;
    w->waited_ms = 60000;
    assert_false(refused(w, 1, MO_USSD_BEGIN, "a1", for_help));
    assert_non_null(strstr(world_last(w)->text, "7 English"));
    assert_false(refused(w, 1, MO_USSD_CONTINUE, "a2", "7"));
    assert_non_null(strstr(world_last(w)->text, "What is it about?"));
    w->waited_ms = 0;
    assert_false(refused(w, 2, MO_USSD_BEGIN, "b1", dialled));
    w->waited_ms = 60000;
    assert_true(refused(w, 2, MO_USSD_CONTINUE, "b2", "7"));
}

static void a_message_may_wait_for_any_time_where_the_limit_is_0(void **state)
{
    struct world *w = *state;
    w->conf.gateway_max_wait_ms = 0;
    world_restart(&w->a);
    w->waited_ms = 60000;
    assert_false(refused(w, 1, MO_USSD_BEGIN, "a1", dialled));
}

/* A repeat of what is in hand is nothing new, however long it waited. */
static void a_repeat_of_what_is_in_hand_is_not_refused(void **state)
{
    struct world *w = *state;
    w->mute = true;
    assert_false(refused(w, 1, MO_USSD_BEGIN, "a1", dialled));
    w->waited_ms = 2000;
    assert_false(refused(w, 1, MO_USSD_BEGIN, "a1", dialled));
    assert_int_equal(metrics_get(w->a.metrics, M_REPEATS, "in_hand"), 1);
    world_speak(w);
    assert_int_equal(w->count, 1);
    assert_string_equal(world_last(w)->re, "a1");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)
    const struct CMUnitTest tests[] = {
        TEST(a_full_gateway_has_room_for_who_goes_on_and_more_for_who_asks_for_help),
        TEST(what_waited_too_long_is_refused_and_help_never),
        TEST(the_question_for_the_language_may_stand_before_a_cry_for_help),
        TEST(a_message_may_wait_for_any_time_where_the_limit_is_0),
        TEST(a_repeat_of_what_is_in_hand_is_not_refused),
    };
    return cmocka_run_group_tests_name("overload", tests, world_load, world_unload);
}
