/* SPDX-License-Identifier: Apache-2.0 */
/* Questions of others that this gateway's journal is looking up. At most LOOKUPS_MAX at a time;
 * more are for others to answer. */
#ifndef ML_DAEMON_LOOKUPS_H
#define ML_DAEMON_LOOKUPS_H

#include <stdbool.h>
#include <stdint.h>

#include "message/request_codec.h"

enum { LOOKUPS_MAX = 256 };

struct lookups;

struct lookups *lookups_new(void); /* NULL without memory */
void lookups_free(struct lookups *l);

/* Keep a question's name under a new number. False if there is no room. */
bool lookups_put(struct lookups *l, const char *ask_id, uint64_t *number);

/* Take it back. False if there is none of that number. */
bool lookups_take(struct lookups *l, uint64_t number, char ask_id[REQUEST_ASK_ID_MAX + 1]);

#endif
