/* SPDX-License-Identifier: Apache-2.0 */
/* What the core asks of the world. The daemon wires these to MQTT and Redis, tests and the terminal
 * phone to memory.
 *
 * A request that is answered later carries a txn number, never a pointer; the answer comes back
 * through dispatch_loaded, dispatch_saved, dispatch_filed or dispatch_told (core/dispatch.h),
 * exactly once for each request, from the same thread, either before the call returns or later. A
 * store that cannot answer in time answers STORE_DOWN; an answer that comes after that is the
 * store's to drop.
 */
#ifndef ML_CORE_PORTS_H
#define ML_CORE_PORTS_H

#include <stddef.h>
#include <stdint.h>

#include "message/message.h"
#include "message/request.h"

enum {
    PORTS_KEY_MAX = 80,     /* octets of a key with its NUL */
    PORTS_RECORD_MAX = 2048 /* octets of a record */
};

enum store_result {
    STORE_OK,       /* loaded (record given), or saved */
    STORE_ABSENT,   /* load: there is no record */
    STORE_CONFLICT, /* save: another record is there; it is given (length 0 if there is none any
                       more) */
    STORE_DOWN /* no answer in time, not connected, or an error; for a save the outcome is unknown
                */
};

/* The first 8 octets of a record are its tag. A save names the tag that it expects in the store, or
 * 0 for "no record". */
struct store_save {
    uint64_t txn;
    const char *key;
    uint64_t expected_tag;
    const uint8_t *record; /* borrowed for the call */
    size_t len;
    int64_t ttl_ms;
};

struct ports {
    void *arg;
    void (*load)(void *arg, uint64_t txn, const char *key);
    /* Compare-and-set. A record in the store that is octet for octet the new one counts as saved:
     * STORE_OK. */
    void (*save)(void *arg, const struct store_save *save);
    /* Send an answer or an SMS. -1: not connected or too many wait; the bridge will repeat what is
     * unsettled. */
    int (*publish)(void *arg, const struct mt *mt);
    int (*refuse)(void *arg, const struct refusal *refusal);
    /* How long the message that is read now has waited before, in ms. NULL: not at all. */
    int64_t (*waited_ms)(void *arg);
    /* Put a request for help on disk. FILED_OK only after it is synced; a request whose id is there
     * already is FILED_OK at once. NULL: no journal; all filings fail. request is borrowed for the
     * call. */
    void (*file)(void *arg, uint64_t txn, const struct request *request);
    /* Ask how a case stands; CASE_UNREACHABLE if nobody answers in time. NULL: nobody to ask. */
    void (*ask)(void *arg, uint64_t txn, const struct case_ask *ask);
};

/* How a store gives its answers; the receiver is dispatch. record is borrowed for the call, NULL
 * where none is given. */
struct store_reply {
    void *arg;
    void (*loaded)(void *arg, uint64_t txn, enum store_result r, const uint8_t *record, size_t len);
    void (*saved)(void *arg, uint64_t txn, enum store_result r, const uint8_t *record, size_t len);
};

#endif
