/* SPDX-License-Identifier: Apache-2.0 */
/* People, the rule of the last admin, links, second factors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/password.h"
#include "console/audit.h"
#include "console/people_factor.h"
#include "console/people_link.h"
#include "console/people_module.h"
#include "support/staff.h"

enum { HOUR_MS = 3600 * 1000 };

static void test_roles_have_names(void **state)
{
    char text[64];
    (void)state;
    for (unsigned role = 1; role <= ROLE_ALL; role <<= 1)
        assert_int_equal(people_role_of(people_role_name(role)), role);
    assert_null(people_role_name(0));
    assert_null(people_role_name(ROLE_ADMIN << 1));
    assert_null(people_role_name(ROLE_ADMIN | ROLE_VIEWER));
    assert_int_equal(people_role_of("Admin"), 0);
    people_roles_text(ROLE_ALL, text);
    assert_string_equal(text, "viewer,operator,editor,reviewer,caseworker,admin");
    people_roles_text(0, text);
    assert_string_equal(text, "");
}

static void test_names(void **state)
{
    static const char *const good[] = {"ນາງ ບຸນມີ", "O'Brien", "Nguyễn Thị Hương", "李", "<b>"};
    static const char *const bad[] = {"",
                                      " a",
                                      "a ",
                                      "a\nb",
                                      "a\tb",
                                      "a\x7f",
                                      "a\u200b",
                                      "\xff",
                                      "a\xe2\x80\xae"
                                      "b",
                                      "\xc2\x85"};
    char name[2 * 61 + 1];
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(people_is_name(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(people_is_name(bad[i]));
    for (size_t i = 0; i < sizeof name - 1; i += 2)
        memcpy(name + i, "é", 2);
    name[sizeof name - 1] = '\0';
    assert_false(people_is_name(name)); /* 61 */
    name[sizeof name - 3] = '\0';
    assert_true(people_is_name(name));
}

static void test_names_for_signing_in(void **state)
{
    char login[PERSON_LOGIN_SIZE];
    (void)state;
    people_login_fold("Bounmy.P@MRC", login);
    assert_string_equal(login, "bounmy.p@mrc");
    assert_true(people_is_login(login));
    people_login_fold("a23456789012345678901234567890123456789012345", login);
    assert_string_equal(login, "");
    assert_false(people_is_login(""));
    assert_false(people_is_login("a"));
    assert_false(people_is_login("а b"));
    assert_false(people_is_login("A1"));
}

static void test_a_login_is_one_persons(void **state)
{
    struct staff *s = *state;
    struct person p = {.name = "Another", .login = "one", .roles = ROLE_ADMIN}, found;
    int64_t id = staff_add(s, "one", ROLE_VIEWER);
    assert_int_equal(people_add(s->db, &p, "", 0, s->now_ms), PEOPLE_TAKEN);
    assert_int_equal(people_by_login(s->db, "one", &found), PEOPLE_OK);
    assert_int_equal(found.id, id);
    assert_int_equal(found.roles, ROLE_VIEWER);
    assert_int_equal(people_by_login(s->db, "two", &found), PEOPLE_UNKNOWN);
    assert_int_equal(people_get(s->db, id + 1, &found), PEOPLE_UNKNOWN);
}

static void test_the_last_admin_stays(void **state)
{
    struct staff *s = *state;
    int64_t a = staff_add(s, "aa", ROLE_ADMIN | ROLE_EDITOR);
    staff_add(s, "bb", ROLE_REVIEWER);
    assert_int_equal(people_set_roles(s->db, a, ROLE_ADMIN | ROLE_EDITOR, ROLE_EDITOR),
                     PEOPLE_LAST_ADMIN);
    assert_int_equal(people_set_active(s->db, a, false), PEOPLE_LAST_ADMIN);
    assert_int_equal(people_void(s->db, a), PEOPLE_LAST_ADMIN);
    /* Fewer other roles are fine. */
    assert_int_equal(people_set_roles(s->db, a, ROLE_ADMIN | ROLE_EDITOR, ROLE_ADMIN), PEOPLE_OK);
    int64_t c = staff_add(s, "cc", ROLE_ADMIN);
    assert_int_equal(people_set_active(s->db, a, false), PEOPLE_OK);
    assert_int_equal(people_set_active(s->db, c, false), PEOPLE_LAST_ADMIN);
    assert_int_equal(people_set_roles(s->db, c, ROLE_ADMIN, ROLE_VIEWER), PEOPLE_LAST_ADMIN);
}

