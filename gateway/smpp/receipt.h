/* SPDX-License-Identifier: Apache-2.0 */
/* Delivery receipts of an SMSC: by parameters (SMPP v3.4, 5.3.2.12 and 5.3.2.35), or in the text as
 * its appendix B has it ("id:... stat:DELIVRD ..."). */
#ifndef ML_SMPP_RECEIPT_H
#define ML_SMPP_RECEIPT_H

#include "message/message.h"
#include "smpp/pdu.h"

struct receipt {
    char id[PDU_ID_MAX + 1]; /* as the SMSC writes it */
    enum mo_status status;
    bool final; /* false: on its way (SCHEDULED, ENROUTE, ACCEPTD): another will come */
};

/* Is this deliver_sm a receipt, or an intermediate notification (esm_class, SMPP v3.4, 5.2.12)? */
bool receipt_is(const struct pdu *p);

/* Read it; parameters win over the text, each for itself. Fields of the text may stand in any
 * order, in capitals or not, with spaces after the colon, and be missing but for these two; a state
 * may be written out ("DELIVERED"). DELETED, UNDELIV, UNKNOWN and SKIPPED are STATUS_FAILED.
 * Returns 0, or -1 if it names no id or no state that the standard has. */
int receipt_read(const struct pdu *p, struct receipt *out);

#endif
