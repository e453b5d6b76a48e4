/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include "base/clock.h"

static void day_is(const char *s, int32_t want)
{
    int32_t day = -999999999;
    assert_int_equal(clock_parse_day(s, &day), 0);
    assert_int_equal(day, want);
}

static void no_day(const char *s)
{
    int32_t day = 77;
    assert_int_equal(clock_parse_day(s, &day), -1);
    assert_int_equal(day, 77);
}

static void parses_days(void **state)
{
    (void)state;
    day_is("1970-01-01", 0);
    day_is("1969-12-31", -1);
    day_is("1970-03-01", 59);
    day_is("2000-02-29", 11016);
    day_is("2000-03-01", 11017);
    day_is("2024-02-29", 19782);
    day_is("2026-12-31", 20818);
    day_is("0000-01-01", -719528);
    day_is("0001-01-01", -719162);
    day_is("9999-12-31", 2932896);
}

static void refuses_what_is_no_day(void **state)
{
    (void)state;
    no_day("");
    no_day("2026");
    no_day("2026-1-01");
    no_day("2026-01-1");
    no_day("2026-01-011");
    no_day("2026/01/01");
    no_day("2026-00-10");
    no_day("2026-13-10");
    no_day("2026-04-31");
    no_day("2026-01-00");
    no_day("2025-02-29");
    no_day("1900-02-29");
    no_day(" 2026-01-01");
    no_day("-026-01-01");
}

static void every_day_follows_the_one_before(void **state)
{
    (void)state;
    int32_t before, after;
    assert_int_equal(clock_parse_day("1999-12-31", &before), 0);
    assert_int_equal(clock_parse_day("2000-01-01", &after), 0);
    assert_int_equal(after, before + 1);
    assert_int_equal(clock_parse_day("2100-02-28", &before), 0);
    assert_int_equal(clock_parse_day("2100-03-01", &after), 0);
    assert_int_equal(after, before + 1);
}

static void an_instant_lies_in_its_day(void **state)
{
    (void)state;
    assert_int_equal(clock_day(0), 0);
    assert_int_equal(clock_day(86399999), 0);
    assert_int_equal(clock_day(86400000), 1);
    assert_int_equal(clock_day(-1), -1);
    assert_int_equal(clock_day(-86400000), -1);
    assert_int_equal(clock_day(-86400001), -2);
}

static int64_t by_hand(void *arg)
{
    return *(int64_t *)arg;
}

static void time_can_be_turned_by_hand(void **state)
{
    (void)state;
    int64_t now = 5;
    struct clock c = {.now_ms = by_hand, .arg = &now};
    assert_int_equal(clock_now(&c), 5);
    now = 9;
    assert_int_equal(clock_now(&c), 9);
}

static void the_system_clock_counts_milliseconds(void **state)
{
    (void)state;
    struct clock c = clock_system();
    int64_t now = clock_now(&c);
    assert_true(now > 1600000000000);  /* 2020 */
    assert_true(now < 32503680000000); /* 3000 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses_days),
        cmocka_unit_test(refuses_what_is_no_day),
        cmocka_unit_test(every_day_follows_the_one_before),
        cmocka_unit_test(an_instant_lies_in_its_day),
        cmocka_unit_test(time_can_be_turned_by_hand),
        cmocka_unit_test(the_system_clock_counts_milliseconds),
    };
    return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
