/* SPDX-License-Identifier: Apache-2.0 */
/* A translation must hold the numbers of the English text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include "catalog/numbers.h"

static char which[NUMBER_MAX];

static void equal(const char *english, const char *other)
{
    assert_int_equal(numbers_compare(english, other, which), NUMBERS_EQUAL);
}

static void lost(const char *english, const char *other, const char *number)
{
    assert_int_equal(numbers_compare(english, other, which), NUMBERS_LOST);
    assert_string_equal(which, number);
}

static void added(const char *english, const char *other, const char *number)
{
    assert_int_equal(numbers_compare(english, other, which), NUMBERS_ADDED);
    assert_string_equal(which, number);
}

static void the_same_numbers_in_any_digits(void **state)
{
    (void)state;
    equal("No number", "ບໍ່ມີ");
    equal("Visa 500 baht", "ວີຊາ 500 ບາດ");
    equal("Visa 500 baht", "ວີຊາ ໕໐໐ ບາດ");
    equal("2,000 baht", "2000 บาท");
    equal("2000 baht", "๒,๐๐๐ บาท");
    equal("1,500,000 dong", "1.500.000 đồng");
    equal("Law 69/2020", "Luật 69/2020");
    equal("Call 1546.", "โทร 1546");
    equal("500 baht and 500 baht", "500 และ 500");
}

static void numbers_that_are_not_the_same(void **state)
{
    (void)state;
    lost("Visa 500 baht", "ວີຊາ 600 ບາດ", "500");
    lost("Visa 500 baht", "ວີຊາ ໕໐ ບາດ", "500");
    lost("2,000 baht", "200 บาท", "2000");
    lost("500 baht and 500 baht", "500", "500");
    lost("From 2023 on", "ปี 2566", "2023");
    lost("12 months", "một năm", "12");
    added("Visa 500 baht", "500 ບາດ, 2026", "2026");
    added("Two papers", "3 ใบ", "3");
    added("No number", "1", "1");
}

static void months_and_small_numbers_may_be_words_in_english(void **state)
{
    (void)state;
    equal("10 November 2023", "2023年11月10日");
    equal("10 November 2023", "10 ພະຈິກ 2023");
    equal("May 2025", "tháng 5 năm 2025");
    equal("One month of wage", "1 个月的工资");
    added("10 November 2023", "2023年12月10日", "12");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_numbers_in_any_digits),
        cmocka_unit_test(numbers_that_are_not_the_same),
        cmocka_unit_test(months_and_small_numbers_may_be_words_in_english),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
