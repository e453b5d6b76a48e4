/* SPDX-License-Identifier: Apache-2.0 */
/* Bounds: how much of one subscriber, how much in all, and how late. Who asks for help has a budget
 * and a room of its own, so that what keeps abuse out never keeps a cry for help out. */
#ifndef ML_CORE_LIMIT_H
#define ML_CORE_LIMIT_H

#include <stdbool.h>

#include "core/flow.h"

/* Too many messages of the txn's subscriber? `recent` were noted in the last minute. */
bool limit_is_flood(const struct dispatch *d, const struct txn *t, const struct turn_input *in,
                    unsigned recent);

/* Why a message is refused with `overload`. */
enum limit {
    LIMIT_NONE, /* it is taken */
    LIMIT_STOPPING,
    LIMIT_LINE,  /* of one subscriber, at once */
    LIMIT_FLOOD, /* of one subscriber, in a minute */
    LIMIT_IN_HAND,
    LIMIT_WAITED, /* in front of this gateway */
    LIMIT_MEMORY
};

/* Can a message be taken now? in_line of the subscriber's wait. */
enum limit limit_room(const struct dispatch *d, const struct origin *origin, const struct mo *mo,
                      const char *key, size_t in_line);

/* The refusal that a limit entails; it is counted. */
void limit_refusal(const struct dispatch *d, enum limit why, struct refusal *out);

#endif
