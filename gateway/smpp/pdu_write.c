/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "smpp/pdu_layout.h"

struct writer {
    uint8_t *out;
    size_t cap, len;
    bool failed; /* something does not fit, or is against the standard */
};

static void put(struct writer *w, const void *octets, size_t len)
{
    if (w->failed || len > w->cap - w->len) {
        w->failed = true;
        return;
    }
    if (len > 0)
        memcpy(w->out + w->len, octets, len);
    w->len += len;
}

static void put_number(struct writer *w, uint32_t n, size_t len)
{
    uint8_t octets[4] = {(uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n};
    put(w, octets + 4 - len, len);
}

static void put_fields(struct writer *w, const struct pdu_layout *layout, const struct pdu *p)
{
    for (size_t i = 0; i < layout->count; i++) {
        const struct pdu_field *f = &layout->fields[i];
        const char *member = (const char *)p + f->offset;
        size_t len = f->size ? strnlen(member, f->size) + 1 : 1;
        w->failed = w->failed || (f->size && len > f->size);
        put(w, member, len);
    }
}

static void put_tlv(struct writer *w, uint16_t tag, const uint8_t *value, size_t len)
{
    w->failed = w->failed || !pdu_tlv_fits(tag, len);
    put_number(w, tag, 2);
    put_number(w, (uint32_t)len, 2);
    put(w, value, len);
}

static void put_message(struct writer *w, const struct pdu *p)
{
    size_t most = p->in_payload ? PDU_PAYLOAD_MAX : PDU_MESSAGE_MAX;
    /* message_payload stands in p->message alone, so that it cannot be there twice. */
    w->failed = w->failed || p->message_len > most || pdu_tlv(p, TAG_MESSAGE_PAYLOAD);
    if (p->in_payload) {
        put_number(w, 0, 1);
        put_tlv(w, TAG_MESSAGE_PAYLOAD, p->message, p->message_len);
    } else {
        put_number(w, (uint32_t)p->message_len, 1);
        put(w, p->message, p->message_len);
    }
}

/* "If the command_status is non-zero the body is not returned" (4.1.2 and 4.4.2); deliver_sm_resp
 * always has one (4.6.2). */
static bool has_body(const struct pdu_layout *layout, const struct pdu *p)
{
    return !layout->may_lack || p->status == PDU_OK ||
           p->command == (PDU_RESPONSE | PDU_DELIVER_SM) || p->message_id[0] || p->system_id[0] ||
           p->tlv_count > 0;
}

static void put_body(struct writer *w, const struct pdu_layout *layout, const struct pdu *p)
{
    put_fields(w, layout, p);
    if (layout->has_message)
        put_message(w, p);
    w->failed = w->failed || (p->tlv_count > 0 && !layout->has_tlvs);
    for (size_t i = 0; !w->failed && i < p->tlv_count; i++)
        put_tlv(w, p->tlvs[i].tag, p->tlvs[i].value, p->tlvs[i].len);
}

long pdu_write(const struct pdu *p, uint8_t *out, size_t cap)
{
    struct writer w = {.out = out, .cap = cap < PDU_MAX ? cap : PDU_MAX};
    const struct pdu_layout *layout = pdu_layout(p->command);
    if (!layout || p->tlv_count > PDU_TLVS_MAX)
        return -1;
    put_number(&w, 0, 4);
    put_number(&w, p->command, 4);
    put_number(&w, p->status, 4);
    put_number(&w, p->sequence, 4);
    if (has_body(layout, p))
        put_body(&w, layout, p);
    if (w.failed)
        return -1;
    struct writer length = {.out = out, .cap = 4};
    put_number(&length, (uint32_t)w.len, 4);
    return (long)w.len;
}

int pdu_tlv_add(struct pdu *p, uint16_t tag, const uint8_t *value, size_t len)
{
    if (p->tlv_count == PDU_TLVS_MAX || len > UINT16_MAX)
        return -1;
    p->tlvs[p->tlv_count++] = (struct pdu_tlv){.tag = tag, .len = (uint16_t)len, .value = value};
    return 0;
}
