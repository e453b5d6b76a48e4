/* SPDX-License-Identifier: Apache-2.0 */
/* SMPP 3.4 PDUs as plain data, and their octets. Strict: every length is held against the standard
 * (SMPP v3.4 Issue 1.2, sections 4 and 5) before anything is used. Nothing is allocated. */
#ifndef ML_SMPP_PDU_H
#define ML_SMPP_PDU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PDU_HEADER = 16,       /* octets */
    PDU_MAX = 70000,       /* octets of a PDU: message_payload has at most 65,535 */
    PDU_MESSAGE_MAX = 254, /* octets of short_message */
    PDU_PAYLOAD_MAX = 65535,
    PDU_ID_MAX = 65, /* octets of a message_id without its NUL */
    PDU_TLVS_MAX = 32
};

enum pdu_command {
    PDU_GENERIC_NACK = 0x80000000,
    PDU_BIND_RECEIVER = 0x01,
    PDU_BIND_TRANSMITTER = 0x02,
    PDU_SUBMIT_SM = 0x04,
    PDU_DELIVER_SM = 0x05,
    PDU_UNBIND = 0x06,
    PDU_BIND_TRANSCEIVER = 0x09,
    PDU_ENQUIRE_LINK = 0x15,
    PDU_RESPONSE = 0x80000000 /* bit of the answer to a command */
};

/* command_status; status.def has their names. */
enum pdu_status {
    PDU_OK = 0x00,
    PDU_BAD_LENGTH = 0x01,           /* ESME_RINVMSGLEN: sm_length */
    PDU_BAD_CMD_LENGTH = 0x02,       /* ESME_RINVCMDLEN */
    PDU_BAD_COMMAND = 0x03,          /* ESME_RINVCMDID */
    PDU_BAD_BIND_STATE = 0x04,       /* ESME_RINVBNDSTS */
    PDU_SYSTEM_ERROR = 0x08,         /* ESME_RSYSERR */
    PDU_BAD_SOURCE = 0x0a,           /* ESME_RINVSRCADR */
    PDU_BAD_DEST = 0x0b,             /* ESME_RINVDSTADR */
    PDU_QUEUE_FULL = 0x14,           /* ESME_RMSGQFUL */
    PDU_BAD_DATA_CODING = 0x104,     /* ESME_RINVDCS, SMPP 5.0 */
    PDU_THROTTLED = 0x58,            /* ESME_RTHROTTLED */
    PDU_BAD_TLVS = 0xc0,             /* ESME_RINVOPTPARSTREAM */
    PDU_BAD_PARAMETER_LENGTH = 0xc2, /* ESME_RINVPARLEN */
    PDU_BAD_PARAMETER_VALUE = 0xc4   /* ESME_RINVOPTPARAMVAL */
};

enum pdu_tag {
    TAG_USER_MESSAGE_REFERENCE = 0x0204,
    TAG_SAR_REFERENCE = 0x020c,
    TAG_SAR_TOTAL = 0x020e,
    TAG_SAR_SEQUENCE = 0x020f,
    TAG_SC_INTERFACE_VERSION = 0x0210,
    TAG_NETWORK_ERROR_CODE = 0x0423,
    TAG_MESSAGE_PAYLOAD = 0x0424,
    TAG_MESSAGE_STATE = 0x0427,
    TAG_RECEIPTED_MESSAGE_ID = 0x001e,
    TAG_USSD_SERVICE_OP = 0x0501,
    TAG_ITS_SESSION_INFO = 0x1383
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
    struct pdu_address range; /* its digits are address_range, at most 20 octets here */
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
 * where len >= 16): PDU_BAD_COMMAND for a command that is not in enum pdu_command,
 * PDU_BAD_CMD_LENGTH for a body that ends too early or has octets left over, PDU_BAD_LENGTH for
 * sm_length over 254 or beyond the body, PDU_BAD_PARAMETER_LENGTH for a C-octet string longer than
 * the standard allows or without its NUL and for a known parameter of a wrong length, PDU_BAD_TLVS
 * for parameters that run over the end, or are more than PDU_TLVS_MAX. Short_message and
 * message_payload together: PDU_BAD_PARAMETER_VALUE. An answer with a status other than 0 may have
 * no body (SMPP v3.4, 4.1.2 and 4.4.2). */
uint32_t pdu_read(const uint8_t *octets, size_t len, struct pdu *out);

/* Write a PDU. Returns its octets, or -1 if it does not fit cap or a member is too long. */
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
