/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers of SMPP v3.4 that the code names: commands (table 5-1), command_status (table 5-2) and
 * optional parameters (table 5-7). status.def and tlv.def have all of them. */
#ifndef ML_SMPP_COMMAND_H
#define ML_SMPP_COMMAND_H

/* command_id. Others are unknown here, and so is what the standard has for other uses (outbind,
 * data_sm, query_sm, cancel_sm, replace_sm, submit_multi, alert_notification). */
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

/* command_status. */
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
    PDU_THROTTLED = 0x58,            /* ESME_RTHROTTLED */
    PDU_BAD_TLVS = 0xc0,             /* ESME_RINVOPTPARSTREAM */
    PDU_BAD_PARAMETER_LENGTH = 0xc2, /* ESME_RINVPARLEN */
    PDU_MISSING_PARAMETER = 0xc3,    /* ESME_RMISSINGOPTPARAM */
    PDU_BAD_PARAMETER_VALUE = 0xc4,  /* ESME_RINVOPTPARAMVAL */
    PDU_BAD_DATA_CODING = 0x104      /* ESME_RINVDCS, SMPP 5.0 */
};

/* Tags of optional parameters. */
enum pdu_tag {
    TAG_RECEIPTED_MESSAGE_ID = 0x001e,
    TAG_USER_MESSAGE_REFERENCE = 0x0204,
    TAG_SAR_REFERENCE = 0x020c,
    TAG_SAR_TOTAL = 0x020e,
    TAG_SAR_SEQUENCE = 0x020f,
    TAG_MESSAGE_PAYLOAD = 0x0424,
    TAG_MESSAGE_STATE = 0x0427,
    TAG_USSD_SERVICE_OP = 0x0501,
    TAG_ITS_SESSION_INFO = 0x1383
};

#endif
