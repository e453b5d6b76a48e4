/* SPDX-License-Identifier: Apache-2.0 */
/* USSD over SMPP as a profile says it: what a deliver_sm means, and the submit_sm that answers it.
 * SMPP v3.4, 5.3.2.44 (ussd_service_op) and 5.3.2.43 (its_session_info).
 */
#ifndef ML_SMPP_USSD_H
#define ML_SMPP_USSD_H

#include "message/message.h"
#include "smpp/dcs.h"
#include "smpp/pdu.h"

enum { USSD_TEXT_MAX = 1024 }; /* octets of UTF-8: 160 octets are 182 septets */

/* What has to be known to answer; plain data, kept by value until the answer comes. */
struct ussd_context {
    struct pdu_address subscriber, code; /* source and destination of the deliver_sm */
    uint16_t session;                    /* value of the session's parameter as it came */
};

struct ussd_input {
    enum mo_kind kind; /* MO_USSD_BEGIN, MO_USSD_CONTINUE, MO_USSD_END */
    enum mo_cause cause;
    char session[MESSAGE_SESSION_MAX + 1];
    char code[MESSAGE_CODE_MAX + 1]; /* of a begin, such as *1234# */
    char text[USSD_TEXT_MAX];
    struct ussd_context context;
};

/* Is this deliver_sm USSD in this profile? */
bool ussd_is(const struct profile *p, const struct pdu *d);

/* Read it. Returns PDU_OK, or the status of the refusal with why (for the log: never text or
 * number): an op that the profile does not know, no session parameter, no service code, text in an
 * alphabet that is none. */
uint32_t ussd_read(const struct profile *p, const struct pdu *d, struct ussd_input *out,
                   char why[128]);

/* Fill a submit_sm that shows a screen. octets holds what the PDU borrows. Returns 0, or -1 if the
 * text does not fit one message. */
struct ussd_screen {
    const struct ussd_context *context;
    const char *text;
    size_t len;
    enum coding coding;
    bool end;
};
struct ussd_memory {
    uint8_t text[PDU_MESSAGE_MAX], op, session[2];
};
int ussd_write(const struct profile *p, const struct ussd_screen *s, struct ussd_memory *m,
               struct pdu *out);

#endif
