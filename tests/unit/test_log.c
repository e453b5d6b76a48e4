/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/utf8.h"

/* A log that writes into a pipe, and what the last line said. */
struct fixture {
    int pipe[2];
    int64_t now;
    struct log *log;
    char line[4096];
};

static int64_t by_hand(void *arg)
{
    return *(int64_t *)arg;
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    if (!f)
        return -1;
    *state = f;
    f->now = 1767225600123; /* 2026-01-01T00:00:00.123Z */
    if (pipe2(f->pipe, O_NONBLOCK))
        return -1;
    f->log = log_new(f->pipe[1], LOG_LEVEL_DEBUG, (struct clock){by_hand, &f->now});
    return f->log ? 0 : -1;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    log_free(f->log);
    close(f->pipe[0]);
    close(f->pipe[1]);
    free(f);
    return 0;
}

/* What the log wrote since the last call; "" if nothing. */
static const char *written(struct fixture *f)
{
    ssize_t n = read(f->pipe[0], f->line, sizeof f->line - 1);
    f->line[n > 0 ? n : 0] = '\0';
    return f->line;
}

/* The value of one string field as it stands in the line. */
static void value_is(struct fixture *f, const char *value, const char *want)
{
    log_write(f->log, EV_step, LOG_FIELDS(LS("v", value)));
    const char *at = strstr(written(f), " v=");
    assert_non_null(at);
    size_t n = strlen(at);
    assert_int_equal(at[n - 1], '\n');
    f->line[at - f->line + (long)n - 1] = '\0';
    assert_string_equal(at + 3, want);
}

static void writes_one_line_an_event(void **state)
{
    struct fixture *f = *state;
    log_write(f->log, EV_redis_down, LOG_FIELDS(LS("why", "refused"), LI("ms", 250)));
    assert_string_equal(written(f), "2026-01-01T00:00:00.123Z level=warn event=redis_down "
                                    "why=refused ms=250\n");
    f->now = -1;
    log_write(f->log, EV_gateway_stop, NULL);
    assert_string_equal(written(f), "1969-12-31T23:59:59.999Z level=info event=gateway_stop\n");
}

static void numbers_are_not_masked(void **state)
{
    struct fixture *f = *state;
    log_write(f->log, EV_step, LOG_FIELDS(LI("n", 123456789), LI("min", INT64_MIN)));
    assert_non_null(strstr(written(f), " n=123456789 min=-9223372036854775808\n"));
}

static void the_level_decides(void **state)
{
    struct fixture *f = *state;
    log_set_level(f->log, LOG_LEVEL_WARN);
    log_write(f->log, EV_step, NULL);
    log_write(f->log, EV_gateway_start, NULL);
    assert_string_equal(written(f), "");
    log_write(f->log, EV_redis_down, NULL);
    assert_non_null(strstr(written(f), "level=warn event=redis_down\n"));
    log_write(f->log, EV_gateway_fail, NULL);
    assert_non_null(strstr(written(f), "level=error event=gateway_fail\n"));
}

static void no_log_writes_nothing_and_errno_is_kept(void **state)
{
    struct fixture *f = *state;
    errno = ENOENT;
    log_write(NULL, EV_step, NULL);
    log_write(f->log, EV_step, NULL);
    assert_int_equal(errno, ENOENT);
    struct log *broken = log_new(-1, LOG_LEVEL_DEBUG, (struct clock){by_hand, &f->now});
    assert_non_null(broken);
    log_write(broken, EV_step, NULL);
    assert_int_equal(errno, ENOENT);
    log_free(broken);
    log_free(NULL);
}

static void values_are_escaped(void **state)
{
    struct fixture *f = *state;
    value_is(f, "plain-1.2/x:y", "plain-1.2/x:y");
    value_is(f, "", "\"\"");
    value_is(f, NULL, "\"\"");
    value_is(f, "two words", "\"two words\"");
    value_is(f, "a=b", "\"a=b\"");
    value_is(f, "say \"hi\" \\", "\"say \\\"hi\\\" \\\\\"");
    value_is(f, "x\nlevel=error", "\"x\\nlevel=error\"");
    value_is(f, "\r\t\x1b[2J\x7f", "\"\\u000d\\u0009\\u001b[2J\\u007f\"");
    value_is(f, "ສະບາຍດີ", "\"ສະບາຍດີ\"");
    value_is(f, "a\xff\xe0\xba", "\"a\\xff\\xe0\\xba\"");
    value_is(f, "a\u202eb\u2028c\u2066d\xc2\x85", "\"a\\u202eb\\u2028c\\u2066d\\u0085\"");
}

static void values_are_masked(void **state)
{
    struct fixture *f = *state;
    value_is(f, "+8562055123456", "+#56");
    value_is(f, "to 8562055123456, code 12345", "\"to #56, code 12345\"");
    value_is(f, "໒໐໕໕໑໒໓໔", "\"#໓໔\"");
    value_is(f,
             "12\xff"
             "345678",
             "\"12\\xff#78\"");
}

static void masks(const char *in, const char *want)
{
    char out[256];
    log_mask(in, out, sizeof out);
    assert_string_equal(out, want);
}

static void masks_long_runs_of_digits(void **state)
{
    (void)state;
    masks("", "");
    masks("12345", "12345");
    masks("123456", "#56");
    masks("x123456y12345z1234567", "x#56y12345z#67");
    masks("+856 20 5512 3456", "+856 20 5512 3456");
    masks("20-551234-56", "20-#34-56");
}

