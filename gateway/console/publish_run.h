/* SPDX-License-Identifier: Apache-2.0 */
/* Publications on their way: started at their time, checked once more, sent when the broker is
 * there, and in force when the broker gives them back.
 *
 *   timer ──> due ──> check (a thread) ──> ROOT/content ──> the broker ──> heard: in force
 *
 * All that has to survive stands in the database; what stands here is known again after a start.
 * What the broker retains is the truth: a version that somebody else has published becomes one of
 * ours, and an older message than the one in force is put right. */
#ifndef ML_CONSOLE_PUBLISH_RUN_H
#define ML_CONSOLE_PUBLISH_RUN_H

#include "console/console.h"
#include "console/gateways.h"
#include "console/publish.h"
#include "console/versions_readers.h"

enum { PUBLISH_TROUBLE_MAX = 256 };

struct versions {
    struct console *console;
    struct gateways gateways;
    struct version_readers readers;
    struct loop_timer *timer;
    int64_t checking;  /* the publication whose files are being checked; 0: none */
    bool heard;        /* what the broker retains is known, since it is there */
    int64_t up_us;     /* monotonic: connected since; 0: never */
    int64_t sent_us;   /* monotonic: the one on its way was given to the broker; 0: not yet */
    unsigned tries;    /* how often it was, without coming back */
    unsigned mends;    /* the same of the one in force */
    int64_t mended_us; /* monotonic: what the broker retains was put right; 0: never */

    struct files *files; /* of the version in force; owned */
    int64_t version, publication;
    int64_t sent_ms; /* of the publication in force; 0: it was never sent */

    char trouble[PUBLISH_TROUBLE_MAX]; /* why something does not go on; "" for nothing */
};

/* The module of the console. At the first start the base of the working copy becomes the first
 * version. */
int versions_open(struct console *c, char why[CONF_ERROR_MAX]);
void versions_close(struct console *c);
void versions_message(struct console *c, const struct mqtt_message *m);
void versions_up(struct console *c);

/* Look what can be done now; after every change of a publication. */
void versions_pump(struct console *c);

/* The files of the version in force, borrowed until the next turn of the loop. */
struct files *versions_current(const struct console *c);

/* The hash of the version in force, as gateways report it. */
const char *versions_current_hash(const struct console *c);

/* Has the broker had the one on its way for longer than it should take to give it back? */
bool versions_is_stuck(const struct console *c);

/* For publish_heard.c: take the version in force from the database. Returns 0 or -1. */
int versions_load_current(struct versions *v);
/* Give the broker what is in force again. */
void versions_mend(struct versions *v);

#endif
