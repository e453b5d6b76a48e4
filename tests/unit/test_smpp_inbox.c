/* SPDX-License-Identifier: Apache-2.0 */
/* Which deliver_sm is the same message again, and which only says the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "smpp/inbox.h"

enum { IN_HAND = 3, KNOWN = 5 };

struct desk {
    struct inbox *inbox;
    uint64_t token[8];
    uint32_t status[8];
    size_t answers;
    bool again;
    bool breaks;  /* an answer finds the connection broken */
    bool is_void; /* or it broke before */
};

static int on_answer(void *arg, uint64_t token, uint32_t status)
{
    struct desk *d = arg;
    d->token[d->answers] = token;
    d->status[d->answers++] = status;
    if (d->breaks)
        inbox_lost(d->inbox, 0);
    return d->is_void || token == 0 ? -1 : 0;
}

static int set_up(void **state)
{
    static struct desk d;
    struct inbox_options o = {.in_hand = IN_HAND, .known = KNOWN, .arg = &d, .answer = on_answer};
    memset(&d, 0, sizeof d);
    d.inbox = inbox_new(&o);
    *state = &d;
    return d.inbox ? 0 : -1;
}

static int tear_down(void **state)
{
    inbox_free(((struct desk *)*state)->inbox);
    return 0;
}

static const struct inbox_item *take_print(struct desk *d, struct inbox_print print, uint64_t token,
                                           int64_t now)
{
    struct inbox_tokens t = {.list = &token, .count = 1};
    return inbox_take(d->inbox, &print, t, now, &d->again);
}

/* A message that says `text`. */
static const struct inbox_item *take(struct desk *d, char text, uint64_t token, int64_t now)
{
    return take_print(d, (struct inbox_print){.octets = {(uint8_t)text}}, token, now);
}

static void settled_answers_its_token(void **state)
{
    struct desk *d = *state;
    const struct inbox_item *one = take(d, '1', 7, 0);
    assert_non_null(one);
    assert_false(d->again);
    inbox_close(d->inbox, one->id, PDU_OK, false, 10);
    assert_int_equal(d->answers, 1);
    assert_int_equal(d->token[0], 7);
    assert_int_equal(d->status[0], PDU_OK);
    assert_int_equal(inbox_in_hand(d->inbox), 0);
    assert_null(inbox_find(d->inbox, one->id));
}

static void same_while_in_hand(void **state)
{
    struct desk *d = *state;
    char id[MESSAGE_ID_MAX + 1];
    strcpy(id, take(d, '1', 7, 0)->id);
    assert_string_equal(take(d, '1', 8, 5)->id, id);
    assert_true(d->again);
    inbox_close(d->inbox, id, PDU_OK, false, 10);
    assert_int_equal(d->answers, 2);
    assert_int_equal(d->token[1], 8);
}

static void same_after_we_asked_for_it_again(void **state)
{
    struct desk *d = *state;
    char id[MESSAGE_ID_MAX + 1];
    strcpy(id, take(d, '1', 7, 0)->id);
    inbox_close(d->inbox, id, PDU_QUEUE_FULL, true, 10);
    assert_string_equal(take(d, '1', 8, INBOX_KEEP_MS)->id, id);
    assert_true(d->again);
}

static void another_that_says_the_same(void **state)
{
    struct desk *d = *state;
    char id[MESSAGE_ID_MAX + 1];
    strcpy(id, take(d, '1', 7, 0)->id);
    inbox_close(d->inbox, id, PDU_OK, false, 10);
    assert_string_not_equal(take(d, '1', 8, 20)->id, id);
    assert_false(d->again);
    assert_null(inbox_find(d->inbox, id));
}

static void same_on_a_new_connection_if_the_answer_may_be_lost(void **state)
{
    struct desk *d = *state;
    char unsure[MESSAGE_ID_MAX + 1], sure[MESSAGE_ID_MAX + 1];
    strcpy(sure, take(d, '1', 7, 0)->id);
    inbox_close(d->inbox, sure, PDU_OK, false, 0);
    strcpy(unsure, take(d, '2', 8, 5)->id);
    inbox_close(d->inbox, unsure, PDU_OK, false, INBOX_UNSURE_MS);
    inbox_lost(d->inbox, INBOX_UNSURE_MS + 1);
    assert_string_not_equal(take(d, '1', 9, INBOX_UNSURE_MS + 2)->id, sure);
    assert_string_equal(take(d, '2', 10, INBOX_UNSURE_MS + 2)->id, unsure);
}

/* "1" is delivered again on a new connection; its id tells whether it is the same one. */
static void comes_again(struct desk *d, const char *id)
{
    d->breaks = d->is_void = false;
    assert_string_equal(take(d, '1', 8, INBOX_UNSURE_MS * 5)->id, id);
    assert_true(d->again);
    inbox_close(d->inbox, id, PDU_OK, false, INBOX_UNSURE_MS * 5);
    assert_string_not_equal(take(d, '1', 9, INBOX_UNSURE_MS * 5)->id, id);
}

