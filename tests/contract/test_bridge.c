/* SPDX-License-Identifier: Apache-2.0 */
/* The bridge's side of settlement (PROTOCOL.md, section 3), over a real broker. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "support/bridge_world.h"

static int send_sms(struct bridge_world *b, const char *id, int64_t deadline_ms)
{
    struct mo mo = bridge_world_sms(id, deadline_ms);
    return bridge_send(b->bridge, &mo);
}

static int64_t metric(const struct bridge_world *b, enum metric id)
{
    return metrics_get(b->metrics, id, "laotel");
}

static void test_an_answer_settles(void **state)
{
    struct bridge_world *b = *state;
    bridge_world_start(b);
    assert_int_equal(send_sms(b, "m1", 0), 0);
    assert_int_equal(bridge_unsettled(b->bridge), 1);
    assert_int_equal(metric(b, M_BRIDGE_UNSETTLED), 1);
    bridge_world_await(b, "m1", 1);
    assert_string_equal(b->seen[0].topic, "t/laotel/in/a8");
    bridge_world_answer(b, "m1", "Answer with a number.");
    bridge_world_await_told(b, &b->answered, 1);
    assert_string_equal(b->re, "m1");
    assert_string_equal(b->text, "Answer with a number.");
    assert_string_equal(b->from, "1234");
    assert_int_equal(bridge_unsettled(b->bridge), 0);
    assert_int_equal(metric(b, M_BRIDGE_UNSETTLED), 0);
    /* What is settled is neither repeated nor told again. */
    int seen = bridge_world_count(b, "m1");
    send_sms(b, "m2", 0);
    bridge_world_await(b, "m2", 3);
    assert_int_equal(bridge_world_count(b, "m1"), seen);
    bridge_world_answer(b, "m1", "Again.");
    bridge_world_settle_down(b);
    assert_int_equal(b->answered, 1);
    assert_int_equal(metric(b, M_BRIDGE_UNREAD), 0);
}

static void test_repeats_are_the_same_octet_for_octet(void **state)
{
    struct bridge_world *b = *state;
    bridge_world_start(b);
    send_sms(b, "m1", 60000);
    bridge_world_await(b, "m1", 4);
    for (size_t i = 1; i < b->seen_count; i++) {
        assert_string_equal(b->seen[i].payload, b->seen[0].payload);
        assert_string_equal(b->seen[i].topic, b->seen[0].topic);
    }
    assert_true(metric(b, M_BRIDGE_REPEATS) >= 3);
    /* The same id again is sent at once, as it was first, and kept once. */
    int seen = bridge_world_count(b, "m1");
    int64_t repeats = metric(b, M_BRIDGE_REPEATS);
    struct mo other = bridge_world_sms("m1", 0);
    other.text = "OTHER";
    other.text_len = 5;
    assert_int_equal(bridge_send(b->bridge, &other), 0);
    assert_int_equal(metric(b, M_BRIDGE_REPEATS), repeats + 1);
    bridge_world_await(b, "m1", seen + 1);
    assert_string_equal(b->seen[b->seen_count - 1].payload, b->seen[0].payload);
    assert_int_equal(bridge_unsettled(b->bridge), 1);
}

static void test_a_refusal_settles(void **state)
{
    struct bridge_world *b = *state;
    bridge_world_start(b);
    send_sms(b, "m1", 0);
    send_sms(b, "m2", 0);
    bridge_world_await(b, "m2", 1);
    bridge_world_refuse(b, "m1", "bad_field");
    bridge_world_await_told(b, &b->refused, 1);
    assert_string_equal(b->refusal.re, "m1");
    assert_int_equal(b->refusal.code, REFUSE_BAD_FIELD);
    assert_string_equal(b->refusal.detail, "bad_field: So it is.");
    assert_int_equal(bridge_unsettled(b->bridge), 1);
    bridge_world_refuse(b, "m1", "bad_field");
    bridge_world_refuse(b, "m3", "bad_field");
    bridge_world_refuse(b, "", "bad_json");
    bridge_world_settle_down(b);
    assert_int_equal(b->refused, 1);
    assert_int_equal(bridge_unsettled(b->bridge), 1);
    assert_int_equal(metric(b, M_BRIDGE_REFUSED), 4);
}

static void send_again(struct bridge_world *b)
{
    b->then = NULL;
    assert_int_equal(bridge_unsettled(b->bridge), 0);
    assert_int_equal(send_sms(b, b->refusal.re, 0), 0);
}

