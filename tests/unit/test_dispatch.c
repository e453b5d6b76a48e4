/* SPDX-License-Identifier: Apache-2.0 */
/* The flow of messages on the memory store, with the shipped content: what settles what, repeats,
 * two gateways, a store that is away. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/two_gateways.h"

static void the_first_dial_asks_for_the_language(void **state)
{
    struct world *w = *state;
    const struct sent *s = world_give(w, &w->a, MO_USSD_BEGIN, "a1", "");
    assert_string_equal(s->re, "a1");
    assert_string_equal(s->id, "a1.0");
    assert_non_null(strstr(s->text, "7 English"));
    assert_false(s->end);
}

static void a_repeat_is_answered_alike_and_not_stepped_twice(void **state)
{
    struct world *w = *state;
    world_choose_english(w);
    world_give(w, &w->a, MO_USSD_CONTINUE, "a3", "1");
    world_give(w, &w->a, MO_USSD_CONTINUE, "a3", "1");
    assert_string_equal(w->out[2].text, w->out[3].text);
    assert_string_equal(w->out[2].id, w->out[3].id);
    world_give(w, &w->a, MO_USSD_CONTINUE, "a4", "1");
    assert_string_not_equal(w->out[4].text, w->out[3].text);
}

static void a_repeat_at_another_gateway_is_answered_alike(void **state)
{
    struct world *w = *state;
    world_choose_english(w);
    world_give(w, &w->a, MO_USSD_CONTINUE, "a3", "1");
    world_give(w, &w->b, MO_USSD_CONTINUE, "a3", "1");
    assert_string_equal(w->out[2].text, w->out[3].text);
    /* The other gateway's memory is old now: the store puts it right. */
    world_give(w, &w->b, MO_USSD_CONTINUE, "a4", "1");
    world_give(w, &w->a, MO_USSD_CONTINUE, "a4", "1");
    assert_string_equal(w->out[4].text, w->out[5].text);
    assert_int_equal(metrics_get(w->a.metrics, M_CONFLICTS, NULL), 1);
}

static void an_id_older_than_the_last_four_is_refused(void **state)
{
    struct world *w = *state;
    world_choose_english(w);
    world_give(w, &w->a, MO_USSD_CONTINUE, "a3", "00");
    world_give(w, &w->a, MO_USSD_CONTINUE, "a4", "00");
    world_give(w, &w->a, MO_USSD_CONTINUE, "a5", "00");
    const struct sent *s = world_give(w, &w->a, MO_USSD_BEGIN, "e1", "");
    assert_true(s->refused);
    assert_int_equal(s->code, REFUSE_BAD_FIELD);
}

static void a_continue_without_a_session_gets_the_main_menu_and_a_report(void **state)
{
    struct world *w = *state;
    world_give(w, &w->a, MO_USSD_CONTINUE, "a1", "3");
    assert_int_equal(w->count, 2);
    assert_string_equal(w->out[0].re, "a1");
    assert_false(w->out[0].refused);
    assert_int_equal(w->out[1].code, REFUSE_UNKNOWN_SESSION);
}

static void a_late_message_is_not_answered(void **state)
{
    struct world *w = *state;
    struct origin origin = {.bridge = "lao"};
    struct mo mo = {
        .kind = MO_SMS, .id = "a1", .msisdn = "8562055512345", .text = "HELP", .text_len = 4};
    mo.deadline = w->now - 1;
    w->asking = &w->a;
    dispatch_mo(w->a.dispatch, &origin, &mo);
    assert_int_equal(w->count, 0);
    assert_int_equal(metrics_get(w->a.metrics, M_LATE, NULL), 1);
}

