/* SPDX-License-Identifier: Apache-2.0 */
/* A connection to the broker that sees what content is published and what each gateway says that it
 * serves. */
#ifndef ML_PUBLISH_WATCH_H
#define ML_PUBLISH_WATCH_H

#include <stdbool.h>

#include "base/conf.h"
#include "io/loop.h"
#include "io/mqtt.h"
#include "message/content_codec.h"
#include "message/message.h"

enum { WATCH_GATEWAYS_MAX = 256, WATCH_WHY_MAX = 256 };

/* The last status of a gateway. */
struct watch_gateway {
    char instance[MESSAGE_BRIDGE_MAX + 1];
    char state[16];
    char content[CONTENT_VERSION_HEX + 1]; /* "" if it says none */
    bool refused;                          /* what was published last is not in force there */
};

struct watch {
    const struct conf *conf;
    struct loop *loop;
    struct mqtt *mqtt;
    struct loop_timer *look;
    int64_t up_us, heard_us; /* when connected, and when something came last; 0 for never */
    int64_t until_us;        /* no longer than that */
    char *payload;           /* what is published; NULL if nothing has come. Owned */
    size_t len;
    struct watch_gateway gateways[WATCH_GATEWAYS_MAX]; /* by name */
    size_t count;
    char why[WATCH_WHY_MAX]; /* of the last trouble with the broker */

    /* Looks every 10 ms while connected: true ends the run. */
    bool (*step)(struct watch *w);
    void *arg;
};

/* Connect and run until step says so, or for at most ms. conf, step and arg are set. Returns 0, or
 * -1 if step never said so. The caller frees with watch_free. */
int watch_run(struct watch *w, int64_t ms);
void watch_free(struct watch *w);

/* Has all that the broker keeps probably come? What is published, and then nothing for a moment; or
 * nothing is, and some time is over. MQTT has no sign for "that was all". */
bool watch_is_complete(const struct watch *w);

/* Print a line for each gateway. */
void watch_print(const struct watch *w);

#endif
