/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions: cookies as they come, who is signed in, for how long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "console/session.h"
#include "support/staff.h"

enum { MINUTE_MS = 60 * 1000 };

static const struct session_life life = {30 * MINUTE_MS, 12 * 60 * MINUTE_MS};

#define SECRET "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER  "f123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void test_cookies_that_hold_a_secret(void **state)
{
    static const char *const good[] = {
        SESSION_COOKIE "=" SECRET,
        "a=b; " SESSION_COOKIE "=" SECRET,
        SESSION_COOKIE "=" SECRET ";a=b",
        " ;; \t" SESSION_COOKIE "=" SECRET " ; ",
        SESSION_COOKIE "=" SECRET "; " SESSION_COOKIE "=" SECRET,
        "__Host-mekongx=" OTHER "; " SESSION_COOKIE "=" SECRET,
        "mekong=" OTHER "; x" SESSION_COOKIE "=" OTHER ";" SESSION_COOKIE "=" SECRET,
    };
    char secret[SESSION_SECRET_SIZE];
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_int_equal(session_read_cookie(good[i], secret), 0);
        assert_string_equal(secret, SECRET);
    }
}

static void test_cookies_that_hold_none(void **state)
{
    static const char *const bad[] = {
        NULL,
        "",
        ";",
        SESSION_COOKIE,
        SESSION_COOKIE "=",
        SESSION_COOKIE "=" SECRET "0",
        SESSION_COOKIE "=\"" SECRET "\"",
        SESSION_COOKIE " =" SECRET,
        "__host-mekong=" SECRET,
        SESSION_COOKIE "=0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef",
        SESSION_COOKIE "=g123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        SESSION_COOKIE "=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde",
        SESSION_COOKIE "=" SECRET "; " SESSION_COOKIE "=" OTHER, /* whose? */
        SESSION_COOKIE "=" SECRET "; " SESSION_COOKIE "=",
    };
    char secret[SESSION_SECRET_SIZE];
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(session_read_cookie(bad[i], secret), -1);
        assert_string_equal(secret, "");
    }
}

static void test_the_cookie_that_is_set(void **state)
{
    char header[SESSION_HEADER_SIZE];
    (void)state;
    session_write_cookie(SECRET, header);
    assert_string_equal(header,
                        "__Host-mekong=" SECRET "; Path=/; Secure; HttpOnly; SameSite=Strict");
    session_write_cookie(NULL, header);
    assert_string_equal(header,
                        "__Host-mekong=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0");
}

static void test_the_token_is_bound_to_the_secret(void **state)
{
    char a[SESSION_TOKEN_SIZE], b[SESSION_TOKEN_SIZE], again[SESSION_TOKEN_SIZE];
    (void)state;
    session_token(SECRET, a);
    session_token(OTHER, b);
    session_token(SECRET, again);
    assert_string_equal(a, again);
    assert_string_not_equal(a, b);
    assert_string_not_equal(a, SECRET);
}

static int look(struct staff *s, const char *secret, int64_t after_ms)
{
    struct person p;
    return session_look(s->db, secret, &life, s->now_ms + after_ms, &p);
}

static void test_a_session_is_its_persons(void **state)
{
    struct staff *s = *state;
    char secret[SESSION_SECRET_SIZE], read[SESSION_SECRET_SIZE], header[SESSION_HEADER_SIZE];
    struct person p;
    int64_t a = staff_add(s, "aa", ROLE_EDITOR);
    staff_add(s, "bb", ROLE_ADMIN);
    assert_int_equal(session_begin(s->db, a, s->now_ms, secret), DB_OK);
    session_write_cookie(secret, header);
    header[strcspn(header, ";")] = '\0'; /* as the browser sends it back */
    assert_int_equal(session_read_cookie(header, read), 0);
    assert_int_equal(session_look(s->db, read, &life, s->now_ms, &p), 0);
    assert_int_equal(p.id, a);
    assert_int_equal(p.roles, ROLE_EDITOR);
    assert_int_equal(look(s, OTHER, 0), 1);
    /* The database has the hash alone. */
    assert_int_equal(staff_number(s, "SELECT count(*) FROM sessions WHERE length(hash) = 32"), 1);
}

static void test_a_session_ends_without_use(void **state)
{
    struct staff *s = *state;
    char secret[SESSION_SECRET_SIZE];
    session_begin(s->db, staff_add(s, "aa", 1), s->now_ms, secret);
    assert_int_equal(look(s, secret, 29 * MINUTE_MS), 0);
    assert_int_equal(look(s, secret, 58 * MINUTE_MS), 0);
    assert_int_equal(look(s, secret, 88 * MINUTE_MS), 1);
}

