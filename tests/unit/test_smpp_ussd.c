/* SPDX-License-Identifier: Apache-2.0 */
/* USSD as profiles have it; both built-in ones go through the same code. SMPP v3.4, 5.3.2.43
 * (its_session_info) and 5.3.2.44 (ussd_service_op). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "smpp/ussd.h"
#include "support/deliver.h"
#include "support/profiles.h"

static struct profiles ps;
static struct profile p;
static struct deliver d;
static struct ussd_input in;
static char why[128];

static void take(const char *text, const char *name)
{
    int r = profiles_take(&ps, text, name, &p);
    if (r != 0)
        print_message("%s\n", ps.why);
    assert_int_equal(r, 0);
}

static void options(const char *lines)
{
    char text[600];
    snprintf(text, sizeof text, "[profile t]\n%s", lines);
    take(text, "t");
}

/* A deliver_sm of USSD: op, the session's parameter and the text. */
static void ussd(uint8_t op, uint16_t session, const char *text)
{
    deliver_begin(&d, text);
    strcpy(d.pdu.service_type, "USSD");
    d.pdu.data_coding = 15;
    d.op = op;
    d.session[0] = (uint8_t)(session >> 8);
    d.session[1] = (uint8_t)session;
    pdu_tlv_add(&d.pdu, TAG_USSD_SERVICE_OP, &d.op, 1);
    pdu_tlv_add(&d.pdu, (uint16_t)p.conf->session_tlv, d.session, 2);
}

static void reads(enum mo_kind kind, const char *session)
{
    uint32_t status = ussd_read(&p, &d.pdu, &in, why);
    if (status != PDU_OK)
        print_message("%s\n", why);
    assert_int_equal(status, PDU_OK);
    assert_string_equal(why, "");
    assert_int_equal(in.kind, kind);
    assert_string_equal(in.session, session);
    assert_string_equal(in.msisdn, "8562055512345");
}

static void ends(enum mo_cause cause)
{
    reads(MO_USSD_END, in.session);
    assert_int_equal(in.cause, cause);
    assert_string_equal(in.text, "");
}

static void refuses(uint32_t status)
{
    assert_int_equal(ussd_read(&p, &d.pdu, &in, why), status);
    assert_true(why[0] != '\0');
    assert_null(strstr(why, "85620"));
}

/* The answer to what was read last. */
static struct ussd_memory memory;
static struct pdu answer;

static void answers(const char *text, enum coding coding, bool end, const char *tlvs)
{
    struct ussd_screen s = {&in.context, text, strlen(text), coding, end};
    assert_int_equal(ussd_write(&p, &s, &memory, &answer), 0);
    assert_int_equal(answer.command, PDU_SUBMIT_SM);
    assert_int_equal(answer.esm_class, 0);
    assert_int_equal(answer.registered_delivery, 0);
    char seen[40] = "";
    for (size_t i = 0; i < answer.tlv_count; i++)
        for (size_t j = 0; j < answer.tlvs[i].len; j++)
            snprintf(seen + strlen(seen), sizeof seen - strlen(seen), "%02x",
                     answer.tlvs[i].value[j]);
    assert_string_equal(seen, tlvs);
}

static void service_type_or_op_is_ussd(void **state)
{
    (void)state;
    take("", "standard");
    deliver_begin(&d, "HELP");
    assert_false(ussd_is(&p, &d.pdu));
    strcpy(d.pdu.service_type, "ussd");
    assert_true(ussd_is(&p, &d.pdu));
    strcpy(d.pdu.service_type, "CMT");
    assert_false(ussd_is(&p, &d.pdu));
    pdu_tlv_add(&d.pdu, TAG_USSD_SERVICE_OP, &d.op, 1);
    assert_true(ussd_is(&p, &d.pdu));
    options("ussd_service_type =\n");
    deliver_begin(&d, "HELP");
    assert_false(ussd_is(&p, &d.pdu));
}

