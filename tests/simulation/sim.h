/* SPDX-License-Identifier: Apache-2.0 */
/* One simulated world: two gateways with the real core, and around them a store, a broker, disks, a
 * receiver, a bridge and phones that are played. One seed is one history. */
#ifndef ML_SIMULATION_SIM_H
#define ML_SIMULATION_SIM_H

#include "simulation/bridge.h"
#include "simulation/disk.h"
#include "simulation/gateway.h"
#include "simulation/phone.h"
#include "simulation/queue.h"
#include "simulation/receiver.h"
#include "simulation/stage.h"
#include "simulation/store.h"
#include "simulation/trace.h"
#include "simulation/weather.h"
#include "support/random_text.h"

struct sim {
    uint64_t seed;
    int64_t now; /* ms since 1970, the true time */
    struct queue queue;
    struct dice dice;
    struct weather weather;
    bool ending; /* the phones are done: all faults are mended, what is under way comes to rest */
    uint32_t broker_life; /* from 1; changes when the broker loses what is under way */
    bool broker_off;
    const struct stage *stage;
    struct tally *tally; /* of all seeds */
    uint64_t dialogues_before;
    struct trace *trace; /* NULL: nothing is written down */
    struct gateway gateway[GATEWAYS];
    struct store store;
    struct receiver receiver;
    struct bridge bridge;
    struct phone phone[PHONES_MAX];
    unsigned phones;
    struct confirmed *confirmed;
    size_t confirmed_count;
};

/* Live through a seed to its end, where all is checked; trace may be NULL. Ends the program with a
 * report if an invariant is broken. */
void sim_run(uint64_t seed, const struct stage *stage, struct tally *tally, struct trace *trace);

/* 0 to sides - 1. */
uint32_t sim_roll(struct sim *s, uint32_t sides);

/* From low to high. */
int64_t sim_between(struct sim *s, int64_t low, int64_t high);

/* Does it happen? Never once the world comes to rest. */
bool sim_chance(struct sim *s, enum chance c);

/* Note that it has happened. */
void sim_count(struct sim *s, enum happen h);

/* Put an event in, so many ms from now. */
void sim_in(struct sim *s, int64_t ms, struct event e);

/* Something of a gateway's, in so many ms, if it still lives then. */
void sim_at_gateway(struct sim *s, const struct gateway *g, int64_t ms, struct event e);

/* Memory that is never missing: without it the program ends. */
void *sim_alloc(size_t n);
void *sim_copy(const void *from, size_t n);

#endif
