/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <string.h>

#include "text/msisdn.h"

static bool valid(const char *s)
{
    return msisdn_valid(s, strlen(s));
}

static void holds_6_to_15_digits(void **state)
{
    (void)state;
    assert_true(valid("8562055551234"));
    assert_true(valid("123456"));
    assert_true(valid("123456789012345"));
    assert_false(valid("12345"));
    assert_false(valid("1234567890123456"));
    assert_false(valid("+85620555512"));
    assert_false(valid("856 2055551"));
    assert_false(valid("໘໕໖໒໐"));
    assert_false(msisdn_valid("12345\0", 6));
    assert_false(valid(""));
}

static void names_the_country(void **state)
{
    (void)state;
    assert_string_equal(msisdn_country("8562055551234"), "LA");
    assert_string_equal(msisdn_country("66812345678"), "TH");
    assert_string_equal(msisdn_country("85512345678"), "KH");
    assert_string_equal(msisdn_country("959123456789"), "MM");
    assert_string_equal(msisdn_country("84901234567"), "VN");
    assert_string_equal(msisdn_country("8613812345678"), "CN");
    assert_string_equal(msisdn_country("85212345678"), "");
    assert_string_equal(msisdn_country("4915112345678"), "");
    assert_string_equal(msisdn_country(""), "");
}

/* Made with Python: hashlib.sha256(number).hexdigest()[:2]. */
static void names_the_shard(void **state)
{
    (void)state;
    char shard[3];
    msisdn_shard("8562055551234", shard);
    assert_string_equal(shard, "9b");
    msisdn_shard("855", shard);
    assert_string_equal(shard, "30");
    msisdn_shard("84901234567", shard);
    assert_string_equal(shard, "f0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_6_to_15_digits),
        cmocka_unit_test(names_the_country),
        cmocka_unit_test(names_the_shard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