/* Begin, two screens, input, the last screen. */
static void a_dialogue_by_the_standard(void **state)
{
    (void)state;
    take("", "standard");
    ussd(1, 0x2a00, "*1234#");
    reads(MO_USSD_BEGIN, "42");
    assert_string_equal(in.code, "*1234#");
    assert_string_equal(in.text, "");
    assert_int_equal(in.cause, CAUSE_NONE);
    answers("1 Fees", CODING_GSM7, false, "022a00");
    assert_string_equal(answer.service_type, "USSD");
    assert_string_equal(answer.source.digits, "1234");
    assert_string_equal(answer.dest.digits, "8562055512345");
    assert_int_equal(answer.dest.ton, 1);
    assert_int_equal(answer.data_coding, 15);
    assert_int_equal(answer.message_len, 6);
    ussd(18, 0x2a02, "1");
    reads(MO_USSD_CONTINUE, "42");
    assert_string_equal(in.text, "1");
    assert_string_equal(in.code, "");
    answers("ກ", CODING_UCS2, false, "022a02");
    assert_int_equal(answer.data_coding, 8);
    answers("Bye", CODING_GSM7, true, "112a03");
    ussd(18, 0x2a05, "1");
    ends(CAUSE_USER);
    ussd(0x81, 0x2a00, "");
    refuses(PDU_BAD_PARAMETER_VALUE);
}

static void a_dialogue_of_sixdee(void **state)
{
    (void)state;
    take("", "sixdee");
    ussd(1, 0xfffe, "*1234*21#");
    reads(MO_USSD_BEGIN, "32767");
    assert_string_equal(in.code, "*1234*21#");
    answers("1 Fees", CODING_GSM7, false, "02fffe");
    ussd(18, 0x0002, "0");
    reads(MO_USSD_CONTINUE, "1");
    answers("Bye", CODING_GSM7, true, "170003");
    ussd(0x81, 0x0002, "");
    ends(CAUSE_USER);
    assert_string_equal(in.session, "1");
    ussd(1, 0x0003, "*1234#");
    ends(CAUSE_USER);
}

/* All octets of an answer. */
static void the_answer_as_octets(void **state)
{
    static const char wanted[] = "\x00\x00\x00\x47\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x07"
                                 "USSD\0"
                                 "\x00\x00"
                                 "1234\0"
                                 "\x01\x01"
                                 "8562055512345\0"
                                 "\x00\x00\x00"
                                 "\0\0"
                                 "\x00\x00\x0f\x00"
                                 "\x06"
                                 "1 Fees"
                                 "\x05\x01\x00\x01\x02"
                                 "\x13\x83\x00\x02\x2a\x00";
    uint8_t octets[200];
    (void)state;
    take("", "standard");
    ussd(1, 0x2a00, "*1234#");
    reads(MO_USSD_BEGIN, "42");
    answers("1 Fees", CODING_GSM7, false, "022a00");
    answer.sequence = 7;
    long n = pdu_write(&answer, octets, sizeof octets);
    assert_int_equal(n, sizeof wanted - 1);
    assert_memory_equal(octets, wanted, sizeof wanted - 1);
}

static void other_ops_and_parameters(void **state)
{
    (void)state;
    options("ussd_begin = 0 1\nussd_timeout = 0x23\nussd_network = 36 37\nussd_user = 32\n"
            "session_tlv = 0x0204\nsession_mask = 0x0ff0\nsequence_mask = 0x000e\n"
            "end_mask = 0x8000\nsequence_next = yes\nussd_ask = 33\nussd_end = 34\n");
    ussd(0, 0x1234, "*1234#");
    reads(MO_USSD_BEGIN, "35");
    answers("1", CODING_GSM7, false, "211236");
    answers("1", CODING_GSM7, true, "229236");
    assert_int_equal(answer.tlvs[1].tag, 0x0204);
    ussd(18, 0x0eef, "1"); /* the count goes round; bit 0 has no name and is copied */
    reads(MO_USSD_CONTINUE, "238");
    answers("1", CODING_GSM7, false, "210ee1");
    ussd(0x23, 0x0010, "");
    ends(CAUSE_TIMEOUT);
    ussd(0x23, 0x8010, ""); /* the op knows better than the bit */
    ends(CAUSE_TIMEOUT);
    ussd(37, 0x0010, "");
    ends(CAUSE_NETWORK);
    ussd(32, 0x0010, "");
    ends(CAUSE_USER);
}

