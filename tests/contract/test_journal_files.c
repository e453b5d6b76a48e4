/* SPDX-License-Identifier: Apache-2.0 */
/* Files and folders that are not as the journal needs them: at the start it says why, while it runs
 * it refuses, and goes on as soon as they are mended. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/journal.h"

enum { NOBODY = 65534, SIZE_MAX_READ = 1 << 16 };

/* Root may write everywhere, so these tests are nobody's. Threads that start now are too. */
static int setup(void **state)
{
    struct journal_desk *d = malloc(sizeof *d);
    char home[SERVER_PATH_MAX];
    journal_desk_init(d);
    *state = d;
    if (geteuid() != 0)
        return 0;
    strcpy(home, d->path);
    *strrchr(home, '/') = '\0';
    assert_int_equal(chown(d->server.folder, NOBODY, NOBODY), 0);
    assert_int_equal(chown(home, NOBODY, NOBODY), 0);
    assert_int_equal(fchown(d->log_fd, NOBODY, NOBODY), 0);
    return seteuid(NOBODY);
}

static int teardown(void **state)
{
    journal_desk_close(*state);
    if (getuid() == 0)
        assert_int_equal(seteuid(0), 0);
    return journal_desk_teardown(state);
}

static void beside(const struct journal_desk *d, const char *name, char out[SERVER_PATH_MAX])
{
    snprintf(out, SERVER_PATH_MAX, "%.40s/%s", d->server.folder, name);
}

static void folder_mode(const struct journal_desk *d, mode_t mode)
{
    char home[SERVER_PATH_MAX];
    beside(d, "home", home);
    assert_int_equal(chmod(home, mode), 0);
}

static void move(const struct journal_desk *d, const char *from, const char *to)
{
    char a[SERVER_PATH_MAX], b[SERVER_PATH_MAX];
    beside(d, from, a);
    beside(d, to, b);
    assert_int_equal(rename(a, b), 0);
}

/* Run SQL on the file, past all of our code. */
static void sql(const struct journal_desk *d, const char *text)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(d->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static size_t read_file(const struct journal_desk *d, char *out)
{
    FILE *f = fopen(d->path, "rb");
    assert_non_null(f);
    size_t n = fread(out, 1, SIZE_MAX_READ, f);
    fclose(f);
    return n;
}

static void write_at(const struct journal_desk *d, long at, const char *octets, size_t n)
{
    int fd = open(d->path, O_RDWR | O_CREAT, 0600);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, octets, n, at), n);
    close(fd);
}

/* The journal does not open, says so in these words, and does not touch the file. */
static void refuses_with(struct journal_desk *d, const char *words)
{
    char *before = malloc(SIZE_MAX_READ), *after = malloc(SIZE_MAX_READ);
    struct stat st;
    bool there = stat(d->path, &st) == 0 && S_ISREG(st.st_mode) && access(d->path, R_OK) == 0;
    size_t n = there ? read_file(d, before) : 0;
    assert_int_equal(journal_desk_open(d), -1);
    if (!strstr(d->why, words))
        fail_msg("\"%s\" does not say \"%s\"", d->why, words);
    assert_int_equal(d->why[strlen(d->why) - 1], '.');
    if (there) {
        assert_int_equal(read_file(d, after), n);
        assert_memory_equal(before, after, n);
    }
    free(before);
    free(after);
}

static void test_a_folder_that_does_not_exist(void **state)
{
    struct journal_desk *d = *state;
    move(d, "home", "away");
    refuses_with(d, "folder that does not exist");
}

static void test_a_folder_that_may_not_be_written(void **state)
{
    struct journal_desk *d = *state;
    folder_mode(d, 0500);
    refuses_with(d, "let this user write its folder");
    folder_mode(d, 0700);
    assert_int_equal(journal_desk_open(d), 0);
}

static void test_a_file_that_may_not_be_written(void **state)
{
    struct journal_desk *d = *state;
    assert_int_equal(journal_desk_open(d), 0);
    journal_desk_close(d);
    assert_int_equal(chmod(d->path, 0400), 0);
    refuses_with(d, "let this user read and write it");
    assert_int_equal(chmod(d->path, 0600), 0);
    folder_mode(d, 0500);
    refuses_with(d, "folder");
    folder_mode(d, 0700);
}

static void test_a_folder_under_the_name_of_the_file(void **state)
{
    struct journal_desk *d = *state;
    assert_int_equal(mkdir(d->path, 0700), 0);
    refuses_with(d, "is not a file");
}

static void test_a_file_that_is_no_database(void **state)
{
    struct journal_desk *d = *state;
    static const char text[] = "A shopping list that is long enough to be taken for a header of "
                               "a hundred octets: rice, fish, a new phone card, soap, candles.";
    write_at(d, 0, text, sizeof text);
    refuses_with(d, "is not a database");
}

