/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of long SMS: how they are told (TS 23.040, 9.2.3.24; SMPP v3.4, 5.3.2.22), and how they
 * come together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "smpp/parts.h"
#include "support/deliver.h"

#define PLACE(number, total) ((const uint8_t[]){total, number})

enum { GIVEN_MAX = 64 };

/* What was given up, and what came out last. */
struct desk {
    struct parts *ps;
    uint64_t given[GIVEN_MAX], older;
    size_t given_count, calls;
    struct parts_whole whole;
    int64_t now;
    struct deliver d;
};

static void on_expired(void *arg, const uint64_t *tokens, size_t count)
{
    struct desk *desk = arg;
    desk->calls++;
    for (size_t i = 0; i < count && desk->given_count < GIVEN_MAX; i++)
        desk->given[desk->given_count++] = tokens[i];
}

static struct desk *desk_new(size_t messages)
{
    struct desk *desk = calloc(1, sizeof *desk);
    struct parts_options o = {messages, 1000, 5000, desk, on_expired};
    assert_non_null(desk);
    desk->ps = parts_new(&o);
    assert_non_null(desk->ps);
    return desk;
}

static void desk_free(struct desk *desk)
{
    parts_free(desk->ps);
    free(desk);
}

/* Add the deliver_sm that is on the desk. */
static enum parts_result add(struct desk *desk, uint64_t token)
{
    struct part part;
    assert_int_equal(part_of(&desk->d.pdu, &part), PDU_OK);
    return parts_add(desk->ps, &desk->d.pdu, &part, token, desk->now, &desk->whole, &desk->older);
}

static enum parts_result udh(struct desk *desk, unsigned reference, const uint8_t place[2],
                             const char *text, uint64_t token)
{
    deliver_udh(&desk->d, reference, place, text);
    return add(desk, token);
}

static enum parts_result from(struct desk *desk, const char *source, const uint8_t place[2],
                              const char *text, uint64_t token)
{
    deliver_udh(&desk->d, 7, place, text);
    strcpy(desk->d.pdu.source.digits, source);
    return add(desk, token);
}

static void is_whole(const struct desk *desk, const char *text)
{
    assert_int_equal(desk->whole.len, strlen(text));
    assert_memory_equal(desk->whole.octets, text, strlen(text));
}

static void parts_come_together_in_any_order(void **state)
{
    static const uint8_t orders[][3] = {{1, 2, 3}, {1, 3, 2}, {2, 1, 3},
                                        {2, 3, 1}, {3, 1, 2}, {3, 2, 1}};
    static const char *const texts[] = {"one ", "two ", "three"};
    struct desk *desk = desk_new(10);
    (void)state;
    for (size_t i = 0; i < 6; i++) {
        for (size_t j = 0; j < 3; j++) {
            unsigned n = orders[i][j];
            enum parts_result r = udh(desk, (unsigned)i, PLACE((uint8_t)n, 3), texts[n - 1], n);
            assert_int_equal(r, j == 2 ? PARTS_WHOLE : PARTS_WAIT);
        }
        is_whole(desk, "one two three");
        assert_int_equal(desk->whole.count, 3);
        for (size_t j = 0; j < 3; j++)
            assert_int_equal(desk->whole.tokens[j], j + 1);
        assert_int_equal(parts_count(desk->ps), 0);
    }
    assert_int_equal(desk->calls, 0);
    desk_free(desk);
}

static void a_message_alone_is_whole(void **state)
{
    struct desk *desk = desk_new(1);
    (void)state;
    deliver_begin(&desk->d, "HELP");
    assert_int_equal(add(desk, 9), PARTS_WHOLE);
    is_whole(desk, "HELP");
    assert_int_equal(desk->whole.id, 0);
    assert_int_equal(desk->whole.tokens[0], 9);
    assert_int_equal(add(desk, 10), PARTS_WHOLE);
    desk_free(desk);
}

