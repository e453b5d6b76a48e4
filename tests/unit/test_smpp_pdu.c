/* SPDX-License-Identifier: Apache-2.0 */
/* The SMPP codec against octets written by hand from SMPP v3.4 (Issue 1.2). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "smpp/pdu.h"
#include "support/pdu_octets.h"

/* A literal without the NUL at its end. */
#define OCTETS(literal) (const uint8_t *)(literal), sizeof(literal) - 1

/* Section 3.2.2 of the standard, octet for octet. */
static const char standard_bind[] =
    "\x00\x00\x00\x2f\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x01"
    "SMPP3TEST\0secret08\0SUBMIT1\0\x00\x01\x01";

static void the_standard_s_bind(void **state)
{
    struct pdu p;
    uint8_t out[sizeof standard_bind];
    (void)state;
    assert_int_equal(sizeof standard_bind, 0x2f);
    assert_int_equal(read_exactly((const uint8_t *)standard_bind, sizeof standard_bind, &p, NULL),
                     PDU_OK);
    assert_int_equal(p.command, PDU_BIND_TRANSMITTER);
    assert_int_equal(p.sequence, 1);
    assert_string_equal(p.system_id, "SMPP3TEST");
    assert_string_equal(p.password, "secret08");
    assert_string_equal(p.system_type, "SUBMIT1");
    assert_int_equal(p.interface_version, 0);
    assert_int_equal(p.range_ton, 1);
    assert_int_equal(p.range_npi, 1);
    assert_string_equal(p.address_range, "");
    assert_int_equal(pdu_write(&p, out, sizeof out), sizeof standard_bind);
    assert_memory_equal(out, standard_bind, sizeof standard_bind);
}

