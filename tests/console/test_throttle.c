/* SPDX-License-Identifier: Apache-2.0 */
/* Guessing is made slow, for accounts, for accounts that are none, and for addresses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "console/throttle.h"
#include "support/staff.h"

enum { SECOND_MS = 1000, MINUTE_MS = 60 * 1000, HOUR_MS = 60 * MINUTE_MS };

/* How long somebody has to wait; 0: it was a try. */
static int64_t try(struct staff *s, const char *login, const char *address)
{
    int64_t wait_ms = -1;
    assert_int_equal(throttle_try(s->db, login, address, s->now_ms, &wait_ms), DB_OK);
    return wait_ms;
}

static void test_an_account_has_to_wait_longer_and_longer(void **state)
{
    static const int64_t waits[] = {30, 60, 120, 240, 480, 900, 900};
    struct staff *s = *state;
    for (int i = 0; i < THROTTLE_ACCOUNT; i++)
        assert_int_equal(try(s, "aa", "192.0.2.1"), 0);
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
        assert_int_equal(try(s, "aa", "192.0.2.1"), waits[i] * SECOND_MS);
        /* From elsewhere too; another account need not. */
        assert_int_equal(try(s, "aa", "192.0.2.2"), waits[i] * SECOND_MS);
        s->now_ms += waits[i] * SECOND_MS - 1;
        assert_int_equal(try(s, "aa", "192.0.2.1"), 1);
        s->now_ms += 1;
        assert_int_equal(try(s, "aa", "192.0.2.1"), 0);
    }
    assert_int_equal(try(s, "bb", "192.0.2.9"), 0);
}

static void test_being_refused_counts_nothing(void **state)
{
    struct staff *s = *state;
    for (int i = 0; i < THROTTLE_ACCOUNT; i++)
        try(s, "aa", "192.0.2.1");
    for (int i = 0; i < 1000; i++)
        assert_int_equal(try(s, "aa", "192.0.2.1"), 30 * SECOND_MS);
    assert_int_equal(staff_number(s, "SELECT max(wrong) FROM tries"), THROTTLE_ACCOUNT);
}

static void test_the_right_password_forgives_the_account(void **state)
{
    struct staff *s = *state;
    for (int i = 0; i < THROTTLE_ACCOUNT; i++)
        try(s, "aa", "192.0.2.1");
    assert_int_equal(throttle_forgive(s->db, "aa", "192.0.2.1", s->now_ms), DB_OK);
    for (int i = 0; i < THROTTLE_ACCOUNT; i++)
        assert_int_equal(try(s, "aa", "192.0.2.1"), 0);
}

static void test_a_try_that_nobody_looked_at_is_none(void **state)
{
    struct staff *s = *state;
    for (int i = 0; i < 3 * THROTTLE_ADDRESS; i++) {
        assert_int_equal(try(s, "aa", "192.0.2.1"), 0);
        assert_int_equal(throttle_take_back(s->db, "aa", "192.0.2.1"), DB_OK);
    }
    assert_int_equal(throttle_take_back(s->db, "aa", "192.0.2.1"), DB_OK);
    assert_int_equal(staff_number(s, "SELECT max(wrong) FROM tries"), 0);
}

/* Who has an account of his own cannot buy guesses of others' with it. */
static void test_signing_in_does_not_free_an_address(void **state)
{
    struct staff *s = *state;
    char login[16];
    int tries = 0;
    for (; tries < 1000; tries++) {
        snprintf(login, sizeof login, "guess%d", tries);
        if (try(s, login, "192.0.2.1") > 0)
            break;
        if (tries % 4 == 3 && try(s, "own", "192.0.2.1") == 0)
            throttle_forgive(s->db, "own", "192.0.2.1", s->now_ms);
    }
    assert_int_equal(tries, THROTTLE_ADDRESS);
}

static void test_after_a_quiet_hour_all_is_forgotten(void **state)
{
    struct staff *s = *state;
    for (int i = 0; i < THROTTLE_ACCOUNT; i++)
        try(s, "aa", "192.0.2.1");
    s->now_ms += HOUR_MS;
    for (int i = 0; i < THROTTLE_ACCOUNT; i++)
        assert_int_equal(try(s, "aa", "192.0.2.1"), 0);
    s->now_ms += HOUR_MS;
    assert_int_equal(throttle_expire(s->db, s->now_ms), DB_OK);
    assert_int_equal(staff_number(s, "SELECT count(*) FROM tries"), 0);
}

static void test_a_clock_that_is_set_back_opens_nothing(void **state)
{
    struct staff *s = *state;
    for (int i = 0; i < THROTTLE_ACCOUNT; i++)
        try(s, "aa", "192.0.2.1");
    s->now_ms -= HOUR_MS;
    assert_int_equal(try(s, "aa", "192.0.2.1"), 30 * SECOND_MS);
}

static void test_what_was_typed_is_not_kept(void **state)
{
    struct staff *s = *state;
    try(s, "my secret password", "192.0.2.1");
    assert_int_equal(staff_number(s, "SELECT count(*) FROM tries WHERE key GLOB '*secret*'"), 0);
    assert_int_equal(staff_number(s, "SELECT count(*) FROM tries WHERE length(key) = 34"), 2);
}

static void test_addresses(void **state)
{
    static const struct {
        const char *peer, *forwarded, *is;
    } cases[] = {
        {"192.0.2.1", NULL, "192.0.2.1"},
        {"unix", NULL, "unix"},
        {"2001:db8:1:2:3:4:5:6", NULL, "2001:db8:1:2::"},
        {"unix", "198.51.100.7", "198.51.100.7"},
        {"unix", "203.0.113.5, 198.51.100.7", "198.51.100.7"}, /* what the client said is before */
        {"unix", "203.0.113.5,2001:db8::1 ", "2001:db8::"},
        {"unix", "", "unknown"},
        {"unix", "198.51.100.7, evil", "unknown"},
        {"unix", "198.51.100.7, ", "unknown"},
        {"unix", "1.2.3.4 5.6.7.8", "unknown"},
        {"192.0.2.1", "' OR 1=1 --", "unknown"},
    };
    char long_one[300], out[THROTTLE_ADDRESS_SIZE];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        throttle_address(cases[i].peer, cases[i].forwarded, out);
        assert_string_equal(out, cases[i].is);
    }
    memset(long_one, '1', sizeof long_one);
    long_one[sizeof long_one - 1] = '\0';
    throttle_address("unix", long_one, out);
    assert_string_equal(out, "unknown");
}

int main(void)
{
#define STAFF(test) cmocka_unit_test_setup_teardown(test, staff_setup, staff_teardown)
    const struct CMUnitTest tests[] = {
        STAFF(test_an_account_has_to_wait_longer_and_longer),
        STAFF(test_being_refused_counts_nothing),
        STAFF(test_the_right_password_forgives_the_account),
        STAFF(test_a_try_that_nobody_looked_at_is_none),
        STAFF(test_signing_in_does_not_free_an_address),
        STAFF(test_after_a_quiet_hour_all_is_forgotten),
        STAFF(test_a_clock_that_is_set_back_opens_nothing),
        STAFF(test_what_was_typed_is_not_kept),
        cmocka_unit_test(test_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
