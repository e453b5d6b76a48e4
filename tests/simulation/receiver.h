/* SPDX-License-Identifier: Apache-2.0 */
/* The case work's receiver: commits, then acknowledges; knows requests by id; says how cases
 * stand. */
#ifndef ML_SIMULATION_RECEIVER_H
#define ML_SIMULATION_RECEIVER_H

#include "simulation/disk.h"

struct receiver {
    bool is_off;
    uint32_t life;
    struct paper *paper; /* committed */
    size_t count, cap;
};

void receiver_fini(struct receiver *r);

/* An entry came; it is copied. */
void receiver_entry(struct sim *s, const struct paper *p);

/* Everything not committed is gone; it comes back after a while. */
void receiver_crash(struct sim *s);

const struct paper *receiver_case(const struct receiver *r, const char *case_no);

/* How a case stands, as the receiver knows it now. */
enum case_state receiver_state(const struct receiver *r, const struct case_ask *ask);

#endif
