/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions in Redis, one server or a cluster: hiredis, asynchronous, on the loop; connects again by
 * itself with jittered back-off. The only user of hiredis. Load is GET; save is one Lua script
 * (EVALSHA; EVAL after NOSCRIPT) that compares the tag, sets the record and its time to live, and
 * gives the present record back on a conflict. hiredis 0.14 has no timeouts: this file keeps its
 * own. */
#ifndef ML_IO_STORE_REDIS_H
#define ML_IO_STORE_REDIS_H

#include <stdbool.h>

#include "base/log.h"
#include "base/metrics.h"
#include "core/ports.h"
#include "io/loop.h"

struct store_redis_options {
    const char *host; /* address, or path of a Unix socket with port 0 */
    int port;
    const char *sentinels;   /* a list of addresses (base/address.h) to be asked for the server in
                                place of host and port; NULL or "" for none */
    const char *master_name; /* by which the sentinels know it */
    const char *cluster;     /* a list of addresses of nodes of a cluster, in place of all these */
    const char *username, *password; /* "" for none */
    const char *prefix;              /* put before each key */
    int timeout_ms;
    int max_inflight;
    int retry_min_ms, retry_max_ms;
    struct log *log;         /* may be NULL */
    struct metrics *metrics; /* may be NULL */
};

struct conf;
struct store_redis;

/* What the configuration says; all point into c, and to password. Without log and metrics. */
struct store_redis_options store_redis_options_of(const struct conf *c, const char *password);

/* Create and begin to connect. Options are copied. Returns NULL without memory. */
struct store_redis *store_redis_new(struct loop *loop, const struct store_redis_options *o,
                                    const struct store_reply *reply);

/* The functions for struct ports; arg is the store. */
void store_redis_load(void *arg, uint64_t txn, const char *key);
void store_redis_save(void *arg, const struct store_save *save);

/* Of a cluster: each slot has a master that is up. */
bool store_redis_is_up(const struct store_redis *s);

/* The server: as configured, or the master that the sentinels named last (before that, its name);
 * of a cluster the nodes as configured. */
const char *store_redis_server(const struct store_redis *s);

/* Free; requests not answered yet get STORE_DOWN. NULL is fine. Not from within a reply. */
void store_redis_free(struct store_redis *s);

#endif
