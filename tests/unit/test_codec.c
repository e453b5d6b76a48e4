/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/codec_desk.h"
#include "message/codec.h"

static void reads_ussd_begin(void **state)
{
    struct desk *d = *state;
    accepted(d, BEGIN);
    assert_int_equal(d->mo.kind, MO_USSD_BEGIN);
    assert_string_equal(d->mo.id, "a1");
    assert_string_equal(d->mo.msisdn, "8562055512345");
    assert_string_equal(d->mo.session, "s9");
    assert_string_equal(d->mo.code, "*1234#");
    assert_string_equal(d->mo.text, "");
    assert_int_equal(d->mo.text_len, 0);
    assert_int_equal(d->mo.at, 1795456789000);
    assert_int_equal(d->mo.deadline, 0);
    assert_string_equal(d->mo.network, "");
    assert_int_equal(d->mo.cause, CAUSE_NONE);
    assert_int_equal(d->mo.status, STATUS_NONE);
}

static void reads_ussd_continue(void **state)
{
    struct desk *d = *state;
    accepted(d, with(d, CONTINUE, TAIL, TAIL ",\"deadline\":1795456799000,\"network\":\"45701\""));
    assert_int_equal(d->mo.kind, MO_USSD_CONTINUE);
    assert_string_equal(d->mo.text, "7");
    assert_int_equal(d->mo.text_len, 1);
    assert_int_equal(d->mo.deadline, 1795456799000);
    assert_string_equal(d->mo.network, "45701");
}

static void reads_ussd_end(void **state)
{
    struct desk *d = *state;
    static const struct {
        const char *word;
        enum mo_cause cause;
    } rows[] = {
        {"\"user\"", CAUSE_USER},
        {"\"timeout\"", CAUSE_TIMEOUT},
        {"\"network\"", CAUSE_NETWORK},
        {"\"error\"", CAUSE_ERROR},
    };
    for (size_t i = 0; i < 4; i++) {
        accepted(d, with(d, END, "\"user\"", rows[i].word));
        assert_int_equal(d->mo.kind, MO_USSD_END);
        assert_int_equal(d->mo.cause, rows[i].cause);
        assert_string_equal(d->mo.text, "");
    }
}

static void reads_sms(void **state)
{
    struct desk *d = *state;
    accepted(d, SMS);
    assert_int_equal(d->mo.kind, MO_SMS);
    assert_string_equal(d->mo.to, "1234");
    assert_string_equal(d->mo.text, "FEES");
    accepted(d, with(d, SMS, "8562055512345", "ລາວ-Telecom"));
    assert_string_equal(d->mo.msisdn, "ລາວ-Telecom");
}

static void reads_receipt(void **state)
{
    struct desk *d = *state;
    static const struct {
        const char *word;
        enum mo_status status;
    } rows[] = {
        {"\"accepted\"", STATUS_ACCEPTED}, {"\"delivered\"", STATUS_DELIVERED},
        {"\"failed\"", STATUS_FAILED},     {"\"expired\"", STATUS_EXPIRED},
        {"\"rejected\"", STATUS_REJECTED},
    };
    for (size_t i = 0; i < 5; i++) {
        accepted(d, with(d, RECEIPT, "\"delivered\"", rows[i].word));
        assert_int_equal(d->mo.kind, MO_RECEIPT);
        assert_int_equal(d->mo.status, rows[i].status);
        assert_string_equal(d->mo.of, "a0.1");
    }
}

static void ignores_what_it_does_not_know(void **state)
{
    struct desk *d = *state;
    accepted(d, with(d, BEGIN, TAIL, TAIL ",\"x\":{\"id\":[null,{}]},\"ids\":1,\"tex\":2"));
    /* Members that belong to other kinds count as unknown. */
    accepted(d, with(d, BEGIN, TAIL, TAIL ",\"cause\":7,\"status\":false,\"of\":1,\"to\":[]"));
    assert_int_equal(d->mo.cause, CAUSE_NONE);
    accepted(d, with(d, RECEIPT, TAIL, TAIL ",\"msisdn\":1,\"text\":9,\"event\":\"?\""));
    assert_string_equal(d->mo.text, "");
}

static void reads_members_in_any_order(void **state)
{
    struct desk *d = *state;
    accepted(d, " {\"text\":\"\\u0037\",\"at\":1,\"event\":\"continue\",\"session\":\"s\","
                "\"msisdn\":\"123456\",\"id\":\"x\",\"kind\":\"ussd\",\"v\":1}\r\n");
    assert_string_equal(d->mo.text, "7");
}

static void version_comes_first(void **state)
{
    struct desk *d = *state;
    refused(d, with(d, BEGIN, "\"v\":1", "\"v\":2"), REFUSE_BAD_VERSION, "v must be 1");
    refused(d, with(d, BEGIN, "\"v\":1", "\"v\":\"1\""), REFUSE_BAD_VERSION, "v must be 1");
    refused(d, with(d, BEGIN, "\"v\":1", "\"v\":1.0"), REFUSE_BAD_VERSION, "v must be 1");
    refused(d, with(d, BEGIN, "\"v\":1", "\"v\":true"), REFUSE_BAD_VERSION, "v must be 1");
    refused(d, with(d, BEGIN, "\"v\":1", "\"w\":1"), REFUSE_BAD_VERSION, "v must be 1");
    refused(d, "{}", REFUSE_BAD_VERSION, "v must be 1");
    refused(d, "{\"v\":2,\"kind\":\"future\"}", REFUSE_BAD_VERSION, "v must be 1");
}

