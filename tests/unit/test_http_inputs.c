/* SPDX-License-Identifier: Apache-2.0 */
/* What a subscriber has just typed, out of the whole input that an aggregator sends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/inputs.h"

enum { KEEP_MS = 1000, SESSIONS = 3, LATER = 5000 };

static int set_up(void **state)
{
    *state = inputs_new(SESSIONS, KEEP_MS, 0);
    return *state ? 0 : -1;
}

static int tear_down(void **state)
{
    inputs_free(*state);
    return 0;
}

static void expect(void **state, const char *session, const char *whole, int64_t now, bool begin,
                   const char *text)
{
    struct input in;
    assert_int_equal(inputs_take(*state, session, whole, now, &in), 0);
    assert_int_equal(in.begin, begin);
    assert_string_equal(in.text, text);
}

static void a_dialogue(void **state)
{
    expect(state, "s", "", LATER, true, "");
    expect(state, "s", "7", LATER, false, "7");
    expect(state, "s", "7*2", LATER, false, "2");
    expect(state, "s", "7*2*1500", LATER, false, "1500");
}

static void the_same_again_gives_the_same(void **state)
{
    expect(state, "s", "", LATER, true, "");
    expect(state, "s", "", LATER, true, "");
    expect(state, "s", "7", LATER, false, "7");
    expect(state, "s", "7", LATER, false, "7");
}

static void an_input_may_hold_a_star_itself(void **state)
{
    expect(state, "s", "", LATER, true, "");
    expect(state, "s", "7", LATER, false, "7");
    expect(state, "s", "7*2*5", LATER, false, "2*5");
}

static void a_deep_dial_begins_with_input(void **state)
{
    expect(state, "s", "2*5", LATER, true, "2*5");
    expect(state, "s", "2*5*1", LATER, false, "1");
}

static void a_young_process_takes_it_for_an_old_session(void **state)
{
    expect(state, "old", "7*2", KEEP_MS - 1, false, "2");
    expect(state, "new", "", KEEP_MS - 1, true, "");
}

static void a_session_is_forgotten(void **state)
{
    expect(state, "s", "", LATER, true, "");
    expect(state, "s", "7", LATER + KEEP_MS + 1, true, "7");
}

static void the_oldest_session_leaves_first(void **state)
{
    expect(state, "a", "", LATER, true, "");
    expect(state, "b", "", LATER, true, "");
    expect(state, "c", "", LATER, true, "");
    expect(state, "a", "1", LATER, false, "1"); /* now b is the oldest */
    expect(state, "d", "", LATER, true, "");
    expect(state, "a", "1*2", LATER, false, "2");
    expect(state, "b", "1", LATER, true, "1");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {TEST(a_dialogue),
                                       TEST(the_same_again_gives_the_same),
                                       TEST(an_input_may_hold_a_star_itself),
                                       TEST(a_deep_dial_begins_with_input),
                                       TEST(a_young_process_takes_it_for_an_old_session),
                                       TEST(a_session_is_forgotten),
                                       TEST(the_oldest_session_leaves_first)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
