/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of this room share. */
#ifndef ML_BRIDGE_BRIDGE_INTERNAL_H
#define ML_BRIDGE_BRIDGE_INTERNAL_H

#include "bridge/bridge.h"
#include "bridge/unsettled.h"
#include "io/mqtt.h"
#include "message/topics.h"

/* What is said at most once a second, with how often it happened since. */
struct quiet {
    int64_t said_us, happened;
};

struct bridge {
    struct bridge_options o; /* its strings are not used any more */
    char name[MESSAGE_BRIDGE_MAX + 1];
    struct mqtt *mqtt;
    struct unsettled unsettled;
    struct room dials, sms; /* for what begins a dialogue, or may */
    struct loop_timer *timer;
    int64_t armed_us; /* when the timer fires; 0: it does not */
    enum { CARRIER_UNKNOWN, CARRIER_UNBOUND, CARRIER_BOUND } carrier;
    char status[TOPIC_MAX], error[TOPIC_MAX];
    struct quiet full, expired, unread, put_off;
};

/* Count one for this bridge. */
void bridge_count(struct bridge *b, enum metric id);

/* Log it, or remember that it happened. */
void bridge_say(struct bridge *b, struct quiet *q, enum log_event event, const char *why);

/* Set the metric. */
void bridge_show_unsettled(struct bridge *b);

/* It waits no more, for that reason; frees it. */
void bridge_settle(struct bridge *b, struct unsettled_message *m, enum room_end how);

/* It is not under way any more, though it may wait for something else. */
void bridge_leave_room(struct unsettled_message *m, enum room_end how);

/* For io/mqtt; arg is the bridge. */
void bridge_on_message(void *arg, const struct mqtt_message *message);

#endif