static void test_overload_is_told_and_the_id_can_be_sent_again(void **state)
{
    struct bridge_world *b = *state;
    bridge_world_start(b);
    send_sms(b, "m1", 0);
    bridge_world_await(b, "m1", 1);
    b->then = send_again;
    bridge_world_refuse(b, "m1", "overload");
    bridge_world_await_told(b, &b->refused, 1);
    assert_int_equal(b->refusal.code, REFUSE_OVERLOAD);
    assert_int_equal(b->refusal.retry_ms, 250);
    assert_int_equal(bridge_unsettled(b->bridge), 1);
    bridge_world_answer(b, "m1", "x");
    bridge_world_await_told(b, &b->answered, 1);
}

static void test_unknown_session_settles_nothing(void **state)
{
    struct bridge_world *b = *state;
    bridge_world_start(b);
    send_sms(b, "m1", 0);
    bridge_world_refuse(b, "m1", "unknown_session");
    bridge_world_await_told(b, &b->reported, 1);
    assert_int_equal(b->refusal.code, REFUSE_UNKNOWN_SESSION);
    assert_int_equal(bridge_unsettled(b->bridge), 1);
    bridge_world_answer(b, "m1", "x");
    bridge_world_await_told(b, &b->answered, 1);
    assert_int_equal(b->refused, 0);
}

static void test_what_nobody_waits_for_is_not_told(void **state)
{
    struct bridge_world *b = *state;
    bridge_world_start(b);
    bridge_world_answer(b, "elsewhere", "x");
    bridge_world_answer(b, "", "of its own");
    bridge_world_await_told(b, &b->answered, 1);
    assert_string_equal(b->re, "");
    assert_string_equal(b->text, "of its own");
    assert_int_equal(metric(b, M_BRIDGE_UNREAD), 0);
}

/* Publish for the gateway as it stands. */
static void say(struct bridge_world *b, const char *topic, const char *payload, size_t len,
                bool retain)
{
    struct mqtt_out out = {.topic = topic, .payload = payload, .len = len, .retain = retain};
    assert_int_equal(mqtt_publish(b->gateway, &out), 0);
}

static void test_what_cannot_be_read_is_counted(void **state)
{
    struct bridge_world *b = *state;
    char big[MESSAGE_PAYLOAD_MAX + 1];
    const char *own = "{\"v\":1,\"kind\":\"sms\",\"id\":\"a\",\"msisdn\":\"8562055512345\","
                      "\"from\":\"1\",\"text\":\"old\",\"coding\":\"gsm7\",\"segments\":1}";
    const char *none = "{\"v\":1,\"kind\":\"none\",\"id\":\"a\",\"re\":\"\"}";
    say(b, "t/laotel/out/01", own, strlen(own), true);
    bridge_world_start(b);
    bridge_world_settle_down(b);
    assert_int_equal(metric(b, M_BRIDGE_UNREAD), 1); /* the retained one */
    memset(big, ' ', sizeof big);
    say(b, "t/laotel/out/a8", big, sizeof big, false);
    say(b, "t/laotel/out/a8", "{", 1, false);
    say(b, "t/laotel/out/a8", none, strlen(none), false);
    say(b, "t/laotel/error", "{}", 2, false);
    bridge_world_settle_down(b);
    assert_int_equal(metric(b, M_BRIDGE_UNREAD), 5);
    assert_int_equal(b->answered, 0);
}

static void test_deadlines(void **state)
{
    struct bridge_world *b = *state;
    bridge_world_start(b);
    assert_int_equal(send_sms(b, "late", 1000), 0);
    assert_int_equal(send_sms(b, "never", 0), 0);
    assert_int_equal(send_sms(b, "soon", 60), 0);
    assert_int_equal(send_sms(b, "sooner", 30), 0);
    assert_int_equal(send_sms(b, "past", -1000), 0);
    assert_int_equal(b->expired, 0); /* never from within */
    bridge_world_await_told(b, &b->expired, 3);
    assert_string_equal(b->expired_ids[0], "past");
    assert_string_equal(b->expired_ids[1], "sooner");
    assert_string_equal(b->expired_ids[2], "soon");
    bridge_world_await_told(b, &b->expired, 4);
    assert_string_equal(b->expired_ids[3], "late");
    assert_int_equal(metrics_get(b->metrics, M_BRIDGE_EXPIRED, "laotel"), 4);
    assert_in_range(bridge_world_count(b, "late"), 2, 11);
    assert_int_equal(bridge_world_count(b, "soon"), 1);
    int seen = bridge_world_count(b, "late");
    bridge_world_await(b, "never", bridge_world_count(b, "never") + 2);
    assert_int_equal(bridge_world_count(b, "late"), seen);
    assert_int_equal(b->expired, 4);
    assert_int_equal(metric(b, M_BRIDGE_EXPIRED), 4);
    assert_int_equal(bridge_unsettled(b->bridge), 1);
}

