/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "message/bridge_codec.h"
#include "message/codec.h"

static void same(const struct mo *a, const struct mo *b)
{
    assert_int_equal(a->kind, b->kind);
    assert_string_equal(a->id, b->id);
    assert_string_equal(a->msisdn, b->msisdn);
    assert_string_equal(a->session, b->session);
    assert_int_equal(a->cause, b->cause);
    assert_string_equal(a->code, b->code);
    assert_string_equal(a->to, b->to);
    assert_string_equal(a->network, b->network);
    assert_int_equal(a->at, b->at);
    assert_int_equal(a->deadline, b->deadline);
    assert_int_equal(a->status, b->status);
    assert_string_equal(a->of, b->of);
    assert_int_equal(a->text_len, b->text_len);
    assert_memory_equal(a->text, b->text, a->text_len);
}

static void what_a_bridge_writes_is_read_the_same(void **state)
{
    (void)state;
    static const char odd[] = "\"\\/\b\f\n\r\t\x01\x7F ລາວ \xF0\x9F\x98\x80";
    static const struct mo all[] = {
        {.kind = MO_USSD_BEGIN, .id = "i", .msisdn = "123456", .session = "\"\\", .code = "#1"},
        {.kind = MO_USSD_CONTINUE, .id = "i", .msisdn = "123456", .session = "s"},
        {.kind = MO_USSD_END, .id = "i", .msisdn = "123456", .session = "s", .cause = CAUSE_ERROR},
        {.kind = MO_SMS, .id = "i", .msisdn = "ລາວ\"", .to = "12 34"},
        {.kind = MO_RECEIPT, .id = "i", .status = STATUS_EXPIRED, .of = "i.1"},
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        struct mo before = all[i], after;
        bool with_text = before.kind != MO_USSD_END && before.kind != MO_RECEIPT;
        before.text = with_text ? odd : "";
        before.text_len = strlen(before.text);
        before.at = INT64_MAX;
        before.deadline = i % 2 ? 7 : 0;
        snprintf(before.network, sizeof before.network, "%s", i % 2 ? "457010" : "");
        char mem[MESSAGE_PAYLOAD_MAX + 1];
        struct buf out;
        buf_init(&out, mem, sizeof mem);
        bridge_codec_write_mo(&before, &out);
        assert_false(out.full);
        char scratch[MESSAGE_PAYLOAD_MAX + 1];
        struct refusal why;
        if (codec_read_mo(mem, out.len, scratch, &after, &why))
            fail_msg("refused: %s\n%s", why.detail, mem);
        same(&before, &after);
    }
}

static void the_contract_s_example_is_written(void **state)
{
    (void)state;
    const struct mo mo = {
        .kind = MO_USSD_BEGIN,
        .id = "a1",
        .msisdn = "8562055512345",
        .session = "s9",
        .code = "*1234#",
        .text = "",
        .at = 1795456789000,
    };
    static const char json[] =
        "{\"v\":1,\"kind\":\"ussd\",\"id\":\"a1\",\"msisdn\":\"8562055512345\",\"session\":\"s9\","
        "\"event\":\"begin\",\"code\":\"*1234#\",\"text\":\"\",\"at\":1795456789000}";
    char mem[512];
    struct buf out;
    buf_init(&out, mem, sizeof mem);
    bridge_codec_write_mo(&mo, &out);
    assert_string_equal(mem, json);
    buf_init(&out, mem, strlen(json)); /* one octet short */
    bridge_codec_write_mo(&mo, &out);
    assert_true(out.full);
}

static struct mt ussd_answer(void)
{
    return (struct mt){
        .kind = MT_USSD,
        .id = "a1.0",
        .re = "a1",
        .msisdn = "8562055512345",
        .session = "s9",
        .text = "1 ລາວ\n2 \"x\"",
        .text_len = strlen("1 ລາວ\n2 \"x\""),
        .coding = CODING_UCS2,
    };
}

