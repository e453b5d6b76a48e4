/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <string.h>

#include "text/digits.h"

static void reads_plain(const char *typed, const char *plain)
{
    char out[64];
    assert_int_equal(digits_plain(typed, strlen(typed), out, sizeof(out)), strlen(plain));
    assert_string_equal(out, plain);
}

static void turns_digits_into_ascii(void **state)
{
    (void)state;
    reads_plain("໐໑໒໓໔໕໖໗໘໙", "0123456789");
    reads_plain("๐๑๒๓๔๕๖๗๘๙", "0123456789");
    reads_plain("០១២៣៤៥៦៧៨៩", "0123456789");
    reads_plain("၀၁၂၃၄၅၆၇၈၉", "0123456789");
    reads_plain("႐႑႒႓႔႕႖႗႘႙", "0123456789");
    reads_plain("０１９", "019");
    reads_plain("٠١٩", "019");
    reads_plain("०१९", "019");
    reads_plain("＊３８４＃", "*384#");
    reads_plain("ຂ້ອຍ ໓", "ຂ້ອຍ 3");
}

static void trims_both_ends(void **state)
{
    (void)state;
    reads_plain(" \t 3 \r\n", "3");
    reads_plain("\u200B\uFEFF3\u00A0\u3000", "3");
    reads_plain("1 2", "1 2");
    reads_plain("   ", "");
    reads_plain("", "");
}

static void cuts_at_a_character(void **state)
{
    (void)state;
    char out[6];
    assert_int_equal(digits_plain("ກຂຄ", 9, out, sizeof(out)), 3);
    assert_string_equal(out, "ກ");
    assert_int_equal(digits_plain("12", 2, out, 0), 0);
}

static int choice(const char *typed)
{
    return digits_choice(typed, strlen(typed));
}

static void reads_choices(void **state)
{
    (void)state;
    assert_int_equal(choice("3"), 3);
    assert_int_equal(choice(" ໓ "), 3);
    assert_int_equal(choice("12"), 12);
    assert_int_equal(choice("0"), 0);
    assert_int_equal(choice("၉၉၉၉"), 9999);
    assert_int_equal(choice("12345"), -1);
    assert_int_equal(choice("1234😀"), -1);
    assert_int_equal(choice(""), -1);
    assert_int_equal(choice("1 2"), -1);
    assert_int_equal(choice("-1"), -1);
    assert_int_equal(choice("3a"), -1);
    assert_int_equal(choice("12               3"), -1);
    assert_int_equal(choice("3\xFF"), -1);
}

static void reads_amount(const char *typed, int64_t expected)
{
    int64_t amount = -2;
    assert_int_equal(digits_amount(typed, strlen(typed), &amount), 0);
    assert_int_equal(amount, expected);
}

static void reads_amounts(void **state)
{
    (void)state;
    reads_amount("1500", 1500);
    reads_amount("1,500 baht", 1500);
    reads_amount("฿1500", 1500);
    reads_amount("๒,๐๐๐", 2000);
    reads_amount("1.500.000 d", 1500000);
    reads_amount("1.500.000 đồng", 1500000);
    reads_amount("1.500", 1500);
    reads_amount("20 000 ກີບ", 20000);
    reads_amount("20\u00A0000\u00A0000 ₭", 20000000);
    reads_amount("1'500.00", 1500);
    reads_amount("1500.0", 1500);
    reads_amount("THB 300.00", 300);
    reads_amount("၁၅၀၀ ကျပ်", 1500);
    reads_amount("១.៥០០ រៀល", 1500);
    reads_amount("300元", 300);
    reads_amount("0", 0);
    reads_amount("1,000,000,000,000", 1000000000000);
}

static void refuses_amount(const char *typed)
{
    int64_t amount = -2;
    assert_int_equal(digits_amount(typed, strlen(typed), &amount), -1);
    assert_int_equal(amount, -2);
}

static void refuses_what_is_no_amount(void **state)
{
    (void)state;
    refuses_amount("");
    refuses_amount("baht");
    refuses_amount("1.5");
    refuses_amount("1.50");
    refuses_amount("1,00");
    refuses_amount("1,5000");
    refuses_amount("1500,500");
    refuses_amount("1,500.000");
    refuses_amount("0,500");
    refuses_amount("1.500.00");
    refuses_amount("-5");
    refuses_amount("5 people");
    refuses_amount("1500 bahts");
    refuses_amount("1500 dạng");
    refuses_amount("12 34");
    refuses_amount("1\n500");
    refuses_amount("1000000000001");
    refuses_amount("99999999999999999999999999");
    refuses_amount("1500 \xFF");
}

static void grouped(int64_t amount, const char *separator, const char *text)
{
    char out[32];
    digits_group(amount, separator, out);
    assert_string_equal(out, text);
}

static void groups_amounts(void **state)
{
    (void)state;
    grouped(0, ",", "0");
    grouped(500, ",", "500");
    grouped(2000, ",", "2,000");
    grouped(1250000, ".", "1.250.000");
    grouped(1000000000000, ",", "1,000,000,000,000");
    grouped(2000, "", "2000");
    grouped(-500, ",", "-500");
    grouped(-2000, ",", "-2,000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_amounts),
        cmocka_unit_test(turns_digits_into_ascii),
        cmocka_unit_test(trims_both_ends),
        cmocka_unit_test(cuts_at_a_character),
        cmocka_unit_test(reads_choices),
        cmocka_unit_test(reads_amounts),
        cmocka_unit_test(refuses_what_is_no_amount),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