static void test_no_more_than_allowed_may_wait(void **state)
{
    struct bridge_world *b = *state;
    b->conf.bridge_max_unsettled = 2;
    bridge_world_start(b);
    assert_int_equal(send_sms(b, "m1", 0), 0);
    assert_int_equal(send_sms(b, "m2", 0), 0);
    assert_int_equal(send_sms(b, "m3", 0), -1);
    assert_int_equal(send_sms(b, "m2", 0), 0);
    assert_int_equal(bridge_unsettled(b->bridge), 2);
    bridge_forget(b->bridge, "m1");
    bridge_forget(b->bridge, "m1");
    assert_int_equal(send_sms(b, "m4", 0), 0);
    bridge_world_await(b, "m4", 1);
    assert_int_equal(bridge_world_count(b, "m3"), 0);
}

static int send_ussd(struct bridge_world *b, const char *id, enum mo_kind kind, const char *code)
{
    struct mo mo = bridge_world_sms(id, 0);
    mo.kind = kind;
    snprintf(mo.session, sizeof mo.session, "s1");
    snprintf(mo.code, sizeof mo.code, "%s", code);
    return bridge_send(b->bridge, &mo);
}

static void test_overload_holds_back_what_begins(void **state)
{
    struct bridge_world *b = *state;
    char id[8];
    b->conf.bridge_max_unsettled = 40;
    bridge_world_start(b);
    for (int i = 0; i < 20; i++) {
        snprintf(id, sizeof id, "d%d", i);
        assert_int_equal(send_ussd(b, id, MO_USSD_BEGIN, "*1234#"), 0);
    }
    assert_int_equal(send_ussd(b, "d30", MO_USSD_BEGIN, "*1234#"), -1);
    assert_int_equal(metric(b, M_BRIDGE_PUT_OFF), 1);
    bridge_world_await(b, "d19", 1);
    bridge_world_refuse(b, "d0", "overload");
    bridge_world_await_told(b, &b->refused, 1);
    /* There is room for 16 now, and 19 are under way. */
    bridge_world_answer(b, "d1", "x");
    bridge_world_await_told(b, &b->answered, 1);
    assert_int_equal(send_ussd(b, "d31", MO_USSD_BEGIN, "*1234#"), -1);
    assert_int_equal(metric(b, M_BRIDGE_PUT_OFF), 2);
    /* What goes on, what may be a cry for help, and SMS, which nobody refused, are sent. */
    assert_int_equal(send_ussd(b, "c1", MO_USSD_CONTINUE, ""), 0);
    assert_int_equal(send_ussd(b, "h1", MO_USSD_BEGIN, "*1234*92#"), 0);
    assert_int_equal(send_sms(b, "m1", 0), 0);
    for (int i = 2; i < 10; i++) {
        snprintf(id, sizeof id, "d%d", i);
        bridge_world_answer(b, id, "x");
    }
    bridge_world_await_told(b, &b->answered, 9);
    assert_int_equal(send_ussd(b, "d31", MO_USSD_BEGIN, "*1234#"), 0);
}

static void test_an_answer_that_is_not_taken_comes_again(void **state)
{
    struct bridge_world *b = *state;
    bridge_world_start(b);
    b->answers = true;
    b->turn_away = 2;
    send_sms(b, "m1", 0);
    bridge_world_await_told(b, &b->answered, 3);
    assert_int_equal(bridge_unsettled(b->bridge), 0);
    assert_int_equal(bridge_world_count(b, "m1"), 3);
}

static void hold_it(struct bridge_world *b)
{
    b->then = NULL;
    bridge_hold(b->bridge, "m1");
    bridge_hold(b->bridge, "nobody");
}

