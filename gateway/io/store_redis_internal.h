/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the Redis store share: store_redis.c has the connection, store_redis_loop.c its
 * socket, store_redis_sentinel.c the question where the master is, store_redis_request.c the
 * requests. */
#ifndef ML_IO_STORE_REDIS_INTERNAL_H
#define ML_IO_STORE_REDIS_INTERNAL_H

#include <sys/queue.h>

#include "io/backoff.h"
#include "io/store_redis.h"
#include "io/store_redis_sentinel.h"

struct redisAsyncContext;
struct redisContext;
struct redisReply;
struct redis_request;

enum redis_state {
    REDIS_WAITING,    /* no connection; the retry timer runs */
    REDIS_ASKING,     /* no connection; the sentinels are asked, who bound it themselves */
    REDIS_CONNECTING, /* connecting, then AUTH, ROLE, SCRIPT LOAD; bounded by the guard timer */
    REDIS_READY,      /* serves */
    REDIS_DROPPING,   /* given up; the context is freed by the retry timer, outside of its own
                         callbacks */
    REDIS_ENDING      /* store_redis_free is at work */
};

TAILQ_HEAD(request_list, redis_request);

struct store_redis {
    struct loop *loop;
    struct store_redis_options o; /* its strings are those of text */
    char *text[6];
    struct store_reply reply;
    struct redisAsyncContext *context; /* NULL if there is none */
    struct sentinel *sentinel;         /* NULL if there are none */
    char server[ADDRESS_TEXT_SIZE];    /* what they named, for people */
    enum redis_state state;
    struct backoff backoff;
    struct loop_timer *retry;
    struct loop_timer *guard; /* bounds CONNECTING; the heartbeat in READY */
    char why[128];            /* of the last loss that was logged; "" after a success */
    char sha[41];             /* of the script */
    bool heard;               /* a reply has come since the last heartbeat */
    bool pinged;              /* a PING waits for its answer */
    bool flushing;            /* see struct watch */

    /* All requests have the same timeout, so the list is in the order of their deadlines, and one
     * timer is enough. */
    struct request_list waiting;
    struct loop_timer *expiry;
    bool expiry_set;
    int inflight; /* requests that hiredis holds, those included that are answered STORE_DOWN
                     already */
    int late;     /* requests in a row that were not answered in time */
    int64_t slow_logged_us, error_logged_us;
};

/* Begin to connect; port 0: host is a socket's path. As hiredis: NULL, or look at err. */
struct redisAsyncContext *store_redis_connect(const char *host, int port);

/* The same, and wait for it; each answer is then awaited for as long. */
struct redisContext *store_redis_connect_now(const char *host, int port, int limit_ms);

/* Watch the socket of a context, for as long as that lives; *flushing lives longer. Returns 0, or
 * -1 without memory. */
int store_redis_watch(struct loop *loop, struct redisAsyncContext *c, bool *flushing);

/* Give the connection up and come back later. Safe from within callbacks. */
void store_redis_drop(struct store_redis *s, const char *why);

/* Count and log an error that Redis answered (its first words; at most one line a second). */
void store_redis_error(struct store_redis *s, const char *text);

/* The expiry timer: answer what has waited too long. */
void store_redis_expire(void *arg);

/* The script of a save, NUL-terminated. */
const char *store_redis_script(void);

#endif
