/* SPDX-License-Identifier: Apache-2.0 */
/* What the commands of this room share. */
#ifndef ML_CASEWORK_SHARED_H
#define ML_CASEWORK_SHARED_H

#include <stdint.h>
#include <stdio.h>

#include "base/conf.h"
#include "io/mqtt.h"

enum { SHARED_USAGE = 2, SHARED_SECRET_MAX = 256, SHARED_TIME_MAX = 24 };

/* Print text to stderr; returns SHARED_USAGE. */
int shared_usage(const char *text);

/* Print `mekongline COMMAND: why`; returns 1. */
int shared_fail(const char *command, const char *why);

/* All written to stdout? Returns the exit status, and says why if not. */
int shared_flush(const char *command);

/* Is there a file? Returns 0, or -1 with why: a sentence with the remedy. option names what to set.
 */
int shared_need_file(const char *path, const char *option, char why[CONF_ERROR_MAX]);

/* The options for the broker, with QoS 1; client id, subscriptions and log are left to the caller.
 */
struct mqtt_options shared_mqtt(const struct conf *c, const char *password);

/* ms since 1970 as YYYY-MM-DDThh:mm:ssZ. */
const char *shared_time(int64_t ms, char out[SHARED_TIME_MAX]);

/* Write `"key":"s"` (RFC 8259) to stdout, with a comma before it unless it is the first. s is at
 * most 200 octets. */
void shared_json(const char *key, const char *s, bool first);

#endif