static void written(const struct mt *mt, const char *json, char back[1024], struct answer *answer)
{
    char mem[1024], why[128];
    struct buf out;
    buf_init(&out, mem, sizeof mem);
    codec_write_mt(mt, &out);
    assert_false(out.full);
    assert_string_equal(mem, json);
    if (bridge_codec_read_mt(mem, out.len, back, answer, why))
        fail_msg("%s\n%s", why, mem);
    assert_int_equal(answer->kind, mt->kind);
    assert_string_equal(answer->id, mt->id);
    assert_string_equal(answer->re, mt->re ? mt->re : "");
    buf_init(&out, mem, strlen(json)); /* one octet short */
    codec_write_mt(mt, &out);
    assert_true(out.full);
}

static void writes_ussd_answers(void **state)
{
    (void)state;
    struct mt mt = ussd_answer();
    struct answer a;
    char back[1024];
    written(&mt,
            "{\"v\":1,\"kind\":\"ussd\",\"id\":\"a1.0\",\"re\":\"a1\",\"msisdn\":"
            "\"8562055512345\",\"session\":\"s9\",\"event\":\"continue\",\"text\":"
            "\"1 ລາວ\\n2 \\\"x\\\"\",\"coding\":\"ucs2\"}",
            back, &a);
    assert_string_equal(a.text, mt.text);
    assert_string_equal(a.msisdn, mt.msisdn);
    assert_string_equal(a.session, mt.session);
    assert_false(a.end);
    assert_int_equal(a.coding, CODING_UCS2);
    mt.end = true;
    mt.coding = CODING_GSM7;
    mt.deadline = 1795456799000;
    mt.text_json = "\"ready\"";
    mt.text_json_len = strlen(mt.text_json);
    written(&mt,
            "{\"v\":1,\"kind\":\"ussd\",\"id\":\"a1.0\",\"re\":\"a1\",\"msisdn\":"
            "\"8562055512345\",\"session\":\"s9\",\"event\":\"end\",\"text\":\"ready\","
            "\"coding\":\"gsm7\",\"deadline\":1795456799000}",
            back, &a);
    assert_true(a.end);
    assert_string_equal(a.text, "ready");
}

static void writes_sms(void **state)
{
    (void)state;
    struct mt mt = ussd_answer();
    mt.kind = MT_SMS;
    mt.re = NULL;
    mt.from = "1234";
    mt.segments = 3;
    mt.deadline = 1;
    struct answer a;
    char back[1024];
    written(&mt,
            "{\"v\":1,\"kind\":\"sms\",\"id\":\"a1.0\",\"msisdn\":\"8562055512345\",\"from\":"
            "\"1234\",\"text\":\"1 ລາວ\\n2 \\\"x\\\"\",\"coding\":\"ucs2\",\"segments\":3}",
            back, &a);
    assert_int_equal(a.segments, 3);
    assert_string_equal(a.from, "1234");
}

static void writes_none(void **state)
{
    (void)state;
    struct mt mt = ussd_answer();
    mt.kind = MT_NONE;
    struct answer a;
    char back[1024];
    written(&mt, "{\"v\":1,\"kind\":\"none\",\"id\":\"a1.0\",\"re\":\"a1\"}", back, &a);
    assert_string_equal(a.text, "");
}

struct row {
    const char *json, *from, *to, *detail;
};

/* Write row's JSON with its first `from` replaced. */
static void change(const struct row *row, char out[512])
{
    const char *at = strstr(row->json, row->from);
    if (!at)
        fail_msg("no %s in %s", row->from, row->json);
    snprintf(out, 512, "%.*s%s%s", (int)(at - row->json), row->json, row->to,
             at + strlen(row->from));
}

