/* SPDX-License-Identifier: Apache-2.0 */
/* Messages and optional parameters of SMPP PDUs: every length that they may have, and those that
 * they may not. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "support/pdu_octets.h"

static void one_message_alone(void **state)
{
    struct pdu p;
    uint8_t out[256];
    (void)state;
    struct octets *o = deliver_sm();
    APPEND(o, "\x02hi\x04\x24\x00\x02ho");
    assert_int_equal(read_and_free(o, &p), PDU_BAD_PARAMETER_VALUE);
    o = deliver_sm();
    APPEND(o, "\x00\x04\x24\x00\x00\x04\x24\x00\x00");
    assert_int_equal(read_and_free(o, &p), PDU_BAD_PARAMETER_VALUE);
    struct pdu both = {.command = PDU_SUBMIT_SM, .message = (const uint8_t *)"hi"};
    both.message_len = 2;
    assert_int_equal(pdu_tlv_add(&both, TAG_MESSAGE_PAYLOAD, (const uint8_t *)"ho", 2), 0);
    assert_int_equal(pdu_write(&both, out, sizeof out), -1);
}

/* Each known parameter with one octet less than it may have, and one more. */
static void parameters_of_a_wrong_length(void **state)
{
    static const struct {
        const char *name;
        uint16_t tag;
        size_t least, most;
    } all[] = {
#define TLV(name, tag, least, most) {#name, tag, least, most},
#include "smpp/tlv.def"
#undef TLV
    };
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        for (size_t len = 0; len <= 300 && all[i].tag != TAG_MESSAGE_PAYLOAD; len++) {
            struct octets *o = deliver_sm();
            uint8_t value[300] = {0}, out[512];
            struct pdu p, mine = {.command = PDU_DELIVER_SM};
            bool good = len >= all[i].least && len <= all[i].most;
            append_number(o, 0, 1);
            append_number(o, all[i].tag, 2);
            append_number(o, (uint32_t)len, 2);
            append(o, value, len);
            assert_int_equal(read_and_free(o, &p), good ? PDU_OK : PDU_BAD_PARAMETER_LENGTH);
            assert_int_equal(pdu_tlv_add(&mine, all[i].tag, value, len), 0);
            assert_int_equal(pdu_write(&mine, out, sizeof out) > 0, good);
        }
    }
}

static void many_parameters(void **state)
{
    (void)state;
    for (uint32_t count = PDU_TLVS_MAX; count <= PDU_TLVS_MAX + 1; count++) {
        struct octets *o = deliver_sm();
        struct pdu p;
        append_number(o, 0, 1);
        for (uint32_t i = 0; i < count; i++) {
            append_number(o, 0x1400 + i, 2);
            append_number(o, 4, 2);
            append_number(o, 0xfffffff0 + i, 4);
        }
        set_length(o);
        uint8_t *kept;
        uint32_t status = read_exactly(o->at, o->len, &p, &kept);
        assert_int_equal(status, count > PDU_TLVS_MAX ? PDU_BAD_TLVS : PDU_OK);
        for (uint32_t i = 0; i < PDU_TLVS_MAX; i++)
            assert_int_equal(pdu_tlv_number(&p, (uint16_t)(0x1400 + i)),
                             (uint32_t)(0xfffffff0 + i));
        assert_int_equal(pdu_tlv_add(&p, 1, NULL, 0), -1);
        free(kept);
        free(o);
    }
}

static void payloads(void **state)
{
    static const size_t lengths[] = {0, 1, 254, 255, 1024, 1025, 65534, 65535};
    uint8_t *payload = malloc(65536), *out = malloc(PDU_MAX);
    (void)state;
    assert_true(payload && out);
    for (size_t i = 0; i < 65536; i++)
        payload[i] = (uint8_t)(i * 7);
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct pdu p = {.command = PDU_SUBMIT_SM, .sequence = 9, .in_payload = true}, again;
        uint8_t *kept;
        p.message = payload;
        p.message_len = lengths[i];
        long len = pdu_write(&p, out, PDU_MAX);
        assert_true(len > (long)lengths[i]);
        assert_int_equal(read_exactly(out, (size_t)len, &again, &kept), PDU_OK);
        assert_true(again.in_payload);
        assert_int_equal(again.tlv_count, 0);
        assert_int_equal(again.message_len, lengths[i]);
        assert_int_equal(memcmp(again.message, payload, lengths[i]), 0);
        free(kept);
        assert_int_equal(pdu_write(&p, out, (size_t)len - 1), -1);
    }
    struct pdu over = {.command = PDU_SUBMIT_SM, .in_payload = true, .message = payload};
    over.message_len = 65536;
    assert_int_equal(pdu_write(&over, out, PDU_MAX), -1);
    over.in_payload = false;
    over.message_len = 255;
    assert_int_equal(pdu_write(&over, out, PDU_MAX), -1);
    free(payload);
    free(out);
}

static void messages_of_all_lengths(void **state)
{
    (void)state;
    for (unsigned len = 0; len <= 256; len++) {
        struct octets *o = deliver_sm();
        struct pdu p;
        append_number(o, len, 1);
        for (unsigned i = 0; i < (len & 0xff); i++)
            append_number(o, i, 1);
        bool good = len <= 254 || len == 256; /* 256 reads 0 */
        set_length(o);
        assert_int_equal(read_exactly(o->at, o->len, &p, NULL), good ? PDU_OK : PDU_BAD_LENGTH);
        if (good)
            assert_int_equal(p.message_len, len & 0xff);
        free(o);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_message_alone),       cmocka_unit_test(parameters_of_a_wrong_length),
        cmocka_unit_test(many_parameters),         cmocka_unit_test(payloads),
        cmocka_unit_test(messages_of_all_lengths),
    };
    return cmocka_run_group_tests_name("unit/smpp_parameters", tests, NULL, NULL);
}
