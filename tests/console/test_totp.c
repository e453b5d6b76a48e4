/* SPDX-License-Identifier: Apache-2.0 */
/* One-time codes: the vectors of RFC 4226 and RFC 6238, base32 of RFC 4648, and what may be typed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <string.h>

#include "console/totp.h"

static const char key[] = "12345678901234567890"; /* of both RFCs */

static void test_the_codes_of_rfc_4226(void **state)
{
    static const int32_t codes[] = {755224, 287082, 359152, 969429, 338314,
                                    254676, 287922, 162583, 399871, 520489};
    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        assert_int_equal(totp_code(key, 20, i, 6), codes[i]);
}

static void test_the_codes_of_rfc_6238(void **state)
{
    static const struct {
        uint64_t s;
        int32_t code;
    } vectors[] = {{59, 94287082},         {1111111109, 7081804},  {1111111111, 14050471},
                   {1234567890, 89005924}, {2000000000, 69279037}, {20000000000, 65353130}};
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
        assert_int_equal(totp_code(key, 20, vectors[i].s / TOTP_STEP_S, 8), vectors[i].code);
}

static int64_t fits(const char *typed, int64_t s, int64_t last)
{
    return totp_fits((const uint8_t *)key, typed, s * 1000, last);
}

static void test_a_code_is_good_for_its_step_and_the_neighbours(void **state)
{
    (void)state; /* step 1 is 287082, from 30 s to 60 s */
    assert_int_equal(fits("287082", 0, -1), 1);
    assert_int_equal(fits("359152", 29, -1), -1); /* step 2 is too far ahead */
    assert_int_equal(fits("287082", 30, -1), 1);
    assert_int_equal(fits("287082", 59, -1), 1);
    assert_int_equal(fits("287082", 89, -1), 1);
    assert_int_equal(fits("287082", 90, -1), -1);
    assert_int_equal(fits("287082", 10000, -1), -1);
}

static void test_a_code_that_was_used_is_used_up_with_all_before_it(void **state)
{
    (void)state;
    assert_int_equal(fits("287082", 59, 0), 1);
    assert_int_equal(fits("287082", 59, 1), -1);
    assert_int_equal(fits("755224", 30, 1), -1); /* step 0 */
    assert_int_equal(fits("359152", 59, 1), 2);
}

static void test_what_may_be_typed(void **state)
{
    static const char *const wrong[] = {"",        "28708",     "2870820",  "+287082", "28708x",
                                        "-87082",  "0x4616a",   "287082\n", "๒๘๗๐๘๒",  "287082.0",
                                        "287 08 ", "28708 2 0", "2e5",      "287082a"};
    (void)state;
    assert_int_equal(fits(" 287 082 ", 59, -1), 1);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(fits(wrong[i], 59, -1), -1);
}

static void test_the_key_as_text_and_as_an_address(void **state)
{
    char text[TOTP_TEXT_SIZE], uri[TOTP_URI_SIZE];
    (void)state;
    totp_text((const uint8_t *)key, text);
    assert_string_equal(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    totp_text((const uint8_t *)"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
                               "\xff\xff\xff\xff",
              text);
    assert_string_equal(text, "77777777777777777777777777777777");
    totp_uri((const uint8_t *)key, "Mekong Line", "a@b", uri);
    assert_string_equal(uri, "otpauth://totp/Mekong%20Line:a%40b?secret="
                             "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Mekong%20Line");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_codes_of_rfc_4226),
        cmocka_unit_test(test_the_codes_of_rfc_6238),
        cmocka_unit_test(test_a_code_is_good_for_its_step_and_the_neighbours),
        cmocka_unit_test(test_a_code_that_was_used_is_used_up_with_all_before_it),
        cmocka_unit_test(test_what_may_be_typed),
        cmocka_unit_test(test_the_key_as_text_and_as_an_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
