/* SPDX-License-Identifier: Apache-2.0 */
/* The first admin, and the lost one: each call to the database fails in turn, and each allocation.
 * A password is printed if and only if it is the one on disk, with its line in the record. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/audit.h"
#include "console/people_module.h"
#include "support/failing_db.h"
#include "support/staff.h"

enum { SOME = 4 };

struct desk {
    struct staff *staff;
    bool database; /* its calls fail, else allocations */
    bool lost;     /* --reset-admin, else the first start */
    struct failing plan;
};

/* What was printed, or "". */
static void read_password(FILE *out, char password[PASSWORD_ONCE_SIZE])
{
    char line[200];
    password[0] = '\0';
    rewind(out);
    while (fgets(line, sizeof line, out))
        sscanf(line, "  password  %24s", password);
}

/* What is on disk agrees with what was said. */
static void check(struct desk *d, int r, const char *printed)
{
    struct staff *s = d->staff;
    char stored[PASSWORD_STORED_SIZE] = "";
    struct person p;
    struct audit_state state;
    int64_t lines = staff_number(s, "SELECT count(*) FROM audit");
    assert_int_equal(audit_check(s->db, &state), DB_OK);
    assert_int_equal(state.wrong_seq, 0);
    assert_int_equal(printed[0] != '\0', r == 0);
    assert_int_equal(lines, r == 0);
    enum people_result found = people_by_login(s->db, "admin", &p);
    assert_int_equal(found, r == 0 || d->lost ? PEOPLE_OK : PEOPLE_UNKNOWN);
    if (found == PEOPLE_OK)
        people_password(s->db, p.id, s->now_ms, stored, sizeof stored);
    if (r == 0)
        assert_true(password_fits(stored, printed) && p.must_change && (p.roles & ROLE_ADMIN));
    else if (d->lost)
        assert_true(strcmp(stored, "no hash") == 0 && p.roles == ROLE_EDITOR && !p.must_change);
}

static unsigned give(void *arg, const struct failing *plan)
{
    struct desk *d = arg;
    void *state;
    char why[CONF_ERROR_MAX], printed[PASSWORD_ONCE_SIZE];
    assert_int_equal(staff_setup(&state), 0);
    struct staff *s = d->staff = state;
    if (d->lost)
        staff_add(s, "admin", ROLE_EDITOR);
    FILE *out = tmpfile();
    assert_non_null(out);
    d->plan = *plan;
    failing_db(d->database ? &d->plan : NULL, DB_FULL);
    if (!d->database)
        failing_arm(plan, FAILING_HERE);
    int r = d->lost ? people_reset_admin(s->db, s->now_ms, out, why)
                    : people_first(s->db, s->now_ms, out, why);
    unsigned failed = d->database ? d->plan.failed : failing_disarm();
    failing_db(NULL, DB_OK);
    read_password(out, printed);
    fclose(out);
    if (r < 0)
        assert_non_null(strstr(why, "the admin's password was not changed: "));
    check(d, r, printed);
    staff_teardown(&state);
    return failed;
}

static void test_the_first_admin(void **state)
{
    struct desk d = {.database = true};
    (void)state;
    failing_both("database", SOME, give, &d);
    d.database = false;
    failing_both("allocations", SOME, give, &d);
}

static void test_the_lost_admin(void **state)
{
    struct desk d = {.database = true, .lost = true};
    (void)state;
    failing_both("database", SOME, give, &d);
    d.database = false;
    failing_both("allocations", SOME, give, &d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_the_first_admin, failing_tell),
        cmocka_unit_test_teardown(test_the_lost_admin, failing_tell),
    };
    return password_begin() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