static void test_a_session_ends_in_any_case(void **state)
{
    struct staff *s = *state;
    char secret[SESSION_SECRET_SIZE];
    int64_t at = 0;
    session_begin(s->db, staff_add(s, "aa", 1), s->now_ms, secret);
    for (; at < life.all_ms; at += 20 * MINUTE_MS)
        assert_int_equal(look(s, secret, at), 0);
    assert_int_equal(look(s, secret, at), 1);
}

static void test_use_is_noted_once_a_minute(void **state)
{
    struct staff *s = *state;
    char secret[SESSION_SECRET_SIZE];
    session_begin(s->db, staff_add(s, "aa", 1), s->now_ms, secret);
    look(s, secret, MINUTE_MS - 1);
    assert_int_equal(staff_number(s, "SELECT seen_ms - made_ms FROM sessions"), 0);
    look(s, secret, MINUTE_MS);
    assert_int_equal(staff_number(s, "SELECT seen_ms - made_ms FROM sessions"), MINUTE_MS);
}

static void test_who_is_deactivated_is_out(void **state)
{
    struct staff *s = *state;
    char secret[SESSION_SECRET_SIZE];
    int64_t a = staff_add(s, "aa", 1);
    session_begin(s->db, a, s->now_ms, secret);
    assert_int_equal(people_set_active(s->db, a, false), PEOPLE_OK);
    assert_int_equal(look(s, secret, 0), 1);
}

static void test_sessions_end_alone_or_together(void **state)
{
    struct staff *s = *state;
    char one[SESSION_SECRET_SIZE], two[SESSION_SECRET_SIZE], other[SESSION_SECRET_SIZE];
    int64_t a = staff_add(s, "aa", 1), b = staff_add(s, "bb", 1);
    session_begin(s->db, a, s->now_ms, one);
    session_begin(s->db, a, s->now_ms, two);
    session_begin(s->db, b, s->now_ms, other);
    session_end_all(s->db, a, two);
    assert_int_equal(look(s, one, 0), 1);
    assert_int_equal(look(s, two, 0), 0);
    assert_int_equal(look(s, other, 0), 0);
    session_end(s->db, two);
    assert_int_equal(look(s, two, 0), 1);
    session_end_all(s->db, b, NULL);
    assert_int_equal(look(s, other, 0), 1);
}

static void test_the_oldest_sessions_make_room(void **state)
{
    struct staff *s = *state;
    char secret[SESSION_MAX + 1][SESSION_SECRET_SIZE];
    int64_t a = staff_add(s, "aa", 1);
    for (int i = 0; i <= SESSION_MAX; i++)
        session_begin(s->db, a, s->now_ms + i, secret[i]);
    assert_int_equal(look(s, secret[0], 0), 1);
    for (int i = 1; i <= SESSION_MAX; i++)
        assert_int_equal(look(s, secret[i], 0), 0);
}

static void test_what_is_over_is_removed(void **state)
{
    struct staff *s = *state;
    char secret[SESSION_SECRET_SIZE];
    int64_t a = staff_add(s, "aa", 1);
    session_begin(s->db, a, s->now_ms, secret);
    session_begin(s->db, a, s->now_ms + life.idle_ms, secret);
    assert_int_equal(session_expire(s->db, &life, s->now_ms + life.idle_ms), DB_OK);
    assert_int_equal(staff_number(s, "SELECT count(*) FROM sessions"), 1);
    assert_int_equal(look(s, secret, life.idle_ms), 0);
}

int main(void)
{
#define STAFF(test) cmocka_unit_test_setup_teardown(test, staff_setup, staff_teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cookies_that_hold_a_secret),
        cmocka_unit_test(test_cookies_that_hold_none),
        cmocka_unit_test(test_the_cookie_that_is_set),
        cmocka_unit_test(test_the_token_is_bound_to_the_secret),
        STAFF(test_a_session_is_its_persons),
        STAFF(test_a_session_ends_without_use),
        STAFF(test_a_session_ends_in_any_case),
        STAFF(test_use_is_noted_once_a_minute),
        STAFF(test_who_is_deactivated_is_out),
        STAFF(test_sessions_end_alone_or_together),
        STAFF(test_the_oldest_sessions_make_room),
        STAFF(test_what_is_over_is_removed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
