/* SPDX-License-Identifier: Apache-2.0 */
/* The sessions' store: compare-and-set, slow, away, or back without what it knew. */
#ifndef ML_SIMULATION_STORE_H
#define ML_SIMULATION_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/ports.h"
#include "simulation/phone.h"

struct sim;
struct gateway;

enum { STORE_VERSIONS = 6, STORE_TIMEOUT_MS = 250, GATEWAYS_OF_STORE = 2 };

struct stored_version {
    int64_t at;
    size_t len; /* 0: there is no record */
    uint8_t *record;
};

/* One subscriber's record, the newest first. */
struct stored {
    char key[PORTS_KEY_MAX];
    struct stored_version version[STORE_VERSIONS];
    unsigned count;
    /* How far the store can be trusted: the gateways that may remember what the store does not
     * know, and how often anything of that sort happened. */
    bool doubtful[GATEWAYS_OF_STORE];
    unsigned doubts;
};

struct store {
    bool is_off;
    struct stored of[PHONES_MAX];
};

void store_init(struct sim *s);
void store_fini(struct store *st);

/* The ports. */
void store_load(struct gateway *g, uint64_t txn, const char *key);
void store_save(struct gateway *g, const struct store_save *save);

/* Back to what it was some time ago, or empty. */
void store_lose(struct sim *s, bool all);

/* The memory of a gateway is gone: what the store holds is all there is. */
void store_forget_gateway(struct sim *s, const struct gateway *g);

/* May gateways and store differ about that phone's session by right? */
bool store_is_doubtful(const struct sim *s, unsigned phone);

#endif