/* Source, destination, reference, total and kind tell messages apart. */
static void interleaved_messages_stay_apart(void **state)
{
    struct desk *desk = desk_new(10);
    (void)state;
    assert_int_equal(from(desk, "8562011111111", PLACE(1, 2), "a1", 1), PARTS_WAIT);
    assert_int_equal(from(desk, "8562022222222", PLACE(1, 2), "b1", 2), PARTS_WAIT);
    assert_int_equal(from(desk, "8562022222222", PLACE(1, 3), "c1", 3), PARTS_WAIT);
    deliver_udh(&desk->d, 8, PLACE(1, 2), "d1");
    strcpy(desk->d.pdu.source.digits, "8562022222222");
    assert_int_equal(add(desk, 4), PARTS_WAIT);
    deliver_udh(&desk->d, 7, PLACE(1, 2), "e1");
    strcpy(desk->d.pdu.source.digits, "8562022222222");
    strcpy(desk->d.pdu.dest.digits, "1235");
    assert_int_equal(add(desk, 5), PARTS_WAIT);
    deliver_sar(&desk->d, 7, PLACE(1, 2), "f1");
    strcpy(desk->d.pdu.source.digits, "8562022222222");
    assert_int_equal(add(desk, 6), PARTS_WAIT);
    assert_int_equal(parts_count(desk->ps), 6);
    assert_int_equal(from(desk, "8562022222222", PLACE(2, 2), "b2", 7), PARTS_WHOLE);
    is_whole(desk, "b1b2");
    assert_int_equal(from(desk, "8562011111111", PLACE(2, 2), "a2", 8), PARTS_WHOLE);
    is_whole(desk, "a1a2");
    assert_int_equal(desk->whole.tokens[0], 1);
    assert_int_equal(desk->whole.tokens[1], 8);
    desk_free(desk);
}

static void a_part_again_replaces_its_token(void **state)
{
    struct desk *desk = desk_new(10);
    (void)state;
    assert_int_equal(udh(desk, 1, PLACE(1, 2), "one", 11), PARTS_WAIT);
    assert_int_equal(udh(desk, 1, PLACE(1, 2), "one", 12), PARTS_AGAIN);
    assert_int_equal(desk->older, 11);
    parts_answered(desk->ps, 12);
    assert_int_equal(udh(desk, 1, PLACE(1, 2), "one", 13), PARTS_AGAIN);
    assert_int_equal(desk->older, 0);
    parts_answered(desk->ps, 13);
    parts_answered(desk->ps, 99);
    assert_int_equal(udh(desk, 1, PLACE(2, 2), "two", 14), PARTS_WHOLE);
    is_whole(desk, "onetwo");
    assert_int_equal(desk->whole.tokens[0], 0);
    assert_int_equal(desk->whole.tokens[1], 14);
    desk_free(desk);
}

/* After a link drop an SMSC delivers again only what was not acknowledged. */
static void what_is_done_is_known_again(void **state)
{
    struct desk *desk = desk_new(10);
    (void)state;
    udh(desk, 1, PLACE(1, 2), "one", 1);
    assert_int_equal(udh(desk, 1, PLACE(2, 2), "two", 2), PARTS_WHOLE);
    uint64_t id = desk->whole.id;
    assert_int_equal(udh(desk, 1, PLACE(2, 2), "two", 3), PARTS_LATER);
    desk->now = 100;
    parts_settled(desk->ps, id, true, desk->now);
    assert_int_equal(udh(desk, 1, PLACE(2, 2), "two", 4), PARTS_DONE);
    desk->now = 5099;
    parts_tick(desk->ps, desk->now);
    assert_int_equal(udh(desk, 1, PLACE(1, 2), "one", 5), PARTS_DONE);
    desk->now = 5100;
    parts_tick(desk->ps, desk->now);
    assert_int_equal(udh(desk, 1, PLACE(1, 2), "one", 6), PARTS_WAIT);
    assert_int_equal(desk->calls, 0);
    desk_free(desk);
}

