/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "smpp/pdu_layout.h"

/* What is left of a PDU. */
struct reader {
    const uint8_t *at;
    size_t left;
};

static uint32_t number(const uint8_t *octets, size_t len)
{
    uint32_t n = 0;
    for (size_t i = 0; i < len; i++)
        n = n << 8 | octets[i];
    return n;
}

static const uint8_t *take(struct reader *r, size_t len)
{
    const uint8_t *at = r->at;
    r->at += len;
    r->left -= len;
    return at;
}

long pdu_length(const uint8_t *octets, size_t n)
{
    if (n < 4)
        return 0;
    uint32_t len = number(octets, 4);
    return len >= PDU_HEADER && len <= PDU_MAX ? (long)len : -1;
}

static uint32_t read_field(struct reader *r, const struct pdu_field *f, struct pdu *out)
{
    char *member = (char *)out + f->offset;
    if (r->left == 0)
        return PDU_BAD_CMD_LENGTH;
    if (f->size == 0) {
        *(uint8_t *)member = *take(r, 1);
        return PDU_OK;
    }
    size_t most = f->size < r->left ? f->size : r->left;
    const uint8_t *end = memchr(r->at, '\0', most);
    if (!end)
        return PDU_BAD_PARAMETER_LENGTH;
    size_t len = (size_t)(end - r->at) + 1;
    memcpy(member, take(r, len), len);
    return PDU_OK;
}

static uint32_t read_fields(struct reader *r, const struct pdu_layout *layout, struct pdu *out)
{
    uint32_t status = PDU_OK;
    for (size_t i = 0; status == PDU_OK && i < layout->count; i++)
        status = read_field(r, &layout->fields[i], out);
    return status;
}

static uint32_t read_message(struct reader *r, struct pdu *out)
{
    if (r->left == 0)
        return PDU_BAD_CMD_LENGTH;
    size_t len = *take(r, 1);
    if (len > PDU_MESSAGE_MAX || len > r->left)
        return PDU_BAD_LENGTH;
    out->message_len = len;
    out->message = take(r, len);
    return PDU_OK;
}

static uint32_t keep_payload(struct pdu *out, const struct pdu_tlv *tlv)
{
    if (out->in_payload || out->message_len > 0)
        return PDU_BAD_PARAMETER_VALUE;
    out->in_payload = true;
    out->message = tlv->value;
    out->message_len = tlv->len;
    return PDU_OK;
}

static uint32_t read_tlv(struct reader *r, bool has_message, struct pdu *out)
{
    if (r->left < 4)
        return PDU_BAD_TLVS;
    const uint8_t *head = take(r, 4);
    struct pdu_tlv tlv = {.tag = (uint16_t)number(head, 2), .len = (uint16_t)number(head + 2, 2)};
    if (tlv.len > r->left)
        return PDU_BAD_TLVS;
    tlv.value = take(r, tlv.len);
    if (!pdu_tlv_fits(tlv.tag, tlv.len))
        return PDU_BAD_PARAMETER_LENGTH;
    if (has_message && tlv.tag == TAG_MESSAGE_PAYLOAD)
        return keep_payload(out, &tlv);
    if (out->tlv_count == PDU_TLVS_MAX)
        return PDU_BAD_TLVS;
    out->tlvs[out->tlv_count++] = tlv;
    return PDU_OK;
}

static uint32_t read_body(struct reader *r, const struct pdu_layout *layout, struct pdu *out)
{
    if (layout->may_lack && out->status != PDU_OK && r->left == 0)
        return PDU_OK;
    uint32_t status = read_fields(r, layout, out);
    if (status == PDU_OK && layout->has_message)
        status = read_message(r, out);
    while (status == PDU_OK && layout->has_tlvs && r->left > 0)
        status = read_tlv(r, layout->has_message, out);
    return status == PDU_OK && r->left > 0 ? PDU_BAD_CMD_LENGTH : status;
}

uint32_t pdu_read(const uint8_t *octets, size_t len, struct pdu *out)
{
    memset(out, 0, sizeof *out);
    if (len < PDU_HEADER)
        return PDU_BAD_CMD_LENGTH;
    out->command = number(octets + 4, 4);
    out->status = number(octets + 8, 4);
    out->sequence = number(octets + 12, 4);
    if (number(octets, 4) != len || len > PDU_MAX)
        return PDU_BAD_CMD_LENGTH;
    const struct pdu_layout *layout = pdu_layout(out->command);
    if (!layout)
        return PDU_BAD_COMMAND;
    struct reader r = {.at = octets + PDU_HEADER, .left = len - PDU_HEADER};
    return read_body(&r, layout, out);
}

const struct pdu_tlv *pdu_tlv(const struct pdu *p, uint16_t tag)
{
    for (size_t i = 0; i < p->tlv_count; i++)
        if (p->tlvs[i].tag == tag)
            return &p->tlvs[i];
    return NULL;
}

int64_t pdu_tlv_number(const struct pdu *p, uint16_t tag)
{
    const struct pdu_tlv *tlv = pdu_tlv(p, tag);
    if (!tlv || (tlv->len != 1 && tlv->len != 2 && tlv->len != 4))
        return -1;
    return number(tlv->value, tlv->len);
}
