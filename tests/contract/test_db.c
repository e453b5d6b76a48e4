/* SPDX-License-Identifier: Apache-2.0 */
/* The few calls in front of SQLite: versions, values, rows, transactions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "io/db.h"
#include "io/db_copy.h"
#include "support/server.h"

#define VALUES(...) ((const struct db_value[]){__VA_ARGS__, DB_END})

static const char *const first[] = {"CREATE TABLE bag (i INTEGER, t TEXT, b BLOB, n)", NULL};
static const char *const second[] = {"CREATE TABLE bag (i INTEGER, t TEXT, b BLOB, n)",
                                     "ALTER TABLE bag ADD COLUMN more DEFAULT 'm';"
                                     "CREATE TRIGGER no BEFORE INSERT ON bag WHEN NEW.i = 13"
                                     " BEGIN SELECT RAISE(ROLLBACK, 'no'); END",
                                     NULL};
static const char *const broken[] = {"CREATE TABLE bag (i INTEGER, t TEXT, b BLOB, n)",
                                     "CREATE TABLE half (x); CREATE TABLE half (x)", NULL};

struct bench {
    struct server server; /* its folder alone */
    char path[SERVER_PATH_MAX], why[DB_ERROR_MAX];
    struct db *db;
};

static struct db *open_with(struct bench *b, const char *const *migrations)
{
    db_close(b->db);
    b->db = db_open(b->path, migrations, b->why);
    return b->db;
}

static int setup(void **state)
{
    static struct bench b;
    memset(&b, 0, sizeof b);
    server_init(&b.server);
    snprintf(b.path, sizeof b.path, "%s/db", b.server.folder);
    *state = &b;
    return open_with(&b, first) ? 0 : -1;
}

static int teardown(void **state)
{
    struct bench *b = *state;
    db_close(b->db);
    server_end(&b->server);
    return 0;
}

static bool count_row(void *arg, const struct db_value *columns, size_t count)
{
    (void)columns;
    (void)count;
    return ++*(int *)arg < 2;
}

static int rows_of(struct db *db, const char *sql)
{
    int n = 0;
    struct db_rows rows = {.fn = count_row, .arg = &n};
    assert_int_equal(db_run(db, sql, NULL, &rows, NULL), DB_OK);
    return n;
}

static enum db_result put(struct db *db, int64_t i)
{
    return db_run(db, "INSERT INTO bag (i) VALUES (?1)", VALUES(DB_I(i)), NULL, NULL);
}

static bool check_row(void *arg, const struct db_value *c, size_t count)
{
    assert_int_equal(count, 4);
    assert_int_equal(c[0].type, DB_INT);
    assert_true(c[0].num == INT64_MIN);
    assert_int_equal(c[1].type, DB_TEXT);
    assert_string_equal(c[1].octets, "ສະບາຍດີ");
    assert_int_equal(c[1].len, strlen("ສະບາຍດີ"));
    assert_int_equal(c[2].type, DB_BLOB);
    assert_int_equal(c[2].len, 3);
    assert_memory_equal(c[2].octets, "\0b\0", 3);
    assert_int_equal(c[3].type, DB_NULL);
    *(int *)arg += 1;
    return true;
}

static void test_values_come_back_as_they_were(void **state)
{
    struct bench *b = *state;
    int seen = 0;
    int64_t changed = 0;
    struct db_rows rows = {.fn = check_row, .arg = &seen};
    assert_int_equal(db_run(b->db, "INSERT INTO bag VALUES (?1, ?2, ?3, ?4)",
                            VALUES(DB_I(INT64_MIN), DB_S("ສະບາຍດີ"), DB_B("\0b\0", 3), DB_NONE),
                            NULL, &changed),
                     DB_OK);
    assert_int_equal(changed, 1);
    assert_int_equal(db_run(b->db, "SELECT * FROM bag", NULL, &rows, NULL), DB_OK);
    assert_int_equal(seen, 1);
}

