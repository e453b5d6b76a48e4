/* SPDX-License-Identifier: Apache-2.0 */
#include "smpp/sms.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "smpp/address.h"
#include "text/segment.h"

enum {
    WHY = 128,
    UDHI = 0x40,
    HEADER_8 = 6, /* octets of the user data header, 8-bit reference */
    HEADER_16 = 7,
    ALL_RECEIPTS = 1 /* registered_delivery: of success and failure */
};

/* Write the user data header of a part (TS 23.040, 9.2.3.24.1 and 9.2.3.24.8). Returns its octets.
 */
static size_t write_header(enum profile_long how, const struct sms_part *part, uint8_t *out)
{
    const uint8_t low = (uint8_t)part->reference, high = (uint8_t)(part->reference >> 8);
    const uint8_t with_8[HEADER_8] = {HEADER_8 - 1, 0x00, 3, low, part->total, part->number};
    const uint8_t with_16[HEADER_16] = {HEADER_16 - 1, 0x08,        4,           high,
                                        low,           part->total, part->number};
    if (how == LONG_UDH8)
        memcpy(out, with_8, HEADER_8);
    else
        memcpy(out, with_16, HEADER_16);
    return how == LONG_UDH8 ? HEADER_8 : HEADER_16;
}

/* Write the octets of a part, whose number, total and reference are set. Returns 0 or -1. */
static int fill_part(const struct profile *p, const struct sms_text *t,
                     const struct segment_span *span, struct sms_part *part)
{
    bool header = part->total > 0 && p->sms_long != LONG_SAR;
    struct dcs_text text = {t->text + span->start, span->end - span->start, t->coding, false};
    size_t at = header ? write_header(p->sms_long, part, part->octets) : 0;
    int len = dcs_write(p, &text, part->octets + at, sizeof part->octets - at, &part->data_coding);
    if (len < 0)
        return -1;
    part->len = (uint16_t)(at + (size_t)len);
    if (header) {
        part->esm_class = UDHI;
        part->number = part->total = 0;
    }
    return 0;
}

/* The parts of a text in these spans. Returns their number or -1. */
static int fill_parts(const struct profile *p, const struct sms_text *t,
                      const struct segment_span *spans, int count, struct sms_part *out)
{
    for (int i = 0; i < count; i++) {
        out[i] = (struct sms_part){.reference = t->reference};
        if (count > 1) {
            out[i].number = (uint8_t)(i + 1);
            out[i].total = (uint8_t)count;
        }
        if (fill_part(p, t, &spans[i], &out[i]) != 0)
            return -1;
    }
    return count;
}

int sms_cut(const struct profile *p, struct words *w, const struct sms_text *t,
            struct sms_part *out, size_t max)
{
    struct segment_span spans[SMS_PARTS_MAX];
    struct measure m;
    bool payload = p->sms_long == LONG_PAYLOAD;
    struct segment_text st = {"", t->text, t->len,
                              p->sms_long == LONG_UDH8 ? SEGMENT_REF8 : SEGMENT_REF16};
    if (max == 0 || coding_measure(t->text, t->len, &m) != 0 || m.coding != t->coding)
        return -1;
    if (payload && (m.coding == CODING_GSM7 ? m.septets > 160 : m.units > 70)) {
        out[0] = (struct sms_part){.payload = true};
        return 1;
    }
    int n = segment_split(w, &st, spans, max < SMS_PARTS_MAX ? max : SMS_PARTS_MAX);
    return n < 0 ? -1 : fill_parts(p, t, spans, n, out);
}

/* The whole text as message_payload. */
static int write_payload(const struct profile *p, const struct sms_text *t, uint8_t *memory,
                         size_t cap, struct pdu *out)
{
    struct dcs_text text = {t->text, t->len, t->coding, false};
    int len = dcs_write(p, &text, memory, cap < PDU_PAYLOAD_MAX ? cap : PDU_PAYLOAD_MAX,
                        &out->data_coding);
    if (len < 0)
        return -1;
    out->in_payload = true;
    out->message_len = (size_t)len;
    return 0;
}

static int write_part(const struct sms_part *part, uint8_t *memory, size_t cap, struct pdu *out)
{
    if (cap < SMS_PART_MEMORY)
        return -1;
    memcpy(memory, part->octets, part->len);
    out->esm_class = part->esm_class;
    out->data_coding = part->data_coding;
    out->message_len = part->len;
    if (part->total == 0)
        return 0;
    uint8_t *sar = memory + SMS_PART_OCTETS;
    sar[0] = (uint8_t)(part->reference >> 8);
    sar[1] = (uint8_t)part->reference;
    sar[2] = part->total;
    sar[3] = part->number;
    return pdu_tlv_add(out, TAG_SAR_REFERENCE, sar, 2) |
           pdu_tlv_add(out, TAG_SAR_TOTAL, sar + 2, 1) |
           pdu_tlv_add(out, TAG_SAR_SEQUENCE, sar + 3, 1);
}

int sms_write(const struct profile *p, const struct sms_text *t, const struct sms_part *part,
              uint8_t *memory, size_t cap, struct pdu *out)
{
    memset(out, 0, sizeof *out);
    out->command = PDU_SUBMIT_SM;
    if (address_ours(p, t->from, &out->source) != 0 ||
        address_subscriber(p, t->msisdn, &out->dest) != 0)
        return -1;
    out->registered_delivery = p->conf->receipts ? ALL_RECEIPTS : 0;
    out->message = memory;
    return part->payload ? write_payload(p, t, memory, cap, out)
                         : write_part(part, memory, cap, out);
}

int sms_read(const struct profile *p, const struct dcs_octets *in, char *out, size_t cap,
             char why[128])
{
    enum dcs_alphabet a = dcs_alphabet(p, in->data_coding, in->ussd);
    int len = dcs_read(p, in, out, cap);
    why[0] = '\0';
    if (len >= 0 && utf8_count(out, (size_t)len) <= MESSAGE_TEXT_CHARS)
        return len;
    if (a == DCS_8BIT || a == DCS_COMPRESSED)
        snprintf(why, WHY, "data_coding 0x%02x is %s, not text.", in->data_coding,
                 a == DCS_8BIT ? "8-bit data" : "compressed");
    else
        snprintf(why, WHY, "It is over %d characters, or no text of data_coding 0x%02x.",
                 MESSAGE_TEXT_CHARS, in->data_coding);
    return -1;
}
