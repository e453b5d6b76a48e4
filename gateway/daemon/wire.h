/* SPDX-License-Identifier: Apache-2.0 */
/* Between MQTT and dispatch: payloads become messages, answers become payloads. */
#ifndef ML_DAEMON_WIRE_H
#define ML_DAEMON_WIRE_H

#include "base/log.h"
#include "base/metrics.h"
#include "core/dispatch.h"
#include "io/mqtt.h"

struct wire {
    const char *root; /* of the topics; borrowed */
    struct clock clock;
    struct log *log;
    struct metrics *metrics;
    struct mqtt *mqtt;         /* set once it exists */
    struct dispatch *dispatch; /* set once it exists */
};

/* A message from the broker. Returns whether it was an MO or a bridge's status. */
bool wire_message(struct wire *w, const struct mqtt_message *m);

/* The functions for struct ports; arg is the wire. */
int wire_publish(struct wire *w, const struct mt *mt);
int wire_refuse(struct wire *w, const struct refusal *r);

#endif
