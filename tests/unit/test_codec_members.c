/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../support/codec_desk.h"

struct row {
    const char *json, *from, *to, *detail;
};

static void each_member_is_required(void **state)
{
    struct desk *d = *state;
    static const struct row rows[] = {
        {BEGIN, "\"kind\"", "\"_\"", "kind must be"},
        {BEGIN, "\"event\"", "\"_\"", "event must be"},
        {BEGIN, "\"id\"", "\"_\"", "id is missing"},
        {BEGIN, "\"msisdn\"", "\"_\"", "msisdn is missing"},
        {BEGIN, "\"session\"", "\"_\"", "session is missing"},
        {BEGIN, "\"code\"", "\"_\"", "code is missing"},
        {BEGIN, "\"text\"", "\"_\"", "text is missing"},
        {BEGIN, "\"at\"", "\"_\"", "at is missing"},
        {CONTINUE, "\"text\"", "\"_\"", "text is missing"},
        {END, "\"cause\"", "\"_\"", "cause is missing"},
        {SMS, "\"id\"", "\"_\"", "id is missing"},
        {SMS, "\"msisdn\"", "\"_\"", "msisdn is missing"},
        {SMS, "\"to\"", "\"_\"", "to is missing"},
        {SMS, "\"text\"", "\"_\"", "text is missing"},
        {SMS, "\"at\"", "\"_\"", "at is missing"},
        {RECEIPT, "\"id\"", "\"_\"", "id is missing"},
        {RECEIPT, "\"status\"", "\"_\"", "status is missing"},
        {RECEIPT, "\"of\"", "\"_\"", "of is missing"},
        {RECEIPT, "\"at\"", "\"_\"", "at is missing"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        refused(d, with(d, rows[i].json, rows[i].from, rows[i].to), REFUSE_BAD_FIELD,
                rows[i].detail);
}

static void each_member_has_its_type(void **state)
{
    struct desk *d = *state;
    static const struct row rows[] = {
        {BEGIN, "\"ussd\"", "1", "kind must be"},
        {BEGIN, "\"begin\"", "[]", "event must be"},
        {BEGIN, "\"a1\"", "1", "id must be"},
        {BEGIN, "\"8562055512345\"", "85620555", "msisdn must be"},
        {BEGIN, "\"s9\"", "{}", "session must be"},
        {BEGIN, "\"*1234#\"", "true", "code must be"},
        {BEGIN, "\"text\":\"\"", "\"text\":null", "text must be"},
        {BEGIN, "1795456789000", "\"1795456789000\"", "at must be"},
        {BEGIN, TAIL, TAIL ",\"deadline\":\"1\"", "deadline must be"},
        {BEGIN, TAIL, TAIL ",\"deadline\":null", "deadline must be"},
        {BEGIN, TAIL, TAIL ",\"network\":45701", "network must be"},
        {END, "\"user\"", "1", "cause must be"},
        {SMS, "\"8562055512345\"", "[\"1\"]", "msisdn must be"},
        {SMS, "\"1234\"", "1234", "to must be"},
        {SMS, "\"FEES\"", "1", "text must be"},
        {RECEIPT, "\"delivered\"", "2", "status must be"},
        {RECEIPT, "\"a0.1\"", "0.1", "of must be"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        refused(d, with(d, rows[i].json, rows[i].from, rows[i].to), REFUSE_BAD_FIELD,
                rows[i].detail);
}

static void each_member_has_its_range(void **state)
{
    struct desk *d = *state;
    static const struct row rows[] = {
        {BEGIN, "\"ussd\"", "\"USSD\"", "kind must be"},
        {BEGIN, "\"ussd\"", "\"\"", "kind must be"},
        {BEGIN, "\"begin\"", "\"start\"", "event must be"},
        {BEGIN, "\"a1\"", "\"\"", "id must be"},
        {BEGIN, "\"a1\"", "\"a 1\"", "id must be"},
        {BEGIN, "\"a1\"", "\"a/1\"", "id must be"},
        {BEGIN, "\"a1\"", "\"\303\251\"", "id must be"},
        {BEGIN, "8562055512345", "12345", "msisdn must be"},
        {BEGIN, "8562055512345", "1234567890123456", "msisdn must be"},
        {BEGIN, "8562055512345", "+8562055512", "msisdn must be"},
        {BEGIN, "\"s9\"", "\"\"", "session must be"},
        {BEGIN, "\"s9\"", "\"s\\n9\"", "session must be"},
        {BEGIN, "\"s9\"", "\"s\\u007f\"", "session must be"},
        {BEGIN, "\"s9\"", "\"\303\251\"", "session must be"},
        {BEGIN, "*1234#", "", "code must be"},
        {BEGIN, "*1234#", "1234#", "code must be"},
        {BEGIN, "*1234#", "*1234a#", "code must be"},
        {BEGIN, "1795456789000", "0", "at must be"},
        {BEGIN, "1795456789000", "-1", "at must be"},
        {BEGIN, "1795456789000", "1.5", "at must be"},
        {BEGIN, "1795456789000", "1e3", "at must be"},
        {BEGIN, "1795456789000", "9223372036854775808", "at must be"},
        {BEGIN, TAIL, TAIL ",\"deadline\":0", "deadline must be"},
        {BEGIN, TAIL, TAIL ",\"network\":\"4570\"", "network must be"},
        {BEGIN, TAIL, TAIL ",\"network\":\"4570123\"", "network must be"},
        {BEGIN, TAIL, TAIL ",\"network\":\"4570x\"", "network must be"},
        {END, "\"user\"", "\"User\"", "cause must be"},
        {END, "\"user\"", "\"\"", "cause must be"},
        {SMS, "8562055512345", "", "msisdn must be"},
        {SMS, "8562055512345", "123456789012345678901", "msisdn must be"},
        {SMS, "8562055512345", "a\\tb", "msisdn must be"},
        {SMS, "8562055512345", "a\\u0085b", "msisdn must be"},
        {SMS, "\"1234\"", "\"\"", "to must be"},
        {SMS, "\"1234\"", "\"\303\251\"", "to must be"},
        {SMS, "\"1234\"", "\"123456789012345678901234567890123\"", "to must be"},
        {RECEIPT, "\"delivered\"", "\"lost\"", "status must be"},
        {RECEIPT, "\"a0.1\"", "\"\"", "of must be"},
        {RECEIPT, "\"a0.1\"", "\"a0,1\"", "of must be"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        refused(d, with(d, rows[i].json, rows[i].from, rows[i].to), REFUSE_BAD_FIELD,
                rows[i].detail);
}

static void longest_values_fit(void **state)
{
    struct desk *d = *state;
    accepted(d, with(d, BEGIN, "a1", times(d, 64, "x")));
    assert_int_equal(strlen(d->mo.id), 64);
    refused(d, with(d, BEGIN, "a1", times(d, 65, "x")), REFUSE_BAD_FIELD, "id must be");
    accepted(d, with(d, BEGIN, "s9", times(d, 64, "~")));
    assert_int_equal(strlen(d->mo.session), 64);
    refused(d, with(d, BEGIN, "s9", times(d, 65, "~")), REFUSE_BAD_FIELD, "session must be");
    accepted(d, with(d, BEGIN, "*1234#", times(d, 64, "*")));
    refused(d, with(d, BEGIN, "*1234#", times(d, 65, "*")), REFUSE_BAD_FIELD, "code must be");
    accepted(d, with(d, RECEIPT, "a0.1", times(d, 68, "x")));
    assert_int_equal(strlen(d->mo.of), 68);
    refused(d, with(d, RECEIPT, "a0.1", times(d, 69, "x")), REFUSE_BAD_FIELD, "of must be");
    accepted(d, with(d, SMS, "8562055512345", times(d, 20, "\xF0\x9F\x98\x80")));
    assert_int_equal(strlen(d->mo.msisdn), 80);
    accepted(d, with(d, SMS, "\"1234\"", "\"12345678901234567890123456789012\""));
    accepted(d, with(d, BEGIN, "8562055512345", "123456789012345"));
    accepted(d, with(d, BEGIN, "1795456789000", "9223372036854775807"));
}

static void text_is_counted_in_characters(void **state)
{
    struct desk *d = *state;
    accepted(d, with(d, SMS, "FEES", times(d, 1600, "\xE0\xBA\xA5")));
    assert_int_equal(d->mo.text_len, 4800);
    accepted(d, with(d, SMS, "FEES", times(d, 1600, "\xF0\x9F\x98\x80")));
    assert_int_equal(d->mo.text_len, MESSAGE_TEXT_MAX);
    refused(d, with(d, SMS, "FEES", times(d, 1601, "a")), REFUSE_BAD_FIELD, "text must be");
    accepted(d, with(d, SMS, "FEES", "\\u0001\\n\\u007f\\\"\\\\"));
    assert_string_equal(d->mo.text, "\x01\n\x7F\"\\");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_member_is_required, set_desk, clear_desk),
        cmocka_unit_test_setup_teardown(each_member_has_its_type, set_desk, clear_desk),
        cmocka_unit_test_setup_teardown(each_member_has_its_range, set_desk, clear_desk),
        cmocka_unit_test_setup_teardown(longest_values_fit, set_desk, clear_desk),
        cmocka_unit_test_setup_teardown(text_is_counted_in_characters, set_desk, clear_desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
