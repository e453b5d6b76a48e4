/* SPDX-License-Identifier: Apache-2.0 */
/* Workers who dial: each takes a step, waits for its answer, thinks, takes the next one. Who gets
 * an error, or no answer in time, may dial again from the beginning. Their phones hang on one
 * bridge or more; the link of the last one's carrier may go down again and again. README.md says
 * the same of the model's phones. */
#ifndef ML_BENCH_CROWD_H
#define ML_BENCH_CROWD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "second.h"

struct crowd;

enum { CROWD_WAYS = 8, CROWD_ANSWERS = 16, CROWD_ID_MAX = 64 };

/* A time that is at least least_ms, and mean_ms on the average. */
struct crowd_wait {
    uint32_t least_ms, mean_ms;
};

struct crowd_options {
    uint32_t workers, bridges;
    uint32_t under_way; /* so many dialogues at a time, the others wait for a place; 0: as many as
                           dial */
    uint32_t ways;      /* worker i answers as way i mod ways says */
    const char *answer[CROWD_WAYS][CROWD_ANSWERS];
    uint32_t answers[CROWD_WAYS];
    struct crowd_wait think, redial;
    uint32_t redial_percent, dials_max; /* who dials again, and how often in all */
    uint32_t patience_ms;               /* the carrier cuts a step that is not answered by then */
    uint32_t repeat_ms;
    uint32_t flap_ms, down_ms; /* of each flap_ms the last down_ms are without link; 0: never */
    uint64_t seed;
};

/* A step is to be published. */
struct crowd_step {
    uint32_t worker, bridge;
    const char *id, *session, *text; /* text NULL: the dial */
    int64_t at_ms;                   /* of the crowd's time */
};

typedef void (*crowd_publish_fn)(void *arg, const struct crowd_step *step);

/* Copies the options, whose answers must outlive it. NULL without memory. */
struct crowd *crowd_new(const struct crowd_options *o, struct seconds *seconds,
                        crowd_publish_fn publish, void *arg);
void crowd_free(struct crowd *c); /* NULL is fine */

/* The next worker dials; it was due at now_us, as all times counted from the crowd's beginning. */
void crowd_dial(struct crowd *c, int64_t now_us);

/* What is due: steps after thinking, dials again, repeats, ends of patience. */
void crowd_tick(struct crowd *c, int64_t now_us);

/* A step was settled by an answer, or refused. False: none that waits has this id. */
bool crowd_settled(struct crowd *c, const char *id, size_t len, bool refused, int64_t now_us);

/* Is anybody still at it? */
bool crowd_is_busy(const struct crowd *c);

#endif