static void machines_get_no_answer(void **state)
{
    struct world *w = *state;
    struct origin origin = {.bridge = "lao"};
    struct mo mo = {.kind = MO_SMS, .id = "a1", .msisdn = "LaoTel", .text = "HELP", .text_len = 4};
    w->asking = &w->a;
    dispatch_mo(w->a.dispatch, &origin, &mo);
    assert_int_equal(world_last(w)->kind, MT_NONE);
    strcpy(mo.msisdn, "1506");
    strcpy(mo.id, "a2");
    dispatch_mo(w->a.dispatch, &origin, &mo);
    assert_int_equal(world_last(w)->kind, MT_NONE);
    assert_string_equal(world_last(w)->re, "a2");
}

static void the_dialogue_goes_on_while_the_store_is_away(void **state)
{
    struct world *w = *state;
    world_choose_english(w);
    store_memory_set_down(w->store, true);
    world_give(w, &w->a, MO_USSD_CONTINUE, "a3", "2");
    assert_non_null(strstr(world_last(w)->text, "Fees"));
    store_memory_set_down(w->store, false);
    world_give(w, &w->a, MO_USSD_CONTINUE, "a4", "1");
    assert_non_null(strstr(world_last(w)->text, "Lao PDR to Thailand"));
    /* And what was stepped meanwhile is in the store for the others. */
    world_give(w, &w->b, MO_USSD_CONTINUE, "a5", "0");
    assert_non_null(strstr(world_last(w)->text, "Fee check"));
}

static void who_stepped_further_meanwhile_is_followed(void **state)
{
    struct world *w = *state;
    world_choose_english(w);
    store_memory_set_down(w->store, true);
    world_give(w, &w->a, MO_USSD_CONTINUE, "a3", "2");
    store_memory_set_down(w->store, false);
    w->now += 1000;
    world_give(w, &w->b, MO_USSD_CONTINUE, "a4", "1");
    assert_non_null(strstr(world_last(w)->text, "Before you go"));
    w->now += 1000;
    world_give(w, &w->a, MO_USSD_CONTINUE, "a5", "1");
    assert_non_null(strstr(world_last(w)->text, "the regular way"));
}

static void a_stranger_meets_the_main_menu_while_the_store_is_away(void **state)
{
    struct world *w = *state;
    store_memory_set_down(w->store, true);
    const struct sent *s = world_give(w, &w->a, MO_USSD_BEGIN, "a1", "");
    assert_null(strstr(s->text, "7 English"));
    assert_non_null(strstr(s->text, "\n1 "));
}

static void an_emptied_store_leads_to_a_new_beginning(void **state)
{
    struct world *w = *state;
    world_choose_english(w);
    store_memory_clear(w->store);
    const struct sent *s = world_give(w, &w->b, MO_USSD_CONTINUE, "b1", "2");
    assert_true(s->refused);
    assert_int_equal(s->code, REFUSE_UNKNOWN_SESSION);
}

static void a_dialogue_outlives_a_store_that_came_back_empty(void **state)
{
    struct world *w = *state;
    world_choose_english(w);
    store_memory_clear(w->store);
    assert_non_null(strstr(world_give(w, &w->a, MO_USSD_CONTINUE, "a3", "2")->text, "Fees"));
    assert_non_null(
        strstr(world_give(w, &w->b, MO_USSD_CONTINUE, "a4", "0")->text, "Before you go"));
}

static bool all_saves(void *arg, enum world_port port)
{
    (void)arg;
    return port == PORT_SAVE;
}

/* A replica became master before it had heard of the last steps. */
static void a_dialogue_outlives_a_store_that_lost_its_last_writes(void **state)
{
    struct world *w = *state;
    world_choose_english(w);
    w->fails = all_saves;
    w->save_lost = true;
    char *fees = strdup(world_give(w, &w->a, MO_USSD_CONTINUE, "a3", "2")->text);
    char *first = strdup(world_give(w, &w->a, MO_USSD_CONTINUE, "a4", "1")->text);
    w->fails = NULL;
    /* A repeat gets the same answer; the next step begins on the screen that the phone shows. */
    assert_string_equal(world_give(w, &w->a, MO_USSD_CONTINUE, "a4", "1")->text, first);
    assert_string_equal(world_give(w, &w->a, MO_USSD_CONTINUE, "a5", "0")->text, fees);
    assert_non_null(
        strstr(world_give(w, &w->b, MO_USSD_CONTINUE, "a6", "0")->text, "Before you go"));
    free(fees);
    free(first);
}

