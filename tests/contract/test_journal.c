/* SPDX-License-Identifier: Apache-2.0 */
/* The journal with a real file, its real thread, and a loop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/db.h"
#include "support/journal.h"

static int64_t commits(const struct journal_desk *d)
{
    return metrics_get(d->metrics, M_JOURNAL_COMMITS, NULL);
}

/* A handle of its own, as another process would have. */
static struct db *second_handle(const struct journal_desk *d)
{
    char why[DB_ERROR_MAX];
    struct db *db = journal_table_open(d->path, why);
    assert_non_null(db);
    return db;
}

static void on_disk(struct journal_desk *d, const char *expected)
{
    char list[JOURNAL_SHOWN];
    assert_string_equal(journal_desk_on_disk(d, list), expected);
}

static void look_on_disk(struct journal_desk *d, uint64_t txn, enum filed r)
{
    assert_int_equal(txn, 1);
    assert_int_equal(r, FILED_OK);
    on_disk(d, "a1");
    *(int *)d->arg += 1;
}

static void test_when_the_answer_comes_the_entry_is_committed(void **state)
{
    struct journal_desk *d = *state;
    int looked = 0;
    d->on_filed = look_on_disk;
    d->arg = &looked;
    journal_desk_file(d, "a1");
    assert_int_equal(looked, 1);
    assert_int_equal(journal_waiting(d->journal), 1);
    assert_int_equal(metrics_get(d->metrics, M_JOURNAL_WAITING, NULL), 1);
}

static void test_the_files_are_for_this_user_alone(void **state)
{
    static const char *const suffixes[] = {"", "-wal", "-shm"};
    struct journal_desk *d = *state;
    for (size_t i = 0; i < 3; i++) {
        char path[SERVER_PATH_MAX + 8];
        struct stat st;
        snprintf(path, sizeof path, "%s%s", d->path, suffixes[i]);
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
    }
}

static void ask_many(struct journal_desk *d, int count)
{
    for (int i = 0; i < count; i++) {
        char id[REQUEST_ID_MAX + 1];
        snprintf(id, sizeof id, "%x", i);
        journal_desk_ask(d, id);
    }
}

static void test_what_waits_is_committed_together(void **state)
{
    struct journal_desk *d = *state;
    journal_desk_file(d, "first");
    int64_t before = commits(d);
    struct db *other = second_handle(d);
    assert_int_equal(db_begin(other), DB_OK);
    /* The thread waits for the lock with the first of them, or with several. */
    ask_many(d, 200);
    db_rollback(other);
    db_close(other);
    journal_desk_wait(d);
    assert_int_equal(d->filed, FILED_OK);
    assert_int_equal(journal_waiting(d->journal), 201);
    assert_in_range(commits(d) - before, 1, 2);
}

static void test_a_repeat_is_the_same_entry(void **state)
{
    struct journal_desk *d = *state;
    assert_int_equal(journal_desk_file(d, "a1"), FILED_OK);
    assert_int_equal(journal_desk_file(d, "a1"), FILED_OK);
    journal_desk_settle(d, "a1");
    assert_int_equal(journal_desk_file(d, "a1"), FILED_OK);
    on_disk(d, "a1*");
    assert_int_equal(journal_waiting(d->journal), 0);
}

static void test_no_more_than_allowed_may_wait(void **state)
{
    struct journal_desk *d = *state;
    journal_set_limits(d->journal, 2, 7 * (int64_t)JOURNAL_DAY);
    assert_int_equal(journal_desk_file(d, "a1"), FILED_OK);
    assert_int_equal(journal_desk_file(d, "b1"), FILED_OK);
    assert_int_equal(journal_desk_file(d, "c1"), FILED_FULL);
    assert_int_equal(journal_desk_file(d, "c2"), FILED_FULL);
    assert_int_equal(journal_desk_file(d, "b1"), FILED_OK);
    assert_true(journal_works(d->journal));
    assert_int_equal(journal_desk_logged(d, "journal_full"), 1);
    journal_desk_settle(d, "a1");
    assert_int_equal(journal_desk_file(d, "c1"), FILED_OK);
    on_disk(d, "a1* b1 c1");
    journal_set_limits(d->journal, 3, 7 * (int64_t)JOURNAL_DAY);
    assert_int_equal(journal_desk_file(d, "d1"), FILED_OK);
    assert_int_equal(journal_desk_file(d, "e1"), FILED_FULL);
    assert_int_equal(journal_desk_logged(d, "journal_full"), 2);
}

