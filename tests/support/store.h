/* SPDX-License-Identifier: Apache-2.0 */
/* A session store for tests, in memory or in a real Redis (password "hush"), and calls that read
 * like a transcript. */
#ifndef ML_TESTS_SUPPORT_STORE_H
#define ML_TESTS_SUPPORT_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/loop.h"
#include "io/store_memory.h"
#include "io/store_redis.h"
#include "support/server.h"

enum { STORE_TIMEOUT_MS = 100 };

struct store {
    void (*load)(void *arg, uint64_t txn, const char *key);
    void (*save)(void *arg, const struct store_save *save);
    void *arg;
    /* The last answer. */
    int answers;
    uint64_t txn;
    enum store_result result;
    uint8_t record[PORTS_RECORD_MAX];
    size_t len;
    /* Behind it. */
    int64_t now;
    struct loop *loop; /* NULL for the memory store */
    struct store_memory *memory;
    struct store_redis *redis;
    struct server server;
    struct metrics *metrics;
    uint64_t asked;
};

/* cmocka's setup and teardown; the state is the struct store. Redis is up when setup returns. */
int store_open_memory(void **state);
int store_close_memory(void **state);
int store_open_redis(void **state);
int store_close_redis(void **state);

/* A Redis store that logs in with this password; it need not be up. */
struct store *store_make_redis(const char *password);

/* The same for servers that the test has: sentinels (NULL for none) that know the master of that
 * name. */
struct store *store_make_sentinel(const char *password, const char *sentinels, const char *name);

/* The same for a cluster of which these nodes are known. */
struct store *store_make_cluster(const char *password, const char *nodes);

/* For server_await; arg is the store. */
bool store_is_up(void *arg);
bool store_is_down(void *arg);

/* Load, or save for a minute with the expected tag (NULL for no record), and wait for the outcome.
 */
enum store_result store_load(struct store *s, const char *key);
enum store_result store_save_record(struct store *s, const char *key, const char *expected,
                                    const char *record);
void store_begin_save(struct store *s, const char *key, const char *expected, const char *record);
enum store_result store_outcome(struct store *s);

/* The last answer gave this record ("" for none). */
void store_given(const struct store *s, const char *record);

/* Let ms pass for the store. */
void store_later(struct store *s, int ms);

#endif
