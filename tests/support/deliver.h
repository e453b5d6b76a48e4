/* SPDX-License-Identifier: Apache-2.0 */
/* A deliver_sm filled by hand; parts of long messages among them. */
#ifndef ML_TESTS_SUPPORT_DELIVER_H
#define ML_TESTS_SUPPORT_DELIVER_H

#include <string.h>

#include "smpp/pdu.h"

/* The PDU and what it borrows. */
struct deliver {
    struct pdu pdu;
    uint8_t octets[512], sar[4], state, op, session[2];
};

static inline void deliver_text(struct deliver *d, const void *octets, size_t len)
{
    memcpy(d->octets, octets, len);
    d->pdu.message = d->octets;
    d->pdu.message_len = len;
}

static inline void deliver_begin(struct deliver *d, const char *text)
{
    memset(d, 0, sizeof *d);
    d->pdu.command = PDU_DELIVER_SM;
    d->pdu.source = (struct pdu_address){1, 1, "8562055512345"};
    d->pdu.dest = (struct pdu_address){0, 0, "1234"};
    deliver_text(d, text, strlen(text));
}

/* A part by user data header, 8-bit reference (up to 255) or 16-bit. */
static inline void deliver_udh(struct deliver *d, unsigned reference, const uint8_t place[2],
                               const char *text)
{
    bool wide = reference > 255;
    uint8_t header[7] = {5, 0, 3, (uint8_t)reference, place[0], place[1]};
    if (wide)
        memcpy(
            header,
            (uint8_t[]){6, 8, 4, (uint8_t)(reference >> 8), (uint8_t)reference, place[0], place[1]},
            7);
    deliver_begin(d, "");
    memcpy(d->octets, header, sizeof header);
    memcpy(d->octets + 6 + wide, text, strlen(text));
    d->pdu.message_len = 6 + wide + strlen(text);
    d->pdu.esm_class = 0x40;
}

static inline void deliver_sar(struct deliver *d, unsigned reference, const uint8_t place[2],
                               const char *text)
{
    deliver_begin(d, text);
    d->sar[0] = (uint8_t)(reference >> 8);
    d->sar[1] = (uint8_t)reference;
    d->sar[2] = place[0];
    d->sar[3] = place[1];
    pdu_tlv_add(&d->pdu, TAG_SAR_REFERENCE, d->sar, 2);
    pdu_tlv_add(&d->pdu, TAG_SAR_TOTAL, d->sar + 2, 1);
    pdu_tlv_add(&d->pdu, TAG_SAR_SEQUENCE, d->sar + 3, 1);
}

#endif