static void test_an_entry_that_cannot_be_takes_no_other_with_it(void **state)
{
    static const char payload[REQUEST_PAYLOAD_MAX + 1];
    struct journal_desk *d = *state;
    struct journal_entry bad = {.id = "01234567890123456",
                                .subject = "",
                                .case_no = "",
                                .proof = "",
                                .payload = payload,
                                .len = 1};
    journal_desk_ask(d, "a1");
    journal_file(d->journal, ++d->asked, &bad);
    bad.id = "b1";
    bad.len = sizeof payload;
    journal_file(d->journal, ++d->asked, &bad);
    journal_desk_wait(d);
    assert_int_equal(d->filed, FILED_FAILED);
    assert_int_equal(journal_desk_file(d, "c1"), FILED_OK);
    on_disk(d, "a1 c1");
    assert_int_equal(journal_desk_logged(d, "journal_failed"), 0);
}

static void test_answers_come_in_the_order_of_the_calls(void **state)
{
    struct journal_desk *d = *state;
    const struct case_ask ask = {.case_no = "ca1", .proof = "pa1"};
    journal_desk_ask(d, "a1");
    journal_find(d->journal, ++d->asked, &ask);
    journal_desk_ask(d, "a2");
    d->asked++;
    journal_fetch(d->journal, 0, 9);
    journal_desk_ask(d, "a3");
    journal_desk_wait(d);
    const uint64_t order[] = {1, 2, 3, 0, 5};
    assert_memory_equal(d->order, order, sizeof order);
    assert_true(d->found);
    assert_string_equal(d->shown, "a1 a2");
}

static void test_the_forwarder_fetches_in_order(void **state)
{
    struct journal_desk *d = *state;
    assert_string_equal(journal_desk_fetch(d, 0, 9), "");
    journal_desk_file(d, "c");
    journal_desk_file(d, "a");
    journal_desk_file(d, "b");
    journal_desk_file(d, "d");
    assert_string_equal(journal_desk_fetch(d, 0, 9), "c a b d");
    assert_string_equal(journal_desk_fetch(d, 0, 2), "c a");
    assert_string_equal(journal_desk_fetch(d, d->seqs[1], 1), "b");
    assert_string_equal(journal_desk_fetch(d, d->seqs[0], 9), "d");
    assert_string_equal(journal_desk_fetch(d, d->seqs[0], 9), "");
    assert_string_equal(journal_desk_fetch(d, 0, 0), "");
    journal_desk_settle(d, "a");
    journal_desk_settle(d, "nobody");
    assert_string_equal(journal_desk_fetch(d, 0, 9), "c b d");
    assert_int_equal(journal_waiting(d->journal), 3);
}

static void test_a_case_is_found_by_number_and_proof(void **state)
{
    struct journal_desk *d = *state;
    journal_desk_file(d, "a1");
    assert_true(journal_desk_find(d, "ca1", "pa1"));
    assert_false(journal_desk_find(d, "ca1", "pb1"));
    assert_false(journal_desk_find(d, "cb1", "pa1"));
    assert_false(journal_desk_find(d, "", ""));
    journal_desk_settle(d, "a1");
    assert_false(journal_desk_find(d, "ca1", "pa1")); /* the case work knows more of it */
}

static void test_a_worker_is_forgotten_and_the_others_are_not(void **state)
{
    struct journal_desk *d = *state;
    journal_desk_file(d, "a1");
    journal_desk_file(d, "b1");
    journal_forget(d->journal, "anna");
    assert_string_equal(journal_desk_fetch(d, 0, 9), "b1");
    assert_false(journal_desk_find(d, "ca1", "pa1"));
}

static void test_acknowledged_entries_go_after_their_time(void **state)
{
    struct journal_desk *d = *state;
    journal_desk_file(d, "a1");
    journal_desk_file(d, "b1");
    journal_desk_settle(d, "a1");
    d->now += 7 * (int64_t)JOURNAL_DAY;
    journal_desk_fetch(d, 0, 1);
    on_disk(d, "a1* b1");
    d->now += JOURNAL_HOUR;
    journal_desk_fetch(d, 0, 1);
    on_disk(d, "b1");
    assert_int_equal(journal_desk_logged(d, "journal_expired"), 1);
    /* A number of the journal is never used again. */
    int64_t seq = d->seqs[0];
    journal_desk_settle(d, "b1");
    journal_set_limits(d->journal, 9, 0);
    d->now += JOURNAL_HOUR;
    journal_desk_fetch(d, 0, 1);
    on_disk(d, "");
    journal_desk_file(d, "c1");
    journal_desk_fetch(d, 0, 1);
    assert_true(d->seqs[0] > seq);
}

