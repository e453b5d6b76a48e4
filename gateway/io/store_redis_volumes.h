/* SPDX-License-Identifier: Apache-2.0 */
/* Volumes (core/volumes.h) in Redis, over the connection of the store: a hash for each hour,
 * PREFIXvolumes:2026-11-30T02 (UTC), with one field for each writer, which holds its record, and
 * one, "salt", by which readers hide small numbers alike. A hash expires VOLUMES_KEEP_DAYS after
 * its hour.
 *
 * One script writes a record, unless a newer one of the same writer is there: so a record may be
 * sent again when the answer was lost, and one that comes late changes nothing.
 *
 * Requests here have no timeout of their own: the heartbeat of the connection finds a server that
 * hangs, and what waits is then answered as failed. */
#ifndef ML_IO_STORE_REDIS_VOLUMES_H
#define ML_IO_STORE_REDIS_VOLUMES_H

#include "io/store_redis.h"

enum {
    VOLUMES_KEEP_DAYS = 400, /* 13 months and a few days */
    VOLUMES_SALT_SIZE = 32,  /* hex digits */
    VOLUMES_KEY_SIZE = 24    /* octets of "volumes:2026-11-30T02" with its NUL, and to spare */
};

/* The key of an hour (since 1970), without the prefix. */
void store_redis_volumes_key(int64_t hour, char out[VOLUMES_KEY_SIZE]);

struct volumes_put {
    int64_t hour;
    uint64_t writer, seq;
    const char *record; /* borrowed for the call, as salt */
    size_t len;
    const char *salt; /* taken if the hour has none yet */
};

/* stored: it, or a newer one of the same writer, is there. Else nobody knows. */
typedef void (*volumes_put_fn)(void *arg, int64_t hour, uint64_t seq, bool stored);

/* Store a record. fn is called once, later. Returns -1, and does not call it, if Redis is not
 * connected or there is no memory. */
int store_redis_volumes_put(struct store_redis *s, const struct volumes_put *p, volumes_put_fn fn,
                            void *arg);

/* One field of an hour: borrowed for the call. */
struct volumes_field {
    const char *name, *value;
    size_t name_len, len;
};

/* All that is kept of an hour; fields is NULL if it could not be read, count 0 if there is nothing.
 */
typedef void (*volumes_got_fn)(void *arg, int64_t hour, const struct volumes_field *fields,
                               size_t count);

/* Read an hour; as for put. */
int store_redis_volumes_get(struct store_redis *s, int64_t hour, volumes_got_fn fn, void *arg);

#endif
