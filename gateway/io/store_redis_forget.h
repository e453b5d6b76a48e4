/* SPDX-License-Identifier: Apache-2.0 */
/* Remove one session from Redis, for an operator's command: it blocks. */
#ifndef ML_IO_STORE_REDIS_FORGET_H
#define ML_IO_STORE_REDIS_FORGET_H

#include <stdbool.h>

#include "io/store_redis.h"

/* Connect, log in and delete a subscriber's record. Of the options host, port, sentinels, cluster,
 * username, password, prefix and timeout_ms (for each of the three) are used. Returns 0 and whether
 * there was one, or -1 with why: a sentence with the remedy. */
int store_redis_forget(const struct store_redis_options *o, const char *key, bool *existed,
                       char why[256]);

#endif
