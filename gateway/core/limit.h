/* SPDX-License-Identifier: Apache-2.0 */
/* Bounds: how much of one subscriber, and how much in all. Who asks for help has a budget and a
 * room of its own, so that what keeps abuse out never keeps a cry for help out. */
#ifndef ML_CORE_LIMIT_H
#define ML_CORE_LIMIT_H

#include <stdbool.h>

#include "core/flow.h"

/* Too many messages of the txn's subscriber? `recent` were noted in the last minute. */
bool limit_is_flood(const struct dispatch *d, const struct txn *t, const struct turn_input *in,
                    unsigned recent);

/* Why a message cannot be taken now, as a sentence, or NULL. in_line of the subscriber's wait. */
const char *limit_no_room(const struct dispatch *d, const struct origin *origin,
                          const struct mo *mo, const char *key, size_t in_line);

#endif
