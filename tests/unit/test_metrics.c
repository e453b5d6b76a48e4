/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/metrics.h"

static int set_up(void **state)
{
    *state = metrics_new();
    return *state ? 0 : -1;
}

static int tear_down(void **state)
{
    metrics_free(*state);
    return 0;
}

/* All metrics as text; the caller frees it. */
static char *text_of(const struct metrics *m)
{
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    assert_non_null(out);
    assert_int_equal(metrics_write(m, out), 0);
    assert_int_equal(fclose(out), 0);
    return text;
}

/* Do these lines stand in the text, one after the other? */
static void shows(const struct metrics *m, const char *lines)
{
    char *text = text_of(m);
    const char *at = strstr(text, lines);
    bool found = at && (at == text || at[-1] == '\n');
    if (!found)
        print_error("%s", text);
    free(text);
    assert_true(found);
}

static void hides(const struct metrics *m, const char *words)
{
    char *text = text_of(m);
    bool found = strstr(text, words) != NULL;
    free(text);
    assert_false(found);
}

static void a_counter_without_a_label_is_shown_at_zero(void **state)
{
    struct metrics *m = *state;
    shows(m, "# HELP mekongline_late_total Inbound messages past their deadline, not answered.\n"
             "# TYPE mekongline_late_total counter\n"
             "mekongline_late_total 0\n");
    hides(m, "\nmekongline_inflight "); /* a gauge that nobody sets */
    metrics_set(m, M_INFLIGHT, NULL, 0);
    shows(m, "# TYPE mekongline_inflight gauge\nmekongline_inflight 0\n");
}

static void a_metric_with_a_label_is_shown_once_touched(void **state)
{
    struct metrics *m = *state;
    hides(m, "mekongline_mo_total{");
    shows(m, "# TYPE mekongline_mo_total counter\n# HELP ");
    metrics_add(m, M_MO, "ussd", 2);
    metrics_add(m, M_MO, "sms", 1);
    metrics_add(m, M_MO, "ussd", 3);
    shows(m, "# HELP mekongline_mo_total Messages that came in, by kind.\n"
             "# TYPE mekongline_mo_total counter\n"
             "mekongline_mo_total{kind=\"ussd\"} 5\n"
             "mekongline_mo_total{kind=\"sms\"} 1\n"
             "# HELP ");
    assert_int_equal(metrics_get(m, M_MO, "ussd"), 5);
    assert_int_equal(metrics_get(m, M_MO, "sms"), 1);
    assert_int_equal(metrics_get(m, M_MO, "voice"), 0);
}

static void gauges_go_up_and_down(void **state)
{
    struct metrics *m = *state;
    metrics_set(m, M_INFLIGHT, NULL, 7);
    metrics_add(m, M_INFLIGHT, NULL, -9);
    shows(m, "mekongline_inflight -2\n");
    metrics_set(m, M_BRIDGE_UP, "north", 1);
    metrics_set(m, M_BRIDGE_UP, "north", 0);
    shows(m, "mekongline_bridge_up{bridge=\"north\"} 0\n");
}

static void counters_never_go_down(void **state)
{
    struct metrics *m = *state;
    metrics_add(m, M_LATE, NULL, 4);
    metrics_add(m, M_LATE, NULL, -1);
    metrics_set(m, M_LATE, NULL, 0);
    assert_int_equal(metrics_get(m, M_LATE, NULL), 4);
    metrics_add(m, M_LATE, NULL, INT64_MAX);
    assert_true(metrics_get(m, M_LATE, NULL) == INT64_MAX);
}

static void label_values_are_escaped(void **state)
{
    struct metrics *m = *state;
    metrics_set(m, M_BUILD, "1.0 \"a\\b\"\nx ກ", 1);
    shows(m, "mekongline_build_info{version=\"1.0 \\\"a\\\\b\\\"\\nx ກ\"} 1\n");
}

static void the_33rd_value_is_counted_as_other(void **state)
{
    struct metrics *m = *state;
    for (int i = 0; i < 40; i++) {
        char label[16];
        snprintf(label, sizeof label, "b%d", i);
        metrics_add(m, M_BRIDGE_STEPS, label, 1);
    }
    assert_int_equal(metrics_get(m, M_BRIDGE_STEPS, "b0"), 1);
    assert_int_equal(metrics_get(m, M_BRIDGE_STEPS, "b31"), 1);
    assert_int_equal(metrics_get(m, M_BRIDGE_STEPS, "b32"), 0);
    assert_int_equal(metrics_get(m, M_BRIDGE_STEPS, "other"), 8);
    metrics_add(m, M_BRIDGE_STEPS, "b31", 1);
    metrics_add(m, M_BRIDGE_STEPS, "other", 1);
    shows(m, "mekongline_bridge_steps_total{bridge=\"b31\"} 2\n"
             "mekongline_bridge_steps_total{bridge=\"other\"} 9\n"
             "# HELP ");
}

