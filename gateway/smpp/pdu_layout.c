/* SPDX-License-Identifier: Apache-2.0 */
#include "smpp/pdu_layout.h"

#define MEMBER(member) (((struct pdu *)0)->member)
#define STRING(member)                                                                             \
    {                                                                                              \
        offsetof(struct pdu, member), sizeof MEMBER(member)                                        \
    }
#define OCTET(member)                                                                              \
    {                                                                                              \
        offsetof(struct pdu, member), 0                                                            \
    }
#define FIELDS(list) .fields = (list), .count = sizeof(list) / sizeof *(list)

static const struct pdu_field bind[] = {
    STRING(system_id), STRING(password), STRING(system_type),   OCTET(interface_version),
    OCTET(range_ton),  OCTET(range_npi), STRING(address_range),
};

static const struct pdu_field bind_answer[] = {STRING(system_id)};

static const struct pdu_field message[] = {
    STRING(service_type),
    OCTET(source.ton),
    OCTET(source.npi),
    STRING(source.digits),
    OCTET(dest.ton),
    OCTET(dest.npi),
    STRING(dest.digits),
    OCTET(esm_class),
    OCTET(protocol_id),
    OCTET(priority),
    STRING(schedule),
    STRING(validity),
    OCTET(registered_delivery),
    OCTET(replace),
    OCTET(data_coding),
    OCTET(default_message),
};

static const struct pdu_field message_answer[] = {STRING(message_id)};

enum body { BODY_NONE, BODY_BIND, BODY_BIND_ANSWER, BODY_MESSAGE, BODY_MESSAGE_ANSWER };

static const struct pdu_layout layouts[] = {
    [BODY_NONE] = {.count = 0},
    [BODY_BIND] = {FIELDS(bind), .has_tlvs = true},
    [BODY_BIND_ANSWER] = {FIELDS(bind_answer), .has_tlvs = true, .may_lack = true},
    [BODY_MESSAGE] = {FIELDS(message), .has_message = true, .has_tlvs = true},
    [BODY_MESSAGE_ANSWER] = {FIELDS(message_answer), .has_tlvs = true, .may_lack = true},
};

const struct pdu_layout *pdu_layout(uint32_t command)
{
    switch (command) {
#define COMMAND(name, number, body, answer)                                                        \
    case number:                                                                                   \
        return &layouts[body];                                                                     \
    case PDU_RESPONSE | number:                                                                    \
        return &layouts[answer];
#include "smpp/command.def"
#undef COMMAND
    case PDU_GENERIC_NACK:
        return &layouts[BODY_NONE];
    default:
        return NULL;
    }
}

bool pdu_tlv_fits(uint16_t tag, size_t len)
{
    switch (tag) {
#define TLV(name, number, least, most)                                                             \
    case number:                                                                                   \
        return len - (least) <= (most) - (least);
#include "smpp/tlv.def"
#undef TLV
    default:
        return true;
    }
}
