/* SPDX-License-Identifier: Apache-2.0 */
/* SMPP 3.4 PDUs as plain data, and their octets. Strict: every length is held against the standard
 * (SMPP v3.4 Issue 1.2, sections 4 and 5) before anything is used. Nothing is allocated. */
#ifndef ML_SMPP_PDU_H
#define ML_SMPP_PDU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "smpp/command.h"

enum {
    PDU_HEADER = 16,       /* octets */
    PDU_MAX = 70000,       /* octets of a PDU: message_payload has at most 65,535 */
    PDU_MESSAGE_MAX = 254, /* octets of short_message */
    PDU_PAYLOAD_MAX = 65535,
    PDU_ID_MAX = 65, /* octets of a message_id without its NUL */
    PDU_TLVS_MAX = 32
};

/* An optional parameter; value is borrowed. */
struct pdu_tlv {
    uint16_t tag;
    uint16_t len; /* octets */
    const uint8_t *value;
};

struct pdu_address {
    uint8_t ton, npi;
    char digits[21]; /* NUL-terminated; may be a name */
};

/* One PDU. Which members count depends on the command; the others are 0 or "". */
struct pdu {
    uint32_t command, status, sequence;
    /* bind_*, and system_id of their answers */
    char system_id[16], password[9], system_type[13];
    uint8_t interface_version;
    uint8_t range_ton, range_npi;
    char address_range[41];
    /* submit_sm, deliver_sm */
    char service_type[6];
    struct pdu_address source, dest;
    uint8_t esm_class, protocol_id, priority;
    char schedule[17], validity[17];
    uint8_t registered_delivery, replace, data_coding, default_message;
    const uint8_t *message; /* borrowed: short_message, or message_payload where in_payload */
    size_t message_len;     /* octets */
    bool in_payload;
    /* submit_sm_resp, deliver_sm_resp */
    char message_id[PDU_ID_MAX + 1];
    struct pdu_tlv tlvs[PDU_TLVS_MAX]; /* without message_payload */
    size_t tlv_count;
};

/* How long the PDU at the start of a stream is, of which n octets are there. Returns its octets (16
 * to PDU_MAX), 0 if n < 4, or -1 if no PDU has that length: the stream can then not be read on. */
long pdu_length(const uint8_t *octets, size_t n);

/* Read one PDU of len octets, len being its command_length. *out borrows from octets. Returns
 * PDU_OK, or the command_status of the refusal (command, sequence and status of *out are filled
 * where len >= 16):
 * - PDU_BAD_COMMAND: a command that is not in command.def
 * - PDU_BAD_CMD_LENGTH: the body ends too early, or has octets left over
 * - PDU_BAD_LENGTH: sm_length over 254 or beyond the body
 * - PDU_BAD_PARAMETER_LENGTH: a C-octet string longer than the standard allows or without its NUL,
 *   or a known optional parameter (tlv.def) of a wrong length
 * - PDU_BAD_TLVS: optional parameters that run over the end, or are more than PDU_TLVS_MAX
 * - PDU_BAD_PARAMETER_VALUE: message_payload together with short_message, or twice
 * An answer with a status other than 0 may have no body (SMPP v3.4, 4.1.2 and 4.4.2). Values are
 * for the caller to judge: strings may have any octets. */
uint32_t pdu_read(const uint8_t *octets, size_t len, struct pdu *out);

/* Write a PDU. Returns its octets, or -1 if it does not fit cap, the command is not known, or a
 * member or parameter has a length that pdu_read would refuse. */
long pdu_write(const struct pdu *p, uint8_t *out, size_t cap);

/* The parameter with that tag, or NULL. */
const struct pdu_tlv *pdu_tlv(const struct pdu *p, uint16_t tag);

/* The value of an integer parameter of 1, 2 or 4 octets (big-endian), or -1 if it is absent or of
 * another length. */
int64_t pdu_tlv_number(const struct pdu *p, uint16_t tag);

/* Add a parameter; value is borrowed. Returns 0, or -1 if there are too many. */
int pdu_tlv_add(struct pdu *p, uint16_t tag, const uint8_t *value, size_t len);

/* Names for logs, such as "deliver_sm" and "ESME_RTHROTTLED"; unknown ones are "other". */
const char *pdu_command_name(uint32_t command);
const char *pdu_status_name(uint32_t status);

#endif
