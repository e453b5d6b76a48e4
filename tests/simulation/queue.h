/* SPDX-License-Identifier: Apache-2.0 */
/* What will happen, in the order of time; what falls on one millisecond comes in the order in which
 * it was decided. */
#ifndef ML_SIMULATION_QUEUE_H
#define ML_SIMULATION_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sim;
struct event;

typedef void (*event_fn)(struct sim *s, const struct event *e);

struct event {
    int64_t at;
    uint64_t order;
    event_fn run;
    uint32_t gateway;     /* whose event it is, from 1; 0 for nobody's */
    uint32_t life;        /* of that gateway: the event is void if it has died since */
    uint32_t broker_life; /* for what is under way; 0 for what no broker carries */
    uint32_t num;
    uint64_t big;
    void *body;   /* malloced; freed after the event */
    bool is_twin; /* the second of two, */
    bool is_late; /* or one that was held up: told when it happens */
};

struct queue {
    struct event *heap;
    size_t count, cap;
    uint64_t order;
};

/* Put an event in. It takes the body. Never fails: without memory the program ends. */
void queue_put(struct queue *q, struct event e);

/* Take the next event out. False if there is none. */
bool queue_take(struct queue *q, struct event *out);

void queue_clear(struct queue *q);

#endif