static void test_what_is_held_is_not_repeated_and_has_its_deadline(void **state)
{
    struct bridge_world *b = *state;
    bridge_world_start(b);
    b->answers = true;
    b->turn_away = 1;
    b->then = hold_it;
    send_sms(b, "m1", 600);
    bridge_world_await_told(b, &b->answered, 1);
    b->answers = false;
    send_sms(b, "m2", 0);
    bridge_world_await(b, "m2", 1);
    int seen = bridge_world_count(b, "m1");
    bridge_world_await(b, "m2", 4);
    assert_int_equal(bridge_world_count(b, "m1"), seen);
    bridge_world_await_told(b, &b->expired, 1);
    assert_string_equal(b->expired_ids[0], "m1");
    assert_int_equal(metrics_get(b->metrics, M_BRIDGE_EXPIRED, "laotel"), 0); /* it was answered */
}

static void forget_it(struct bridge_world *b)
{
    bridge_forget(b->bridge, "m1");
}

static void test_an_event_may_forget_what_it_is_about(void **state)
{
    struct bridge_world *b = *state;
    bridge_world_start(b);
    b->answers = true;
    b->then = forget_it;
    send_sms(b, "m1", 0);
    bridge_world_await_told(b, &b->answered, 1);
    assert_int_equal(bridge_unsettled(b->bridge), 0);
    b->answers = false;
    send_sms(b, "m1", -1);
    bridge_world_await_told(b, &b->expired, 1);
    assert_int_equal(bridge_unsettled(b->bridge), 0);
}

static void test_end_and_receipt_are_sent_once(void **state)
{
    struct bridge_world *b = *state;
    struct mo end = {.kind = MO_USSD_END,
                     .id = "e1",
                     .msisdn = "8562055512345",
                     .session = "s",
                     .cause = CAUSE_USER,
                     .at = 1};
    struct mo receipt = {
        .kind = MO_RECEIPT, .id = "r1", .of = "m1.0", .status = STATUS_DELIVERED, .at = 1};
    bridge_world_start(b);
    assert_int_equal(bridge_send(b->bridge, &end), 0);
    assert_int_equal(bridge_send(b->bridge, &receipt), 0);
    assert_int_equal(bridge_unsettled(b->bridge), 0);
    bridge_world_await(b, "r1", 1);
    assert_string_equal(b->seen[0].topic, "t/laotel/in/a8");
    assert_string_equal(b->seen[1].topic, "t/laotel/in/00");
    assert_string_equal(b->seen[1].payload, "{\"v\":1,\"kind\":\"receipt\",\"id\":\"r1\","
                                            "\"status\":\"delivered\",\"of\":\"m1.0\",\"at\":1}");
    send_sms(b, "m1", 0);
    bridge_world_await(b, "m1", 3);
    assert_int_equal(bridge_world_count(b, "e1"), 1);
    assert_int_equal(bridge_world_count(b, "r1"), 1);
}

static void test_what_fits_no_payload_is_refused(void **state)
{
    struct bridge_world *b = *state;
    char text[MESSAGE_PAYLOAD_MAX + 1];
    struct mo mo = bridge_world_sms("m1", 0);
    bridge_world_start(b);
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    mo.text = text;
    mo.text_len = sizeof text - 1;
    assert_int_equal(bridge_send(b->bridge, &mo), -1);
    assert_int_equal(bridge_unsettled(b->bridge), 0);
}

#define WORLD(t) cmocka_unit_test_setup_teardown(t, bridge_world_open, bridge_world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD(test_an_answer_settles),
        WORLD(test_repeats_are_the_same_octet_for_octet),
        WORLD(test_a_refusal_settles),
        WORLD(test_overload_is_told_and_the_id_can_be_sent_again),
        WORLD(test_unknown_session_settles_nothing),
        WORLD(test_what_nobody_waits_for_is_not_told),
        WORLD(test_what_cannot_be_read_is_counted),
        WORLD(test_deadlines),
        WORLD(test_no_more_than_allowed_may_wait),
        WORLD(test_overload_holds_back_what_begins),
        WORLD(test_an_answer_that_is_not_taken_comes_again),
        WORLD(test_what_is_held_is_not_repeated_and_has_its_deadline),
        WORLD(test_an_event_may_forget_what_it_is_about),
        WORLD(test_end_and_receipt_are_sent_once),
        WORLD(test_what_fits_no_payload_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
