/* SPDX-License-Identifier: Apache-2.0 */
/* A bridge that keeps the rules of PROTOCOL.md: it repeats what is not settled, settles once, and
 * keeps the order of a session. And it remembers every answer, for comparison. */
#ifndef ML_SIMULATION_BRIDGE_H
#define ML_SIMULATION_BRIDGE_H

#include "simulation/net.h"

enum { REPEAT_MS = 2000, PARTS_MAX = 10, INPUT_TEXT_MAX = 400 };

enum input_state {
    INPUT_WAITING,
    INPUT_SETTLED,
    INPUT_REFUSED,
    INPUT_GIVEN_UP,
    INPUT_NOT_SETTLED /* needs no settlement */
};

/* A message that the bridge has sent; octet for octet the same each time. */
struct input {
    unsigned step; /* the how manieth of all steps it was, when it was last taken; 0: never */
    struct mo mo;
    char text[INPUT_TEXT_MAX];
    unsigned phone;
    enum input_state state;
    unsigned repeats;
    uint64_t once;                    /* as the sessions know it */
    unsigned taken;                   /* in how many commits of the store the step was taken */
    unsigned gateways;                /* bits of those that it reached */
    unsigned doubts;                  /* of the subscriber when it was sent */
    bool was_doubtful;                /* then */
    struct wire *first;               /* the first answer that came */
    uint64_t part[PARTS_MAX];         /* hash of the first text of each further message */
    unsigned part_seen;               /* bits of those that came */
    char request[REQUEST_ID_MAX + 1]; /* the id of the request that it files; "" until asked for */
};

struct bridge {
    struct input **input;
    size_t count, cap;
    unsigned steps; /* taken, of all inputs */
};

void bridge_fini(struct bridge *b);

/* Send a message of a phone; mo lacks its id, number and times. Returns its number. */
unsigned bridge_send(struct sim *s, unsigned phone, const struct mo *mo, int64_t patience_ms);

/* Something came from a gateway. */
void bridge_take(struct sim *s, const struct wire *w);

/* Which input has that once_id; -1 if none. */
long bridge_find(const struct bridge *b, uint64_t once);

/* May the gateways have forgotten or lost what they did for it? */
bool bridge_in_doubt(const struct sim *s, const struct input *in);

size_t bridge_waiting(const struct bridge *b);

#endif
