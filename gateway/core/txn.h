/* SPDX-License-Identifier: Apache-2.0 */
/* Messages in hand. A txn is found by its number, which is what crosses an asynchronous wait; the
 * txns of one subscriber stand in line, so that a process takes a subscriber's steps in order. */
#ifndef ML_CORE_TXN_H
#define ML_CORE_TXN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/handler.h"
#include "core/turn.h"
#include "message/message.h"

struct catalog;

struct txn {
    uint64_t number;
    char key[SESSION_KEY_SIZE]; /* the subscriber's, in the store */
    struct origin origin;
    struct mo mo; /* text is owned by the txn */
    uint64_t id;  /* once_id of the message */
    int64_t received_ms;
    uint64_t stored_tag;     /* what the store is believed to hold; 0 for nothing */
    int64_t base_ms;         /* last_ms of the session before the step */
    bool dirty;              /* the session before the step, at last after it, was never saved */
    bool amnesia;            /* nothing is known, the store being down */
    bool unsure;             /* the session is this process's own; others may have gone on */
    enum errand_kind errand; /* what the step waits for, if it does */
    uint64_t ref;            /* of the request that the message files */
    unsigned tries;          /* saves that met a conflict */
    struct turn_trace trace; /* of the step */
    unsigned sms_out;        /* SMS that the answer was, or caused */
    struct catalog *catalog; /* referenced while the txn lasts; NULL before the step */
    struct session session;  /* as loaded, then as stepped; nothing before (the last member, so that
                                it need not be cleared) */
};

struct txns;

struct txns *txns_new(void); /* NULL without memory */
void txns_free(struct txns *t);

/* Open a txn at the end of its subscriber's line. NULL without memory. */
struct txn *txns_open(struct txns *t, const char *key, const struct origin *o, const struct mo *mo);

/* How many txns stand in the subscriber's line, and whether one of them has that once_id. */
size_t txns_in_line(const struct txns *t, const char *key, uint64_t id, bool *has);

struct txn *txns_find(struct txns *t, uint64_t number); /* NULL if it has ended */

/* End a txn, which is at the head of its line. Returns the next in line, or NULL. */
struct txn *txns_end(struct txns *t, struct txn *txn);

size_t txns_count(const struct txns *t);

#endif
