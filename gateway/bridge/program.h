/* SPDX-License-Identifier: Apache-2.0 */
/* What the programs that are bridges share: their words, configuration, log, metrics and health,
 * and how they stop: SIGTERM drains, a second one stops at once. */
#ifndef ML_BRIDGE_PROGRAM_H
#define ML_BRIDGE_PROGRAM_H

#include "base/conf.h"
#include "base/log.h"
#include "base/metrics.h"
#include "io/loop.h"

/* What a bridge is given; all of it outlives it. */
struct program_world {
    const struct conf *conf;
    struct loop *loop;
    struct log *log;
    struct metrics *metrics;
};

/* One program. self is what open returned. */
struct program {
    const char *name;        /* such as "mekongline-smpp" */
    const char *help;        /* its first lines of --help, one sentence what it does */
    enum conf_program shows; /* the options that --help and --example print */
    /* Begin. NULL with why: a sentence with the remedy. */
    void *(*open)(const struct program_world *w, char why[CONF_ERROR_MAX]);
    void (*drain)(void *self);
    bool (*is_drained)(void *self);
    void (*write_unready)(void *self, FILE *out);
    void (*close)(void *self);
};

/* Run until it is stopped. Returns the exit status: 0 stopped, 1 it could not run, 2 wrong words or
 * configuration. */
int program_main(int argc, char **argv, const struct program *p);

#endif
