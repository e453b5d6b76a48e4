/* SPDX-License-Identifier: Apache-2.0 */
/* The audit log: whatever is done to a line afterwards shows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/audit.h"
#include "support/staff.h"

static void add(struct staff *s, const char *action, const char *detail)
{
    struct audit_line line = {
        .at_ms = s->now_ms++, .person = 7, .name = "Bounmy", .action = action, .detail = detail};
    assert_int_equal(audit_add(s->db, &line, NULL), DB_OK);
}

static struct audit_state check(struct staff *s)
{
    struct audit_state state;
    assert_int_equal(audit_check(s->db, &state), DB_OK);
    return state;
}

/* Somebody who can write the file, and takes the guards away first. */
static void tamper(struct staff *s, const char *sql)
{
    staff_number(s, "DROP TRIGGER IF EXISTS audit_stays");
    staff_number(s, "DROP TRIGGER IF EXISTS audit_keeps");
    assert_int_equal(db_run(s->db, sql, NULL, NULL, NULL), DB_OK);
}

static void fill(struct staff *s)
{
    for (int i = 1; i <= 5; i++)
        add(s, "draft.edit", "one");
}

static void test_a_log_that_nobody_touched_is_whole(void **state)
{
    struct staff *s = *state;
    struct audit_state a = check(s);
    assert_int_equal(a.count, 0);
    assert_string_equal(a.head, "");
    fill(s);
    a = check(s);
    assert_int_equal(a.count, 5);
    assert_int_equal(a.wrong_seq, 0);
    assert_int_equal(strlen(a.head), 64);
    add(s, "draft.edit", "six");
    assert_string_not_equal(check(s).head, a.head);
}

static void test_statements_cannot_change_it(void **state)
{
    struct staff *s = *state;
    fill(s);
    assert_int_not_equal(db_run(s->db, "UPDATE audit SET detail = ''", NULL, NULL, NULL), DB_OK);
    assert_int_not_equal(db_run(s->db, "DELETE FROM audit", NULL, NULL, NULL), DB_OK);
    assert_int_equal(check(s).count, 5);
}

static void test_whoever_tampers_is_seen(void **state)
{
    static const struct {
        const char *sql;
        int64_t wrong;
    } cases[] = {
        {"UPDATE audit SET detail = 'two' WHERE seq = 3", 3},
        {"UPDATE audit SET person = 8 WHERE seq = 2", 2},
        {"UPDATE audit SET at_ms = at_ms + 1 WHERE seq = 4", 4},
        {"UPDATE audit SET name = 'Bounm', action = 'ydraft.edit' WHERE seq = 1", 1},
        {"UPDATE audit SET hash = zeroblob(32) WHERE seq = 5", 5},
        {"UPDATE audit SET hash = (SELECT hash FROM audit WHERE seq = 1) WHERE seq = 2", 2},
        {"DELETE FROM audit WHERE seq = 3", 4},
        {"DELETE FROM audit WHERE seq = 1", 2},
        {"UPDATE audit SET seq = seq + 10 WHERE seq = 5", 15},
        {"INSERT INTO audit SELECT 6, at_ms, person, name, action, subject, detail, hash"
         " FROM audit WHERE seq = 5",
         6},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        void *own;
        assert_int_equal(staff_setup(&own), 0);
        fill(own);
        tamper(own, cases[i].sql);
        assert_int_equal(check(own).wrong_seq, cases[i].wrong);
        staff_teardown(&own);
    }
}

/* Lines off the end: the head that was noted elsewhere tells. */
static void test_a_shorter_log_has_another_head(void **state)
{
    struct staff *s = *state;
    fill(s);
    struct audit_state before = check(s);
    tamper(s, "DELETE FROM audit WHERE seq > 3");
    struct audit_state after = check(s);
    assert_int_equal(after.wrong_seq, 0);
    assert_int_equal(after.count, 3);
    assert_string_not_equal(before.head, after.head);
}

static void test_two_processes_write_one_chain(void **state)
{
    static const char *const none[] = {people_tables, "", "", "", NULL};
    struct staff *s = *state;
    struct audit_line line = {.name = "", .action = "other"};
    struct db *other = db_open(s->path, none, s->why);
    assert_non_null(other);
    for (int i = 0; i < 3; i++) {
        add(s, "one", "");
        assert_int_equal(audit_add(other, &line, NULL), DB_OK);
    }
    assert_int_equal(line.seq, 6);
    assert_int_equal(check(s).wrong_seq, 0);
    db_close(other);
}

