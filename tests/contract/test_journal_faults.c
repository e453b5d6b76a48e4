/* SPDX-License-Identifier: Apache-2.0 */
/* What was confirmed is on disk, whatever fails and whenever: each call to the disk fails once in
 * its turn, the power is cut after each confirmation, and the process is killed in the middle. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/disk.h"
#include "support/journal.h"

enum {
    ENTRIES = 5,
    LAST_CALL = 400, /* a scenario with more calls to the disk is a fault of the test */
    POWER_ENTRIES = 400,
    POWER_EVERY = 20,
    POWER_PAYLOAD = 12000,
    KILLS = 30,
    KILL_AFTER = 60,
    IN_FLIGHT = 8
};

/* ---- what stands in a file, seen past all of our code ---- */

static sqlite3 *open_plain(const char *path)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, "unix"), SQLITE_OK);
    return db;
}

static void assert_whole(sqlite3 *db)
{
    sqlite3_stmt *s;
    assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &s, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(s), SQLITE_ROW);
    assert_string_equal(sqlite3_column_text(s, 0), "ok");
    sqlite3_finalize(s);
}

/* The entry is there once. */
static void assert_there(sqlite3 *db, const char *id, const char *payload)
{
    sqlite3_stmt *s;
    assert_int_equal(
        sqlite3_prepare_v2(db, "SELECT payload FROM journal WHERE id = ?1", -1, &s, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_bind_text(s, 1, id, -1, SQLITE_STATIC), SQLITE_OK);
    if (sqlite3_step(s) != SQLITE_ROW)
        fail_msg("%s was confirmed and is not there", id);
    assert_int_equal(sqlite3_column_bytes(s, 0), strlen(payload));
    assert_memory_equal(sqlite3_column_blob(s, 0), payload, strlen(payload));
    assert_int_equal(sqlite3_step(s), SQLITE_DONE);
    sqlite3_finalize(s);
}

/* ---- every call to the disk fails in its turn ---- */

static void note_confirmed(struct journal_desk *d, uint64_t txn, enum filed r)
{
    bool *confirmed = d->arg;
    assert_true(r == FILED_OK || r == FILED_FAILED);
    if (confirmed && txn <= ENTRIES)
        confirmed[txn - 1] = r == FILED_OK;
}

/* File five, each alone or all together; settle two, fetch. confirmed[i] says whether entry i was.
 */
static void scenario(struct journal_desk *d, bool together, bool confirmed[ENTRIES])
{
    d->on_filed = note_confirmed;
    d->arg = confirmed;
    for (int i = 0; i < ENTRIES; i++) {
        const char id[] = {(char)('a' + i), '\0'};
        journal_desk_ask(d, id);
        if (!together)
            journal_desk_wait(d);
    }
    journal_desk_settle(d, "a");
    journal_desk_settle(d, "b");
    journal_desk_fetch(d, 0, 9);
}

static int count_confirmed(const bool confirmed[ENTRIES])
{
    int n = 0;
    for (int i = 0; i < ENTRIES; i++)
        n += confirmed[i];
    return n;
}

static void check_after(const char *path, const bool confirmed[ENTRIES])
{
    sqlite3 *db = open_plain(path);
    assert_whole(db);
    for (int i = 0; i < ENTRIES; i++) {
        char id[] = {(char)('a' + i), '\0'}, payload[16];
        snprintf(payload, sizeof payload, "payload of %s", id);
        if (confirmed[i])
            assert_there(db, id, payload);
    }
    sqlite3_close(db);
}

struct fault {
    int code;
    bool lasting, together;
};

/* Run with the n-th call failing. Returns whether there was such a call. */
static bool run(int n, struct fault f)
{
    struct journal_desk d;
    bool confirmed[ENTRIES] = {false};
    journal_desk_init(&d);
    disk_fail(n, f.code, f.lasting);
    bool opened = journal_desk_open(&d) == 0;
    if (opened)
        scenario(&d, f.together, confirmed);
    bool still = f.lasting && opened && disk_heal();
    if (still) { /* The disk is mended: the next filing is taken. */
        assert_int_equal(journal_desk_file(&d, "mended"), FILED_OK);
    }
    journal_desk_close(&d);
    bool struck = disk_heal() || still;
    /* A fault that passes costs no more than the filing that it met. */
    if (opened && !f.lasting && !f.together)
        assert_true(count_confirmed(confirmed) >= ENTRIES - 1);
    assert_true(opened || struck);
    check_after(d.path, confirmed);
    assert_int_equal(journal_desk_open(&d), 0);
    assert_int_equal(journal_desk_file(&d, "later"), FILED_OK);
    journal_desk_end(&d);
    return struck;
}

static void run_all(struct fault f)
{
    int n = 1;
    while (run(n, f))
        assert_true(++n < LAST_CALL);
    assert_true(n > 20);
    print_message("%d calls\n", n - 1);
}

static void test_a_fault_of_the_disk_that_passes(void **state)
{
    (void)state;
    run_all((struct fault){.code = SQLITE_IOERR});
}

static void test_a_disk_that_fails_from_some_moment_on(void **state)
{
    (void)state;
    run_all((struct fault){.code = SQLITE_IOERR, .lasting = true});
}

static void test_a_disk_that_is_full_for_a_moment(void **state)
{
    (void)state;
    run_all((struct fault){.code = SQLITE_FULL});
}

static void test_a_disk_that_is_full_from_some_moment_on(void **state)
{
    (void)state;
    run_all((struct fault){.code = SQLITE_FULL, .lasting = true});
}

static void test_a_fault_that_meets_a_group(void **state)
{
    (void)state;
    run_all((struct fault){.code = SQLITE_IOERR, .together = true});
    run_all((struct fault){.code = SQLITE_FULL, .together = true});
}

/* ---- the power is cut ---- */

static void payload_of(int i, char out[POWER_PAYLOAD + 1])
{
    memset(out, 'a' + i % 26, POWER_PAYLOAD);
    out[POWER_PAYLOAD] = '\0';
}

static void file_large(struct journal_desk *d, int i, char *payload)
{
    char id[REQUEST_ID_MAX + 1];
    payload_of(i, payload);
    snprintf(id, sizeof id, "%x", i);
    struct journal_entry e = {.id = id,
                              .subject = "",
                              .case_no = "",
                              .proof = "",
                              .payload = payload,
                              .len = POWER_PAYLOAD};
    journal_file(d->journal, ++d->asked, &e);
    journal_desk_wait(d);
    assert_int_equal(d->filed, FILED_OK);
}

static void copy_file(const char *from, const char *to)
{
    char command[4 * SERVER_PATH_MAX];
    snprintf(command, sizeof command, "cp %s %s 2>/dev/null", from, to);
    if (system(command) != 0)
        unlink(to);
}

/* What a machine would find that lost its power now; what was confirmed is in it. */
static void cut(const struct journal_desk *d, int confirmed, char *payload)
{
    char from[2 * SERVER_PATH_MAX], log[2 * SERVER_PATH_MAX], to[SERVER_PATH_MAX];
    snprintf(to, sizeof to, "%.40s/after", d->server.folder);
    snprintf(from, sizeof from, "%.40s/synced/journal", d->server.folder);
    copy_file(from, to);
    strcat(from, "-wal");
    snprintf(log, sizeof log, "%s-wal", to);
    copy_file(from, log);
    sqlite3 *db = open_plain(to);
    assert_whole(db);
    for (int i = 0; i < confirmed; i++) {
        char id[REQUEST_ID_MAX + 1];
        payload_of(i, payload);
        snprintf(id, sizeof id, "%x", i);
        assert_there(db, id, payload);
    }
    sqlite3_close(db);
}

static void test_a_power_cut_after_each_confirmation(void **state)
{
    struct journal_desk d;
    char synced[SERVER_PATH_MAX], *payload = malloc(POWER_PAYLOAD + 1);
    (void)state;
    journal_desk_init(&d);
    snprintf(synced, sizeof synced, "%.40s/synced", d.server.folder);
    assert_int_equal(mkdir(synced, 0700), 0);
    disk_keep_synced(synced);
    assert_int_equal(journal_desk_open(&d), 0);
    for (int i = 0; i < POWER_ENTRIES; i++) {
        file_large(&d, i, payload);
        if (i < POWER_EVERY || i % POWER_EVERY == 0)
            cut(&d, i + 1, payload);
    }
    disk_keep_synced(NULL);
    journal_desk_end(&d);
    free(payload);
}

/* ---- the process is killed ---- */

struct kill {
    int round, next, out;
};

static void name(const struct kill *k, int i, char out[REQUEST_ID_MAX + 1])
{
    snprintf(out, REQUEST_ID_MAX + 1, "%03x-%08x", k->round & 0xfff, i);
}

/* In the child: print what was confirmed, and file one more. */
static void on_filed(struct journal_desk *d, uint64_t txn, enum filed r)
{
    struct kill *k = d->arg;
    char id[REQUEST_ID_MAX + 1];
    int i = (int)txn - 1;
    if (r != FILED_OK || write(k->out, &i, sizeof i) != sizeof i)
        _exit(1);
    name(k, k->next++, id);
    journal_desk_ask(d, id);
}

static void child(struct journal_desk *d, struct kill *k)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    d->on_filed = on_filed;
    d->arg = k;
    if (journal_desk_open(d) < 0)
        _exit(1);
    while (k->next < IN_FLIGHT) {
        char id[REQUEST_ID_MAX + 1];
        name(k, k->next++, id);
        journal_desk_ask(d, id);
    }
    loop_run(d->loop);
    _exit(1);
}

