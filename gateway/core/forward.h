/* SPDX-License-Identifier: Apache-2.0 */
/* Hands journaled entries on until each is acknowledged. Pure but for its ports: the daemon wires
 * them to SQLite and MQTT, the simulation to a disk and a network of its own.
 *
 * Entries go in the order of the journal, at most `window` unacknowledged at a time. One that is
 * not acknowledged in resend_ms leaves the window, so that an entry which nobody acknowledges never
 * holds up those behind it; it comes again in the next pass. The receiver knows entries by id, so
 * sending twice does no harm. */
#ifndef ML_CORE_FORWARD_H
#define ML_CORE_FORWARD_H

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "message/request.h"

enum { FORWARD_WINDOW_MAX = 256 };

/* One entry as the journal holds it. payload is opaque here; borrowed for the call. */
struct forward_entry {
    int64_t seq; /* position in the journal, from 1, rising */
    char id[REQUEST_ID_MAX + 1];
    const char *payload;
    size_t len;
};

struct forward_ports {
    void *arg;
    /* Give the first `most` unacknowledged entries behind `after`, through forward_fetched: exactly
     * once a call, now or later. */
    void (*fetch)(void *arg, int64_t after, size_t most);
    /* Note for good that an entry is acknowledged. If that is lost the entry is sent again. */
    void (*settle)(void *arg, const char *id);
    /* Send. -1: not connected or too many wait. */
    int (*publish)(void *arg, const struct forward_entry *entry);
};

struct forward_options {
    size_t window;     /* at most FORWARD_WINDOW_MAX */
    int64_t resend_ms; /* an unacknowledged entry is sent again after this time */
    int64_t idle_ms;   /* how long to rest after a pass found nothing new */
    struct clock clock;
    struct metrics *metrics; /* may be NULL */
};

struct forward;

struct forward *forward_new(const struct forward_options *o, const struct forward_ports *ports);
void forward_free(struct forward *f); /* NULL is fine */

/* Change window and times while running. */
void forward_set_options(struct forward *f, const struct forward_options *o);

/* Go on. Call it some times a second. */
void forward_tick(struct forward *f);

/* Something new is in the journal, or the connection is back: do not rest. */
void forward_wake(struct forward *f);

/* The journal's answer to fetch: n entries, fewer than asked for at the end of the journal. */
void forward_fetched(struct forward *f, const struct forward_entry *entries, size_t n);

/* An acknowledgement came. Unknown ids are settled too: another run of the program sent them. */
void forward_acked(struct forward *f, const char *id);

/* Entries sent and not acknowledged. */
size_t forward_waiting(const struct forward *f);

#endif
