/* SPDX-License-Identifier: Apache-2.0 */
/* What stands on the workbench is bounded, belongs to somebody, and goes when its time is over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "console/bench.h"
#include "support/editing_world.h"

enum { NOW_S = 1780300800, MINUTE_MS = 60000 };
static const int64_t now = NOW_S * INT64_C(1000);

static const struct bench_content *take(struct bench *b, const struct editing_world *w,
                                        struct files *f)
{
    const struct bench_content *c = bench_take(b, f, true, w->today);
    assert_non_null(c);
    assert_true(bench_is_whole(c));
    return c;
}

static struct files *edited(const struct editing_world *w, unsigned i)
{
    char json[96];
    snprintf(json, sizeof json, "{\"text\":\"Title %u\",\"kind\":\"label\"}", i);
    return editing_world_set(w->files, "texts/en/menu.json#main.title", json);
}

static void contents_are_compiled_once_and_the_oldest_goes(void **state)
{
    const struct editing_world *w = *state;
    struct bench *b = bench_new(&w->conf, &w->handlers, NULL);
    const struct bench_content *first = take(b, w, w->files);
    const struct catalog *compiled = first->catalog;
    assert_non_null(bench_atlas(b, first));
    for (unsigned i = 0; i < BENCH_CONTENTS - 1; i++) {
        struct files *f = edited(w, i);
        take(b, w, f);
        assert_ptr_equal(take(b, w, w->files)->catalog, compiled);
        files_unref(f);
    }
    /* All places are taken. Two more: the ones used longest ago go, not the one in use. */
    for (unsigned i = 100; i < 102; i++) {
        struct files *f = edited(w, i);
        take(b, w, f);
        files_unref(f);
    }
    assert_ptr_equal(take(b, w, w->files)->catalog, compiled);
    assert_ptr_not_equal(bench_take(b, w->files, false, w->today)->catalog, compiled);
    bench_free(b);
}

static struct rehearsal *begin(struct bench *b, const struct editing_world *w, int64_t person,
                               int64_t at, char id[BENCH_ID_SIZE])
{
    const struct rehearsal_options o = {
        .carrier = "", .number = "8562055512345", .language = "en", .now_ms = at};
    return bench_rehearse(b, person, &o, w->catalog, id);
}

static void a_phone_belongs_to_a_person_and_goes_by_itself(void **state)
{
    const struct editing_world *w = *state;
    struct bench *b = bench_new(&w->conf, &w->handlers, NULL);
    char id[BENCH_ID_SIZE];
    assert_non_null(begin(b, w, 1, now, id));
    assert_non_null(bench_find(b, 1, id, now + 29 * MINUTE_MS));
    assert_non_null(bench_find(b, 1, id, now + 58 * MINUTE_MS));
    assert_null(bench_find(b, 2, id, now));
    assert_null(bench_find(b, 1, "0000000000000000", now));
    assert_null(bench_find(b, 1, id, now + 89 * MINUTE_MS));
    bench_free(b);
}

static void one_has_a_few_and_ends_the_oldest(void **state)
{
    const struct editing_world *w = *state;
    struct bench *b = bench_new(&w->conf, &w->handlers, NULL);
    char id[BENCH_PHONES_OWN + 1][BENCH_ID_SIZE], others[BENCH_ID_SIZE];
    assert_non_null(begin(b, w, 2, now, others));
    for (int i = 0; i <= BENCH_PHONES_OWN; i++)
        assert_non_null(begin(b, w, 1, now + i, id[i]));
    assert_null(bench_find(b, 1, id[0], now));
    for (int i = 1; i <= BENCH_PHONES_OWN; i++)
        assert_non_null(bench_find(b, 1, id[i], now));
    assert_non_null(bench_find(b, 2, others, now));
    bench_end(b, 1, others);
    assert_non_null(bench_find(b, 2, others, now));
    bench_end(b, 2, others);
    assert_null(bench_find(b, 2, others, now));
    bench_free(b);
}

static void all_have_so_many_until_some_go(void **state)
{
    const struct editing_world *w = *state;
    struct bench *b = bench_new(&w->conf, &w->handlers, NULL);
    char id[BENCH_ID_SIZE];
    for (int64_t i = 0; i < BENCH_PHONES; i++)
        assert_non_null(begin(b, w, 1 + i, now, id));
    assert_null(begin(b, w, 1000, now, id));
    assert_non_null(begin(b, w, 1000, now + 31 * MINUTE_MS, id));
    bench_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contents_are_compiled_once_and_the_oldest_goes),
        cmocka_unit_test(a_phone_belongs_to_a_person_and_goes_by_itself),
        cmocka_unit_test(one_has_a_few_and_ends_the_oldest),
        cmocka_unit_test(all_have_so_many_until_some_go),
    };
    return cmocka_run_group_tests(tests, editing_world_open, editing_world_close);
}
