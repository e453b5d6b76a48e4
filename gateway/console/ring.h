/* SPDX-License-Identifier: Apache-2.0 */
/* The bell: pages wait for news by GET /api/events?since=N, which is answered when something has
 * happened after N, or without news after RING_WAIT_MS. An answer is
 *
 *     {"now":1795456789001,"topics":["requests","requests.new"],"missed":false}
 *
 * and the page asks again with its "now". "missed": true says that what happened since N is not
 * known any more (the console was started anew, or it is long ago): look at everything. Numbers
 * begin with the time of the start, so that those of an earlier process are smaller. */
#ifndef ML_CONSOLE_RING_H
#define ML_CONSOLE_RING_H

#include "console/call.h"

enum {
    RING_WAITERS = 64, /* pages that wait at a time; the one that has waited longest makes room */
    RING_RECENT = 128, /* events that are remembered */
    RING_TOPIC_MAX = 24,
    RING_WAIT_MS = 25000
};

/* Something has happened. Topics, for everybody who is signed in: no word of what it was about.
 *   requests      the queue of requests has changed
 *   requests.new  and a new one is in it
 *   versions      a version, a publication or what a gateway serves has changed
 * A module may add its own. */
void ring_event(struct console *c, const char *topic);

/* A module (modules.c). */
int ring_open(struct console *c, char why[CONF_ERROR_MAX]);
void ring_close(struct console *c);

#endif