static void test_an_admin_who_cannot_sign_in_does_not_count(void **state)
{
    struct staff *s = *state;
    int64_t a = staff_add(s, "aa", ROLE_ADMIN), b = staff_add(s, "bb", ROLE_ADMIN);
    assert_int_equal(people_void(s->db, b), PEOPLE_OK);
    assert_int_equal(people_set_active(s->db, a, false), PEOPLE_LAST_ADMIN);
    /* Nor one whose password ends. */
    assert_int_equal(people_set_password(s->db, b, "hash", true, s->now_ms + 1), PEOPLE_OK);
    assert_int_equal(people_set_active(s->db, a, false), PEOPLE_LAST_ADMIN);
    assert_int_equal(people_set_password(s->db, b, "hash", false, 0), PEOPLE_OK);
    assert_int_equal(people_set_active(s->db, a, false), PEOPLE_OK);
}

static void test_roles_that_somebody_else_has_changed_stay(void **state)
{
    struct staff *s = *state;
    struct person p;
    int64_t a = staff_add(s, "aa", ROLE_VIEWER);
    assert_int_equal(people_set_roles(s->db, a, ROLE_VIEWER, ROLE_EDITOR), PEOPLE_OK);
    assert_int_equal(people_set_roles(s->db, a, ROLE_VIEWER, ROLE_ADMIN), PEOPLE_STALE);
    assert_int_equal(people_get(s->db, a, &p), PEOPLE_OK);
    assert_int_equal(p.roles, ROLE_EDITOR);
    assert_int_equal(people_set_roles(s->db, a + 7, 0, ROLE_ADMIN), PEOPLE_UNKNOWN);
}

static void test_a_password_ends_in_time(void **state)
{
    struct staff *s = *state;
    char stored[PASSWORD_STORED_SIZE];
    int64_t a = staff_add(s, "aa", ROLE_VIEWER);
    assert_int_equal(people_set_password(s->db, a, "hash", true, s->now_ms + HOUR_MS), PEOPLE_OK);
    assert_int_equal(people_password(s->db, a, s->now_ms, stored, sizeof stored), PEOPLE_OK);
    assert_string_equal(stored, "hash");
    people_password(s->db, a, s->now_ms + HOUR_MS, stored, sizeof stored);
    assert_string_equal(stored, "");
}

static void test_a_link_is_good_in_its_time_and_once(void **state)
{
    struct staff *s = *state;
    char secret[LINK_SECRET_SIZE], other[LINK_SECRET_SIZE];
    struct people_link found, link = {.name = "New", .roles = ROLE_EDITOR, .made_by = 1};
    link.until_ms = s->now_ms + HOUR_MS;
    assert_int_equal(people_link_make(s->db, &link, s->now_ms, secret), PEOPLE_OK);
    assert_int_equal(people_link_make(s->db, &link, s->now_ms, other), PEOPLE_OK);
    assert_string_not_equal(secret, other);
    assert_int_equal(people_link_find(s->db, secret, link.until_ms - 1, &found), PEOPLE_OK);
    assert_string_equal(found.name, "New");
    assert_int_equal(found.roles, ROLE_EDITOR);
    assert_int_equal(found.person, 0);
    assert_int_equal(people_link_find(s->db, secret, link.until_ms, &found), PEOPLE_UNKNOWN);
    people_link_find(s->db, secret, s->now_ms, &found);
    assert_int_equal(people_link_remove(s->db, found.id), PEOPLE_OK);
    assert_int_equal(people_link_remove(s->db, found.id), PEOPLE_UNKNOWN);
    assert_int_equal(people_link_find(s->db, secret, s->now_ms, &found), PEOPLE_UNKNOWN);
    assert_int_equal(people_link_find(s->db, other, s->now_ms, &found), PEOPLE_OK);
}