static void a_flood_of_one_subscriber_is_refused_for_a_while(void **state)
{
    struct world *w = *state;
    char id[16];
    world_choose_english(w);
    const struct sent *s = NULL;
    for (unsigned i = 0; i < 70 && !(s && s->refused); i++) {
        w->count = 0;
        snprintf(id, sizeof id, "f%u", i);
        s = world_give(w, &w->a, MO_USSD_CONTINUE, id, "00");
    }
    assert_true(s->refused);
    assert_int_equal(s->code, REFUSE_OVERLOAD);
    w->now += 61000;
    assert_false(world_give(w, &w->a, MO_USSD_CONTINUE, "g1", "00")->refused);
}

static void what_the_broker_did_not_take_is_answered_on_the_repeat(void **state)
{
    struct world *w = *state;
    world_choose_english(w);
    w->broker_down = true;
    world_give(w, &w->a, MO_USSD_CONTINUE, "a3", "2");
    w->broker_down = false;
    const struct sent *s = world_give(w, &w->a, MO_USSD_CONTINUE, "a3", "2");
    assert_string_equal(s->re, "a3");
    assert_non_null(strstr(s->text, "Fees"));
}

static void a_draining_gateway_refuses_new_work(void **state)
{
    struct world *w = *state;
    dispatch_drain(w->a.dispatch);
    assert_int_equal(world_give(w, &w->a, MO_USSD_BEGIN, "a1", "")->code, REFUSE_OVERLOAD);
}

static void a_dropped_dialogue_is_offered_again_but_not_a_private_one(void **state)
{
    struct world *w = *state;
    world_choose_english(w);
    world_give(w, &w->a, MO_USSD_CONTINUE, "a3", "1");
    world_give(w, &w->a, MO_USSD_END, "a4", "");
    assert_non_null(strstr(world_give(w, &w->a, MO_USSD_BEGIN, "a5", "")->text, "Go on where"));
    assert_string_equal(world_give(w, &w->a, MO_USSD_CONTINUE, "a6", "1")->text, w->out[2].text);
    world_give(w, &w->a, MO_USSD_CONTINUE, "a7", "00");
    world_give(w, &w->a, MO_USSD_CONTINUE, "a8", "4");
    world_give(w, &w->a, MO_USSD_END, "a9", "");
    assert_null(strstr(world_give(w, &w->a, MO_USSD_BEGIN, "b1", "")->text, "Go on where"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)
    const struct CMUnitTest tests[] = {
        TEST(the_first_dial_asks_for_the_language),
        TEST(a_repeat_is_answered_alike_and_not_stepped_twice),
        TEST(a_repeat_at_another_gateway_is_answered_alike),
        TEST(an_id_older_than_the_last_four_is_refused),
        TEST(a_continue_without_a_session_gets_the_main_menu_and_a_report),
        TEST(a_late_message_is_not_answered),
        TEST(machines_get_no_answer),
        TEST(the_dialogue_goes_on_while_the_store_is_away),
        TEST(who_stepped_further_meanwhile_is_followed),
        TEST(a_stranger_meets_the_main_menu_while_the_store_is_away),
        TEST(an_emptied_store_leads_to_a_new_beginning),
        TEST(a_dialogue_outlives_a_store_that_came_back_empty),
        TEST(a_dialogue_outlives_a_store_that_lost_its_last_writes),
        TEST(a_flood_of_one_subscriber_is_refused_for_a_while),
        TEST(what_the_broker_did_not_take_is_answered_on_the_repeat),
        TEST(a_draining_gateway_refuses_new_work),
        TEST(a_dropped_dialogue_is_offered_again_but_not_a_private_one),
    };
    return cmocka_run_group_tests_name("dispatch", tests, world_load, world_unload);
}
