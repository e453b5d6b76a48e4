/* SPDX-License-Identifier: Apache-2.0 */
/* Questions of this gateway and of others, each allocation and each publish failing in turn:
 * whoever asks is told once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "daemon/asks.h"
#include "daemon/lookups.h"
#include "support/failing.h"

static int publish_or_fail(void *arg, const char *ask_id, const struct case_ask *a)
{
    (void)arg;
    (void)ask_id;
    (void)a;
    return failing_hits() ? -1 : 0;
}

static void on_told(void *arg, uint64_t txn, enum case_state state)
{
    unsigned *told = arg;
    assert_int_equal(state, CASE_UNREACHABLE);
    *told |= 1u << txn;
}

static unsigned run_parts(void *arg, const struct failing *plan)
{
    unsigned told = 0;
    struct asks_handlers h = {.arg = &told, .publish = publish_or_fail, .told = on_told};
    struct case_ask a = {.case_no = "299392469", .proof = "70af76589b547c29"};
    failing_arm(plan, FAILING_HERE);
    struct lookups *l = lookups_new();
    struct asks *asks = asks_new(arg, &h);
    for (unsigned txn = 0; asks && txn < 3; txn++)
        asks_begin(asks, txn, &a, 60000);
    unsigned failed = failing_disarm(), missed = 0;
    for (unsigned txn = 0; txn < 3; txn++)
        missed += told >> txn & 1;
    assert_int_equal(failed, missed + !l + !asks);
    asks_free(asks);
    lookups_free(l);
    return failed;
}

static void parts_without_memory(void **state)
{
    failing_both("asks and lookups", 2, run_parts, *state);
}

static int open_loop(void **state)
{
    *state = loop_new();
    return *state ? 0 : -1;
}

static int close_loop(void **state)
{
    loop_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(parts_without_memory, failing_tell),
    };
    return cmocka_run_group_tests_name("nth/asks", tests, open_loop, close_loop);
}
