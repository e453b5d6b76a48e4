/* SPDX-License-Identifier: Apache-2.0 */
/* What a kind of aggregator is to this program: how it asks, how it is answered. A kind is one file
 * with one `const struct kind`, and one line of the table in kinds.c.
 *
 * A kind MUST answer each web request once (web_answer), now or later; MUST answer 200 only after
 * the gateway has settled the message; MUST give the same id to the same message asked again. It
 * MUST NOT keep a pointer from a request or an answer beyond the call. */
#ifndef ML_HTTP_KIND_H
#define ML_HTTP_KIND_H

#include "bridge/bridge.h"
#include "io/web.h"

/* All of it outlives the kind. */
struct kind_world {
    const struct conf_aggregator *conf;
    struct bridge *bridge;
    struct web *web;
    struct loop *loop;
    struct log *log;
    struct metrics *metrics;
};

struct kind {
    const char *name; /* value of aggregator.kind */
    /* NULL with why: a sentence with the remedy. */
    void *(*open)(const struct kind_world *w, char why[CONF_ERROR_MAX]);
    void (*close)(void *self);
    /* A request for /NAME/part. Returns false if there is no such part: it was not answered. */
    bool (*request)(void *self, const char *part, const struct web_request *r);
    void (*gone)(void *self, uint64_t web_id);
    /* As in struct bridge_events. */
    bool (*answer)(void *self, const struct answer *a);
    void (*refused)(void *self, const struct bridge_refusal *r);
    void (*expired)(void *self, const char *id);
    size_t (*in_hand)(const void *self); /* messages that are not done */
};

/* The kind of that name; never NULL for a value that the configuration lets through. */
const struct kind *kinds_find(const char *name);

#endif