static void a_carrier_without_sessions(void **state)
{
    (void)state;
    options("session_tlv = 0\n");
    ussd(1, 0, "*1234#");
    reads(MO_USSD_BEGIN, "0");
    answers("1", CODING_GSM7, true, "11");
    options("end_mask = 0\n");
    ussd(1, 0x0101, "*1234#");
    reads(MO_USSD_BEGIN, "1");
    answers("1", CODING_GSM7, true, "110101");
}

static void code_in_the_destination(void **state)
{
    (void)state;
    options("code_in = destination\n");
    ussd(1, 0, "");
    reads(MO_USSD_BEGIN, "0");
    assert_string_equal(in.code, "*1234#");
    strcpy(d.pdu.dest.digits, "*1234#");
    reads(MO_USSD_BEGIN, "0");
    assert_string_equal(in.code, "*1234#");
    ussd(1, 0, "*1234*21#");
    reads(MO_USSD_BEGIN, "0");
    assert_string_equal(in.code, "*1234*21#");
    assert_string_equal(in.text, "");
    ussd(1, 0, "*1234#");
    reads(MO_USSD_BEGIN, "0");
    assert_string_equal(in.code, "*1234#");
    assert_string_equal(in.text, "");
    ussd(1, 0, "*12345#");
    reads(MO_USSD_BEGIN, "0");
    assert_string_equal(in.code, "*1234#");
    assert_string_equal(in.text, "*12345#");
    strcpy(d.pdu.dest.digits, "Mekong");
    refuses(PDU_BAD_DEST);
    d.pdu.dest.digits[0] = '\0';
    refuses(PDU_BAD_DEST);
}

static void codes_that_are_none(void **state)
{
    static const char *const texts[] = {"", "1234", "1234#", "*12 34#", "*12a#", "x*1234#"};
    char longest[80];
    (void)state;
    take("", "standard");
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        ussd(1, 0, texts[i]);
        refuses(PDU_BAD_PARAMETER_VALUE);
    }
    ussd(1, 0, " *1234#\r\n");
    reads(MO_USSD_BEGIN, "0");
    assert_string_equal(in.code, "*1234#");
    memset(longest, '*', sizeof longest);
    longest[MESSAGE_CODE_MAX] = '\0';
    ussd(1, 0, longest);
    reads(MO_USSD_BEGIN, "0");
    longest[MESSAGE_CODE_MAX] = '*';
    longest[MESSAGE_CODE_MAX + 1] = '\0';
    ussd(1, 0, longest);
    refuses(PDU_BAD_PARAMETER_VALUE);
}

static void what_is_missing_is_refused(void **state)
{
    (void)state;
    take("", "standard");
    ussd(1, 0, "*1234#");
    d.pdu.tlv_count = 1;
    refuses(PDU_MISSING_PARAMETER);
    d.pdu.tlv_count = 0;
    refuses(PDU_MISSING_PARAMETER);
    ussd(1, 0, "*1234#");
    d.pdu.tlvs[1].len = 1;
    refuses(PDU_BAD_PARAMETER_LENGTH);
    ussd(18, 0, "1");
    d.pdu.source.ton = 2;
    refuses(PDU_BAD_SOURCE);
    ussd(18, 0, "1");
    d.pdu.data_coding = 0x44;
    refuses(PDU_BAD_DATA_CODING);
    ussd(18, 0, "1");
    d.pdu.data_coding = 8;
    refuses(PDU_BAD_DATA_CODING);
    ussd(18, 0, "\x05\x00\x03\x01\x02\x01");
    deliver_text(&d, "\x05\x00\x03\x01\x02\x01x", 7);
    d.pdu.esm_class = 0x40;
    refuses(PDU_BAD_PARAMETER_VALUE);
}