/* Only those that were refused for now come again. */
static void what_was_answered_alone_stays_when_the_rest_is_not_settled(void **state)
{
    struct desk *desk = desk_new(10);
    (void)state;
    udh(desk, 1, PLACE(1, 3), "one", 1);
    udh(desk, 1, PLACE(2, 3), "two", 2);
    assert_true(parts_answered(desk->ps, 1));
    assert_int_equal(udh(desk, 1, PLACE(3, 3), "three", 3), PARTS_WHOLE);
    parts_settled(desk->ps, desk->whole.id, false, 0);
    assert_int_equal(parts_count(desk->ps), 1);
    assert_int_equal(udh(desk, 1, PLACE(2, 3), "two", 4), PARTS_WAIT);
    assert_int_equal(udh(desk, 1, PLACE(3, 3), "three", 5), PARTS_WHOLE);
    is_whole(desk, "onetwothree");
    parts_settled(desk->ps, desk->whole.id, true, 0);
    assert_int_equal(udh(desk, 1, PLACE(3, 3), "three", 6), PARTS_DONE);
    assert_int_equal(desk->calls, 0);
    desk_free(desk);
}

static void what_was_not_settled_is_new_again(void **state)
{
    struct desk *desk = desk_new(10);
    (void)state;
    udh(desk, 1, PLACE(1, 2), "one", 1);
    udh(desk, 1, PLACE(2, 2), "two", 2);
    parts_settled(desk->ps, desk->whole.id + 1, false, 0);
    assert_int_equal(udh(desk, 1, PLACE(1, 2), "one", 3), PARTS_LATER);
    parts_settled(desk->ps, desk->whole.id, false, 0);
    assert_int_equal(udh(desk, 1, PLACE(2, 2), "two", 4), PARTS_WAIT);
    assert_int_equal(udh(desk, 1, PLACE(1, 2), "one", 5), PARTS_WHOLE);
    is_whole(desk, "onetwo");
    desk_free(desk);
}

/* Phones use a reference again. */
static void another_text_under_the_same_reference_is_new(void **state)
{
    struct desk *desk = desk_new(10);
    (void)state;
    udh(desk, 1, PLACE(1, 2), "one", 1);
    udh(desk, 1, PLACE(2, 2), "two", 2);
    parts_settled(desk->ps, desk->whole.id, true, 0);
    assert_int_equal(udh(desk, 1, PLACE(1, 2), "new", 3), PARTS_WAIT);
    assert_int_equal(desk->calls, 0);
    assert_int_equal(udh(desk, 1, PLACE(1, 2), "newer", 4), PARTS_WAIT);
    assert_int_equal(desk->calls, 1);
    assert_int_equal(desk->given[0], 3);
    deliver_udh(&desk->d, 1, PLACE(2, 2), "in UCS-2");
    desk->d.pdu.data_coding = 8;
    assert_int_equal(add(desk, 5), PARTS_WAIT);
    assert_int_equal(desk->given[1], 4);
    assert_int_equal(parts_count(desk->ps), 1);
    desk_free(desk);
}

static void too_old_ones_are_given_up(void **state)
{
    struct desk *desk = desk_new(10);
    (void)state;
    assert_int_equal(parts_tick(desk->ps, 0), 1000);
    udh(desk, 1, PLACE(1, 3), "one", 1);
    desk->now = 600;
    assert_int_equal(parts_tick(desk->ps, 600), 400);
    udh(desk, 2, PLACE(1, 2), "other", 2);
    udh(desk, 1, PLACE(2, 3), "two", 3); /* it waits for the next from now on */
    assert_int_equal(parts_tick(desk->ps, 1599), 1);
    assert_int_equal(desk->calls, 0);
    parts_answered(desk->ps, 1);
    assert_int_equal(parts_tick(desk->ps, 1600), 1000);
    assert_int_equal(desk->calls, 2);
    assert_int_equal(desk->given_count, 3);
    assert_int_equal(desk->given[0], 2);
    assert_int_equal(desk->given[1], 0);
    assert_int_equal(desk->given[2], 3);
    assert_int_equal(parts_count(desk->ps), 0);
    desk_free(desk);
}