static void test_empty_is_not_null(void **state)
{
    struct bench *b = *state;
    assert_int_equal(db_run(b->db, "INSERT INTO bag (t, b) VALUES (?1, ?2)",
                            VALUES(DB_S(""), DB_B(NULL, 0)), NULL, NULL),
                     DB_OK);
    assert_int_equal(rows_of(b->db, "SELECT 1 FROM bag WHERE t = '' AND b = x''"), 1);
}

static void test_rows_end_when_the_caller_has_enough(void **state)
{
    struct bench *b = *state;
    for (int i = 0; i < 5; i++)
        assert_int_equal(put(b->db, i), DB_OK);
    for (int i = 0; i < 2; i++)
        assert_int_equal(rows_of(b->db, "SELECT i FROM bag"), 2);
    assert_int_equal(db_begin(b->db), DB_OK);
    assert_int_equal(db_commit(b->db), DB_OK);
}

static void test_a_wrong_statement_is_told(void **state)
{
    struct bench *b = *state;
    assert_int_equal(db_run(b->db, "SELECT colour FROM bag", NULL, NULL, NULL), DB_FAILED);
    assert_non_null(strstr(db_error(b->db), "no such column: colour"));
    assert_int_equal(put(b->db, 1), DB_OK);
}

static void test_a_rollback_takes_all_back(void **state)
{
    struct bench *b = *state;
    assert_int_equal(db_begin(b->db), DB_OK);
    assert_int_equal(put(b->db, 1), DB_OK);
    db_rollback(b->db);
    assert_int_equal(rows_of(b->db, "SELECT 1 FROM bag"), 0);
}

static void test_after_a_transaction_is_lost_nothing_stands_alone(void **state)
{
    struct bench *b = *state;
    assert_non_null(open_with(b, second));
    assert_int_equal(db_begin(b->db), DB_OK);
    assert_int_equal(put(b->db, 1), DB_OK);
    assert_int_equal(put(b->db, 13), DB_FAILED); /* the trigger rolls back */
    assert_int_equal(put(b->db, 2), DB_FAILED);
    assert_int_equal(db_commit(b->db), DB_FAILED);
    assert_int_equal(rows_of(b->db, "SELECT 1 FROM bag"), 0);
    assert_int_equal(db_begin(b->db), DB_OK);
    assert_int_equal(put(b->db, 3), DB_OK);
    assert_int_equal(db_commit(b->db), DB_OK);
    assert_int_equal(rows_of(b->db, "SELECT 1 FROM bag"), 1);
}

static void test_tables_are_brought_up_to_date_once(void **state)
{
    struct bench *b = *state;
    assert_int_equal(put(b->db, 1), DB_OK);
    for (int i = 0; i < 2; i++) {
        assert_non_null(open_with(b, second));
        assert_int_equal(rows_of(b->db, "SELECT 1 FROM bag WHERE more = 'm'"), 1);
    }
    assert_null(open_with(b, first));
    assert_non_null(strstr(b->why, "later version"));
}

static void test_a_change_of_tables_that_fails_leaves_them_as_they_were(void **state)
{
    struct bench *b = *state;
    assert_null(open_with(b, broken));
    assert_non_null(strstr(b->why, "already exists"));
    assert_int_equal(db_copy_remove(b->path, INT64_MAX), 0);
    assert_non_null(open_with(b, first));
    assert_int_equal(rows_of(b->db, "SELECT 1 FROM sqlite_schema WHERE name = 'half'"), 0);
}

