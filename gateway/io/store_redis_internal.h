/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the Redis store share: store_redis.c has the store, store_redis_link.c a
 * connection to one server, store_redis_loop.c its socket, store_redis_sentinel.c the question
 * where the master is, store_redis_cluster.c which of several servers has a key,
 * store_redis_request.c the requests. */
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
    REDIS_ENDING      /* redis_link_free is at work */
};

struct redis_link {
    struct store_redis *store; /* whose it is, with the options */
    struct address at;         /* of a node of a cluster */
    const char *host;          /* that, or as configured */
    int port;
    struct redisAsyncContext *context; /* NULL if there is none */
    struct sentinel *sentinel;         /* NULL if there are none */
    char server[ADDRESS_TEXT_SIZE];    /* what they named, or the node, for people; "" for host */
    enum redis_state state;
    struct backoff backoff;
    struct loop_timer *retry;
    struct loop_timer *guard; /* bounds CONNECTING; the heartbeat in READY */
    char why[128];            /* of the last loss that was logged; "" after a success */
    char sha[41];             /* of the script */
    bool failed;              /* was lost, or did not come up, since it was made or up last */
    bool heard;               /* a reply has come since the last heartbeat */
    bool pinged;              /* a PING waits for its answer */
    bool flushing;            /* see struct watch */
    int late;                 /* requests in a row that were not answered in time */
};

TAILQ_HEAD(request_list, redis_request);

struct store_redis {
    struct loop *loop;
    struct store_redis_options o; /* its strings are those of text */
    char *text[7];
    struct store_reply reply;
    struct redis_link *link;       /* to the only server; NULL with a cluster */
    struct redis_cluster *cluster; /* NULL without one */

    /* All requests have the same timeout, so the list is in the order of their deadlines, and one
     * timer is enough. */
    struct request_list waiting;
    struct loop_timer *expiry;
    bool expiry_set;
    int inflight; /* requests that links hold, those included that are answered STORE_DOWN already
                   */
    int64_t slow_logged_us, error_logged_us;
};

/* Begin to connect; port 0: host is a socket's path. As hiredis: NULL, or look at err. */
struct redisAsyncContext *store_redis_connect(const char *host, int port);

/* The same, and wait for it; each answer is then awaited for as long. */
struct redisContext *store_redis_connect_now(const char *host, int port, int limit_ms);

/* Watch the socket of a context, for as long as that lives; *flushing lives longer. Returns 0, or
 * -1 without memory. */
int store_redis_watch(struct loop *loop, struct redisAsyncContext *c, bool *flushing);

/* Has the server said something that was not read yet? */
bool store_redis_is_unread(const struct redisAsyncContext *c);

/* A connection to the node of a cluster at that address (copied); NULL: to the server that the
 * options name. It connects by itself, and again. NULL without memory. */
struct redis_link *redis_link_new(struct store_redis *s, const struct address *at);

/* Whom it is connected to, for people. */
const char *redis_link_server(const struct redis_link *l);

/* Give the connection up and come back later. Safe from within callbacks. */
void redis_link_drop(struct redis_link *l, const char *why);

/* NULL is fine; what it holds is answered. Not from within a callback of its connection. */
void redis_link_free(struct redis_link *l);

/* A link is up, or is lost. */
void store_redis_changed(struct redis_link *l);

/* What serves a key: a link that is up, or one that comes up for the first time; NULL if it cannot
 * be served now. */
struct redis_link *store_redis_route(struct store_redis *s, const char *key);

/* Count and log an error that Redis answered (its first words; at most one line a second). */
void store_redis_error(struct store_redis *s, const char *text);

/* The expiry timer: answer what has waited too long. */
void store_redis_expire(void *arg);

/* Send what waits for this link, if it is up; else answer it. */
void store_redis_settle(struct redis_link *l);

/* The script of a save, NUL-terminated. */
const char *store_redis_script(void);

#endif