static void test_a_database_of_another_program(void **state)
{
    struct journal_desk *d = *state;
    sql(d, "CREATE TABLE songs (title)");
    refuses_with(d, "of another program");
    sql(d, "PRAGMA user_version = 1; PRAGMA journal_mode = WAL");
    refuses_with(d, "Not a journal");
}

/* A newer program was here, and an older one is started again: it leaves the requests alone. */
static void test_a_later_version(void **state)
{
    struct journal_desk *d = *state;
    assert_int_equal(journal_desk_open(d), 0);
    assert_int_equal(journal_desk_file(d, "a1"), FILED_OK);
    journal_desk_close(d);
    sql(d, "ALTER TABLE journal ADD COLUMN more TEXT; PRAGMA user_version = 2");
    refuses_with(d, "later version");
    sql(d, "ALTER TABLE journal DROP COLUMN more; PRAGMA user_version = 1");
    assert_int_equal(journal_desk_open(d), 0);
    assert_string_equal(journal_desk_fetch(d, 0, 9), "a1");
}

/* Version 1 as it is on disks, with what waits, what is done and what is forgotten. To change the
 * tables: add a migration, keep this, and add the version before it here. */
static const char version_1[] =
    "PRAGMA journal_mode = WAL; PRAGMA user_version = 1;"
    "CREATE TABLE journal ( seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,"
    " subject TEXT NOT NULL, case_no TEXT NOT NULL, proof TEXT NOT NULL, payload BLOB NOT NULL,"
    " at_ms INTEGER NOT NULL, acked_ms INTEGER) STRICT;"
    "CREATE INDEX journal_acked ON journal (acked_ms);"
    "CREATE INDEX journal_subject ON journal (subject) WHERE subject <> '';"
    "CREATE INDEX journal_case ON journal (case_no) WHERE case_no <> '';"
    "INSERT INTO journal (id, subject, case_no, proof, payload, at_ms, acked_ms) VALUES"
    " ('a1', 's', '738299653', 'p', CAST('payload of a1' AS BLOB), 1795456789000, NULL),"
    " ('a2', '', '', '', CAST('payload of a2' AS BLOB), 1795456789001, 1795456790000),"
    " ('a4', '', '', '', CAST('payload of a4' AS BLOB), 1795456789002, NULL);"
    "UPDATE sqlite_sequence SET seq = 7;";

static void test_a_stored_journal_is_read(void **state)
{
    struct journal_desk *d = *state;
    sql(d, version_1);
    assert_int_equal(journal_desk_open(d), 0);
    assert_string_equal(journal_desk_fetch(d, 0, 9), "a1 a4");
    assert_true(journal_desk_find(d, "738299653", "p"));
    journal_desk_settle(d, "a1");
    assert_int_equal(journal_desk_file(d, "a5"), FILED_OK);
    assert_string_equal(journal_desk_fetch(d, 0, 9), "a4 a5");
}

static void test_a_name_that_sqlite_takes_for_memory(void **state)
{
    struct journal_desk *d = *state;
    char home[SERVER_PATH_MAX];
    beside(d, "home", home);
    assert_int_equal(chdir(home), 0);
    strcpy(d->path, ":memory:");
    assert_int_equal(journal_desk_open(d), 0);
    assert_int_equal(journal_desk_file(d, "a1"), FILED_OK);
    journal_desk_close(d);
    assert_int_equal(access(":memory:", F_OK), 0);
    /* Not to where it was before: nobody may not enter root's home. */
    assert_int_equal(chdir("/"), 0);
}

/* Fill some pages, and let all of them be in the file itself. */
static void fill(struct journal_desk *d)
{
    assert_int_equal(journal_desk_open(d), 0);
    for (int i = 0; i < 200; i++) {
        char id[REQUEST_ID_MAX + 1];
        snprintf(id, sizeof id, "%08x", i);
        journal_desk_ask(d, id);
    }
    journal_desk_wait(d);
    journal_desk_close(d);
}

static void test_a_damaged_file(void **state)
{
    struct journal_desk *d = *state;
    char *octets = malloc(SIZE_MAX_READ);
    fill(d);
    size_t n = read_file(d, octets);
    assert_true(n > 8 * 4096);
    /* All but the header. */
    memset(octets, 0xa5, n);
    write_at(d, 100, octets, n - 100);
    free(octets);
    refuses_with(d, "is damaged");
}