static void test_what_is_rolled_back_leaves_no_line(void **state)
{
    struct staff *s = *state;
    add(s, "one", "");
    db_begin(s->db);
    add(s, "two", "");
    db_rollback(s->db);
    add(s, "three", "");
    assert_int_equal(check(s).count, 2);
    assert_int_equal(check(s).wrong_seq, 0);
}

static void test_long_texts_are_cut_at_a_character(void **state)
{
    struct staff *s = *state;
    char text[AUDIT_DETAIL_MAX + 100];
    size_t n = 1;
    text[0] = 'a'; /* so that no letter ends at the bound of the detail */
    for (; n + 3 < sizeof text; n += 3)
        memcpy(text + n, "ກ", 3);
    text[n] = '\0';
    struct audit_line line = {.action = text, .subject = text, .detail = text};
    assert_int_equal(audit_add(s->db, &line, NULL), DB_OK);
    assert_int_equal(check(s).wrong_seq, 0);
    assert_int_equal(staff_number(s, "SELECT length(CAST(detail AS BLOB)) FROM audit"),
                     AUDIT_DETAIL_MAX - 2);
    assert_int_equal(staff_number(s, "SELECT length(CAST(action AS BLOB)) FROM audit"), 40);
}

struct seen {
    int64_t seq[16];
    int count, most;
};

static bool see(void *arg, const struct audit_line *line)
{
    struct seen *x = arg;
    x->seq[x->count++] = line->seq;
    return x->count < x->most;
}

static struct seen list(struct staff *s, struct audit_filter f)
{
    struct seen x = {.most = 16};
    assert_int_equal(audit_list(s->db, &f, see, &x), DB_OK);
    return x;
}

static void test_lines_are_found(void **state)
{
    struct staff *s = *state;
    int64_t begin = s->now_ms;
    add(s, "draft.edit", "");
    add(s, "number.look", "");
    add(s, "draft.undo", "");
    struct seen x = list(s, (struct audit_filter){0});
    assert_int_equal(x.count, 3);
    assert_int_equal(x.seq[0], 3);
    x = list(s, (struct audit_filter){.action = "draft"});
    assert_int_equal(x.count, 2);
    x = list(s, (struct audit_filter){.action = "draft.%"});
    assert_int_equal(x.count, 0);
    x = list(s, (struct audit_filter){.person = 8});
    assert_int_equal(x.count, 0);
    x = list(s, (struct audit_filter){.from_ms = begin + 1, .to_ms = begin + 2});
    assert_int_equal(x.count, 1);
    assert_int_equal(x.seq[0], 2);
    x = list(s, (struct audit_filter){.before_seq = 3, .limit = 1});
    assert_int_equal(x.count, 1);
    assert_int_equal(x.seq[0], 2);
    x = list(s, (struct audit_filter){.oldest_first = true});
    assert_int_equal(x.seq[0], 1);
}

static void test_the_file_for_spreadsheets(void **state)
{
    struct staff *s = *state;
    char *text = NULL;
    size_t len;
    struct audit_line line = {.at_ms = 1795456789000,
                              .person = 7,
                              .name = "=HYPERLINK(\"x\")",
                              .action = "a",
                              .subject = "one, \"two\"\nthree",
                              .detail = "-1"};
    assert_int_equal(audit_add(s->db, &line, NULL), DB_OK);
    FILE *out = open_memstream(&text, &len);
    assert_int_equal(audit_csv(s->db, &(struct audit_filter){0}, out), DB_OK);
    fclose(out);
    assert_string_equal(text, "line,time,person,name,action,subject,detail\r\n"
                              "1,2026-11-23T17:59:49Z,7,\"'=HYPERLINK(\"\"x\"\")\",\"a\","
                              "\"one, \"\"two\"\"\nthree\",\"'-1\"\r\n");
    free(text);
}

int main(void)
{
#define STAFF(test) cmocka_unit_test_setup_teardown(test, staff_setup, staff_teardown)
    const struct CMUnitTest tests[] = {
        STAFF(test_a_log_that_nobody_touched_is_whole),
        STAFF(test_statements_cannot_change_it),
        cmocka_unit_test(test_whoever_tampers_is_seen),
        STAFF(test_a_shorter_log_has_another_head),
        STAFF(test_two_processes_write_one_chain),
        STAFF(test_what_is_rolled_back_leaves_no_line),
        STAFF(test_long_texts_are_cut_at_a_character),
        STAFF(test_lines_are_found),
        STAFF(test_the_file_for_spreadsheets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
