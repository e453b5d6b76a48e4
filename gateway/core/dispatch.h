/* SPDX-License-Identifier: Apache-2.0 */
/* The life of a message: from the MO to its settlement. One txn a message, found by number, ended
 * once and in one place.
 *
 *   dispatch_mo -> checks -> txn -> session from memory, else ports.load
 *       -> once -> limit -> turn_take -> ports.save (compare-and-set; a conflict gives the newer
 * session: again from once)
 *       -> turn_draw -> ports.publish -> end of the txn */
#ifndef ML_CORE_DISPATCH_H
#define ML_CORE_DISPATCH_H

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "core/ports.h"
#include "core/turn.h"
#include "core/volumes.h"

struct dispatch_options {
    struct turn_rules rules;
    uint32_t writer; /* differs between processes: part of the records' tags */
    size_t max_inflight;
    int64_t max_wait_ms; /* 0: a message may have waited for any time */
    size_t recent_sessions;
    unsigned steps_per_minute, request_steps_per_minute;
    int64_t remember_ms;
    struct clock clock;
    struct log *log;         /* may be NULL */
    struct metrics *metrics; /* may be NULL */
    struct volumes *volumes; /* may be NULL */
};

/* How a bridge's messages are laid out and sent; asked for each message. */
struct carrier_rules {
    size_t ussd_layout, sms_layout;
    const char *sms_from;      /* "" for the code that was dialled or written to */
    const char *service_codes; /* "" for all */
};
typedef void (*dispatch_carrier_fn)(void *arg, const char *bridge, struct carrier_rules *out);

struct dispatch;

/* Returns NULL without memory. The catalog is referenced. */
struct dispatch *dispatch_new(const struct dispatch_options *o, const struct ports *ports,
                              struct catalog *c);
void dispatch_free(struct dispatch *d); /* NULL is fine */

void dispatch_set_carriers(struct dispatch *d, dispatch_carrier_fn fn, void *arg);

/* Swap in another content version. Dialogues that began with the old one keep it until they are
 * over. */
void dispatch_set_catalog(struct dispatch *d, struct catalog *c);

/* Change rules and limits while running (the secret, writer, clock, log, metrics and volumes stay).
 */
void dispatch_set_options(struct dispatch *d, const struct dispatch_options *o);

/* A decoded MO. mo and origin are copied as far as needed. */
void dispatch_mo(struct dispatch *d, const struct origin *origin, const struct mo *mo);

/* The store's answers (struct store_reply with arg = the dispatch). */
void dispatch_loaded(void *arg, uint64_t txn, enum store_result r, const uint8_t *record,
                     size_t len);
void dispatch_saved(void *arg, uint64_t txn, enum store_result r, const uint8_t *record,
                    size_t len);

/* The journal's answer to ports.file, and the case work's to ports.ask. */
void dispatch_filed(void *arg, uint64_t txn, enum filed r);
void dispatch_told(void *arg, uint64_t txn, enum case_state state);

/* Forget a subscriber whom an operator has removed: key is that of session_key. */
void dispatch_forget(struct dispatch *d, const char *key);

size_t dispatch_inflight(const struct dispatch *d);

/* Refuse new work with `overload` from now on. */
void dispatch_drain(struct dispatch *d);

#endif
