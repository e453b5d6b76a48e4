/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge/unsettled.h"

enum { MOST = 40, REPEAT = 100, STEPS = 20000 };

static void test_by_id(void **state)
{
    (void)state;
    struct unsettled u;
    unsettled_init(&u, 2, REPEAT);
    assert_null(unsettled_first(&u));
    struct unsettled_message *a = unsettled_add(&u, "a", "octets", 6);
    assert_non_null(a);
    assert_memory_equal(a->payload, "octets", 6);
    assert_int_equal(a->len, 6);
    assert_non_null(unsettled_add(&u, "b", "", 0));
    assert_null(unsettled_add(&u, "c", "", 0));
    assert_ptr_equal(unsettled_find(&u, "a"), a);
    assert_null(unsettled_find(&u, "c"));
    unsettled_drop(&u, a);
    assert_null(unsettled_find(&u, "a"));
    assert_non_null(unsettled_add(&u, "c", "", 0));
    unsettled_fini(&u);
}

/* Of each message, by its number: is it there, and when is something due? */
struct expected {
    bool there;
    int64_t due, deadline;
};

static void check_first(const struct unsettled *u, const struct expected *all)
{
    int64_t due = INT64_MAX;
    size_t count = 0;
    for (int i = 0; i < MOST; i++) {
        count += all[i].there;
        if (all[i].there && all[i].due < due)
            due = all[i].due;
    }
    const struct unsettled_message *m = unsettled_first(u);
    assert_int_equal(u->count, count);
    assert_true((m == NULL) == (count == 0));
    if (m)
        assert_int_equal(m->due_us, due);
}

static void again(struct unsettled *u, struct unsettled_message *m, struct expected *e, int64_t now)
{
    bool ends = e->deadline != 0 && e->deadline <= now + REPEAT;
    e->due = ends ? e->deadline : now + REPEAT;
    unsettled_again(u, m, now);
    assert_int_equal(m->ending, ends);
}

/* Random messages against the plain list: whatever happens, the first is the one that is due
 * first. */
static void test_the_first_is_the_one_that_is_due_first(void **state)
{
    (void)state;
    struct expected all[MOST] = {{0}};
    struct unsettled u;
    int64_t now = 1;
    srand(7);
    unsettled_init(&u, MOST, REPEAT);
    for (int step = 0; step < STEPS; step++) {
        char id[8];
        int i = rand() % MOST;
        snprintf(id, sizeof id, "m%d", i);
        struct unsettled_message *m = unsettled_find(&u, id);
        assert_true((m != NULL) == all[i].there);
        now += rand() % 10;
        if (m && rand() % 4 == 0) {
            unsettled_drop(&u, m);
            all[i].there = false;
        } else {
            if (!m) {
                m = unsettled_add(&u, id, id, strlen(id));
                assert_non_null(m);
                m->deadline_us = rand() % 3 ? now + rand() % (3 * REPEAT) : 0;
                all[i] = (struct expected){.there = true, .deadline = m->deadline_us};
            }
            again(&u, m, &all[i], now);
        }
        check_first(&u, all);
    }
    unsettled_fini(&u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_id),
        cmocka_unit_test(test_the_first_is_the_one_that_is_due_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
