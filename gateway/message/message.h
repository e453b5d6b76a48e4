/* SPDX-License-Identifier: Apache-2.0 */
/* The messages between bridges and gateway as plain data; PROTOCOL.md is the contract. */
#ifndef ML_MESSAGE_MESSAGE_H
#define ML_MESSAGE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/coding.h"

enum {
    MESSAGE_ID_MAX = 64,
    MESSAGE_SESSION_MAX = 64,
    MESSAGE_BRIDGE_MAX = 32,
    MESSAGE_SENDER_MAX = 80, /* 20 characters of up to 4 octets */
    MESSAGE_CODE_MAX = 64,
    MESSAGE_TO_MAX = 32,
    MESSAGE_NETWORK_MAX = 6,
    MESSAGE_TEXT_CHARS = 1600,
    MESSAGE_TEXT_MAX = MESSAGE_TEXT_CHARS * 4,
    MESSAGE_PAYLOAD_MAX = 8192,
    MESSAGE_DEPTH_MAX = 8,
    MESSAGE_CORRELATION_MAX = 256, /* octets of MQTT 5 Correlation Data that are carried back */
    MESSAGE_MT_ID_MAX = MESSAGE_ID_MAX + 4
};

enum mo_kind { MO_USSD_BEGIN, MO_USSD_CONTINUE, MO_USSD_END, MO_SMS, MO_RECEIPT };
enum mo_cause { CAUSE_NONE, CAUSE_USER, CAUSE_TIMEOUT, CAUSE_NETWORK, CAUSE_ERROR };
enum mo_status {
    STATUS_NONE,
    STATUS_ACCEPTED,
    STATUS_DELIVERED,
    STATUS_FAILED,
    STATUS_EXPIRED,
    STATUS_REJECTED
};

/* Where a message came from and what goes back with its answer; kept by value. */
struct origin {
    char bridge[MESSAGE_BRIDGE_MAX + 1];
    char shard[3];
    uint16_t correlation_len;
    uint8_t correlation[MESSAGE_CORRELATION_MAX];
};

/* An inbound message (MO), a USSD event or a receipt. */
struct mo {
    enum mo_kind kind;
    char id[MESSAGE_ID_MAX + 1];
    char msisdn[MESSAGE_SENDER_MAX + 1]; /* for SMS any originator */
    char session[MESSAGE_SESSION_MAX + 1];
    enum mo_cause cause;
    char code[MESSAGE_CODE_MAX + 1];
    char to[MESSAGE_TO_MAX + 1];
    char network[MESSAGE_NETWORK_MAX + 1];
    int64_t at;       /* ms since 1970 */
    int64_t deadline; /* ms since 1970; 0 for none */
    enum mo_status status;
    char of[MESSAGE_MT_ID_MAX + 1];
    const char *text; /* NUL-terminated UTF-8; not owned, valid as long as the decoder's memory */
    size_t text_len;
};

enum mt_kind { MT_USSD, MT_SMS, MT_NONE };

/* An outbound message (MT). Pointers are borrowed for the time of one call. */
struct mt {
    enum mt_kind kind;
    const struct origin *origin;
    char id[MESSAGE_MT_ID_MAX + 1];
    const char *re; /* the MO that it settles, or NULL */
    const char *msisdn;
    const char *session; /* USSD */
    bool end;            /* USSD: no reply box */
    const char *from;    /* SMS */
    const char *text;    /* UTF-8, NFC */
    size_t text_len;
    const char
        *text_json; /* the same as a JSON string with quotes, or NULL if nobody has prepared it */
    size_t text_json_len;
    enum coding coding;
    unsigned segments; /* SMS */
    int64_t deadline;  /* ms since 1970; 0 for none */
};

enum refusal_code {
    REFUSE_BAD_JSON,
    REFUSE_TOO_LARGE,
    REFUSE_BAD_VERSION,
    REFUSE_BAD_FIELD,
    REFUSE_UNKNOWN_SESSION,
    REFUSE_OVERLOAD
};

struct refusal {
    const struct origin *origin; /* borrowed */
    char re[MESSAGE_ID_MAX + 1]; /* "" if the id could not be read */
    enum refusal_code code;
    char detail[128];   /* one sentence; never the subscriber's text or number */
    int64_t retry_ms;   /* overload; else 0 */
    const char *reason; /* overload: a word of PROTOCOL.md, static; else NULL */
};

#endif