static void a_bridge_refuses_broken_answers(void **state)
{
    (void)state;
#define MT                                                                                         \
    "{\"v\":1,\"kind\":\"ussd\",\"id\":\"a\",\"re\":\"b\",\"msisdn\":\"1\","                       \
    "\"session\":\"s\",\"event\":\"end\",\"text\":\"t\",\"coding\":\"gsm7\"}"
#define MT_SMS_JSON                                                                                \
    "{\"v\":1,\"kind\":\"sms\",\"id\":\"a\",\"msisdn\":\"1\",\"from\":\"f\","                      \
    "\"text\":\"t\",\"coding\":\"gsm7\",\"segments\":1}"
    static const struct row rows[] = {
        {MT, "{", "", "payload:"},
        {MT, "1", "2", "v must be 1"},
        {MT, "ussd", "mms", "kind must be"},
        {MT, "\"id\"", "\"_\"", "id is missing"},
        {MT, "\"msisdn\"", "\"_\"", "msisdn is missing"},
        {MT, "\"session\"", "\"_\"", "session is missing"},
        {MT, "\"text\"", "\"_\"", "text is missing"},
        {MT, "\"b\"", "null", "re must be a string"},
        {MT, "\"t\"", "1", "text must be a string"},
        {MT, "\"end\"", "\"stop\"", "event must be"},
        {MT, "\"event\"", "\"_\"", "event must be"},
        {MT, "gsm7", "gsm8", "coding must be"},
        {MT, "\"coding\"", "\"_\"", "coding must be"},
        {MT_SMS_JSON, "\"from\"", "\"_\"", "from is missing"},
        {MT_SMS_JSON, "\"segments\":1", "\"segments\":0", "segments must be"},
        {MT_SMS_JSON, "\"segments\":1", "\"segments\":\"1\"", "segments must be"},
        {MT_SMS_JSON, "\"segments\":1", "\"segments\":256", "segments must be"},
        {MT_SMS_JSON, ",\"segments\":1", "", "segments must be"},
        {"{\"v\":1,\"kind\":\"none\",\"id\":\"a\"}", "a", "b", "re is missing"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char json[512], scratch[512];
        change(&rows[i], json);
        struct answer a;
        char why[128] = "";
        if (bridge_codec_read_mt(json, strlen(json), scratch, &a, why) != -1)
            fail_msg("taken: %s", json);
        if (!strstr(why, rows[i].detail))
            fail_msg("%s\n%s", why, json);
    }
}

static void refusals_go_both_ways(void **state)
{
    (void)state;
    struct refusal r = {.re = "a1", .code = REFUSE_OVERLOAD, .detail = "Busy.", .retry_ms = 500};
    char mem[512];
    struct bridge_refusal read;
    struct buf out;
    buf_init(&out, mem, sizeof mem);
    codec_write_refusal(&r, &out);
    assert_string_equal(mem, "{\"v\":1,\"re\":\"a1\",\"error\":\"overload\",\"detail\":\"Busy.\","
                             "\"retry_ms\":500}");
    assert_int_equal(bridge_codec_read_refusal(mem, out.len, &read), 0);
    assert_string_equal(read.re, "a1");
    assert_int_equal(read.code, REFUSE_OVERLOAD);
    assert_string_equal(read.detail, "overload: Busy.");
    assert_int_equal(read.retry_ms, 500);
    assert_true(read.is_full);
    r.reason = "stopping";
    buf_init(&out, mem, sizeof mem);
    codec_write_refusal(&r, &out);
    assert_string_equal(mem, "{\"v\":1,\"re\":\"a1\",\"error\":\"overload\",\"detail\":\"Busy.\","
                             "\"retry_ms\":500,\"reason\":\"stopping\"}");
    assert_int_equal(bridge_codec_read_refusal(mem, out.len, &read), 0);
    assert_false(read.is_full);
    r = (struct refusal){.code = REFUSE_BAD_JSON, .detail = "x"};
    buf_init(&out, mem, sizeof mem);
    codec_write_refusal(&r, &out);
    assert_string_equal(mem, "{\"v\":1,\"re\":null,\"error\":\"bad_json\",\"detail\":\"x\"}");
    assert_int_equal(bridge_codec_read_refusal(mem, out.len, &read), 0);
    assert_string_equal(read.re, "");
    assert_int_equal(read.code, REFUSE_BAD_JSON);
    assert_int_equal(read.retry_ms, 0);
    buf_init(&out, mem, 20);
    codec_write_refusal(&r, &out);
    assert_true(out.full);
}

static void a_bridge_refuses_broken_refusals(void **state)
{
    (void)state;
    struct bridge_refusal read;
    char big[MESSAGE_PAYLOAD_MAX + 1], json[256], many[201];
    memset(many, 'x', sizeof many);
    snprintf(json, sizeof json, "{\"v\":1,\"re\":\"%.65s\",\"error\":\"e\"}", many);
    const char *const bad[] = {"", "{}", "{\"v\":1}", "{\"v\":2,\"error\":\"e\"}", json};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(bridge_codec_read_refusal(bad[i], strlen(bad[i]), &read), -1);
    memset(big, ' ', sizeof big);
    assert_int_equal(bridge_codec_read_refusal(big, sizeof big, &read), -1);
    snprintf(json, sizeof json, "{\"v\":1,\"error\":\"e\",\"detail\":\"%.200s\"}", many);
    assert_int_equal(bridge_codec_read_refusal(json, strlen(json), &read), 0);
    assert_int_equal(strlen(read.detail), 191);
}

static void what_a_refusal_may_say_later_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        enum refusal_code code;
        int64_t retry_ms;
        bool is_full;
    } rows[] = {
        {"{\"v\":1,\"re\":\"a\",\"error\":\"new_code\",\"retry_ms\":5}", REFUSE_BAD_FIELD, 0,
         false},
        {"{\"v\":1,\"re\":\"a\",\"error\":\"unknown_session\"}", REFUSE_UNKNOWN_SESSION, 0, false},
        {"{\"v\":1,\"re\":\"a\",\"error\":\"overload\"}", REFUSE_OVERLOAD, 0, true},
        {"{\"v\":1,\"re\":\"a\",\"error\":\"overload\",\"reason\":\"waited\"}", REFUSE_OVERLOAD, 0,
         true},
        {"{\"v\":1,\"re\":\"a\",\"error\":\"overload\",\"reason\":\"new\"}", REFUSE_OVERLOAD, 0,
         true},
        {"{\"v\":1,\"re\":\"a\",\"error\":\"overload\",\"reason\":\"one_subscriber\"}",
         REFUSE_OVERLOAD, 0, false},
        {"{\"v\":1,\"re\":\"a\",\"error\":\"bad_field\",\"reason\":\"waited\"}", REFUSE_BAD_FIELD,
         0, false},
        {"{\"v\":1,\"re\":\"a\",\"error\":\"overload\",\"retry_ms\":\"5\"}", REFUSE_OVERLOAD, 0,
         true},
        {"{\"v\":1,\"re\":\"a\",\"error\":\"overload\",\"retry_ms\":-5}", REFUSE_OVERLOAD, 0, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct bridge_refusal read;
        assert_int_equal(bridge_codec_read_refusal(rows[i].json, strlen(rows[i].json), &read), 0);
        assert_int_equal(read.code, rows[i].code);
        assert_int_equal(read.retry_ms, rows[i].retry_ms);
        assert_int_equal(read.is_full, rows[i].is_full);
    }
}