static void test_what_is_no_secret_finds_no_link(void **state)
{
    struct staff *s = *state;
    char secret[LINK_SECRET_SIZE];
    struct people_link found, link = {.name = "New", .roles = ROLE_EDITOR, .made_by = 1};
    link.until_ms = s->now_ms + HOUR_MS;
    people_link_make(s->db, &link, s->now_ms, secret);
    assert_int_equal(people_link_find(s->db, NULL, s->now_ms, &found), PEOPLE_UNKNOWN);
    assert_int_equal(people_link_find(s->db, "", s->now_ms, &found), PEOPLE_UNKNOWN);
    secret[63] = 'x';
    assert_int_equal(people_link_find(s->db, secret, s->now_ms, &found), PEOPLE_UNKNOWN);
    /* The secret itself is nowhere in the file. */
    assert_int_equal(staff_number(s, "SELECT count(*) FROM links WHERE length(hash) = 32"), 1);
}

static void test_a_new_recovery_takes_the_place_of_the_old_one(void **state)
{
    struct staff *s = *state;
    char first[LINK_SECRET_SIZE], second[LINK_SECRET_SIZE];
    struct people_link found, link = {.name = "Old", .made_by = 1};
    link.person = staff_add(s, "aa", ROLE_VIEWER);
    link.until_ms = s->now_ms + HOUR_MS;
    assert_int_equal(people_link_make(s->db, &link, s->now_ms, first), PEOPLE_OK);
    assert_int_equal(people_link_make(s->db, &link, s->now_ms, second), PEOPLE_OK);
    assert_int_equal(people_link_find(s->db, first, s->now_ms, &found), PEOPLE_UNKNOWN);
    assert_int_equal(people_link_find(s->db, second, s->now_ms, &found), PEOPLE_OK);
    assert_int_equal(people_link_remove_of(s->db, link.person), PEOPLE_OK);
    assert_int_equal(people_link_find(s->db, second, s->now_ms, &found), PEOPLE_UNKNOWN);
}

static void test_links_have_a_bound(void **state)
{
    struct staff *s = *state;
    char secret[LINK_SECRET_SIZE];
    struct people_link link = {.name = "New", .roles = ROLE_EDITOR, .made_by = 1};
    link.until_ms = s->now_ms + HOUR_MS;
    db_begin(s->db);
    for (int i = 0; i < LINKS_MAX; i++)
        assert_int_equal(people_link_make(s->db, &link, s->now_ms, secret), PEOPLE_OK);
    assert_int_equal(people_link_make(s->db, &link, s->now_ms, secret), PEOPLE_TOO_MANY);
    link.until_ms += HOUR_MS;
    assert_int_equal(people_link_make(s->db, &link, s->now_ms + HOUR_MS, secret), PEOPLE_OK);
    db_commit(s->db);
}

static void code_of(const uint8_t key[TOTP_KEY_SIZE], int64_t now_ms, char out[8])
{
    snprintf(out, 8, "%06d", totp_code(key, TOTP_KEY_SIZE, (uint64_t)now_ms / 30000, 6));
}

static void test_a_second_factor_from_the_question_to_the_end(void **state)
{
    struct staff *s = *state;
    uint8_t key[TOTP_KEY_SIZE], again[TOTP_KEY_SIZE];
    char code[8];
    struct person p;
    int64_t a = staff_add(s, "aa", ROLE_VIEWER);
    assert_int_equal(people_factor_confirm(s->db, a, "000000", s->now_ms), FACTOR_NONE);
    assert_int_equal(people_factor_ask(s->db, a, key), PEOPLE_OK);
    assert_int_equal(people_factor_ask(s->db, a, again), PEOPLE_OK);
    assert_memory_equal(key, again, sizeof key);
    code_of(key, s->now_ms, code);
    /* Nothing is needed before it is confirmed. */
    assert_int_equal(people_factor_use(s->db, a, code, s->now_ms), FACTOR_NONE);
    assert_int_equal(people_factor_confirm(s->db, a, "12345", s->now_ms), FACTOR_WRONG);
    assert_int_equal(people_factor_confirm(s->db, a, code, s->now_ms), FACTOR_RIGHT);
    people_get(s->db, a, &p);
    assert_true(p.totp);
    assert_int_equal(people_factor_ask(s->db, a, again), PEOPLE_TAKEN);
    /* The code that confirmed is used up. */
    assert_int_equal(people_factor_use(s->db, a, code, s->now_ms), FACTOR_WRONG);
    s->now_ms += 30000;
    code_of(key, s->now_ms, code);
    assert_int_equal(people_factor_use(s->db, a, code, s->now_ms), FACTOR_RIGHT);
    assert_int_equal(people_factor_use(s->db, a, code, s->now_ms), FACTOR_WRONG);
    assert_int_equal(people_factor_remove(s->db, a), PEOPLE_OK);
    people_get(s->db, a, &p);
    assert_false(p.totp);
}

