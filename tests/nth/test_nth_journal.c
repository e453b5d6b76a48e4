/* SPDX-License-Identifier: Apache-2.0 */
/* The journal on a real file: allocations fail in turn, on the loop's side and on the side of the
 * journal's thread. Each question is answered once, what is confirmed is on disk, and what was not
 * can be asked again. SQLite takes its memory from us by its hook. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/failing.h"
#include "support/journal.h"

enum { SOME = 4, MANY = 40, TRIES_MAX = 50 };

int __real_pthread_create(pthread_t *t, const pthread_attr_t *a, void *(*fn)(void *), void *arg);
int __wrap_pthread_create(pthread_t *t, const pthread_attr_t *a, void *(*fn)(void *), void *arg);

int __wrap_pthread_create(pthread_t *t, const pthread_attr_t *a, void *(*fn)(void *), void *arg)
{
    return failing_hits() ? EAGAIN : __real_pthread_create(t, a, fn, arg);
}

void *__real_malloc(size_t size);
void *__real_realloc(void *p, size_t size);

static bool sqlite_fails;

static void *lend(int size)
{
    return sqlite_fails ? malloc((size_t)size) : __real_malloc((size_t)size);
}

static void *lend_more(void *p, int size)
{
    return sqlite_fails ? realloc(p, (size_t)size) : __real_realloc(p, (size_t)size);
}

static unsigned run_new(void *arg, const struct failing *plan)
{
    struct journal_desk d;
    (void)arg;
    journal_desk_init(&d);
    failing_arm(plan, FAILING_HERE);
    int r = journal_desk_open(&d);
    unsigned failed = failing_disarm();
    assert_true(r == 0 || failed > 0); /* SQLite does without some of what it asks for */
    if (r < 0) {
        assert_string_not_equal(d.why, "");
        assert_int_equal(journal_desk_open(&d), 0);
    }
    assert_int_equal(journal_desk_file(&d, "b"), FILED_OK);
    journal_desk_end(&d);
    return failed;
}

/* Waiting for an answer needs memory that is the test's. */
static void wait_for(struct journal_desk *d, enum failing_thread where)
{
    if (where == FAILING_HERE)
        failing_pause();
    journal_desk_wait(d);
    failing_resume();
}

static void file(struct journal_desk *d, enum failing_thread where, const char *id)
{
    int tries = 0;
    do {
        assert_in_range(++tries, 1, TRIES_MAX);
        journal_desk_ask(d, id);
        wait_for(d, where);
        assert_true(d->filed == FILED_OK || d->filed == FILED_FAILED);
    } while (d->filed != FILED_OK);
}

/* A fetch without memory gives fewer, and never one that is not next. */
static void fetch(struct journal_desk *d, enum failing_thread where, const char *expected)
{
    int tries = 0;
    do {
        assert_in_range(++tries, 1, TRIES_MAX);
        d->asked++;
        journal_fetch(d->journal, 0, 8);
        wait_for(d, where);
    } while (strcmp(d->shown, expected) != 0);
}

static void find(struct journal_desk *d, enum failing_thread where, const char *id)
{
    struct case_ask ask = {.case_no = ""};
    int tries = 0;
    snprintf(ask.case_no, sizeof ask.case_no, "c%s", id);
    snprintf(ask.proof, sizeof ask.proof, "p%s", id);
    do {
        assert_in_range(++tries, 1, TRIES_MAX);
        journal_find(d->journal, ++d->asked, &ask);
        wait_for(d, where);
    } while (!d->found);
}

static void settle(struct journal_desk *d, enum failing_thread where, const char *id,
                   const char *expected)
{
    char seen[JOURNAL_SHOWN];
    int tries = 0;
    do {
        assert_in_range(++tries, 1, TRIES_MAX);
        journal_settle(d->journal, id);
        d->asked++;
        journal_fetch(d->journal, 0, 1); /* its answer comes behind the settling */
        wait_for(d, where);
        failing_pause();
        journal_desk_on_disk(d, seen);
        failing_resume();
    } while (strcmp(seen, expected) != 0);
}

static unsigned run(void *arg, const struct failing *plan)
{
    enum failing_thread where = *(enum failing_thread *)arg;
    struct journal_desk d;
    char seen[JOURNAL_SHOWN];
    journal_desk_init(&d);
    assert_int_equal(journal_desk_open(&d), 0);
    failing_arm(plan, where);
    file(&d, where, "b");
    file(&d, where, "c");
    file(&d, where, "b");
    fetch(&d, where, "b c");
    find(&d, where, "c");
    settle(&d, where, "b", "b* c");
    file(&d, where, "e");
    fetch(&d, where, "c e");
    unsigned failed = failing_disarm();
    /* Nothing is held back by what failed. */
    assert_int_equal(journal_desk_file(&d, "f"), FILED_OK);
    assert_true(journal_works(d.journal));
    assert_string_equal(journal_desk_on_disk(&d, seen), "b* c e f");
    journal_desk_end(&d);
    return failed;
}

/* SQLite takes so much that a part of the points will do: each run waits for the disk. */
static unsigned run_new_far(void *arg, const struct failing *plan)
{
    struct failing far = {.first = 11 * plan->first, .most = plan->most};
    return run_new(arg, &far);
}

static unsigned run_far(void *arg, const struct failing *plan)
{
    struct failing far = {.first = 3 * plan->first, .most = plan->most};
    return run(arg, &far);
}

static void it_is_opened_or_not(void **state)
{
    (void)state;
    failing_both("journal_new", SOME, run_new, NULL);
    sqlite_fails = true;
    failing_both("journal_new, SQLite too, one point in 11", MANY, run_new_far, NULL);
    sqlite_fails = false;
}

static void the_loops_side(void **state)
{
    enum failing_thread where = FAILING_HERE;
    (void)state;
    failing_both("journal, the loop's side", SOME, run, &where);
}

static void the_threads_side(void **state)
{
    enum failing_thread where = FAILING_ELSEWHERE;
    (void)state;
    failing_both("journal, the thread's side", SOME, run, &where);
    sqlite_fails = true;
    failing_both("journal, the thread's side, SQLite too, one point in 3", MANY, run_far, &where);
    sqlite_fails = false;
}

static int size_of(void *p)
{
    return p ? (int)malloc_usable_size(p) : 0;
}

static int round_up(int size)
{
    return (size + 7) & ~7;
}

static int begin(void *arg)
{
    (void)arg;
    return SQLITE_OK;
}

static void end(void *arg)
{
    (void)arg;
}

int main(void)
{
    static const struct sqlite3_mem_methods memory = {.xMalloc = lend,
                                                      .xFree = free,
                                                      .xRealloc = lend_more,
                                                      .xSize = size_of,
                                                      .xRoundup = round_up,
                                                      .xInit = begin,
                                                      .xShutdown = end};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(it_is_opened_or_not, failing_tell),
        cmocka_unit_test_teardown(the_loops_side, failing_tell),
        cmocka_unit_test_teardown(the_threads_side, failing_tell),
    };
    if (sqlite3_config(SQLITE_CONFIG_MALLOC, &memory) != SQLITE_OK)
        return 1;
    return cmocka_run_group_tests_name("nth/journal", tests, NULL, NULL);
}