static void same_on_a_new_connection_if_the_old_one_broke_before_the_answer(void **state)
{
    struct desk *d = *state;
    char id[MESSAGE_ID_MAX + 1];
    strcpy(id, take(d, '1', 7, 0)->id);
    inbox_lost(d->inbox, 1);
    d->is_void = true;
    inbox_close(d->inbox, id, PDU_OK, false, INBOX_UNSURE_MS * 4);
    comes_again(d, id);
}

static void same_on_a_new_connection_if_the_answer_found_the_old_one_broken(void **state)
{
    struct desk *d = *state;
    char id[MESSAGE_ID_MAX + 1];
    strcpy(id, take(d, '1', 7, 0)->id);
    d->breaks = true;
    inbox_close(d->inbox, id, PDU_OK, false, 0);
    comes_again(d, id);
}

/* It was redelivered while it was in hand: only the last token counts. */
static void one_that_somebody_heard_is_done(void **state)
{
    struct desk *d = *state;
    char id[MESSAGE_ID_MAX + 1];
    strcpy(id, take(d, '1', 0, 0)->id); /* 0 is void */
    assert_string_equal(take(d, '1', 8, 1)->id, id);
    inbox_close(d->inbox, id, PDU_OK, false, 2);
    assert_string_not_equal(take(d, '1', 9, 3)->id, id);
}

static void a_stable_print_names_it_for_good(void **state)
{
    struct desk *d = *state;
    char id[MESSAGE_ID_MAX + 1];
    struct inbox_print print = {.octets = {1, 2, 3}, .stable = true};
    strcpy(id, take_print(d, print, 7, 0)->id);
    inbox_close(d->inbox, id, PDU_OK, false, 10);
    assert_string_equal(take_print(d, print, 8, 20)->id, id);
    tear_down(state);
    set_up(state);
    assert_string_equal(take_print(*state, print, 9, 30)->id, id);
}

static void an_id_has_no_long_run_of_digits(void **state)
{
    struct desk *d = *state;
    struct inbox_print print = {.stable = true};
    memset(print.octets, 0x12, sizeof print.octets);
    const char *id = take_print(d, print, 7, 0)->id;
    assert_int_equal(strcspn(id, "0123456789"), strlen(id));
    id = take(d, '1', 8, 0)->id;
    assert_true(strlen(id) - strcspn(id, "0123456789") < 3);
}

static void no_more_in_hand_than_may_be(void **state)
{
    struct desk *d = *state;
    for (int i = 0; i < IN_HAND; i++)
        assert_non_null(take(d, (char)('1' + i), 7, 0));
    assert_null(take(d, '9', 8, 0));
    assert_int_equal(d->answers, 0);
    assert_non_null(take(d, '1', 9, 0)); /* it is in hand already */
}

static void prints_leave_the_oldest_first(void **state)
{
    struct desk *d = *state;
    char first[MESSAGE_ID_MAX + 1], last[MESSAGE_ID_MAX + 1];
    for (int i = 0; i < KNOWN + 1; i++) {
        const struct inbox_item *item = take(d, (char)('1' + i), 7, i);
        strcpy(i == 0 ? first : last, item->id);
        inbox_close(d->inbox, item->id, PDU_QUEUE_FULL, true, i);
        d->answers = 0;
    }
    assert_string_not_equal(take(d, '1', 8, 50)->id, first);
    assert_string_equal(take(d, '1' + KNOWN, 9, 50)->id, last);
}

static void prints_leave_in_time(void **state)
{
    struct desk *d = *state;
    char id[MESSAGE_ID_MAX + 1];
    strcpy(id, take(d, '1', 7, 0)->id);
    inbox_close(d->inbox, id, PDU_QUEUE_FULL, true, 0);
    inbox_tick(d->inbox, INBOX_KEEP_MS + 1);
    assert_string_not_equal(take(d, '1', 8, INBOX_KEEP_MS + 2)->id, id);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(settled_answers_its_token),
        TEST(same_while_in_hand),
        TEST(same_after_we_asked_for_it_again),
        TEST(another_that_says_the_same),
        TEST(same_on_a_new_connection_if_the_answer_may_be_lost),
        TEST(same_on_a_new_connection_if_the_old_one_broke_before_the_answer),
        TEST(same_on_a_new_connection_if_the_answer_found_the_old_one_broken),
        TEST(one_that_somebody_heard_is_done),
        TEST(a_stable_print_names_it_for_good),
        TEST(an_id_has_no_long_run_of_digits),
        TEST(no_more_in_hand_than_may_be),
        TEST(prints_leave_the_oldest_first),
        TEST(prints_leave_in_time)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
