/* SPDX-License-Identifier: Apache-2.0 */
/* USSD over SMPP as a profile says it: what a deliver_sm means, and the submit_sm that answers it.
 * SMPP v3.4, 5.3.2.44 (ussd_service_op) and 5.3.2.43 (its_session_info).
 */
#ifndef ML_SMPP_USSD_H
#define ML_SMPP_USSD_H

#include "message/message.h"
#include "smpp/dcs.h"
#include "smpp/pdu.h"
#include "text/msisdn.h"

enum { USSD_TEXT_MAX = 1024 }; /* octets of UTF-8: 160 octets are 182 septets */

/* What has to be known to answer; plain data, kept by value until the answer comes. */
struct ussd_context {
    struct pdu_address subscriber, code; /* source and destination of the deliver_sm */
    uint16_t session;                    /* value of the session's parameter as it came */
};

struct ussd_input {
    enum mo_kind kind; /* MO_USSD_BEGIN, MO_USSD_CONTINUE, MO_USSD_END */
    enum mo_cause cause;
    char msisdn[MSISDN_MAX + 1]; /* digits of the source */
    char session[MESSAGE_SESSION_MAX + 1];
    char code[MESSAGE_CODE_MAX + 1]; /* of a begin, as dialled: *1234#, or *1234*21# */
    char text[USSD_TEXT_MAX];        /* what was typed; of a begin what the code does not say */
    struct ussd_context context;
};

/* Is this deliver_sm USSD in this profile? */
bool ussd_is(const struct profile *p, const struct pdu *d);

/* Read it. A begin whose destination is the code may have what was dialled in its text
 * (*1234*21#): then that is the code. The end bit makes a begin or continue an end by the
 * subscriber; an end has no text. Returns PDU_OK, or the status of the refusal with why (for the
 * log: never text or number): an op that the profile does not know or none, no session parameter,
 * no service code, a source that is no international number (address.h), text in an alphabet that
 * is none, a part of a longer message. */
uint32_t ussd_read(const struct profile *p, const struct pdu *d, struct ussd_input *out,
                   char why[128]);

/* Fill a submit_sm that shows a screen. m holds what the PDU borrows. Addresses are those of the
 * context, swapped. Bits of the session's parameter that the profile does not name are copied.
 * Returns 0, or -1 if the text is not of its coding or does not fit one message. */
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
