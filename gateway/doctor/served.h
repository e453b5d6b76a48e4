/* SPDX-License-Identifier: Apache-2.0 */
/* Which shards are served? The gateways say so in their retained statuses. */
#ifndef ML_DOCTOR_SERVED_H
#define ML_DOCTOR_SERVED_H

#include "base/shards.h"
#include "doctor/findings.h"
#include "io/mqtt.h"
#include "message/topics.h"

struct served {
    struct shards shards; /* of other gateways that are up */
    /* One of them that takes all shards at once, and one that lists some; "" for none. */
    char whole[MESSAGE_BRIDGE_MAX + 1], part[MESSAGE_BRIDGE_MAX + 1];
    size_t heard; /* statuses that came, this gateway's own too */
};

/* Take a message, if it is a gateway's status. */
void served_take(struct served *s, const struct conf *c, const struct mqtt_message *m);

/* Say whether, with the gateway of the configuration, somebody serves each shard; nothing where
 * nobody lists shards. */
void served_tell(const struct served *s, struct doctor *d);

#endif