static void test_a_copy_of_the_earlier_version_is_kept(void **state)
{
    struct bench *b = *state;
    struct bench old = {.db = NULL};
    struct stat st;
    assert_int_equal(put(b->db, 7), DB_OK);
    assert_non_null(open_with(b, second));
    assert_int_equal(put(b->db, 8), DB_OK);
    snprintf(old.path, sizeof old.path, "%.50s.v1", b->path);
    assert_int_equal(stat(old.path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_non_null(open_with(&old, first)); /* the program of that version reads it */
    assert_int_equal(rows_of(old.db, "SELECT 1 FROM bag WHERE i = 7"), 1);
    assert_int_equal(rows_of(old.db, "SELECT 1 FROM bag WHERE i = 8"), 0);
    db_close(old.db);
    assert_int_equal(db_copy_remove(b->path, st.st_mtime - 1), 0);
    assert_int_equal(db_copy_remove(b->path, INT64_MAX), 1);
    assert_int_equal(stat(old.path, &st), -1);
}

static void test_a_new_file_has_no_copy(void **state)
{
    struct bench *b = *state;
    assert_int_equal(db_copy_remove(b->path, INT64_MAX), 0);
}

/* What stands where the copy is to be made is in the way. */
static void test_without_a_copy_nothing_is_changed(void **state)
{
    struct bench *b = *state;
    char hidden[SERVER_PATH_MAX + 8];
    snprintf(hidden, sizeof hidden, "%s.v1.new", b->path);
    assert_int_equal(mkdir(hidden, 0700), 0);
    assert_null(open_with(b, second));
    assert_non_null(strstr(b->why, "cannot be opened"));
    assert_non_null(open_with(b, first));
    assert_int_equal(rmdir(hidden), 0);
    assert_non_null(open_with(b, second));
}

static void test_a_full_disk_keeps_the_tables_as_they_were(void **state)
{
    struct bench *b = *state;
    struct rlimit all;
    static char big[64 * 1024];
    for (int i = 0; i < 16; i++)
        assert_int_equal(db_run(b->db, "INSERT INTO bag (b) VALUES (?1)",
                                VALUES(DB_B(big, sizeof big)), NULL, NULL),
                         DB_OK);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &all), 0);
    void (*before)(int) = signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){512 * 1024, all.rlim_max});
    struct db *db = open_with(b, second);
    setrlimit(RLIMIT_FSIZE, &all);
    signal(SIGXFSZ, before);
    assert_null(db);
    assert_non_null(strstr(b->why, "The disk of"));
    assert_int_equal(db_copy_remove(b->path, INT64_MAX), 0);
    assert_non_null(open_with(b, first));
    assert_int_equal(put(b->db, 1), DB_OK);
}

/* Without room no file can grow, not even the shared memory that each opening needs. */
static void test_a_full_disk_is_called_so_when_a_database_is_opened(void **state)
{
    struct bench *b = *state;
    struct rlimit all;
    db_close(b->db);
    b->db = NULL;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &all), 0);
    void (*before)(int) = signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){4096, all.rlim_max});
    struct db *db = open_with(b, first);
    setrlimit(RLIMIT_FSIZE, &all);
    signal(SIGXFSZ, before);
    assert_null(db);
    assert_non_null(strstr(b->why, "is full: free space on it"));
    assert_non_null(open_with(b, first));
    assert_int_equal(put(b->db, 1), DB_OK);
}

int main(void)
{
#define BENCH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        BENCH(test_values_come_back_as_they_were),
        BENCH(test_empty_is_not_null),
        BENCH(test_rows_end_when_the_caller_has_enough),
        BENCH(test_a_wrong_statement_is_told),
        BENCH(test_a_rollback_takes_all_back),
        BENCH(test_after_a_transaction_is_lost_nothing_stands_alone),
        BENCH(test_tables_are_brought_up_to_date_once),
        BENCH(test_a_change_of_tables_that_fails_leaves_them_as_they_were),
        BENCH(test_a_copy_of_the_earlier_version_is_kept),
        BENCH(test_a_new_file_has_no_copy),
        BENCH(test_without_a_copy_nothing_is_changed),
        BENCH(test_a_full_disk_keeps_the_tables_as_they_were),
        BENCH(test_a_full_disk_is_called_so_when_a_database_is_opened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
