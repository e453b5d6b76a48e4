/* SPDX-License-Identifier: Apache-2.0 */
/* Passwords: what is kept of them, and which are good enough. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <string.h>

#include "base/password.h"
#include "console/password_rules.h"

static void test_only_the_password_fits(void **state)
{
    char stored[PASSWORD_STORED_SIZE], again[PASSWORD_STORED_SIZE];
    (void)state;
    assert_int_equal(password_make("tree rain copper lamp", stored), 0);
    assert_int_equal(password_make("tree rain copper lamp", again), 0);
    assert_memory_equal(stored, "$argon2id$", 10);
    assert_string_not_equal(stored, again); /* each has a salt of its own */
    assert_true(password_fits(stored, "tree rain copper lamp"));
    assert_false(password_fits(stored, "tree rain copper lamq"));
    assert_false(password_fits(stored, ""));
    assert_false(password_is_dated(stored));
}

static void test_what_is_no_hash_fits_nothing(void **state)
{
    static const char *const bad[] = {"", "no hash", "$argon2id$v=19$m=65536,t=2,p=1$",
                                      "$2b$12$abcdefghijklmnopqrstuu"};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(password_fits(bad[i], ""));
        assert_false(password_fits(bad[i], bad[i]));
    }
}

/* Made by another implementation (the reference's command, m = 4 MiB, t = 3): it fits, and is told
 * to be dated. */
static void test_other_costs_are_dated(void **state)
{
    char stored[PASSWORD_STORED_SIZE] = "$argon2id$v=19$m=4096,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$"
                                        "EHMN/sgMHdKmCaKBZsgdvJDwJRUp+n8nkTlKqlvhaq8";
    (void)state;
    assert_true(password_is_dated(stored));
}

static void test_a_password_that_was_made_here(void **state)
{
    char a[PASSWORD_ONCE_SIZE], b[PASSWORD_ONCE_SIZE];
    (void)state;
    for (int i = 0; i < 100; i++) {
        password_invent(a);
        password_invent(b);
        assert_string_not_equal(a, b);
        assert_int_equal(strlen(a), 23);
        assert_int_equal(strspn(a, "abcdefghijkmnpqrstuvwxyz23456789-"), 23);
        assert_null(password_weakness(a, "admin", "Administrator"));
    }
}

static void test_weak_passwords(void **state)
{
    static const char *const weak[] = {"",
                                       "short",
                                       "password1234",
                                       "P@ssw0rd!!!!",
                                       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                                       "123456789012",
                                       "qwertyuiop[]",
                                       "bounmy phommachanh",
                                       "bounmy.phomma",
                                       "mekongline 2026",
                                       "ນັກ"};
    (void)state;
    for (size_t i = 0; i < sizeof weak / sizeof *weak; i++)
        assert_non_null(password_weakness(weak[i], "bounmy.phomma", "Bounmy Phommachanh"));
}

static void test_good_passwords(void **state)
{
    static const char *const good[] = {"tree rain copper lamp", "ສະບາຍດີຕອນເຊົ້າ ທຸກຄົນ", "9vG!wq2#LzR0",
                                       "a password of the tests"};
    char long_one[PASSWORD_MOST + 2];
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_null(password_weakness(good[i], "bounmy.phomma", "Bounmy Phommachanh"));
    for (size_t i = 0; i < sizeof long_one; i++)
        long_one[i] = (char)('a' + i * i % 26);
    long_one[PASSWORD_MOST] = '\0';
    assert_null(password_weakness(long_one, NULL, NULL));
    long_one[PASSWORD_MOST] = 'x';
    long_one[PASSWORD_MOST + 1] = '\0';
    assert_non_null(password_weakness(long_one, NULL, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_the_password_fits),
        cmocka_unit_test(test_what_is_no_hash_fits_nothing),
        cmocka_unit_test(test_other_costs_are_dated),
        cmocka_unit_test(test_a_password_that_was_made_here),
        cmocka_unit_test(test_weak_passwords),
        cmocka_unit_test(test_good_passwords),
    };
    return password_begin() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