static void headers_alone(void **state)
{
    static const struct {
        const char *octets;
        uint32_t command;
        const char *name;
    } all[] = {
        {"\0\0\0\x10\0\0\0\x15\0\0\0\0\x7f\xff\xff\xff", PDU_ENQUIRE_LINK, "enquire_link"},
        {"\0\0\0\x10\x80\0\0\x15\0\0\0\0\x7f\xff\xff\xff", 0x80000015, "enquire_link_resp"},
        {"\0\0\0\x10\0\0\0\x06\0\0\0\0\x7f\xff\xff\xff", PDU_UNBIND, "unbind"},
        {"\0\0\0\x10\x80\0\0\x06\0\0\0\0\x7f\xff\xff\xff", 0x80000006, "unbind_resp"},
        {"\0\0\0\x10\x80\0\0\0\0\0\0\x03\x7f\xff\xff\xff", PDU_GENERIC_NACK, "generic_nack"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct pdu p;
        uint8_t out[17];
        assert_int_equal(read_exactly((const uint8_t *)all[i].octets, 16, &p, NULL), PDU_OK);
        assert_int_equal(p.command, all[i].command);
        assert_int_equal(p.sequence, 0x7fffffff);
        assert_string_equal(pdu_command_name(p.command), all[i].name);
        assert_int_equal(pdu_write(&p, out, sizeof out), 16);
        assert_memory_equal(out, all[i].octets, 16);
        memcpy(out, all[i].octets, 16);
        out[3] = 17; /* an octet left over */
        out[16] = 0;
        assert_int_equal(read_exactly(out, 17, &p, NULL), PDU_BAD_CMD_LENGTH);
    }
}

static void a_ussd_begin(void **state)
{
    struct octets *o = deliver_sm();
    struct pdu p;
    uint8_t *kept, out[256];
    (void)state;
    APPEND(o, "\x06*1234#"
              "\x05\x01\x00\x01\x01"
              "\x13\x83\x00\x02\x2a\x01"
              "\x14\x01\x00\x00");
    set_length(o);
    assert_int_equal(read_exactly(o->at, o->len, &p, &kept), PDU_OK);
    assert_int_equal(p.sequence, 0x01020304);
    assert_string_equal(p.service_type, "USSD");
    assert_int_equal(p.source.ton, 1);
    assert_string_equal(p.source.digits, "85620555");
    assert_int_equal(p.dest.npi, 1);
    assert_string_equal(p.dest.digits, "1234");
    assert_int_equal(p.esm_class, 0x40);
    assert_int_equal(p.priority, 1);
    assert_int_equal(p.registered_delivery, 1);
    assert_int_equal(p.data_coding, 0x0f);
    assert_false(p.in_payload);
    assert_int_equal(p.message_len, 6);
    assert_memory_equal(p.message, "*1234#", 6);
    assert_int_equal(p.tlv_count, 3);
    assert_int_equal(pdu_tlv_number(&p, TAG_USSD_SERVICE_OP), 1);
    assert_int_equal(pdu_tlv_number(&p, TAG_ITS_SESSION_INFO), 0x2a01);
    assert_int_equal(p.tlvs[2].tag, 0x1401); /* of a vendor: kept, empty as it is */
    assert_int_equal(pdu_tlv_number(&p, 0x1401), -1);
    assert_null(pdu_tlv(&p, TAG_SAR_TOTAL));
    assert_int_equal(pdu_write(&p, out, sizeof out), o->len);
    assert_memory_equal(out, o->at, o->len);
    free(kept);
    free(o);
}

/* Every beginning of a PDU, with the command_length that it then has, is refused; none is read over
 * its end. Where a whole parameter is missing at the end, the beginning is a PDU itself. */
static void every_truncation(void **state)
{
    struct octets *o = deliver_sm();
    size_t whole = 0;
    (void)state;
    APPEND(o, "\x02hi"
              "\x02\x04\x00\x02\x12\x34"
              "\x04\x23\x00\x03\x03\x00\x01");
    for (size_t len = 0; len < o->len; len++) {
        struct octets cut = {.len = len};
        struct pdu p;
        memcpy(cut.at, o->at, len);
        assert_int_not_equal(read_exactly(cut.at, len, &p, NULL), PDU_OK);
        if (len < 4)
            continue;
        set_length(&cut);
        whole += read_exactly(cut.at, len, &p, NULL) == PDU_OK;
    }
    assert_int_equal(whole, 2);
    free(o);
    for (size_t len = 4; len < sizeof standard_bind; len++) {
        struct octets cut = {.len = len};
        struct pdu p;
        memcpy(cut.at, standard_bind, len);
        set_length(&cut);
        assert_int_not_equal(read_exactly(cut.at, len, &p, NULL), PDU_OK);
    }
}

static void what_cuts_are_called(void **state)
{
    struct pdu p;
    (void)state;
    struct octets *o = deliver_sm();
    assert_int_equal(read_and_free(o, &p), PDU_BAD_CMD_LENGTH); /* no sm_length */
    o = deliver_sm();
    APPEND(o, "\x03hi");
    assert_int_equal(read_and_free(o, &p), PDU_BAD_LENGTH);
    assert_int_equal(p.command, PDU_DELIVER_SM);
    assert_int_equal(p.sequence, 0x01020304);
    o = deliver_sm();
    APPEND(o, "\x00\x02\x04\x00");
    assert_int_equal(read_and_free(o, &p), PDU_BAD_TLVS);
    o = deliver_sm();
    APPEND(o, "\x00\x02\x04\x00\x02\x12");
    assert_int_equal(read_and_free(o, &p), PDU_BAD_TLVS);
    o = begin(PDU_DELIVER_SM, 0);
    APPEND(o, "USS"); /* no NUL */
    assert_int_equal(read_and_free(o, &p), PDU_BAD_PARAMETER_LENGTH);
    o = begin(PDU_DELIVER_SM, 0);
    APPEND(o, "USSDUS\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"); /* 6 and its NUL, where 5 may be */
    assert_int_equal(read_and_free(o, &p), PDU_BAD_PARAMETER_LENGTH);
}

static void the_longest_strings(void **state)
{
    struct pdu p = {.command = PDU_BIND_TRANSCEIVER, .sequence = 1}, again;
    uint8_t out[256];
    (void)state;
    memset(p.system_id, 'a', 15);
    memset(p.password, 'b', 8);
    memset(p.system_type, 'c', 12);
    memset(p.address_range, 'd', 40);
    long len = pdu_write(&p, out, sizeof out);
    assert_int_equal(len, 16 + 16 + 9 + 13 + 3 + 41);
    assert_int_equal(read_exactly(out, (size_t)len, &again, NULL), PDU_OK);
    assert_string_equal(again.system_id, p.system_id);
    assert_string_equal(again.address_range, p.address_range);
    p.password[8] = 'b'; /* no NUL */
    assert_int_equal(pdu_write(&p, out, sizeof out), -1);
}

static void answers(void **state)
{
    struct pdu p;
    uint8_t out[256];
    (void)state;
    struct octets *o = begin(PDU_RESPONSE | PDU_SUBMIT_SM, 0);
    assert_int_equal(read_and_free(o, &p), PDU_BAD_CMD_LENGTH); /* OK, and no message_id */
    o = begin(PDU_RESPONSE | PDU_SUBMIT_SM, PDU_THROTTLED);
    assert_int_equal(read_and_free(o, &p), PDU_OK);
    assert_int_equal(p.status, PDU_THROTTLED);
    assert_int_equal(pdu_write(&p, out, sizeof out), 16);
    o = begin(PDU_RESPONSE | PDU_SUBMIT_SM, 0);
    APPEND(o, "00c0ffee\0");
    assert_int_equal(read_and_free(o, &p), PDU_OK);
    assert_string_equal(p.message_id, "00c0ffee");
    o = begin(PDU_RESPONSE | PDU_SUBMIT_SM, 0);
    for (int i = 0; i < 66; i++)
        APPEND(o, "x");
    APPEND(o, "\0");
    assert_int_equal(read_and_free(o, &p), PDU_BAD_PARAMETER_LENGTH);
    /* deliver_sm_resp has its empty message_id whatever the status. */
    struct pdu ours = {.command = PDU_RESPONSE | PDU_DELIVER_SM, .sequence = 7};
    ours.status = PDU_QUEUE_FULL;
    assert_int_equal(pdu_write(&ours, out, sizeof out), 17);
    assert_memory_equal(out, "\0\0\0\x11\x80\0\0\x05\0\0\0\x14\0\0\0\x07\0", 17);
}

static void unknown_commands(void **state)
{
    static const uint32_t unknown[] = {0x03,  0x07,           0x08,       0x0b,       0x21, 0x102,
                                       0x103, 0x05 | 0x10000, 0x80000103, 0xffffffff, 0};
    (void)state;
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        struct octets *o = begin(unknown[i], 0);
        struct pdu p;
        uint8_t out[64];
        APPEND(o, "anything");
        assert_int_equal(read_and_free(o, &p), PDU_BAD_COMMAND);
        assert_int_equal(p.command, unknown[i]);
        assert_string_equal(pdu_command_name(unknown[i]), "other");
        assert_int_equal(pdu_write(&p, out, sizeof out), -1);
    }
}