static void test_an_operator_works_on_the_file_meanwhile(void **state)
{
    struct journal_desk *d = *state;
    int64_t n = 0;
    journal_desk_file(d, "a1");
    journal_desk_file(d, "a2");
    journal_desk_file(d, "b1");
    journal_desk_settle(d, "a1");
    journal_desk_settle(d, "b1");
    struct db *desk = second_handle(d);
    assert_int_equal(journal_table_resend(desk, "b1", &n), DB_OK);
    assert_int_equal(n, 1);
    assert_int_equal(journal_table_resend(desk, "b1", &n), DB_OK);
    assert_int_equal(n, 0);
    assert_string_equal(journal_desk_fetch(d, 0, 9), "a2 b1");
    assert_int_equal(journal_waiting(d->journal), 2);
    assert_int_equal(journal_table_resend(desk, "", &n), DB_OK);
    assert_int_equal(n, 1);
    assert_string_equal(journal_desk_fetch(d, 0, 9), "a1 a2 b1");
    assert_int_equal(journal_table_forget(desk, "anna", &n), DB_OK);
    assert_int_equal(n, 2);
    assert_int_equal(journal_table_forget(desk, "", &n), DB_OK);
    assert_int_equal(n, 0);
    db_close(desk);
    assert_string_equal(journal_desk_fetch(d, 0, 9), "b1");
    assert_false(journal_desk_find(d, "ca1", "pa1"));
    assert_int_equal(journal_desk_file(d, "c1"), FILED_OK);
    on_disk(d, "b1 c1");
}

static void test_acknowledgements_of_a_flood_are_bounded(void **state)
{
    struct journal_desk *d = *state;
    ask_many(d, 3000);
    journal_desk_wait(d);
    struct db *other = second_handle(d);
    assert_int_equal(db_begin(other), DB_OK);
    for (int i = 0; i < 3000; i++) {
        char id[REQUEST_ID_MAX + 1];
        snprintf(id, sizeof id, "%x", i);
        journal_settle(d->journal, id);
    }
    db_rollback(other);
    db_close(other);
    journal_desk_find(d, "", "");
    assert_in_range(journal_waiting(d->journal), 3000 - 2 * 1024, 3000 - 1024);
}

static void test_closing_finishes_what_was_asked_for(void **state)
{
    struct journal_desk *d = *state;
    char all[JOURNAL_SHOWN];
    ask_many(d, 60);
    journal_settle(d->journal, "0");
    uint64_t answers = d->answers;
    journal_desk_close(d);
    assert_int_equal(d->answers, answers);
    d->asked = answers;
    assert_int_equal(journal_desk_open(d), 0);
    journal_desk_fetch(d, 0, FORWARD_WINDOW_MAX);
    assert_int_equal(d->count, 59);
    assert_memory_equal(journal_desk_on_disk(d, all), "0* 1 2 3 ", 9);
    assert_int_equal(journal_waiting(d->journal), 59);
    assert_int_equal(journal_desk_logged(d, "journal_failed"), 0);
}

int main(void)
{
#define DESK(test) cmocka_unit_test_setup_teardown(test, journal_desk_setup, journal_desk_teardown)
    const struct CMUnitTest tests[] = {
        DESK(test_when_the_answer_comes_the_entry_is_committed),
        DESK(test_the_files_are_for_this_user_alone),
        DESK(test_what_waits_is_committed_together),
        DESK(test_a_repeat_is_the_same_entry),
        DESK(test_no_more_than_allowed_may_wait),
        DESK(test_an_entry_that_cannot_be_takes_no_other_with_it),
        DESK(test_answers_come_in_the_order_of_the_calls),
        DESK(test_the_forwarder_fetches_in_order),
        DESK(test_a_case_is_found_by_number_and_proof),
        DESK(test_a_worker_is_forgotten_and_the_others_are_not),
        DESK(test_acknowledged_entries_go_after_their_time),
        DESK(test_an_operator_works_on_the_file_meanwhile),
        DESK(test_acknowledgements_of_a_flood_are_bounded),
        DESK(test_closing_finishes_what_was_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
