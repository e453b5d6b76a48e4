/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "daemon/echo.h"

static void nothing_is_known_before_the_first_comes_back(void **state)
{
    (void)state;
    struct echo_numbers n = {.sent = 0};
    assert_int_equal(echo_waited_us(&n, 5000), 0);
    echo_sent(&n, 1000);
    assert_int_equal(echo_waited_us(&n, 5000), 0);
    assert_int_equal(echo_back(&n, 1, 6000), 5000);
    assert_int_equal(echo_waited_us(&n, 7000), 0);
}

static void what_is_read_has_waited_as_long_as_the_oldest_is_under_way(void **state)
{
    (void)state;
    struct echo_numbers n = {.heard = true};
    for (int64_t now = 0; now < 500; now += 100)
        echo_sent(&n, now);
    assert_int_equal(echo_waited_us(&n, 450), 450);
    assert_int_equal(echo_back(&n, 1, 460), 460);
    assert_int_equal(echo_waited_us(&n, 470), 370);
    /* The broker had no room for some. */
    assert_int_equal(echo_back(&n, 4, 480), 180);
    assert_int_equal(echo_waited_us(&n, 490), 90);
    assert_int_equal(echo_back(&n, 5, 490), 90);
    assert_int_equal(echo_waited_us(&n, 10000), 0);
}

static void what_nobody_waits_for_changes_nothing(void **state)
{
    (void)state;
    struct echo_numbers n = {.heard = true};
    echo_sent(&n, 0);
    assert_int_equal(echo_back(&n, 0, 50), -1);
    assert_int_equal(echo_back(&n, 2, 50), -1);
    assert_int_equal(echo_waited_us(&n, 50), 50);
    assert_int_equal(echo_back(&n, 1, 50), 50);
    assert_int_equal(echo_back(&n, 1, 60), -1);
}

static void as_many_as_may_be_are_kept_apart(void **state)
{
    (void)state;
    struct echo_numbers n = {.heard = true};
    for (int64_t i = 1; i <= 1000; i++) {
        echo_sent(&n, i);
        if (i > ECHO_UNDER_WAY_MAX - 1)
            assert_int_equal(echo_back(&n, (uint64_t)(i - ECHO_UNDER_WAY_MAX + 1), i),
                             ECHO_UNDER_WAY_MAX - 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_known_before_the_first_comes_back),
        cmocka_unit_test(what_is_read_has_waited_as_long_as_the_oldest_is_under_way),
        cmocka_unit_test(what_nobody_waits_for_changes_nothing),
        cmocka_unit_test(as_many_as_may_be_are_kept_apart),
    };
    return cmocka_run_group_tests_name("echo", tests, NULL, NULL);
}
