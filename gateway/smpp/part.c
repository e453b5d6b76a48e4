/* SPDX-License-Identifier: Apache-2.0 */
#include "smpp/parts.h"

#include <string.h>

enum {
    UDHI = 0x40,
    ELEMENT_HEAD = 2, /* octets: identifier and length */
    CONCAT_8 = 0x00,
    CONCAT_8_LEN = 3,
    CONCAT_16 = 0x08,
    CONCAT_16_LEN = 4
};

static bool is_within(unsigned number, unsigned total)
{
    return number >= 1 && number <= total;
}

static void set(struct part *out, enum part_kind kind, unsigned reference, const uint8_t *numbers)
{
    if (!is_within(numbers[1], numbers[0]))
        return;
    out->kind = kind;
    out->reference = (uint16_t)reference;
    out->total = numbers[0];
    out->number = numbers[1];
}

/* Take one information element, if it is about concatenation. */
static void take_element(struct part *out, const uint8_t *e)
{
    const uint8_t *data = e + ELEMENT_HEAD;
    if (e[0] == CONCAT_8 && e[1] == CONCAT_8_LEN)
        set(out, PART_UDH8, data[0], data + 1);
    else if (e[0] == CONCAT_16 && e[1] == CONCAT_16_LEN)
        set(out, PART_UDH16, (unsigned)data[0] << 8 | data[1], data + 2);
}

/* TS 23.040, 9.2.3.24. */
static uint32_t read_header(const struct pdu *p, struct part *out)
{
    const uint8_t *octets = p->message;
    if (p->message_len == 0 || (size_t)octets[0] + 1 > p->message_len)
        return PDU_BAD_LENGTH;
    size_t end = (size_t)octets[0] + 1;
    for (size_t at = 1; at < end; at += ELEMENT_HEAD + octets[at + 1]) {
        if (end - at < ELEMENT_HEAD || end - at - ELEMENT_HEAD < octets[at + 1])
            return PDU_BAD_LENGTH;
        take_element(out, octets + at);
    }
    out->header = (uint16_t)end;
    out->octets = octets + end;
    out->len = p->message_len - end;
    return PDU_OK;
}

/* SMPP v3.4, 5.3.2.22 to 5.3.2.24: ignored unless all three are there. */
static uint32_t read_sar(const struct pdu *p, struct part *out)
{
    int64_t reference = pdu_tlv_number(p, TAG_SAR_REFERENCE);
    int64_t total = pdu_tlv_number(p, TAG_SAR_TOTAL);
    int64_t number = pdu_tlv_number(p, TAG_SAR_SEQUENCE);
    if (reference < 0 || total < 0 || number < 0)
        return PDU_OK;
    if (reference > UINT16_MAX || total > UINT8_MAX ||
        !is_within((unsigned)number, (unsigned)total))
        return PDU_BAD_PARAMETER_VALUE;
    uint8_t numbers[] = {(uint8_t)total, (uint8_t)number};
    set(out, PART_SAR, (unsigned)reference, numbers);
    return PDU_OK;
}

uint32_t part_of(const struct pdu *p, struct part *out)
{
    uint32_t status = PDU_OK;
    *out = (struct part){.total = 1, .number = 1, .octets = p->message, .len = p->message_len};
    if (p->esm_class & UDHI)
        status = read_header(p, out);
    if (status == PDU_OK && out->kind == PART_ALONE)
        status = read_sar(p, out);
    if (out->total == 1)
        out->kind = PART_ALONE;
    return status;
}