static void a_label_too_long_or_missing_is_other(void **state)
{
    struct metrics *m = *state;
    char longest[64];
    memset(longest, 'x', 63);
    longest[63] = '\0';
    metrics_add(m, M_MO, longest, 1);
    assert_int_equal(metrics_get(m, M_MO, longest), 1);
    char longer[65];
    memset(longer, 'y', 64);
    longer[64] = '\0';
    metrics_add(m, M_MO, longer, 1);
    metrics_add(m, M_MO, NULL, 1);
    assert_int_equal(metrics_get(m, M_MO, longer), 0);
    assert_int_equal(metrics_get(m, M_MO, "other"), 2);
}

static void buckets_are_cumulative(void **state)
{
    struct metrics *m = *state;
    static const int64_t us[] = {0, 500, 501, 1500, 20000, 5000000, 5000001, -3};
    for (size_t i = 0; i < sizeof us / sizeof us[0]; i++)
        metrics_observe_us(m, M_LATENCY, NULL, us[i]);
    shows(m, "# TYPE mekongline_answer_seconds histogram\n"
             "mekongline_answer_seconds_bucket{le=\"0.0005\"} 3\n"
             "mekongline_answer_seconds_bucket{le=\"0.001\"} 4\n"
             "mekongline_answer_seconds_bucket{le=\"0.002\"} 5\n"
             "mekongline_answer_seconds_bucket{le=\"0.005\"} 5\n"
             "mekongline_answer_seconds_bucket{le=\"0.01\"} 5\n"
             "mekongline_answer_seconds_bucket{le=\"0.02\"} 6\n"
             "mekongline_answer_seconds_bucket{le=\"0.05\"} 6\n"
             "mekongline_answer_seconds_bucket{le=\"0.1\"} 6\n"
             "mekongline_answer_seconds_bucket{le=\"0.2\"} 6\n"
             "mekongline_answer_seconds_bucket{le=\"0.5\"} 6\n"
             "mekongline_answer_seconds_bucket{le=\"1\"} 6\n"
             "mekongline_answer_seconds_bucket{le=\"2\"} 6\n"
             "mekongline_answer_seconds_bucket{le=\"5\"} 7\n"
             "mekongline_answer_seconds_bucket{le=\"+Inf\"} 8\n"
             "mekongline_answer_seconds_sum 10.022502\n"
             "mekongline_answer_seconds_count 8\n");
    assert_int_equal(metrics_get(m, M_LATENCY, NULL), 8);
}

static void a_call_for_another_type_does_nothing(void **state)
{
    struct metrics *m = *state;
    metrics_add(m, M_LATENCY, NULL, 1);
    metrics_set(m, M_LATENCY, NULL, 1);
    metrics_observe_us(m, M_LATE, NULL, 1);
    assert_int_equal(metrics_get(m, M_LATENCY, NULL), 0);
    assert_int_equal(metrics_get(m, M_LATE, NULL), 0);
}

static void no_metrics_count_nothing(void **state)
{
    (void)state;
    metrics_add(NULL, M_MO, "ussd", 1);
    metrics_set(NULL, M_INFLIGHT, NULL, 1);
    metrics_observe_us(NULL, M_LATENCY, NULL, 1);
    assert_int_equal(metrics_get(NULL, M_MO, "ussd"), 0);
    metrics_free(NULL);
}

static void every_metric_has_name_and_help(void **state)
{
    struct metrics *m = *state;
    assert_string_equal(metrics_name(M_MO), "mekongline_mo_total");
    assert_int_equal(metrics_type(M_LATENCY), METRIC_HISTOGRAM);
    for (int i = 0; i < METRIC_COUNT; i++) {
        char line[512];
        enum metric id = (enum metric)i;
        snprintf(line, sizeof line, "# HELP %s %s\n# TYPE %s ", metrics_name(id), metrics_help(id),
                 metrics_name(id));
        shows(m, line);
    }
}

static void a_write_error_is_told(void **state)
{
    struct metrics *m = *state;
    FILE *out = fopen("/dev/full", "w");
    assert_non_null(out);
    assert_int_equal(metrics_write(m, out), -1);
    fclose(out);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_counter_without_a_label_is_shown_at_zero),
        TEST(a_metric_with_a_label_is_shown_once_touched),
        TEST(gauges_go_up_and_down),
        TEST(counters_never_go_down),
        TEST(label_values_are_escaped),
        TEST(the_33rd_value_is_counted_as_other),
        TEST(a_label_too_long_or_missing_is_other),
        TEST(buckets_are_cumulative),
        TEST(a_call_for_another_type_does_nothing),
        TEST(no_metrics_count_nothing),
        TEST(every_metric_has_name_and_help),
        TEST(a_write_error_is_told),
    };
    return cmocka_run_group_tests_name("metrics", tests, NULL, NULL);
}