static void a_plus_sign_is_dropped(void **state)
{
    (void)state;
    take("", "standard");
    ussd(18, 0x0100, "1");
    strcpy(d.pdu.source.digits, "+8562055512345");
    reads(MO_USSD_CONTINUE, "1");
    answers("1", CODING_GSM7, false, "020100");
    assert_string_equal(answer.dest.digits, "+8562055512345");
}

/* Input in other codings: TS 23.038, section 5. */
static void input_in_other_codings(void **state)
{
    (void)state;
    take("", "standard");
    ussd(18, 0, "");
    d.pdu.data_coding = 0x48;
    deliver_text(&d, "\x0e\x81\x0e\xd1", 4);
    reads(MO_USSD_CONTINUE, "0");
    assert_string_equal(in.text, "ກ໑");
    ussd(1, 0, "la\r*1234#");
    d.pdu.data_coding = 0x10;
    reads(MO_USSD_BEGIN, "0");
    assert_string_equal(in.code, "*1234#");
    options("ussd_packed = yes\n");
    ussd(18, 0, "\x31\xd9\x8c\x56\xb3\xdd\x1a");
    reads(MO_USSD_CONTINUE, "0");
    assert_string_equal(in.text, "1234567");
    answers("1234567", CODING_GSM7, false, "020000");
    assert_int_equal(answer.message_len, 7);
    assert_memory_equal(answer.message, "\x31\xd9\x8c\x56\xb3\xdd\x1a", 7);
}

/* 182 septets are 160 octets packed; unpacked they fit a short_message. */
static void the_longest_screens(void **state)
{
    char text[600];
    struct ussd_screen s = {&in.context, text, 182, CODING_GSM7, false};
    (void)state;
    take("", "standard");
    memset(text, 'a', sizeof text);
    ussd(18, 0, "1");
    reads(MO_USSD_CONTINUE, "0");
    assert_int_equal(ussd_write(&p, &s, &memory, &answer), 0);
    assert_int_equal(answer.message_len, 182);
    s.len = PDU_MESSAGE_MAX + 1;
    assert_int_equal(ussd_write(&p, &s, &memory, &answer), -1);
    for (size_t i = 0; i < 80; i++)
        memcpy(text + 3 * i, "ກ", 3);
    s.len = 240;
    assert_int_equal(ussd_write(&p, &s, &memory, &answer), -1);
    s.coding = CODING_UCS2;
    assert_int_equal(ussd_write(&p, &s, &memory, &answer), 0);
    assert_int_equal(answer.message_len, 160);
    options("ussd_packed = yes\n");
    memset(text, 'a', sizeof text);
    s.len = 182;
    s.coding = CODING_GSM7;
    assert_int_equal(ussd_write(&p, &s, &memory, &answer), 0);
    assert_int_equal(answer.message_len, 160);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(service_type_or_op_is_ussd), cmocka_unit_test(a_dialogue_by_the_standard),
        cmocka_unit_test(a_dialogue_of_sixdee),       cmocka_unit_test(the_answer_as_octets),
        cmocka_unit_test(other_ops_and_parameters),   cmocka_unit_test(a_carrier_without_sessions),
        cmocka_unit_test(code_in_the_destination),    cmocka_unit_test(codes_that_are_none),
        cmocka_unit_test(what_is_missing_is_refused), cmocka_unit_test(a_plus_sign_is_dropped),
        cmocka_unit_test(input_in_other_codings),     cmocka_unit_test(the_longest_screens),
    };
    return cmocka_run_group_tests_name("unit/smpp_ussd", tests, NULL, NULL);
}
