/* SPDX-License-Identifier: Apache-2.0 */
/* Counting by the hour: what a record says, which records wait, what is bounded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/volumes.h"
#include "core/volumes_record.h"

enum { HOUR_MS = 3600 * 1000 };
static const int64_t NOON = 1795456800000; /* the beginning of an hour */

static struct volume_step a_step(int64_t now_ms)
{
    return (struct volume_step){
        .now_ms = now_ms, .bridge = "laotel", .lang = "lo", .country = "LA", .version = 0xabc};
}

static void step(struct volumes *v, int64_t now_ms)
{
    struct volume_step s = a_step(now_ms);
    volumes_step(v, &s);
}

/* The record of an hour. The caller's. */
static char *record_of(const struct volumes *v, int64_t now_ms, uint64_t *seq)
{
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    *seq = volumes_write(v, now_ms / HOUR_MS, out);
    fclose(out);
    return text;
}

static void expect_record(const struct volumes *v, int64_t now_ms, const char *expected)
{
    uint64_t seq;
    char *text = record_of(v, now_ms, &seq);
    assert_string_equal(text, expected);
    free(text);
}

static int open_volumes(void **state)
{
    *state = volumes_new(UINT64_MAX);
    return *state ? 0 : -1;
}

static int close_volumes(void **state)
{
    volumes_free(*state);
    return 0;
}

static void a_step_counts_in_its_cell(void **state)
{
    struct volumes *v = *state;
    struct volume_step s = a_step(NOON);
    s.begins = true;
    volumes_step(v, &s);
    s.begins = false;
    volumes_step(v, &s);
    s = (struct volume_step){.now_ms = NOON + HOUR_MS - 1,
                             .bridge = "ais",
                             .lang = "th",
                             .country = "",
                             .sms = true,
                             .begins = true,
                             .sms_out = 2,
                             .version = 0xdef};
    volumes_step(v, &s);
    volumes_node(v, NOON, 17, "main", NODE_SHOWN);
    volumes_node(v, NOON, 17, "main", NODE_BACK);
    volumes_node(v, NOON, 17 + 1024, "fees", NODE_SHOWN); /* the same slot of the table */
    expect_record(v, NOON,
                  "1 6\n"
                  "c laotel ussd lo LA 1 2 0 0\n"
                  "c ais sms th other 1 1 1 2\n"
                  "n main 1 0 1 0\n"
                  "n fees 1 0 0 0\n"
                  "v 0000000000000abc 1\n"
                  "v 0000000000000def 1\n");
}

static void hours_are_kept_apart_and_the_oldest_comes_first(void **state)
{
    struct volumes *v = *state;
    int64_t hour;
    assert_false(volumes_next(v, -1, &hour));
    step(v, NOON + HOUR_MS);
    step(v, NOON);
    assert_true(volumes_next(v, -1, &hour));
    assert_int_equal(hour, NOON / HOUR_MS);
    assert_int_equal(volumes_waiting(v), 2);
    assert_true(volumes_next(v, NOON / HOUR_MS, &hour)); /* one that is passed over */
    assert_int_equal(hour, NOON / HOUR_MS + 1);
    assert_false(volumes_next(v, NOON / HOUR_MS + 1, &hour));
    volumes_stored(v, NOON / HOUR_MS, 1, NOON + HOUR_MS);
    assert_true(volumes_next(v, -1, &hour));
    assert_int_equal(hour, NOON / HOUR_MS + 1);
}

static void what_is_counted_while_a_record_is_under_way_waits(void **state)
{
    struct volumes *v = *state;
    uint64_t seq;
    int64_t hour;
    step(v, NOON);
    free(record_of(v, NOON, &seq));
    step(v, NOON);
    volumes_stored(v, NOON / HOUR_MS, seq, NOON);
    assert_true(volumes_next(v, -1, &hour));
    expect_record(v, NOON, "1 2\nc laotel ussd lo LA 0 2 0 0\n");
    volumes_stored(v, NOON / HOUR_MS, 2, NOON);
    assert_false(volumes_next(v, -1, &hour));
    volumes_stored(v, NOON / HOUR_MS, 1, NOON); /* an old answer changes nothing */
    assert_false(volumes_next(v, -1, &hour));
}

static void an_hour_that_is_begun_anew_is_another_record(void **state)
{
    struct volumes *v = *state;
    step(v, NOON);
    uint64_t writer = volumes_writer(v, NOON / HOUR_MS);
    volumes_stored(v, NOON / HOUR_MS, 1, NOON + 2 * HOUR_MS);
    assert_int_equal(volumes_writer(v, NOON / HOUR_MS), 0);
    step(v, NOON); /* the clock was turned back */
    expect_record(v, NOON, "1 1\nc laotel ussd lo LA 0 1 0 0\n");
    assert_int_not_equal(volumes_writer(v, NOON / HOUR_MS), writer);
}