static void test_a_page_that_is_damaged_is_told_once(void **state)
{
    struct journal_desk *d = *state;
    char page[4096];
    fill(d);
    /* The last leaf of the table: the journal opens, and meets it later. */
    sqlite3 *db;
    sqlite3_stmt *s;
    assert_int_equal(sqlite3_open(d->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT max(pageno) FROM dbstat WHERE name = 'journal'"
                                        " AND pagetype = 'leaf'",
                                        -1, &s, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(s), SQLITE_ROW);
    long at = (sqlite3_column_int(s, 0) - 1) * 4096L;
    sqlite3_finalize(s);
    sqlite3_close(db);
    memset(page, 0xa5, sizeof page);
    write_at(d, at, page, sizeof page);
    assert_int_equal(journal_desk_open(d), 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(journal_desk_file(d, "new"), FILED_FAILED);
        journal_desk_fetch(d, 0, FORWARD_WINDOW_MAX);
        assert_true(d->count < 200);
        assert_false(journal_works(d->journal));
    }
    assert_int_equal(journal_desk_logged(d, "journal_failed"), 1);
}

static void test_a_folder_that_vanishes_and_comes_back(void **state)
{
    struct journal_desk *d = *state;
    char all[JOURNAL_SHOWN];
    assert_int_equal(journal_desk_open(d), 0);
    assert_int_equal(journal_desk_file(d, "a1"), FILED_OK);
    move(d, "home", "away");
    assert_int_equal(journal_desk_file(d, "a2"), FILED_FAILED);
    assert_int_equal(journal_desk_file(d, "a3"), FILED_FAILED);
    assert_string_equal(journal_desk_fetch(d, 0, 9), "");
    assert_false(journal_works(d->journal));
    assert_int_equal(metrics_get(d->metrics, M_JOURNAL_UP, NULL), 0);
    move(d, "away", "home");
    /* The forwarder's next question finds it, before a worker asks for help. */
    journal_desk_fetch(d, 0, 9);
    assert_true(journal_works(d->journal));
    assert_int_equal(metrics_get(d->metrics, M_JOURNAL_UP, NULL), 1);
    assert_int_equal(journal_desk_file(d, "a4"), FILED_OK);
    journal_desk_on_disk(d, all);
    assert_memory_equal(all, "a1 ", 3);
    assert_non_null(strstr(all, " a4"));
    assert_null(strstr(all, "a3"));
    assert_int_equal(journal_desk_logged(d, "journal_failed"), 1);
    assert_int_equal(journal_desk_logged(d, "journal_up"), 2);
}

static void test_a_file_that_is_removed_is_made_anew(void **state)
{
    struct journal_desk *d = *state;
    char all[JOURNAL_SHOWN];
    assert_int_equal(journal_desk_open(d), 0);
    assert_int_equal(journal_desk_file(d, "a1"), FILED_OK);
    assert_int_equal(unlink(d->path), 0);
    folder_mode(d, 0500);
    assert_int_equal(journal_desk_file(d, "a2"), FILED_FAILED);
    assert_int_equal(journal_desk_file(d, "a3"), FILED_FAILED);
    folder_mode(d, 0700);
    assert_int_equal(journal_desk_file(d, "a4"), FILED_OK);
    assert_string_equal(journal_desk_on_disk(d, all), "a4");
}

static void test_without_its_log_file_nothing_is_confirmed(void **state)
{
    static const char *const suffixes[] = {"-wal", "-shm"};
    struct journal_desk *d = *state;
    assert_int_equal(journal_desk_open(d), 0);
    assert_int_equal(journal_desk_file(d, "a1"), FILED_OK);
    for (size_t i = 0; i < 2; i++) {
        char path[SERVER_PATH_MAX + 8], all[JOURNAL_SHOWN], id[] = {'b', (char)('0' + i), '\0'};
        snprintf(path, sizeof path, "%s%s", d->path, suffixes[i]);
        assert_int_equal(unlink(path), 0);
        assert_int_equal(journal_desk_file(d, "c1"), FILED_FAILED);
        assert_int_equal(journal_desk_file(d, id), FILED_OK);
        assert_non_null(strstr(journal_desk_on_disk(d, all), id));
        assert_memory_equal(all, "a1", 2);
    }
}

int main(void)
{
#define DESK(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        DESK(test_a_folder_that_does_not_exist),
        DESK(test_a_folder_that_may_not_be_written),
        DESK(test_a_file_that_may_not_be_written),
        DESK(test_a_folder_under_the_name_of_the_file),
        DESK(test_a_file_that_is_no_database),
        DESK(test_a_database_of_another_program),
        DESK(test_a_later_version),
        DESK(test_a_stored_journal_is_read),
        DESK(test_a_name_that_sqlite_takes_for_memory),
        DESK(test_a_damaged_file),
        DESK(test_a_page_that_is_damaged_is_told_once),
        DESK(test_a_folder_that_vanishes_and_comes_back),
        DESK(test_a_file_that_is_removed_is_made_anew),
        DESK(test_without_its_log_file_nothing_is_confirmed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
