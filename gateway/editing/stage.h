/* SPDX-License-Identifier: Apache-2.0 */
/* The whole core in this process, with store and journal in memory: a gateway that no carrier
 * knows. Messages pass through the JSON of the contract in both directions, so that a message that
 * a bridge could not send cannot be sent here. For the terminal phone without servers and for
 * rehearsals of content. */
#ifndef ML_EDITING_STAGE_H
#define ML_EDITING_STAGE_H

#include "base/clock.h"
#include "base/log.h"
#include "message/bridge_codec.h"
#include "message/request.h"
#include "setup/setup.h"

/* What the gateway does. Nothing may be sent from within; all is borrowed for the call. */
struct stage_events {
    void *arg;
    void (*answer)(void *arg, const struct answer *a);
    /* detail is "code: sentence". re is "" if the gateway could not read the id. */
    void (*refused)(void *arg, const char *re, const char *detail);
    void (*filed)(void *arg, const struct request *r); /* it goes nowhere; may be NULL */
};

/* Borrowed for the life of the stage. */
struct stage_options {
    const struct conf *conf;
    const struct setup_layouts *layouts;
    const struct handler_table *handlers;
    const struct zawgyi *zawgyi; /* may be NULL */
    const char *bridge;          /* whose carrier's limits count */
    struct log *log;             /* may be NULL */
    struct clock clock;
    size_t phones; /* how many are expected; 0: as the configuration says of a gateway */
    struct stage_events events;
};

struct stage;

/* The catalog is referenced. NULL without memory. */
struct stage *stage_new(const struct stage_options *o, struct catalog *c);
void stage_free(struct stage *s); /* NULL is fine */

/* Send an MO. All that it causes is told before the call returns. Returns 0, or -1 if it could not
 * be written. */
int stage_send(struct stage *s, const struct mo *mo);

/* As if the subscriber had chosen the language before, and (latin) a phone that shows boxes. Only
 * before its first message. */
void stage_remember(struct stage *s, const char *msisdn, const char *language, bool latin);

#endif