static void masks_the_digits_of_our_scripts(void **state)
{
    (void)state;
    masks("໐໑໒໓໔໕", "#໔໕");     /* Lao */
    masks("๐๑๒๓๔๙", "#๔๙");     /* Thai */
    masks("០១២៣៤៩", "#៤៩");     /* Khmer */
    masks("၀၁၂၃၄၉", "#၄၉");     /* Myanmar */
    masks("႐႑႒႓႔႙", "#႔႙");     /* Shan */
    masks("12໓໔๕៦", "#๕៦");     /* mixed scripts are one run */
    masks("໐໑໒໓໔", "໐໑໒໓໔");    /* five */
    masks("ກ໐໑໒໓໔໕ຂ", "ກ#໔໕ຂ"); /* letters end a run */
}

static void a_mask_is_cut_at_a_character(void **state)
{
    (void)state;
    static const char in[] = "ກ໐໑໒໓໔໕";
    for (size_t cap = 1; cap <= 16; cap++) {
        char out[16];
        memset(out, 'z', sizeof out);
        log_mask(in, out, cap);
        assert_true(strlen(out) < cap);
        assert_true(utf8_valid(out, strlen(out)));
        assert_int_equal(strncmp("ກ#໔໕", out, strlen(out)), 0);
    }
}

static void a_long_line_is_cut_and_marked(void **state)
{
    struct fixture *f = *state;
    char lao[3001];
    for (size_t i = 0; i < 3000; i += 3)
        memcpy(lao + i, "ກ", 3);
    lao[3000] = '\0';
    for (size_t skip = 0; skip < 12; skip++) {
        char lead[16] = "xxxxxxxxxxxxxxx";
        lead[skip] = '\0';
        log_write(f->log, EV_step, LOG_FIELDS(LS("a", lead), LS("b", lao), LI("c", 1)));
        const char *line = written(f);
        size_t n = strlen(line);
        assert_in_range(n, 2040, 2048);
        assert_true(utf8_valid(line, n));
        assert_string_equal(line + n - 8, "\" cut=1\n");
        assert_null(strstr(line, " c="));
    }
}

/* Fill the line up to every octet near its end, with a field of each kind behind. */
static void a_line_of_any_length_ends_well(void **state)
{
    struct fixture *f = *state;
    char fill[2100];
    for (size_t n = 1900; n < 2060; n++) {
        memset(fill, 'x', n);
        fill[n] = '\0';
        log_write(f->log, EV_step,
                  LOG_FIELDS(LS("f", fill), LS("q", "a b"), LI("n", 1234567), LS("p", "20551234")));
        const char *line = written(f);
        size_t len = strlen(line);
        assert_in_range(len, 1, 2048);
        assert_int_equal(line[len - 1], '\n');
        bool whole = strstr(line, " q=\"a b\" n=1234567 p=#34\n") != NULL;
        assert_true(whole || strcmp(line + len - 7, " cut=1\n") == 0);
        const char *number = strstr(line, " n=");
        assert_true(!number || strncmp(number, " n=1234567 ", 11) == 0);
    }
}

static void levels_have_names(void **state)
{
    (void)state;
    enum log_level level = LOG_LEVEL_ERROR;
    assert_int_equal(log_parse_level("debug", &level), 0);
    assert_int_equal(level, LOG_LEVEL_DEBUG);
    assert_int_equal(log_parse_level("error", &level), 0);
    assert_int_equal(level, LOG_LEVEL_ERROR);
    assert_int_equal(log_parse_level("warn", &level), 0);
    assert_int_equal(log_parse_level("info", &level), 0);
    assert_int_equal(level, LOG_LEVEL_INFO);
    assert_int_equal(log_parse_level("INFO", &level), -1);
    assert_int_equal(log_parse_level("", &level), -1);
    assert_int_equal(level, LOG_LEVEL_INFO);
}

static void events_have_names_and_meanings(void **state)
{
    (void)state;
    assert_string_equal(log_event_name(EV_redis_down), "redis_down");
    assert_int_equal(log_event_level(EV_redis_down), LOG_LEVEL_WARN);
    for (int i = 0; i < LOG_EVENT_COUNT; i++) {
        const char *meaning = log_event_meaning((enum log_event)i);
        assert_true(strlen(log_event_name((enum log_event)i)) > 0);
        assert_int_equal(meaning[strlen(meaning) - 1], '.');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(writes_one_line_an_event, set_up, tear_down),
        cmocka_unit_test_setup_teardown(numbers_are_not_masked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_level_decides, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_log_writes_nothing_and_errno_is_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(values_are_escaped, set_up, tear_down),
        cmocka_unit_test_setup_teardown(values_are_masked, set_up, tear_down),
        cmocka_unit_test(masks_long_runs_of_digits),
        cmocka_unit_test(masks_the_digits_of_our_scripts),
        cmocka_unit_test(a_mask_is_cut_at_a_character),
        cmocka_unit_test_setup_teardown(a_long_line_is_cut_and_marked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_line_of_any_length_ends_well, set_up, tear_down),
        cmocka_unit_test(levels_have_names),
        cmocka_unit_test(events_have_names_and_meanings),
    };
    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