static void names_of_the_wire(void **state)
{
    (void)state;
    assert_string_equal(codec_refusal_name(REFUSE_BAD_JSON), "bad_json");
    assert_string_equal(codec_refusal_name(REFUSE_TOO_LARGE), "too_large");
    assert_string_equal(codec_refusal_name(REFUSE_BAD_VERSION), "bad_version");
    assert_string_equal(codec_refusal_name(REFUSE_BAD_FIELD), "bad_field");
    assert_string_equal(codec_refusal_name(REFUSE_UNKNOWN_SESSION), "unknown_session");
    assert_string_equal(codec_refusal_name(REFUSE_OVERLOAD), "overload");
    assert_string_equal(codec_mo_kind_name(MO_USSD_END), "ussd");
    assert_string_equal(codec_mo_kind_name(MO_SMS), "sms");
    assert_string_equal(codec_mo_kind_name(MO_RECEIPT), "receipt");
    assert_string_equal(codec_mt_kind_name(MT_NONE), "none");
    assert_string_equal(codec_cause_name(CAUSE_TIMEOUT), "timeout");
    assert_string_equal(codec_cause_name(CAUSE_NONE), "");
    assert_string_equal(codec_status_name(STATUS_REJECTED), "rejected");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_bridge_writes_is_read_the_same),
        cmocka_unit_test(the_contract_s_example_is_written),
        cmocka_unit_test(writes_ussd_answers),
        cmocka_unit_test(writes_sms),
        cmocka_unit_test(writes_none),
        cmocka_unit_test(a_bridge_refuses_broken_answers),
        cmocka_unit_test(refusals_go_both_ways),
        cmocka_unit_test(a_bridge_refuses_broken_refusals),
        cmocka_unit_test(what_a_refusal_may_say_later_is_read),
        cmocka_unit_test(names_of_the_wire),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
