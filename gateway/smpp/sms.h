/* SPDX-License-Identifier: Apache-2.0 */
/* SMS over SMPP: an MT as one or more submit_sm, cut and coded as the profile says (text/segment.h
 * cuts). */
#ifndef ML_SMPP_SMS_H
#define ML_SMPP_SMS_H

#include "message/message.h"
#include "smpp/dcs.h"
#include "smpp/pdu.h"
#include "text/words.h"

enum { SMS_PARTS_MAX = 16, SMS_PART_OCTETS = 160 };

struct sms_text {
    const char *from, *msisdn, *text; /* borrowed */
    size_t len;                       /* octets of text */
    enum coding coding;
    uint16_t reference; /* of the parts; the 8-bit form uses its low octet */
};

/* One part, kept by value until it is submitted. */
struct sms_part {
    uint8_t esm_class, data_coding;
    uint8_t number, total; /* sar_*; 0 where not used */
    uint16_t reference;
    bool payload; /* the whole text in message_payload; octets are not filled */
    uint16_t len;
    uint8_t octets[SMS_PART_OCTETS]; /* user data header included */
};

/* Cut a text. One that fits a single SMS is one part with nothing around it. Parts with sar_* hold
 * as much as those with a 16-bit reference, because the SMSC makes the header and may choose that
 * one. Returns the number of parts (1 for LONG_PAYLOAD), or -1: more than max, not of its coding,
 * or without memory. */
int sms_cut(const struct profile *p, struct words *w, const struct sms_text *t,
            struct sms_part *out, size_t max);

/* Fill the submit_sm of a part. memory backs what the PDU borrows: PDU_MAX octets for a payload,
 * else SMS_PART_MEMORY. Returns 0, or -1: an address or a text that does not fit. */
enum { SMS_PART_MEMORY = SMS_PART_OCTETS + 4 };
int sms_write(const struct profile *p, const struct sms_text *t, const struct sms_part *part,
              uint8_t *memory, size_t cap, struct pdu *out);

/* The text of a whole inbound SMS as UTF-8, NUL-terminated. Returns octets, or -1 if it is none, or
 * more than MESSAGE_TEXT_CHARS characters, with why: a sentence for the log. MESSAGE_TEXT_MAX + 1
 * octets of cap are enough. */
int sms_read(const struct profile *p, const struct dcs_octets *in, char *out, size_t cap,
             char why[128]);

#endif