static void refuses_what_is_no_json_object(void **state)
{
    struct desk *d = *state;
    static const char *const bad[] = {"",
                                      "[]",
                                      "1",
                                      "{",
                                      "{}x",
                                      "{\"v\":1,}",
                                      "{\"v\":01}",
                                      "{\"v\":1e999}",
                                      "{\"text\":\"\xFF\"}",
                                      "{\"text\":\"\n\"}",
                                      "{\"text\":\"\\u0000\"}",
                                      "{\"text\":\"\\uD800\"}",
                                      "\xEF\xBB\xBF{}",
                                      "{\"x\":[[[[[[[[]]]]]]]]}"

    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        refused(d, bad[i], REFUSE_BAD_JSON, "octet ");
}

static void depth_of_8_is_taken(void **state)
{
    struct desk *d = *state;
    accepted(d, with(d, BEGIN, TAIL, TAIL ",\"x\":[[[[[[[]]]]]]]"));
    refused(d, with(d, BEGIN, TAIL, TAIL ",\"x\":[[[[[[[[]]]]]]]]"), REFUSE_BAD_JSON, "octet ");
}

static void a_key_may_not_occur_twice_nor_be_repeated_in_the_detail(void **state)
{
    struct desk *d = *state;
    refused(d, "{\"8562055512345\":1,\"8562055512345\":2}", REFUSE_BAD_JSON, "a key occurs twice");
    refused(d, with(d, BEGIN, TAIL, TAIL ",\"\\u0069d\":\"a2\""), REFUSE_BAD_JSON,
            "a key occurs twice");
}

static void the_limit_is_8192_octets(void **state)
{
    struct desk *d = *state;
    char big[MESSAGE_PAYLOAD_MAX + 2];
    int n = snprintf(big, sizeof big, "%s", BEGIN);
    memset(big + n, ' ', sizeof big - (size_t)n);
    assert_int_equal(codec_read_mo(big, MESSAGE_PAYLOAD_MAX, d->scratch, &d->mo, &d->why), 0);
    assert_int_equal(codec_read_mo(big, MESSAGE_PAYLOAD_MAX + 1, d->scratch, &d->mo, &d->why), -1);
    assert_int_equal(d->why.code, REFUSE_TOO_LARGE);
    assert_string_equal(d->why.re, "");
}

static void the_refusal_names_the_id_if_it_was_read(void **state)
{
    struct desk *d = *state;
    static const struct {
        const char *json, *re;
    } rows[] = {
        {"{\"id\":\"a.1:b_c-D\",\"v\":2}", "a.1:b_c-D"},
        {"{\"id\":\"a1\"}", "a1"},
        {"{\"v\":1,\"id\":\"a1\",\"kind\":7}", "a1"},
        {"{\"v\":1,\"id\":\"a1\",", "a1"},
        {"{\"v\":1,\"id\":\"a1\",\"id\":\"a2\"}", "a1"},
        {"{\"x\":[[[[[[[[]]]]]]]],\"id\":\"a1\"}", ""},
        {"{\"v\":2,\"id\":\"a 1\"}", ""},
        {"{\"v\":2,\"id\":7}", ""},
        {"{\"v\":2,\"x\":{\"id\":\"a1\"}}", ""},
        {"{\"v\":2}", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(read_mo(d, rows[i].json), -1);
        assert_string_equal(d->why.re, rows[i].re);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_ussd_begin, set_desk, clear_desk),
        cmocka_unit_test_setup_teardown(reads_ussd_continue, set_desk, clear_desk),
        cmocka_unit_test_setup_teardown(reads_ussd_end, set_desk, clear_desk),
        cmocka_unit_test_setup_teardown(reads_sms, set_desk, clear_desk),
        cmocka_unit_test_setup_teardown(reads_receipt, set_desk, clear_desk),
        cmocka_unit_test_setup_teardown(ignores_what_it_does_not_know, set_desk, clear_desk),
        cmocka_unit_test_setup_teardown(reads_members_in_any_order, set_desk, clear_desk),
        cmocka_unit_test_setup_teardown(version_comes_first, set_desk, clear_desk),
        cmocka_unit_test_setup_teardown(refuses_what_is_no_json_object, set_desk, clear_desk),
        cmocka_unit_test_setup_teardown(depth_of_8_is_taken, set_desk, clear_desk),
        cmocka_unit_test_setup_teardown(a_key_may_not_occur_twice_nor_be_repeated_in_the_detail,
                                        set_desk, clear_desk),
        cmocka_unit_test_setup_teardown(the_limit_is_8192_octets, set_desk, clear_desk),
        cmocka_unit_test_setup_teardown(the_refusal_names_the_id_if_it_was_read, set_desk,
                                        clear_desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
