/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "phone/script.h"

static void refuses(const char *text, const char *message)
{
    char err[SCRIPT_ERROR_MAX] = "";
    assert_null(script_parse(text, "t.txt", err));
    assert_string_equal(err, message);
}

static struct script *accepts(const char *text)
{
    char err[SCRIPT_ERROR_MAX] = "";
    struct script *s = script_parse(text, "t.txt", err);
    assert_string_equal(err, "");
    assert_non_null(s);
    return s;
}

static void test_each_line_is_a_step(void **state)
{
    (void)state;
    struct script *s = accepts("# a comment\n"
                               "phone 8562055512345\n"
                               "\n"
                               "dial *1234*2#\r\n"
                               "| 1 ລາວ\n"
                               "| ...\n"
                               "|~ ABC\n"
                               "|\n"
                               "answer 1 500 baht\n"
                               "sms 1234 HELLO THERE\n"
                               "< hello\n"
                               "wait 5m\n"
                               "refused bad_field");
    static const enum script_what what[] = {SCRIPT_PHONE,  SCRIPT_DIAL,   SCRIPT_SCREEN,
                                            SCRIPT_ANSWER, SCRIPT_SMS,    SCRIPT_TEXT,
                                            SCRIPT_WAIT,   SCRIPT_REFUSED};
    assert_int_equal(s->step_count, sizeof what / sizeof *what);
    for (size_t i = 0; i < s->step_count; i++)
        assert_int_equal(s->steps[i].what, what[i]);
    assert_string_equal(s->steps[1].text, "*1234*2#");
    assert_int_equal(s->steps[1].line, 4);
    assert_int_equal(s->steps[2].count, 4);
    assert_int_equal(s->expected[1].match, SCRIPT_ANY);
    assert_int_equal(s->expected[2].match, SCRIPT_PART);
    assert_string_equal(s->expected[2].text, "ABC");
    assert_string_equal(s->expected[3].text, "");
    assert_string_equal(s->steps[3].text, "1 500 baht");
    assert_string_equal(s->steps[4].to, "1234");
    assert_string_equal(s->steps[4].text, "HELLO THERE");
    assert_int_equal(s->steps[6].ms, 300000);
    assert_true(s->turns_clock);
    script_free(s);
}

static void test_today_sets_the_clock(void **state)
{
    (void)state;
    struct script *s = accepts("today 1970-01-02\ndial *1#");
    assert_int_equal(s->start_ms, (24 + 12) * 3600 * 1000);
    assert_true(s->turns_clock);
    script_free(s);
    s = accepts("dial *1#");
    assert_int_equal(s->start_ms, 0);
    assert_false(s->turns_clock);
    script_free(s);
}

static void test_bad_lines_are_named(void **state)
{
    (void)state;
    refuses("", "t.txt:1: the transcript is empty");
    refuses("dial *1#\nring 5", "t.txt:2: ring 5 is no word of a transcript");
    refuses("dial", "t.txt:1: write: dial *1234#");
    refuses("dial *1# *2#", "t.txt:1: write: dial *1234#");
    refuses("dial *1#\nanswer", "t.txt:2: write: answer TEXT");
    refuses("sms 1234", "t.txt:1: write: sms 1234 TEXT");
    refuses("ended now", "t.txt:1: write: ended");
    refuses("\n\nphone 12x456789", "t.txt:3: 12x456789 is no number; write 6 to 15 digits");
    refuses("phone 12345", "t.txt:1: 12345 is no number; write 6 to 15 digits");
    refuses("dial *1#\nanswer \xff", "t.txt:2: this is not UTF-8");
}

static void test_bad_times_are_named(void **state)
{
    (void)state;
    refuses("wait 5", "t.txt:1: 5 is no time; write for example 30s, 5m, 2h or 1d");
    refuses("wait m", "t.txt:1: m is no time; write for example 30s, 5m, 2h or 1d");
    refuses("wait -1m", "t.txt:1: -1m is no time; write for example 30s, 5m, 2h or 1d");
    refuses("wait 5mm", "t.txt:1: 5mm is no time; write for example 30s, 5m, 2h or 1d");
    refuses("today 1 June", "t.txt:1: 1 June is no day; write for example 2026-06-01");
    refuses("dial *1#\ntoday 2026-06-01", "t.txt:2: today must stand before all else");
}

static void test_expected_lines_need_something_to_compare(void **state)
{
    (void)state;
    refuses("| hello", "t.txt:1: there is no screen here; dial or answer first");
    refuses("sms 1 A\n| hello", "t.txt:2: there is no screen here; dial or answer first");
    refuses("dial *1#\n< hello", "t.txt:2: there is no SMS here; write sms or sms-arrived first");
    refuses("dial *1#\nsms-arrived\ndial *1#",
            "t.txt:3: after sms-arrived lines with < must follow");
    refuses("dial *1#\nsms-arrived", "t.txt:2: after sms-arrived lines with < must follow");
    refuses("dial *1#\n|hello", "t.txt:2: a space is missing after |");
    refuses("dial *1#\n|~", "t.txt:2: |~ needs a text");
}

/* Does the screen match these lines, and if not, which line is named? 0 if it does. */
static unsigned differs_at(const char *lines, const char *screen)
{
    char text[512] = "dial *1#\n";
    unsigned line = 0;
    strcat(text, lines);
    struct script *s = accepts(text);
    bool good = script_matches(s, &s->steps[1], screen, &line);
    script_free(s);
    return good ? 0 : line;
}

static void test_whole_screens(void **state)
{
    (void)state;
    assert_int_equal(differs_at("| a\n| b", "a\nb"), 0);
    assert_int_equal(differs_at("| a\n| b", "a\nc"), 3);
    assert_int_equal(differs_at("| a\n| b", "a"), 3);
    assert_int_equal(differs_at("| a", "a\nb"), 2);
    assert_int_equal(differs_at("| a", "a "), 2);
    assert_int_equal(differs_at("| a\n|\n| b", "a\n\nb"), 0);
}

static void test_any_lines(void **state)
{
    (void)state;
    assert_int_equal(differs_at("| ...", "a\nb"), 0);
    assert_int_equal(differs_at("| a\n| ...", "a"), 0);
    assert_int_equal(differs_at("| ...\n| c", "a\nc\nb\nc"), 0);
    assert_int_not_equal(differs_at("| ...\n| c", "a\nb"), 0);
    assert_int_equal(differs_at("| a\n| ...\n| c\n| ...", "a\nb\nc\nd"), 0);
}

static void test_parts(void **state)
{
    (void)state;
    assert_int_equal(differs_at("|~ ell", "hello\nyou"), 0);
    assert_int_equal(differs_at("|~ you\n|~ hell", "hello\nyou"), 0);
    assert_int_equal(differs_at("|~ hell\n|~ me", "hello\nyou"), 3);
    assert_int_equal(differs_at("| hello\n|~ you", "hello\nyou"), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_line_is_a_step),
        cmocka_unit_test(test_today_sets_the_clock),
        cmocka_unit_test(test_bad_lines_are_named),
        cmocka_unit_test(test_bad_times_are_named),
        cmocka_unit_test(test_expected_lines_need_something_to_compare),
        cmocka_unit_test(test_whole_screens),
        cmocka_unit_test(test_any_lines),
        cmocka_unit_test(test_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
