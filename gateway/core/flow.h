/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of dispatch, for dispatch.c (the flow of a txn) and intake.c (what is settled before there
 * is one). */
#ifndef ML_CORE_FLOW_H
#define ML_CORE_FLOW_H

#include "core/dispatch.h"
#include "core/outbox.h"
#include "core/recent.h"
#include "core/shelf.h"
#include "core/txn.h"

/* An event that may happen a thousand times a second has one line a second, with their number. */
struct quiet {
    int64_t said_ms;
    int64_t count; /* since then */
};

struct dispatch {
    struct dispatch_options o;
    struct ports ports;
    struct shelf shelf;
    struct txns *txns;
    struct recent *recent;
    struct pseudonyms *pseudonyms;
    dispatch_carrier_fn carrier_fn;
    void *carrier_arg;
    bool draining;
    struct quiet refused, late;
};

/* What a message is answered with, and how its bridge wants it. */
struct outbox flow_outbox(const struct dispatch *d);
struct carrier_rules flow_carrier(const struct dispatch *d, const char *bridge);

/* Refuse a message, with a line in the log. */
void flow_refuse(struct dispatch *d, const struct origin *origin, const struct mo *mo,
                 const struct refusal *r);

/* Is the message past its deadline? Then that is noted. */
bool flow_is_late(struct dispatch *d, const struct origin *o, const struct mo *mo);

#endif