static void lengths_of_a_stream(void **state)
{
    struct pdu p;
    (void)state;
    assert_int_equal(pdu_length(OCTETS("\0\0\0")), 0);
    assert_int_equal(pdu_length(OCTETS("\0\0\0\x0f")), -1);
    assert_int_equal(pdu_length(OCTETS("\0\0\0\x10")), 16);
    assert_int_equal(pdu_length(OCTETS("\x00\x01\x11\x70")), 70000);
    assert_int_equal(pdu_length(OCTETS("\x00\x01\x11\x71")), -1);
    assert_int_equal(pdu_length(OCTETS("\xff\xff\xff\xff")), -1);
    /* A command_length that is not the PDU's. */
    assert_int_equal(pdu_read(OCTETS("\0\0\0\x11\0\0\0\x15\0\0\0\0\0\0\0\1"), &p),
                     PDU_BAD_CMD_LENGTH);
    assert_int_equal(p.command, PDU_ENQUIRE_LINK);
    assert_int_equal(p.sequence, 1);
}

static void nothing_is_written_past_cap(void **state)
{
    struct pdu p = {.command = PDU_DELIVER_SM, .message = (const uint8_t *)"hello"};
    uint8_t value[2] = {1, 2}, big[128];
    (void)state;
    p.message_len = 5;
    assert_int_equal(pdu_tlv_add(&p, TAG_ITS_SESSION_INFO, value, 2), 0);
    long len = pdu_write(&p, big, sizeof big);
    assert_true(len > 0);
    for (size_t cap = 0; cap <= (size_t)len; cap++) {
        uint8_t *out = malloc(cap ? cap : 1);
        assert_non_null(out);
        assert_int_equal(pdu_write(&p, out, cap), cap < (size_t)len ? -1 : len);
        free(out);
    }
}

static void names_of_statuses(void **state)
{
    (void)state;
    assert_string_equal(pdu_status_name(PDU_OK), "ESME_ROK");
    assert_string_equal(pdu_status_name(PDU_THROTTLED), "ESME_RTHROTTLED");
    assert_string_equal(pdu_status_name(PDU_BAD_DATA_CODING), "ESME_RINVDCS");
    assert_string_equal(pdu_status_name(0x400), "other");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_standard_s_bind),
        cmocka_unit_test(headers_alone),
        cmocka_unit_test(a_ussd_begin),
        cmocka_unit_test(every_truncation),
        cmocka_unit_test(what_cuts_are_called),
        cmocka_unit_test(the_longest_strings),
        cmocka_unit_test(answers),
        cmocka_unit_test(unknown_commands),
        cmocka_unit_test(lengths_of_a_stream),
        cmocka_unit_test(nothing_is_written_past_cap),
        cmocka_unit_test(names_of_statuses),
    };
    return cmocka_run_group_tests_name("unit/smpp_pdu", tests, NULL, NULL);
}