static void too_many_push_out_the_oldest(void **state)
{
    struct desk *desk = desk_new(2);
    (void)state;
    udh(desk, 1, PLACE(1, 3), "a", 1);
    udh(desk, 2, PLACE(1, 3), "b", 2);
    udh(desk, 1, PLACE(2, 3), "a", 3);
    assert_int_equal(desk->calls, 0);
    assert_int_equal(udh(desk, 3, PLACE(1, 3), "c", 4), PARTS_WAIT);
    assert_int_equal(desk->calls, 1);
    assert_int_equal(desk->given[0], 2);
    assert_int_equal(parts_count(desk->ps), 2);
    assert_int_equal(udh(desk, 1, PLACE(3, 3), "a", 5), PARTS_WHOLE);
    desk_free(desk);
}

/* As many messages are remembered as may wait. */
static void what_is_done_is_bounded(void **state)
{
    struct desk *desk = desk_new(2);
    (void)state;
    for (unsigned i = 1; i <= 3; i++) {
        udh(desk, i, PLACE(1, 2), "one", 1);
        udh(desk, i, PLACE(2, 2), "two", 2);
        parts_settled(desk->ps, desk->whole.id, true, 0);
    }
    assert_int_equal(udh(desk, 3, PLACE(1, 2), "one", 3), PARTS_DONE);
    assert_int_equal(udh(desk, 2, PLACE(1, 2), "one", 4), PARTS_DONE);
    assert_int_equal(udh(desk, 1, PLACE(1, 2), "one", 5), PARTS_WAIT);
    desk_free(desk);
}

static void too_long_ones_are_refused(void **state)
{
    static uint8_t octets[PARTS_OCTETS_MAX + 1];
    struct desk *desk = desk_new(2);
    struct part part = {PART_SAR, 1, 3, 1, octets, PARTS_OCTETS_MAX + 1, 0};
    (void)state;
    deliver_begin(&desk->d, "");
#define ADD(n, octets_of_it, wanted)                                                               \
    part.number = n;                                                                               \
    part.len = octets_of_it;                                                                       \
    assert_int_equal(parts_add(desk->ps, &desk->d.pdu, &part, n, 0, &desk->whole, &desk->older),   \
                     wanted)
    ADD(1, PARTS_OCTETS_MAX + 1, PARTS_REFUSED);
    assert_int_equal(parts_count(desk->ps), 0);
    ADD(0, 1, PARTS_REFUSED);
    ADD(4, 1, PARTS_REFUSED);
    ADD(1, PARTS_OCTETS_MAX, PARTS_WAIT);
    ADD(2, 1, PARTS_REFUSED);
    ADD(2, 0, PARTS_WAIT);
    ADD(3, 0, PARTS_WHOLE);
    assert_int_equal(desk->whole.len, PARTS_OCTETS_MAX);
    desk_free(desk);
}

static void the_most_parts_come_together(void **state)
{
    struct desk *desk = desk_new(2);
    (void)state;
    for (unsigned n = PARTS_MAX; n > 1; n--)
        assert_int_equal(udh(desk, 0xabcd, PLACE((uint8_t)n, PARTS_MAX), "x", n), PARTS_WAIT);
    assert_int_equal(udh(desk, 0xabcd, PLACE(1, PARTS_MAX), "x", 1), PARTS_WHOLE);
    assert_int_equal(desk->whole.count, PARTS_MAX);
    assert_int_equal(desk->whole.len, PARTS_MAX);
    assert_int_equal(desk->whole.tokens[PARTS_MAX - 1], PARTS_MAX);
    desk_free(desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_come_together_in_any_order),
        cmocka_unit_test(a_message_alone_is_whole),
        cmocka_unit_test(interleaved_messages_stay_apart),
        cmocka_unit_test(a_part_again_replaces_its_token),
        cmocka_unit_test(what_is_done_is_known_again),
        cmocka_unit_test(what_was_answered_alone_stays_when_the_rest_is_not_settled),
        cmocka_unit_test(what_was_not_settled_is_new_again),
        cmocka_unit_test(another_text_under_the_same_reference_is_new),
        cmocka_unit_test(too_old_ones_are_given_up),
        cmocka_unit_test(too_many_push_out_the_oldest),
        cmocka_unit_test(what_is_done_is_bounded),
        cmocka_unit_test(too_long_ones_are_refused),
        cmocka_unit_test(the_most_parts_come_together),
    };
    return cmocka_run_group_tests_name("unit/smpp_parts", tests, NULL, NULL);
}
