/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "message/codec.h"

#define HEAD                                                                                       \
    "\"v\":1,\"kind\":\"ussd\",\"id\":\"a1\",\"msisdn\":\"8562055512345\",\"session\":\"s9\","
#define TAIL     "\"at\":1795456789000"
#define BEGIN    "{" HEAD "\"event\":\"begin\",\"code\":\"*1234#\",\"text\":\"\"," TAIL "}"
#define CONTINUE "{" HEAD "\"event\":\"continue\",\"text\":\"7\"," TAIL "}"
#define END      "{" HEAD "\"event\":\"end\",\"cause\":\"user\"," TAIL "}"
#define SMS                                                                                        \
    "{\"v\":1,\"kind\":\"sms\",\"id\":\"a1\",\"msisdn\":\"8562055512345\",\"to\":\"1234\","        \
    "\"text\":\"FEES\"," TAIL "}"
#define RECEIPT                                                                                    \
    "{\"v\":1,\"kind\":\"receipt\",\"id\":\"a1\",\"status\":\"delivered\",\"of\":\"a0.1\"," TAIL "}"

/* What one test works with: the payload it makes, the reader's memory, what came out. */
struct desk {
    char json[2 * MESSAGE_PAYLOAD_MAX];
    char many[2 * MESSAGE_PAYLOAD_MAX];
    char scratch[MESSAGE_PAYLOAD_MAX + 1];
    struct mo mo;
    struct refusal why;
};

static int set_desk(void **state)
{
    *state = test_malloc(sizeof(struct desk));
    return 0;
}

static int clear_desk(void **state)
{
    test_free(*state);
    return 0;
}

static int read_mo(struct desk *d, const char *json)
{
    memset(&d->why, 0x5A, sizeof d->why);
    return codec_read_mo(json, strlen(json), d->scratch, &d->mo, &d->why);
}

static const struct mo *accepted(struct desk *d, const char *json)
{
    if (read_mo(d, json))
        fail_msg("refused: %s\n%s", d->why.detail, json);
    return &d->mo;
}

static void refused(struct desk *d, const char *json, enum refusal_code code, const char *detail)
{
    if (!read_mo(d, json))
        fail_msg("taken: %s", json);
    if (d->why.code != code || !strstr(d->why.detail, detail))
        fail_msg("%s: %s\n%s", codec_refusal_name(d->why.code), d->why.detail, json);
    assert_int_equal(d->why.retry_ms, 0);
    assert_null(strstr(d->why.detail, "8562055512345"));
}

/* A payload with its first `from` replaced. */
static const char *with(struct desk *d, const char *json, const char *from, const char *to)
{
    const char *at = strstr(json, from);
    if (!at)
        fail_msg("no %s in %s", from, json);
    snprintf(d->json, sizeof d->json, "%.*s%s%s", (int)(at - json), json, to, at + strlen(from));
    return d->json;
}

/* n times piece. */
static const char *times(struct desk *d, size_t n, const char *piece)
{
    size_t len = strlen(piece);
    for (size_t i = 0; i < n; i++)
        memcpy(d->many + i * len, piece, len);
    d->many[n * len] = '\0';
    return d->many;
}

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
        cmocka_unit_test(reads_ussd_begin),
        cmocka_unit_test(reads_ussd_continue),
        cmocka_unit_test(reads_ussd_end),
        cmocka_unit_test(reads_sms),
        cmocka_unit_test(reads_receipt),
        cmocka_unit_test(ignores_what_it_does_not_know),
        cmocka_unit_test(reads_members_in_any_order),
        cmocka_unit_test(each_member_is_required),
        cmocka_unit_test(each_member_has_its_type),
        cmocka_unit_test(each_member_has_its_range),
        cmocka_unit_test(longest_values_fit),
        cmocka_unit_test(text_is_counted_in_characters),
        cmocka_unit_test(version_comes_first),
        cmocka_unit_test(refuses_what_is_no_json_object),
        cmocka_unit_test(depth_of_8_is_taken),
        cmocka_unit_test(a_key_may_not_occur_twice_nor_be_repeated_in_the_detail),
        cmocka_unit_test(the_limit_is_8192_octets),
        cmocka_unit_test(the_refusal_names_the_id_if_it_was_read),
    };
    return cmocka_run_group_tests(tests, set_desk, clear_desk);
}
