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

enum { BRIDGE_WHY_MAX = CONF_ERROR_MAX };

/* All are called from the loop, never from within bridge_send. What is borrowed is so for the call.
 * An event may send and forget. */
struct bridge_events {
    void *arg;
    /* An answer, or (re "") an SMS of the gateway's own. One with a re that does not wait (any
     * more) is not told. A bridge that cannot take it now returns false: the message stays
     * unsettled, and the answer comes again when it is repeated. An SMS with re "" comes once. */
    bool (*answer)(void *arg, const struct answer *a);
    /* A refusal that settles; one with a re that does not wait is not told. overload took no step:
     * the same id may be sent again after retry_ms, or the carrier gets a temporary error. */
    void (*refused)(void *arg, const struct bridge_refusal *r);
    /* The deadline is over, and nobody answered, or the answer was held (bridge_hold). It does not
     * wait any more. */
    void (*expired)(void *arg, const char *id);
    /* unknown_session: it settles nothing, the answer does, which mostly comes before it. May be
     * NULL. */
    void (*reported)(void *arg, const struct bridge_refusal *r);
};

/* Strings are borrowed for the call; conf, log and metrics for as long as the bridge lives. */
struct bridge_options {
    const struct conf *conf; /* mqtt.*, bridge.repeat_ms, bridge.max_unsettled */
    const char *name;        /* [a-z0-9-]{1,32}, but not gateway, content or request */
    const char *client;      /* beginning of the MQTT client identifier, at most 40 octets; name and
                                a random number follow */
    struct loop *loop;
    struct log *log;         /* may be NULL */
    struct metrics *metrics; /* may be NULL; by name, so that several bridges may share it */
    struct bridge_events events;
};

struct bridge;

/* Begin to connect; it connects again by itself whenever the broker is away. NULL with why: a
 * sentence with the remedy. */
struct bridge *bridge_new(const struct bridge_options *o, char why[BRIDGE_WHY_MAX]);

/* Say that we leave (state down), and free; no event is called any more. NULL is fine. Not from
 * within an event. */
void bridge_free(struct bridge *b);

/* Send a message. begin, continue and SMS are kept, also while the broker is away, until they are
 * settled, forgotten or past mo->deadline (0: for ever). end and receipt need no settlement: they
 * are sent once, and lost while the broker is away. The same id again while it waits is sent at
 * once, as it was written first, and kept once. Returns 0, or -1: as many as bridge.max_unsettled
 * wait already, it may begin a dialogue and gateways have too much to do (room.h), it does not fit
 * a payload, or no memory. */
int bridge_send(struct bridge *b, const struct mo *mo);

/* The answer to this id is known, and the user is not done with it: it is repeated no more, not
 * even after a new connect, unless it is sent again; but it is still past its deadline when that is
 * over, unless it is forgotten before. One that does not wait is fine. For the event `answer`,
 * which then returns false. */
void bridge_hold(struct bridge *b, const char *id);

/* Wait no more for this id. One that does not wait is fine. */
void bridge_forget(struct bridge *b, const char *id);

/* The link to the carrier, for our retained status; told again after each connect. Until the first
 * call the status says nothing about it. */
void bridge_carrier(struct bridge *b, bool bound);

size_t bridge_unsettled(const struct bridge *b);

/* Is the broker connected, and our subscriptions granted? */
bool bridge_is_up(const struct bridge *b);

/* Is all that was published written to the socket? */
bool bridge_is_flushed(const struct bridge *b);

#endif
