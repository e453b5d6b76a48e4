/* SPDX-License-Identifier: Apache-2.0 */
/* The second opinion on cuts tells bad ones from good ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "sheets/oracle.h"

/* The place of the cut that is marked with '|'. */
static enum place place_in(const char *lang, const char *marked)
{
    char text[256];
    size_t at = strcspn(marked, "|");
    snprintf(text, sizeof text, "%.*s%s", (int)at, marked, marked + at + 1);
    struct oracle *o = oracle_open(lang, text, strlen(text));
    assert_non_null(o);
    enum place p = oracle_place(o, at);
    oracle_close(o);
    return p;
}

static void knows_words_and_marks(void **state)
{
    (void)state;
    assert_int_equal(place_in("en", "do not| pay"), PLACE_GOOD);
    assert_int_equal(place_in("en", "do n|ot pay"), PLACE_WORD);
    assert_int_equal(place_in("en", "pay| , sign"), PLACE_SYLLABLE);
    assert_int_equal(place_in("en", "pay\n|, sign"), PLACE_GOOD);
}

static void knows_numbers_amounts_and_options(void **state)
{
    (void)state;
    assert_int_equal(place_in("en", "pay 1| 500 baht"), PLACE_NUMBER);
    assert_int_equal(place_in("en", "pay 2,|000 baht"), PLACE_NUMBER);
    assert_int_equal(place_in("en", "pay 2,000 |baht"), PLACE_NUMBER);
    assert_int_equal(place_in("en", "call +66 |1234"), PLACE_NUMBER);
    assert_int_equal(place_in("en", "call +|66 1234"), PLACE_NUMBER);
    assert_int_equal(place_in("en", "since 12|/2023"), PLACE_NUMBER);
    assert_int_equal(place_in("en", "Choose\n1 |Fees"), PLACE_NUMBER);
    assert_int_equal(place_in("lo", "ໜ້າ ໑|໐໐ ບາດ"), PLACE_NUMBER);
}

static void knows_the_syllables_of_the_scripts(void **state)
{
    (void)state;
    assert_int_equal(place_in("lo", "ຢ່າ|ຈ່າຍ"), PLACE_GOOD);
    assert_int_equal(place_in("lo", "ເ|ຮັດວຽກ"), PLACE_SYLLABLE);
    assert_int_equal(place_in("lo", "ຢ|່າຈ່າຍ"), PLACE_GRAPHEME);
    assert_int_equal(place_in("lo", "ຢ່|າຈ່າຍ"), PLACE_SYLLABLE);
    assert_int_equal(place_in("th", "อย่า|จ่าย"), PLACE_GOOD);
    assert_int_equal(place_in("th", "หนัง|สือเดินทาง"), PLACE_WORD);
    assert_int_equal(place_in("km", "ស្|ត្រី"), PLACE_SYLLABLE);
    assert_int_equal(place_in("my", "မြ|န်မာ"), PLACE_SYLLABLE);
    assert_int_equal(place_in("my", "မြန်မ|ာ"), PLACE_SYLLABLE);
    assert_int_equal(place_in("my", "အင်္|ဂလိပ်"), PLACE_SYLLABLE);
    assert_int_equal(place_in("vi", "đừng trả| tiền"), PLACE_GOOD);
    assert_int_equal(place_in("zh", "不要付|中介费"), PLACE_GOOD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_words_and_marks),
        cmocka_unit_test(knows_numbers_amounts_and_options),
        cmocka_unit_test(knows_the_syllables_of_the_scripts),
    };
    return cmocka_run_group_tests_name("oracle", tests, NULL, NULL);
}
