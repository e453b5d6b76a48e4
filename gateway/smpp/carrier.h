/* SPDX-License-Identifier: Apache-2.0 */
/* One carrier: its binds over SMPP on one side, its bridge over MQTT on the other.
 *
 *   deliver_sm ─> receipt? ─> sent ─────────────────────> bridge: receipt
 *             └─> USSD? ───> ussd ──┐
 *             └─> SMS ──> parts ─> sms ─> inbox ────────> bridge: MO ... settled
 *                                            │                         │
 *   deliver_sm_resp <────────────────────────┴─────────────────────────┤
 *   submit_sm <──────────────── queue <────────────────── bridge: MT <─┘
 *
 * The carrier's own store is the spool: its deliver_sm is answered when the gateway has settled the
 * message (an SMS: and the carrier has accepted the answer), and what was not answered it delivers
 * again. */
#ifndef ML_SMPP_CARRIER_H
#define ML_SMPP_CARRIER_H

#include "base/conf.h"
#include "base/log.h"
#include "base/metrics.h"
#include "io/loop.h"

/* All borrowed for as long as the carrier lives. */
struct carrier_options {
    const struct conf *conf;
    const struct conf_smpp *smpp;
    struct loop *loop;
    struct log *log;
    struct metrics *metrics;
};

struct carrier;

/* Begin to bind and to connect to the broker. NULL with why: a sentence with the remedy. */
struct carrier *carrier_new(const struct carrier_options *o, char why[CONF_ERROR_MAX]);
void carrier_free(struct carrier *c); /* NULL is fine */

/* Take no more (temporary error), finish what is in hand, then unbind. */
void carrier_drain(struct carrier *c);
bool carrier_is_drained(struct carrier *c); /* nothing in hand, and unbound */

/* What is missing, one line each, for /readyz; nothing if all is well. */
void carrier_write_unready(const struct carrier *c, FILE *out);

#endif
