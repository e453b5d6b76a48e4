/* SPDX-License-Identifier: Apache-2.0 */
/* What the bodies of the known commands are made of, for reader and writer alike. Internal to the
 * codec. */
#ifndef ML_SMPP_PDU_LAYOUT_H
#define ML_SMPP_PDU_LAYOUT_H

#include "smpp/pdu.h"

/* A mandatory parameter: a member of struct pdu. */
struct pdu_field {
    size_t offset; /* in struct pdu */
    size_t size;   /* of a C-octet string, its NUL included; 0: an integer of one octet */
};

struct pdu_layout {
    const struct pdu_field *fields;
    size_t count;
    bool has_message; /* sm_length and short_message follow */
    bool has_tlvs;
    bool may_lack; /* no body at all where the status is not 0 */
};

/* NULL for a command that is not known. */
const struct pdu_layout *pdu_layout(uint32_t command);

/* May a parameter of that tag have that length? */
bool pdu_tlv_fits(uint16_t tag, size_t len);

#endif