static void a_day_without_redis_is_kept_and_then_the_oldest_is_lost(void **state)
{
    struct volumes *v = *state;
    int64_t hour;
    for (int i = 0; i < VOLUMES_HOURS; i++)
        step(v, NOON + (int64_t)i * HOUR_MS);
    assert_int_equal(volumes_waiting(v), VOLUMES_HOURS);
    assert_int_equal(volumes_lost(v), 0);
    step(v, NOON + (int64_t)VOLUMES_HOURS * HOUR_MS);
    assert_int_equal(volumes_waiting(v), VOLUMES_HOURS);
    assert_int_equal(volumes_lost(v), 1);
    assert_true(volumes_next(v, -1, &hour));
    assert_int_equal(hour, NOON / HOUR_MS + 1);
}

static void labels_are_bounded(void **state)
{
    struct volumes *v = *state;
    char name[32];
    struct volume_step s = a_step(NOON);
    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof name, "x%d", i);
        s.bridge = s.lang = s.country = name;
        s.begins = true;
        s.version = (uint64_t)i + 1;
        volumes_step(v, &s);
        volumes_node(v, NOON, (uint32_t)i, name, NODE_SHOWN);
    }
    uint64_t seq;
    char *text = record_of(v, NOON, &seq);
    assert_non_null(strstr(text, "\nc x14 ussd x14 other 1 1 0 0\n"));
    assert_non_null(strstr(text, "\nc other ussd other other 969 969 0 0\n"));
    assert_non_null(strstr(text, "\nn x510 1 0 0 0\nn other 489 0 0 0\n"));
    assert_non_null(strstr(text, "\nv 0000000000000007 1\nv other 993\n"));
    free(text);
}

static void names_that_do_not_fit_a_record_are_other(void **state)
{
    struct volumes *v = *state;
    struct volume_step s = a_step(NOON);
    s.bridge = "a b";
    s.lang = "";
    s.country = "L\nA";
    volumes_step(v, &s);
    expect_record(v, NOON, "1 1\nc other ussd other other 0 1 0 0\n");
}

/* What volumes_read gave, as text. */
static void note_line(void *arg, const struct volume_line *l)
{
    char *out = arg;
    sprintf(out + strlen(out), "%d %s %s %s %s %d %d %d %d|", (int)l->kind, l->label[0],
            l->label[1], l->label[2], l->label[3], (int)l->count[0], (int)l->count[1],
            (int)l->count[2], (int)l->count[3]);
}

static void a_record_is_read_again(void **state)
{
    char got[512] = "";
    const char *text = "1 9\nc laotel ussd lo LA 1 2 3 4\nn main 5 6 7 8\nx of later\nv 0abc 9\n";
    (void)state;
    assert_int_equal(volumes_read(text, strlen(text), note_line, got), 0);
    assert_string_equal(got, "0 laotel ussd lo LA 1 2 3 4|1 main    5 6 7 8|2 0abc    9 0 0 0|");
}

static void what_is_no_record_is_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "1",
        "1 2",
        "1 \n",
        "2 1\n",
        "1 1 1\n",
        "1 x\n",
        "1 1\n\n",
        "1 1\nn main 1 2 3\n",
        "1 1\nn main 1 2 3 4 5\n",
        "1 1\nn main 1 2 3 4",
        "1 1\nn  1 2 3 4\n",
        "1 1\nn ma/in 1 2 3 4\n",
        "1 1\nn m\xff 1 2 3 4\n",
        "1 1\nv 1 -1\n",
        "1 1\nv 1 1234567890123456\n",
        "1 1\nc a b c 1 2 3 4\n",
        "1 1\n c a b c d 1 2 3 4\n",
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char got[512] = "";
        if (volumes_read(bad[i], strlen(bad[i]), note_line, got) == 0)
            fail_msg("taken: \"%s\"", bad[i]);
    }
}

#define ON_VOLUMES(t) cmocka_unit_test_setup_teardown(t, open_volumes, close_volumes)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_VOLUMES(a_step_counts_in_its_cell),
        ON_VOLUMES(hours_are_kept_apart_and_the_oldest_comes_first),
        ON_VOLUMES(what_is_counted_while_a_record_is_under_way_waits),
        ON_VOLUMES(an_hour_that_is_begun_anew_is_another_record),
        ON_VOLUMES(a_day_without_redis_is_kept_and_then_the_oldest_is_lost),
        ON_VOLUMES(labels_are_bounded),
        ON_VOLUMES(names_that_do_not_fit_a_record_are_other),
        cmocka_unit_test(a_record_is_read_again),
        cmocka_unit_test(what_is_no_record_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