/* Kill a child after so many confirmations. Returns how many there were in the end. */
static int kill_one(struct journal_desk *d, int round, int after)
{
    int ends[2], status, last = -1, count = 0, i;
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        close(ends[0]);
        child(d, &(struct kill){.round = round, .out = ends[1]});
    }
    close(ends[1]);
    while (read(ends[0], &i, sizeof i) == sizeof i) {
        assert_int_equal(i, last + 1);
        last = i;
        if (++count == after)
            kill(pid, SIGKILL);
    }
    close(ends[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    return count;
}

static void test_a_process_that_is_killed(void **state)
{
    struct journal_desk d;
    (void)state;
    journal_desk_init(&d);
    srand(1);
    for (int round = 0; round < KILLS; round++) {
        struct kill k = {.round = round};
        int count = kill_one(&d, round, 1 + rand() % KILL_AFTER);
        assert_true(count > 0);
        sqlite3 *db = open_plain(d.path);
        assert_whole(db);
        for (int i = 0; i < count; i++) {
            char id[REQUEST_ID_MAX + 1], payload[40];
            name(&k, i, id);
            snprintf(payload, sizeof payload, "payload of %s", id);
            assert_there(db, id, payload);
        }
        sqlite3_close(db);
    }
    journal_desk_end(&d);
}

static int install(void **state)
{
    (void)state;
    disk_install();
    return 0;
}

static int away(void **state)
{
    (void)state;
    disk_remove();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_process_that_is_killed),
        cmocka_unit_test_setup_teardown(test_a_fault_of_the_disk_that_passes, install, away),
        cmocka_unit_test_setup_teardown(test_a_disk_that_fails_from_some_moment_on, install, away),
        cmocka_unit_test_setup_teardown(test_a_disk_that_is_full_for_a_moment, install, away),
        cmocka_unit_test_setup_teardown(test_a_disk_that_is_full_from_some_moment_on, install,
                                        away),
        cmocka_unit_test_setup_teardown(test_a_fault_that_meets_a_group, install, away),
        cmocka_unit_test_setup_teardown(test_a_power_cut_after_each_confirmation, install, away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
