/* SPDX-License-Identifier: Apache-2.0 */
/* Questions about volumes in words: what they mean, and what is wrong with them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "volumes/query.h"

static const int64_t NOW = 1796148000000; /* 2026-12-01T18:00 UTC, the 2nd in Laos */

static struct volumes_query read_words(const struct volumes_words *w)
{
    struct volumes_query q;
    struct volumes_fault f;
    if (volumes_query_read(w, NOW, &q, &f) < 0)
        fail_msg("%s: %s", f.field, f.text);
    return q;
}

static void span_is(const struct volumes_query *q, const char *from, const char *until)
{
    char text[VOLUMES_TIME_SIZE];
    volumes_write_hour(q, q->from, text);
    assert_string_equal(text, from);
    volumes_write_hour(q, q->to, text);
    assert_string_equal(text, until);
}

static void without_words_it_is_the_last_seven_days_of_laos(void **state)
{
    (void)state;
    struct volumes_query q = read_words(&(struct volumes_words){0});
    span_is(&q, "2026-11-26T00:00", "2026-12-02T02:00"); /* the hour that has begun is the last */
    assert_int_equal(q.by_count, 1);
    assert_int_equal(q.by[0], BY_DAY);
    assert_int_equal(q.lines, VOLUME_LINE_CELL);
}

static void days_and_hours_are_both_included(void **state)
{
    (void)state;
    struct volumes_query q = read_words(
        &(struct volumes_words){.from = "2026-02-28", .to = "2026-03-01", .by = "hour,language"});
    span_is(&q, "2026-02-28T00:00", "2026-03-02T00:00");
    assert_int_equal(q.to - q.from, 48);
    assert_int_equal(q.from % 24, 17); /* midnight in Laos is 17 h UTC */
    assert_int_equal(q.by_count, 2);
    q = read_words(&(struct volumes_words){
        .from = "2026-11-30T09", .to = "2026-11-30T09", .zone = "0", .by = "kind"});
    assert_int_equal(q.to - q.from, 1);
    span_is(&q, "2026-11-30T09:00", "2026-11-30T10:00");
}

static void a_zone_west_of_utc_has_its_own_days(void **state)
{
    char text[VOLUMES_TIME_SIZE];
    (void)state;
    struct volumes_query q =
        read_words(&(struct volumes_words){.from = "2026-11-30", .to = "2026-11-30", .zone = "-3"});
    assert_int_equal(q.from % 24, 3);
    volumes_write_day(&q, q.to - 1, text);
    assert_string_equal(text, "2026-11-30");
}

static void nodes_and_versions_are_other_lines(void **state)
{
    (void)state;
    size_t n;
    struct volumes_query q = read_words(&(struct volumes_words){.by = "day,node"});
    assert_int_equal(q.lines, VOLUME_LINE_NODE);
    assert_string_equal(volumes_measures(&q, &n)[3], "dropped");
    assert_int_equal(n, 4);
    q = read_words(&(struct volumes_words){.by = "version"});
    assert_string_equal(volumes_measures(&q, &n)[0], "sessions");
    assert_int_equal(n, 1);
    q = read_words(&(struct volumes_words){.by = "day", .only = {[BY_NODE] = "main"}});
    assert_int_equal(q.lines, VOLUME_LINE_NODE);
}

static void what_is_wrong_is_named(void **state)
{
    static const struct {
        struct volumes_words words;
        const char *field;
    } bad[] = {
        {{.from = "yesterday"}, "from"},
        {{.from = ""}, "from"},
        {{.from = "2026-02-30"}, "from"},
        {{.from = "2026-11-30T24"}, "from"},
        {{.from = "2026-11-30Txx"}, "from"},
        {{.from = "2026-11-30 09"}, "from"},
        {{.to = "2026-11-30T09:00"}, "to"},
        {{.from = "2026-11-30", .to = "2026-11-29"}, "to"},
        {{.from = "2026-12-02T02"}, "from"},
        {{.from = "2025-01-01", .to = "2026-11-29"}, "from"},
        {{.by = ""}, "by"},
        {{.by = "hour,"}, "by"},
        {{.by = "msisdn"}, "by"},
        {{.by = "hour,hour"}, "by"},
        {{.by = "hour,day,carrier,kind,language"}, "by"},
        {{.by = "node,language"}, "by"},
        {{.by = "node,version"}, "by"},
        {{.by = "node", .only = {[BY_CARRIER] = "laotel"}}, "by"},
        {{.zone = "east"}, "zone"},
        {{.zone = "15"}, "zone"},
        {{.zone = ""}, "zone"},
        {{.only = {[BY_LANGUAGE] = ""}}, "language"},
        {{.only = {[BY_CARRIER] = "a b"}}, "carrier"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct volumes_query q;
        struct volumes_fault f;
        if (volumes_query_read(&bad[i].words, NOW, &q, &f) == 0)
            fail_msg("number %zu was taken", i);
        assert_string_equal(f.field, bad[i].field);
        assert_true(strlen(f.text) > 20);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_words_it_is_the_last_seven_days_of_laos),
        cmocka_unit_test(days_and_hours_are_both_included),
        cmocka_unit_test(a_zone_west_of_utc_has_its_own_days),
        cmocka_unit_test(nodes_and_versions_are_other_lines),
        cmocka_unit_test(what_is_wrong_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
