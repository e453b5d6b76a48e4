/* SPDX-License-Identifier: Apache-2.0 */
/* What was counted (core/volumes.h) on its way to Redis: every redis.volumes_s, and at the end. A
 * record that Redis did not take, or of which nobody knows, is written again the next time. */
#ifndef ML_DAEMON_FLUSH_H
#define ML_DAEMON_FLUSH_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "core/volumes.h"
#include "io/loop.h"
#include "io/store_redis.h"

struct flush_options {
    struct loop *loop;
    struct store_redis *store;
    struct volumes *volumes; /* all three borrowed */
    struct clock clock;
    int every_ms;
    struct log *log;
    struct metrics *metrics;
};

struct flush;

/* Begin. NULL without memory. */
struct flush *flush_new(const struct flush_options *o);

/* Stop. After the store was freed, which answers what is under way. NULL is fine. */
void flush_free(struct flush *f);

/* Write what is not stored, now. False while something of it is under way or can be tried again;
 * true when all is stored, or Redis is away. Asked again and again while a gateway drains. */
bool flush_is_done(struct flush *f);

#endif
