/* SPDX-License-Identifier: Apache-2.0 */
/* The journal in memory, through the functions that struct ports takes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "io/journal_memory.h"

struct desk {
    struct journal_memory *journal;
    uint64_t asked, answered;
    enum filed filed;
    enum case_state state;
};

static void filed(void *arg, uint64_t txn, enum filed r)
{
    struct desk *d = arg;
    d->answered = txn;
    d->filed = r;
}

static void told(void *arg, uint64_t txn, enum case_state state)
{
    struct desk *d = arg;
    d->answered = txn;
    d->state = state;
}

static int setup(void **state)
{
    struct desk *d = calloc(1, sizeof *d);
    d->journal =
        journal_memory_new(2, &(struct journal_reply){.arg = d, .filed = filed, .told = told});
    *state = d;
    return d->journal ? 0 : -1;
}

static int teardown(void **state)
{
    journal_memory_free(((struct desk *)*state)->journal);
    free(*state);
    return 0;
}

static enum filed file(struct desk *d, const char *id)
{
    struct request r = {.proof = "fedcba9876543210", .msisdn = "", .text = ""};
    strcpy(r.id, id);
    strcpy(r.case_no, id);
    journal_memory_file(d->journal, ++d->asked, &r);
    assert_int_equal(d->answered, d->asked);
    return d->filed;
}

static enum case_state ask(struct desk *d, const char *case_no, const char *proof)
{
    struct case_ask a = {0};
    strcpy(a.case_no, case_no);
    strcpy(a.proof, proof);
    journal_memory_ask(d->journal, ++d->asked, &a);
    assert_int_equal(d->answered, d->asked);
    return d->state;
}

static void test_requests_are_kept_once_and_only_so_many(void **state)
{
    struct desk *d = *state;
    assert_int_equal(file(d, "1"), FILED_OK);
    assert_int_equal(file(d, "1"), FILED_OK);
    assert_int_equal(file(d, "2"), FILED_OK);
    assert_int_equal(file(d, "3"), FILED_FULL);
    assert_int_equal(file(d, "2"), FILED_OK);
    assert_int_equal(journal_memory_count(d->journal), 2);
    journal_memory_clear(d->journal);
    assert_int_equal(journal_memory_count(d->journal), 0);
    assert_int_equal(file(d, "3"), FILED_OK);
}

static void test_filing_fails_as_asked(void **state)
{
    struct desk *d = *state;
    journal_memory_set_result(d->journal, FILED_LIMIT);
    assert_int_equal(file(d, "1"), FILED_LIMIT);
    journal_memory_set_result(d->journal, FILED_FAILED);
    assert_int_equal(file(d, "1"), FILED_FAILED);
    assert_int_equal(journal_memory_count(d->journal), 0);
    journal_memory_set_result(d->journal, FILED_OK);
    assert_int_equal(file(d, "1"), FILED_OK);
}

static void test_a_case_is_told_to_those_who_know_its_proof(void **state)
{
    struct desk *d = *state;
    file(d, "1");
    assert_int_equal(ask(d, "1", "fedcba9876543210"), CASE_STORED);
    assert_int_equal(ask(d, "1", "0123456789abcdef"), CASE_UNKNOWN);
    assert_int_equal(ask(d, "2", "fedcba9876543210"), CASE_UNKNOWN);
    journal_memory_set_state(d->journal, CASE_TAKEN);
    assert_int_equal(ask(d, "1", "fedcba9876543210"), CASE_TAKEN);
    assert_int_equal(ask(d, "2", "fedcba9876543210"), CASE_UNKNOWN);
    journal_memory_set_state(d->journal, CASE_UNREACHABLE);
    assert_int_equal(ask(d, "2", "fedcba9876543210"), CASE_UNREACHABLE);
}

int main(void)
{
#define DESK(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        DESK(test_requests_are_kept_once_and_only_so_many),
        DESK(test_filing_fails_as_asked),
        DESK(test_a_case_is_told_to_those_who_know_its_proof),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
