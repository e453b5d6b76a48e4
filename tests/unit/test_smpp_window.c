/* SPDX-License-Identifier: Apache-2.0 */
/* The window of unanswered requests against a plain list, with numbers drawn so that they collide.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "smpp/window.h"

enum { STEPS = 20000 };

/* In the order in which they were added. */
struct list {
    struct window_entry at[16];
    size_t count;
};

static size_t list_find(const struct list *l, uint32_t sequence)
{
    size_t i = 0;
    while (i < l->count && l->at[i].sequence != sequence)
        i++;
    return i;
}

static void list_drop(struct list *l, size_t i)
{
    memmove(l->at + i, l->at + i + 1, (--l->count - i) * sizeof *l->at);
}

static void check(const struct window *w, const struct list *l, size_t most)
{
    const struct window_entry *oldest = window_oldest(w);
    assert_int_equal(window_count(w), l->count);
    assert_int_equal(window_full(w), l->count == most);
    assert_int_equal(oldest != NULL, l->count > 0);
    if (oldest)
        assert_int_equal(oldest->sequence, l->at[0].sequence);
    for (size_t i = 0; i < l->count; i++)
        assert_true(window_has(w, l->at[i].sequence));
}

static void step(struct window *w, struct list *l, size_t most, uint32_t drawn, uint64_t token)
{
    struct window_entry e = {.sequence = drawn % 37, .token = token, .at = (int64_t)token}, out;
    size_t i = list_find(l, e.sequence);
    if (drawn >> 16 & 1) {
        bool takes = i == l->count && l->count < most;
        assert_int_equal(window_add(w, &e), takes ? 0 : -1);
        if (takes)
            l->at[l->count++] = e;
        return;
    }
    if (drawn >> 17 & 1)
        i = 0;
    int result = drawn >> 17 & 1 ? window_take_oldest(w, &out) : window_take(w, e.sequence, &out);
    assert_int_equal(result, i < l->count ? 0 : -1);
    if (result < 0)
        return;
    assert_int_equal(out.token, l->at[i].token);
    assert_int_equal(out.sequence, l->at[i].sequence);
    list_drop(l, i);
}

static void as_a_plain_list(void **state)
{
    (void)state;
    for (size_t most = 1; most <= 16; most++) {
        struct window *w = window_new(most);
        struct list l = {.count = 0};
        uint32_t drawn = 1;
        for (uint64_t i = 0; i < STEPS; i++) {
            drawn = drawn * 1664525 + 1013904223;
            step(w, &l, most, drawn >> 8, i);
            check(w, &l, most);
        }
        window_free(w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(as_a_plain_list)};
    return cmocka_run_group_tests_name("unit/smpp_window", tests, NULL, NULL);
}
