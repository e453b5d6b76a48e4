/* SPDX-License-Identifier: Apache-2.0 */
/* libsmpp34 as a second opinion, within its limits: the same values give the same octets, what we
 * write it reads with the same values, and what it packs we read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <smpp34.h>
#include <smpp34_structs.h>

/* Names the structs above. */
#include <smpp34_params.h>

#include "smpp/pdu.h"

/* Where its limits are (test_smpp34_limits.c). */
enum { PAYLOAD_MAX = 1024, MESSAGE_MAX = 253 };

enum { ROUNDS = 3000, OCTETS = 4096 };

static uint32_t drawn = 1;

static uint32_t draw(uint32_t below)
{
    drawn = drawn * 1664525 + 1013904223;
    return (drawn >> 8) % below;
}

static void draw_string(char *out, size_t size)
{
    size_t len = draw((uint32_t)size);
    memset(out, 0, size);
    for (size_t i = 0; i < len; i++)
        out[i] = (char)(33 + draw(94));
}

/* Those that its tables have. */
static uint8_t draw_npi(void)
{
    static const uint8_t npis[] = {0, 1, 3, 4, 6, 8, 9, 10, 14, 18};
    return npis[draw(sizeof npis)];
}

static struct pdu_address draw_address(void)
{
    struct pdu_address a = {.ton = (uint8_t)draw(7), .npi = draw_npi()};
    draw_string(a.digits, sizeof a.digits);
    return a;
}

static const struct {
    uint16_t tag, least, most;
} tlvs[] = {{TAG_USER_MESSAGE_REFERENCE, 2, 2},
            {TAG_SAR_REFERENCE, 2, 2},
            {TAG_SAR_TOTAL, 1, 1},
            {TAG_SAR_SEQUENCE, 1, 1},
            {TAG_ITS_SESSION_INFO, 2, 2},
            {TAG_USSD_SERVICE_OP, 1, 1},
            {0x1401, 0, 300},
            {0x0381, 4, 19}};

static void draw_tlvs(struct pdu *p, const uint8_t *pool)
{
    for (size_t n = draw(6); n > 0; n--) {
        size_t i = draw(sizeof tlvs / sizeof *tlvs);
        size_t len = tlvs[i].least + draw(tlvs[i].most - tlvs[i].least + 1u);
        assert_int_equal(pdu_tlv_add(p, tlvs[i].tag, pool + draw(100), len), 0);
    }
}

static struct pdu draw_message(uint32_t command, const uint8_t *pool)
{
    struct pdu p = {.command = command, .sequence = 1 + draw(0xffffff)};
    draw_string(p.service_type, sizeof p.service_type);
    p.source = draw_address();
    p.dest = draw_address();
    p.esm_class = (uint8_t)draw(256);
    p.protocol_id = (uint8_t)draw(256);
    p.priority = (uint8_t)draw(256);
    if (command == PDU_SUBMIT_SM && draw(2))
        strcpy(p.validity, "000001000000000R");
    p.registered_delivery = (uint8_t)draw(256);
    p.replace = (uint8_t)draw(256);
    p.data_coding = (uint8_t)draw(256);
    p.default_message = (uint8_t)draw(256);
    p.in_payload = draw(4) == 0;
    p.message = pool + draw(100);
    p.message_len = draw(p.in_payload ? PAYLOAD_MAX + 1 : MESSAGE_MAX + 1);
    draw_tlvs(&p, pool);
    return p;
}

/* Both structs have the same members, each its own size of them. */
#define FILL(m, p)                                                                                 \
    do {                                                                                           \
        (m)->command_id = (p)->command;                                                            \
        (m)->sequence_number = (p)->sequence;                                                      \
        strcpy((char *)(m)->service_type, (p)->service_type);                                      \
        (m)->source_addr_ton = (p)->source.ton;                                                    \
        (m)->source_addr_npi = (p)->source.npi;                                                    \
        strcpy((char *)(m)->source_addr, (p)->source.digits);                                      \
        (m)->dest_addr_ton = (p)->dest.ton;                                                        \
        (m)->dest_addr_npi = (p)->dest.npi;                                                        \
        strcpy((char *)(m)->destination_addr, (p)->dest.digits);                                   \
        (m)->esm_class = (p)->esm_class;                                                           \
        (m)->protocol_id = (p)->protocol_id;                                                       \
        (m)->priority_flag = (p)->priority;                                                        \
        strcpy((char *)(m)->validity_period, (p)->validity);                                       \
        (m)->registered_delivery = (p)->registered_delivery;                                       \
        (m)->replace_if_present_flag = (p)->replace;                                               \
        (m)->data_coding = (p)->data_coding;                                                       \
        (m)->sm_default_msg_id = (p)->default_message;                                             \
        (m)->sm_length = (p)->in_payload ? 0 : (uint8_t)(p)->message_len;                          \
        memcpy((m)->short_message, (p)->message, (m)->sm_length);                                  \
    } while (0)