/* What the first start and --reset-admin print. */
static void printed_password(FILE *out, char password[PASSWORD_ONCE_SIZE])
{
    char line[200];
    password[0] = '\0';
    rewind(out);
    while (fgets(line, sizeof line, out))
        sscanf(line, "  password  %24s", password);
    assert_int_equal(strlen(password), 23);
}

static void test_the_first_admin_has_a_password_for_one_use(void **state)
{
    struct staff *s = *state;
    char why[CONF_ERROR_MAX], password[PASSWORD_ONCE_SIZE], stored[PASSWORD_STORED_SIZE];
    struct person p;
    FILE *out = tmpfile();
    assert_int_equal(people_first(s->db, s->now_ms, out, why), 0);
    printed_password(out, password);
    assert_int_equal(people_by_login(s->db, "admin", &p), PEOPLE_OK);
    assert_int_equal(p.roles, ROLE_ADMIN);
    assert_true(p.must_change);
    people_password(s->db, p.id, s->now_ms, stored, sizeof stored);
    assert_true(password_fits(stored, password));
    people_password(s->db, p.id, s->now_ms + 24 * HOUR_MS, stored, sizeof stored);
    assert_string_equal(stored, "");
    fclose(out);
    out = tmpfile();
    assert_int_equal(people_first(s->db, s->now_ms, out, why), 0);
    assert_int_equal(ftell(out), 0); /* nothing is said again */
    fclose(out);
}

static void test_a_lost_admin_comes_back(void **state)
{
    struct staff *s = *state;
    char why[CONF_ERROR_MAX], password[PASSWORD_ONCE_SIZE], stored[PASSWORD_STORED_SIZE];
    uint8_t key[TOTP_KEY_SIZE];
    struct person p;
    FILE *out = tmpfile();
    int64_t id = staff_add(s, "admin", ROLE_EDITOR), other = staff_add(s, "bb", ROLE_ADMIN);
    people_factor_ask(s->db, id, key);
    people_set_active(s->db, id, false);
    assert_int_equal(people_reset_admin(s->db, s->now_ms, out, why), 0);
    printed_password(out, password);
    people_get(s->db, id, &p);
    assert_true(p.active && p.must_change && !p.totp);
    assert_int_equal(p.roles, ROLE_ADMIN | ROLE_EDITOR);
    people_password(s->db, p.id, s->now_ms, stored, sizeof stored);
    assert_true(password_fits(stored, password));
    people_get(s->db, other, &p);
    assert_int_equal(p.roles, ROLE_ADMIN);
    assert_int_equal(
        staff_number(s, "SELECT count(*) FROM audit WHERE action = 'people.reset_admin'"), 1);
    fclose(out);
}

int main(void)
{
#define STAFF(test) cmocka_unit_test_setup_teardown(test, staff_setup, staff_teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_roles_have_names),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_names_for_signing_in),
        STAFF(test_a_login_is_one_persons),
        STAFF(test_the_last_admin_stays),
        STAFF(test_an_admin_who_cannot_sign_in_does_not_count),
        STAFF(test_roles_that_somebody_else_has_changed_stay),
        STAFF(test_a_password_ends_in_time),
        STAFF(test_a_link_is_good_in_its_time_and_once),
        STAFF(test_what_is_no_secret_finds_no_link),
        STAFF(test_a_new_recovery_takes_the_place_of_the_old_one),
        STAFF(test_links_have_a_bound),
        STAFF(test_a_second_factor_from_the_question_to_the_end),
        STAFF(test_the_first_admin_has_a_password_for_one_use),
        STAFF(test_a_lost_admin_comes_back),
    };
    return password_begin() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
