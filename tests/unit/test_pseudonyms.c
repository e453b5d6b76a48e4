/* SPDX-License-Identifier: Apache-2.0 */
#include "core/pseudonyms.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char SECRET[] = "secret one secret one secret one";

enum { MANY = 20000 }; /* several for each place */

static void the_key_is_the_stored_one_however_often_and_in_whatever_order(void **state)
{
    (void)state;
    char msisdn[16], key[SESSION_KEY_SIZE], want[SESSION_KEY_SIZE];
    struct pseudonyms *p = pseudonyms_new(SECRET, sizeof SECRET - 1);
    assert_non_null(p);
    for (unsigned i = 0; i < 3 * MANY; i++) {
        snprintf(msisdn, sizeof msisdn, "85620%08u", i * 7 % MANY);
        session_key(SECRET, sizeof SECRET - 1, msisdn, want);
        pseudonyms_key(p, msisdn, key);
        assert_string_equal(key, want);
        pseudonyms_key(p, msisdn, key);
        assert_string_equal(key, want);
    }
    pseudonyms_free(p);
}

static void another_secret_has_other_keys(void **state)
{
    (void)state;
    char a[SESSION_KEY_SIZE], b[SESSION_KEY_SIZE];
    struct pseudonyms *one = pseudonyms_new(SECRET, sizeof SECRET - 1);
    struct pseudonyms *two = pseudonyms_new("another", 7);
    pseudonyms_key(one, "8562055512345", a);
    pseudonyms_key(two, "8562055512345", b);
    assert_string_not_equal(a, b);
    pseudonyms_free(one);
    pseudonyms_free(two);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_key_is_the_stored_one_however_often_and_in_whatever_order),
        cmocka_unit_test(another_secret_has_other_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
