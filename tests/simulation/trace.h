/* SPDX-License-Identifier: Apache-2.0 */
/* What has happened, in numbers for all seeds and in words for one that fails. */
#ifndef ML_SIMULATION_TRACE_H
#define ML_SIMULATION_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdnoreturn.h>

struct sim;

enum happen {
#define HAPPEN(name, meaning) HAPPEN_##name,
#include "simulation/happens.def"
#undef HAPPEN
    HAPPENS
};

struct tally {
    uint64_t happened[HAPPENS];
    uint64_t seeds, dialogues, messages, events;
};

/* Print the table. Returns how many things never happened. */
unsigned tally_print(const struct tally *t);

enum { TRACE_LINES = 60, TRACE_WIDTH = 240 };

struct trace {
    char line[TRACE_LINES][TRACE_WIDTH];
    uint64_t count;
    bool verbose; /* print at once */
};

/* Write a line down, if anybody does. Phones are named by their number in the world, never by that
 * in the network. */
void trace_write(struct sim *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define trace(s, ...)                                                                              \
    do {                                                                                           \
        if ((s)->trace)                                                                            \
            trace_write((s), __VA_ARGS__);                                                         \
    } while (0)

/* An invariant is broken: tell it with the history and end the program. */
noreturn void trace_fail(struct sim *s, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
