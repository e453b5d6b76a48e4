/* SPDX-License-Identifier: Apache-2.0 */
/* Content that came over MQTT is checked, compiled and kept on disk in a thread of its own, so that
 * no message waits for it. Content that a reload reads anew is compiled in another such thread.
 *
 *   published_offer -> thread: codec, hash, check, compile, store -> eventfd -> loop: handler
 *
 * A job has one owner at a time: whoever made it, the thread, or the handler. One is at work and
 * one waits; the newest takes the place of the one that waits. A catalog belongs to one thread at a
 * time, and what makes one has no state of its own, so the loop may load another meanwhile. */
#ifndef ML_DAEMON_PUBLISHED_H
#define ML_DAEMON_PUBLISHED_H

#include "base/conf.h"
#include "io/loop.h"
#include "setup/setup.h"

enum published_result {
    PUBLISHED_REFUSED, /* findings say why; NULL without memory */
    PUBLISHED_SAME,    /* it is the version in force */
    PUBLISHED_TAKEN
};

struct published_job {
    char *payload; /* owned by the job; NULL: the folder of the configuration */
    size_t len;
    struct conf conf; /* a copy: the loop may read another meanwhile */
    struct setup_layouts layouts;
    const struct handler_table *handlers;
    int32_t today;
    unsigned generation;                    /* the loop's: of what configuration it is a copy */
    char in_force[CATALOG_VERSION_HEX + 1]; /* "" for none */
    bool reload;           /* compile it in any case, for this configuration, and store nothing */
    struct zawgyi *zawgyi; /* of a reload; owned by the job; the thread leaves it alone */

    enum published_result result;
    struct catalog *catalog; /* PUBLISHED_TAKEN; owned by the job */
    struct findings *findings;
    char store_why[128]; /* why it could not be kept on disk; "" if it is, or need not be */
};

/* Make a job with a copy of the payload, NULL for the folder's content. NULL without memory. */
struct published_job *published_job_new(const char *payload, size_t len);
void published_job_free(struct published_job *job); /* NULL is fine */

/* Check and compile, in any thread; nothing is stored. */
void published_job_compile(struct published_job *job);

/* The job is done, and the handler's to free. */
typedef void (*published_fn)(void *arg, struct published_job *job);

struct published;

/* Start the thread. NULL without memory or if no thread can be started. */
struct published *published_new(struct loop *loop, published_fn done, void *arg);

/* Wait for the job at work, end the thread, and free what nobody took. NULL is fine. */
void published_free(struct published *p);

/* Hand a job over. */
void published_offer(struct published *p, struct published_job *job);

/* Is no job at work, and none waiting? */
bool published_is_idle(const struct published *p);

/* Hand a job over again, unless a newer one waits: then it is freed. */
void published_repeat(struct published *p, struct published_job *job);

/* Read what was stored for this gateway (gateway.content_store, gateway.instance). Returns the
 * payload, which the caller frees, or NULL with why; why is "" if there is none. */
char *published_load(const struct conf *c, size_t *len, char why[128]);

#endif