/* Its numbers are the host's. */
static void fill_tlv(tlv_t **list, uint16_t tag, const uint8_t *value, size_t len)
{
    tlv_t t = {.tag = tag, .length = (uint16_t)len};
    if (len == 2 && tag != 0x1401)
        t.value.val16 = (uint16_t)(value[0] << 8 | value[1]);
    else
        memcpy(t.value.octet, value, len);
    assert_int_equal(build_tlv(list, &t), 0);
}

/* Its list is the last one first. */
static tlv_t *fill_tlvs(const struct pdu *p)
{
    tlv_t *list = NULL;
    for (size_t i = p->tlv_count; i > 0; i--)
        fill_tlv(&list, p->tlvs[i - 1].tag, p->tlvs[i - 1].value, p->tlvs[i - 1].len);
    if (p->in_payload)
        fill_tlv(&list, TAG_MESSAGE_PAYLOAD, p->message, p->message_len);
    return list;
}

static void same_message(const struct pdu *a, const struct pdu *b)
{
    assert_int_equal(a->command, b->command);
    assert_int_equal(a->sequence, b->sequence);
    assert_string_equal(a->service_type, b->service_type);
    assert_memory_equal(&a->source, &b->source, sizeof a->source);
    assert_memory_equal(&a->dest, &b->dest, sizeof a->dest);
    assert_int_equal(a->esm_class, b->esm_class);
    assert_int_equal(a->protocol_id, b->protocol_id);
    assert_int_equal(a->priority, b->priority);
    assert_string_equal(a->validity, b->validity);
    assert_int_equal(a->registered_delivery, b->registered_delivery);
    assert_int_equal(a->replace, b->replace);
    assert_int_equal(a->data_coding, b->data_coding);
    assert_int_equal(a->default_message, b->default_message);
    assert_int_equal(a->in_payload, b->in_payload);
    assert_int_equal(a->message_len, b->message_len);
    assert_int_equal(memcmp(a->message, b->message, a->message_len), 0);
    assert_int_equal(a->tlv_count, b->tlv_count);
    for (size_t i = 0; i < a->tlv_count; i++) {
        assert_int_equal(a->tlvs[i].tag, b->tlvs[i].tag);
        assert_int_equal(a->tlvs[i].len, b->tlvs[i].len);
        assert_int_equal(memcmp(a->tlvs[i].value, b->tlvs[i].value, a->tlvs[i].len), 0);
    }
}

static void same_tlvs(const tlv_t *reversed, const tlv_t *t)
{
    const tlv_t *theirs[16];
    size_t n = 0;
    for (; reversed; reversed = reversed->next)
        theirs[n++] = reversed;
    for (; t; t = t->next) {
        const tlv_t *other = theirs[--n];
        assert_int_equal(other->tag, t->tag);
        assert_int_equal(other->length, t->length);
        assert_int_equal(memcmp(other->value.octet, t->value.octet, t->length), 0);
    }
    assert_int_equal(n, 0);
}

