/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of a carrier share: carrier.c has its life and the bridge's side, carrier_in.c
 * what the carrier delivers. */
#ifndef ML_SMPP_CARRIER_INTERNAL_H
#define ML_SMPP_CARRIER_INTERNAL_H

#include "bridge/bridge.h"
#include "smpp/carrier.h"
#include "smpp/esme.h"
#include "smpp/inbox.h"
#include "smpp/parts.h"
#include "smpp/queue.h"
#include "smpp/receipt.h"

enum { CARRIER_BINDS_MAX = 2 };

struct carrier {
    struct carrier_options o;
    const char *name; /* of the bridge */
    struct profile profile;
    struct esme *esme[CARRIER_BINDS_MAX];
    size_t esmes;
    struct bridge *bridge;
    struct words *words;
    struct inbox *inbox;
    struct parts *parts;
    struct sent *sent;
    struct queue *queue;
    struct loop_timer *timer; /* looks at everything that has a time */
    bool draining, told_bound;
    char run[9]; /* of this process: ids of receipts */
    uint64_t receipts;
};

/* Milliseconds of a clock that does not go back. */
int64_t carrier_now(void);

/* A deliver_sm: see to it that its token is answered. */
void carrier_deliver(struct carrier *c, uint64_t token, const struct pdu *p);

/* Answer a deliver_sm; a token that is void is fine. */
void carrier_answer(struct carrier *c, uint64_t token, uint32_t status);

/* Tell the gateway what became of an MT. */
void carrier_tell_receipt(struct carrier *c, const char *mt_id, enum mo_status status);

/* Submit what may be submitted, and set the timer. */
void carrier_pump(struct carrier *c);

#endif
