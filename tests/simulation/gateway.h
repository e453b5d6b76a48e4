/* SPDX-License-Identifier: Apache-2.0 */
/* A gateway: the real dispatch and the real forwarder on simulated ports. When it dies all of its
 * memory is gone; its disk stays. */
#ifndef ML_SIMULATION_GATEWAY_H
#define ML_SIMULATION_GATEWAY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/log.h"
#include "core/dispatch.h"
#include "core/forward.h"
#include "simulation/disk.h"

struct sim;

enum {
    GATEWAYS = 2,
    ASKS_MAX = 64,
    ASK_MS = 1500,
    WINDOW_MAX = 2,
    RESEND_MS = 5000,
    IDLE_MS = 2000
};

/* Who waits to hear how a case stands. */
struct pending_ask {
    uint64_t number; /* 0: free */
    uint64_t txn;
    bool heard_unknown;
    bool hindered;  /* something on the way went wrong, so "unknown" may be untrue */
    uint32_t lives; /* of all who were asked, added up */
    struct case_ask ask;
};

struct gateway {
    struct sim *sim;
    unsigned index;
    bool is_up;
    bool dying; /* within an event: nothing of it reaches the world any more */
    uint32_t life;
    int64_t skew_ms;            /* of its clock */
    int64_t waited_ms;          /* what every message has waited for it */
    unsigned content, contents; /* in force, and the bits of those since its start */
    struct dispatch *dispatch;
    struct forward *forward;
    struct disk disk;
    struct pending_ask asks[ASKS_MAX];
    uint64_t last_ask;
    unsigned filed_unsaved;    /* filings that were told and not yet saved */
    unsigned saved_unanswered; /* saves under way or answered, whose message is not settled */
    bool ticking;
    int log_fd; /* -1 for none */
    struct log *log;
};

void gateway_init(struct sim *s, unsigned index);
void gateway_fini(struct gateway *g);

void gateway_start(struct gateway *g);
void gateway_crash(struct gateway *g);

/* Put its clock forward or back. */
void gateway_jump(struct gateway *g);

/* Take the other content. */
void gateway_swap(struct gateway *g);

/* Does the gateway die now, within an event? Then, and from then on, a port does nothing. */
bool gateway_dies(struct gateway *g);

/* The same at the worst moments: around a filing. */
bool gateway_dies_filing(struct gateway *g);

/* How many entries may wait for their acknowledgement at once in this seed. */
size_t gateway_window(const struct sim *s);

/* Look for entries to send for as long as there are some. */
void gateway_tick(struct gateway *g);

/* How a case stands, in answer to question `number`; from the case work or from a journal. */
void gateway_told(struct gateway *g, uint64_t number, enum case_state state);

/* Something that belongs to a question is lost or late. */
void gateway_hindered(struct sim *s, uint64_t number);

#endif
