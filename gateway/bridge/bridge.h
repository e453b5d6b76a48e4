/* SPDX-License-Identifier: Apache-2.0 */
/* The bridge's side of the contract (PROTOCOL.md, sections 3 and 6): every message is kept until it
 * is settled or its deadline is over, and sent again meanwhile, octet for octet; the broker knows
 * whether we are up and whether the carrier is bound. For the terminal phone and the project's own
 * bridges; one for each carrier. */
#ifndef ML_BRIDGE_BRIDGE_H
#define ML_BRIDGE_BRIDGE_H

#include "base/conf.h"
#include "base/log.h"
#include "base/metrics.h"
#include "io/loop.h"
#include "message/bridge_codec.h"

enum { BRIDGE_WHY_MAX = 256 };

struct bridge_events {
    void *arg;
    /* An answer, or (re "") an SMS of the gateway's own. Borrowed for the call. One with a re that
     * nobody waits for is not told. A bridge that cannot take it now returns false: it stays
     * unsettled, and comes again when the message is repeated. */
    bool (*answer)(void *arg, const struct answer *a);
    /* A refusal that settles. */
    void (*refused)(void *arg, const struct bridge_refusal *r);
    /* The deadline is over, and nobody answered. */
    void (*expired)(void *arg, const char *id);
};

/* Strings are borrowed for the call; conf, log and metrics for as long as the bridge lives. */
struct bridge_options {
    const struct conf *conf; /* mqtt.*, bridge.* */
    const char *name;        /* [a-z0-9-]{1,32} */
    const char
        *client; /* beginning of the MQTT client identifier; the name and a random number follow */
    struct loop *loop;
    struct log *log;         /* may be NULL */
    struct metrics *metrics; /* may be NULL */
    struct bridge_events events;
};

struct bridge;

/* Begin to connect. NULL with why: a sentence with the remedy. */
struct bridge *bridge_new(const struct bridge_options *o, char why[BRIDGE_WHY_MAX]);

/* Say that we leave (state down), and free. NULL is fine. Not from within an event. */
void bridge_free(struct bridge *b);

/* Send a message; begin, continue and SMS are kept until settled or mo->deadline (0: for ever).
 * Returns 0, or -1: as many as bridge.max_unsettled wait already, it does not fit a payload, or no
 * memory. The same id again while it waits is sent at once and kept once. */
int bridge_send(struct bridge *b, const struct mo *mo);

/* Wait no more for this id. */
void bridge_forget(struct bridge *b, const char *id);

/* The link to the carrier, for our retained status; told again after each connect. */
void bridge_carrier(struct bridge *b, bool bound);

size_t bridge_unsettled(const struct bridge *b);
bool bridge_is_up(const struct bridge *b);

/* Is all that was published written to the socket? */
bool bridge_is_flushed(const struct bridge *b);

#endif
