/* SPDX-License-Identifier: Apache-2.0 */
/* Delivery receipts of an SMSC: by parameters (SMPP v3.4, 5.3.2.12 and 5.3.2.35), or in the text as
 * its appendix B has it ("id:... stat:DELIVRD ...").
 */
#ifndef ML_SMPP_RECEIPT_H
#define ML_SMPP_RECEIPT_H

#include "message/message.h"
#include "smpp/pdu.h"

struct receipt {
    char id[PDU_ID_MAX + 1];
    enum mo_status status;
    bool final; /* false: on its way (ENROUTE, ACCEPTD): another will come */
};

/* Is this deliver_sm a receipt (esm_class, SMPP v3.4, 5.2.12)? */
bool receipt_is(const struct pdu *p);

/* Read it; parameters win over the text. Returns 0, or -1 if it names no id or no state. */
int receipt_read(const struct pdu *p, struct receipt *out);

/* Which submitted message a receipt speaks of. SMSCs write one id in two ways: in hexadecimal and
 * in decimal, with and without leading zeros, in capitals or not; exact ids win over alike ones,
 * and an id that could be two different ones matches neither. A receipt may overtake the answer
 * that names its id: it is kept for 60 s. Bounded: the oldest leave first. */
struct sent;

struct sent_options {
    size_t messages;     /* ids known, at most */
    int64_t remember_ms; /* ids */
    void *arg;
    /* What became of a message: DELIVERED once all of its parts are, else the first that is final
     * and worse. */
    void (*receipt)(void *arg, const char *mt_id, enum mo_status status);
};

struct sent *sent_new(const struct sent_options *o); /* NULL without memory */
void sent_free(struct sent *s);

/* A part of an MT (its id, and of how many parts) was accepted under this message_id. */
void sent_add(struct sent *s, const char *message_id, const char *mt_id, unsigned parts,
              int64_t now);

/* A receipt came. Returns 0 if its message is known, else -1: it is kept for a while. */
int sent_receipt(struct sent *s, const struct receipt *r, int64_t now);

void sent_tick(struct sent *s, int64_t now);
size_t sent_count(const struct sent *s); /* ids known */

#endif