/* p by both, and both by each other. type is the library's struct. */
#define COMPARE(type, p)                                                                           \
    do {                                                                                           \
        type ours, filled;                                                                         \
        memset(&ours, 0, sizeof ours);                                                             \
        memset(&filled, 0, sizeof filled);                                                         \
        FILL(&filled, p);                                                                          \
        filled.tlv = fill_tlvs(p);                                                                 \
        uint8_t mine[OCTETS], packed[OCTETS];                                                      \
        int packed_len = 0;                                                                        \
        long len = pdu_write(p, mine, sizeof mine);                                                \
        assert_int_equal(smpp34_pack2(packed, sizeof packed, &packed_len, &filled), 0);            \
        assert_int_equal(packed_len, len);                                                         \
        assert_memory_equal(packed, mine, (size_t)len);                                            \
        struct pdu again;                                                                          \
        assert_int_equal(pdu_read(packed, (size_t)packed_len, &again), PDU_OK);                    \
        same_message(&again, p);                                                                   \
        assert_int_equal(smpp34_unpack2(&ours, mine, (int)len), 0);                                \
        same_tlvs(ours.tlv, filled.tlv);                                                           \
        destroy_tlv(ours.tlv);                                                                     \
        destroy_tlv(filled.tlv);                                                                   \
        ours.tlv = filled.tlv = NULL;                                                              \
        filled.command_length = ours.command_length;                                               \
        assert_memory_equal(&ours, &filled, sizeof ours);                                          \
    } while (0)

static void messages(void **state)
{
    uint8_t pool[PAYLOAD_MAX + 400];
    (void)state;
    for (size_t i = 0; i < sizeof pool; i++)
        pool[i] = (uint8_t)draw(256);
    for (unsigned i = 0; i < ROUNDS; i++) {
        struct pdu submit = draw_message(PDU_SUBMIT_SM, pool);
        struct pdu deliver = draw_message(PDU_DELIVER_SM, pool);
        COMPARE(submit_sm_t, &submit);
        COMPARE(deliver_sm_t, &deliver);
    }
}

static void binds(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ROUNDS; i++) {
        struct pdu p = {.command = PDU_BIND_TRANSCEIVER, .sequence = 1 + draw(1000)};
        bind_transceiver_t b;
        uint8_t octets[OCTETS];
        draw_string(p.system_id, sizeof p.system_id);
        draw_string(p.password, sizeof p.password);
        draw_string(p.system_type, sizeof p.system_type);
        draw_string(p.address_range, sizeof p.address_range);
        p.interface_version = 0x34;
        p.range_ton = (uint8_t)draw(7);
        p.range_npi = draw_npi();
        long len = pdu_write(&p, octets, sizeof octets);
        memset(&b, 0, sizeof b);
        assert_int_equal(smpp34_unpack2(&b, octets, (int)len), 0);
        assert_string_equal((char *)b.system_id, p.system_id);
        assert_string_equal((char *)b.password, p.password);
        assert_string_equal((char *)b.system_type, p.system_type);
        assert_int_equal(b.interface_version, 0x34);
        assert_int_equal(b.addr_ton, p.range_ton);
        assert_int_equal(b.addr_npi, p.range_npi);
        assert_string_equal((char *)b.address_range, p.address_range);
        uint8_t packed[OCTETS];
        int packed_len = 0;
        assert_int_equal(smpp34_pack2(packed, sizeof packed, &packed_len, &b), 0);
        assert_int_equal(packed_len, len);
        assert_memory_equal(packed, octets, (size_t)len);
    }
}

static void answers(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ROUNDS; i++) {
        submit_sm_resp_t s = {.command_id = SUBMIT_SM_RESP, .sequence_number = 1 + draw(1000)};
        uint8_t octets[OCTETS], mine[OCTETS];
        int len = 0;
        struct pdu p;
        draw_string((char *)s.message_id, sizeof s.message_id);
        s.command_status = draw(2) ? PDU_THROTTLED : PDU_OK;
        assert_int_equal(smpp34_pack2(octets, sizeof octets, &len, &s), 0);
        assert_int_equal(pdu_read(octets, (size_t)len, &p), PDU_OK);
        assert_int_equal(p.command, PDU_RESPONSE | PDU_SUBMIT_SM);
        assert_int_equal(p.status, s.command_status);
        assert_string_equal(p.message_id, p.status == PDU_OK ? (char *)s.message_id : "");
        assert_int_equal(pdu_write(&p, mine, sizeof mine), len);
        assert_memory_equal(mine, octets, (size_t)len);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages),
        cmocka_unit_test(binds),
        cmocka_unit_test(answers),
    };
    return cmocka_run_group_tests_name("unit/smpp34_opinion", tests, NULL, NULL);
}
