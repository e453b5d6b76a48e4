/* SPDX-License-Identifier: Apache-2.0 */
/* A line from the phone to the gateway: over MQTT as a bridge, or to a core in this process. Both
 * speak the same JSON, so that what works on one works on the other. */
#ifndef ML_PHONE_LINE_H
#define ML_PHONE_LINE_H

#include "base/conf.h"
#include "base/log.h"
#include "core/handler.h"
#include "io/loop.h"
#include "message/bridge_codec.h"
#include "message/message.h"

enum {
    LINE_GIVE_UP_MS = 20000, /* an unsettled message is given up: its deadline */
    LINE_WHY_MAX = CONF_ERROR_MAX
};

/* What the line reports. Nothing may be sent from within. */
struct line_events {
    void *arg;
    void (*answer)(void *arg, const struct answer *a); /* strings borrowed for the call */
    /* detail is "code: sentence". re is "" if the gateway could not read the id. */
    void (*refused)(void *arg, const char *re, const char *detail);
    void (*lost)(void *arg, const char *id); /* not settled in LINE_GIVE_UP_MS */
};

/* Borrowed for the life of the line. */
struct line_options {
    const struct conf *conf;
    const struct handler_table *handlers; /* offline only */
    const char *bridge;
    struct loop *loop; /* MQTT only */
    struct log *log;   /* may be NULL */
    int64_t start_ms;  /* offline only: what the clock shows at first; 0 for the system's time */
    struct line_events events;
};

/* An open line. self belongs to it until close. */
struct line {
    void *self;
    int64_t (*now)(void *self); /* ms since 1970, as the gateway sees it */
    /* Send an MO; it is copied. Offline the answer comes before the call returns. Returns 0, or -1
     * without memory. */
    int (*send)(void *self, const struct mo *mo);
    /* Turn the gateway's clock on by ms. NULL where that is impossible. */
    void (*turn)(void *self, int64_t ms);
    void (*close)(void *self);
};

/* Return 0, or -1 with why (a sentence with the remedy). */
int line_offline_open(const struct line_options *o, struct line *out, char why[LINE_WHY_MAX]);
int line_mqtt_open(const struct line_options *o, struct line *out, char why[LINE_WHY_MAX]);

#endif
