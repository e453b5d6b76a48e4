/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of a carrier share: carrier.c has its life, carrier_in.c what the carrier
 * delivers, carrier_out.c what goes to it. */
#ifndef ML_SMPP_CARRIER_INTERNAL_H
#define ML_SMPP_CARRIER_INTERNAL_H

#include <sys/queue.h>

#include "bridge/bridge.h"
#include "smpp/carrier.h"
#include "smpp/esme.h"
#include "smpp/inbox.h"
#include "smpp/parts.h"
#include "smpp/queue.h"
#include "smpp/receipt.h"
#include "smpp/sent.h"

enum { CARRIER_BINDS_MAX = 2, CARRIER_LOOK_MS = 1000 };

/* Parts whose answer waits for the other parts, in order of time. */
struct hold {
    STAILQ_ENTRY(hold) link;
    uint64_t token;
    int64_t due;
};
STAILQ_HEAD(holds, hold);

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
    int64_t look_at;          /* when it does so next, at the latest */
    struct holds holds;
    size_t held; /* holds, window_in at most: then the oldest is answered before its time */
    bool draining, leaving; /* leaving: the binds are told to unbind */
    char run[9];            /* of this process: ids of receipts */
    uint64_t receipts;
};

/* Milliseconds of a clock that does not go back. */
int64_t carrier_now(void);

/* A deliver_sm: see to it that its token is answered. */
void carrier_deliver(struct carrier *c, uint64_t token, const struct pdu *p);

/* Answer a deliver_sm. Returns 0, or -1 if its token is void: nobody hears it. */
int carrier_answer(struct carrier *c, uint64_t token, uint32_t status);

/* A message is done: answer its tokens. again: the carrier will deliver it again. */
void carrier_close(struct carrier *c, const char *id, uint32_t status, bool again);

/* Answer the parts that have waited long enough. */
void carrier_release_parts(struct carrier *c, int64_t now);

/* When the next part has waited long enough, or INT64_MAX. */
int64_t carrier_next_release(const struct carrier *c);

/* Forget all that wait. */
void carrier_drop_holds(struct carrier *c);

/* Tell the gateway what became of an MT. */
void carrier_tell_receipt(struct carrier *c, const char *mt_id, enum mo_status status);

/* The queue and the bridge, with their events. NULL without memory; 0, or -1 with why. */
struct queue *carrier_open_queue(struct carrier *c);
int carrier_open_bridge(struct carrier *c, char why[CONF_ERROR_MAX]);

/* Submit what may be submitted, and set the timer. */
void carrier_pump(struct carrier *c);

#endif
