/* SPDX-License-Identifier: Apache-2.0 */
/* Redis Sentinel: where is the master now? The sentinels of a list are asked in turn, beginning
 * with the one that answered last, each for a bounded time; one question needs one connection. */
#ifndef ML_IO_STORE_REDIS_SENTINEL_H
#define ML_IO_STORE_REDIS_SENTINEL_H

#include "base/address.h"
#include "io/loop.h"

enum { SENTINEL_WHY_MAX = 128 };

struct redisReply;
struct sentinel;

struct sentinel_options {
    const char *list; /* good by address_list_is_good, and not empty; borrowed, as the others */
    const char *master_name;
    const char *password; /* told to a sentinel that asks for one */
};

/* at is NULL if none of them knows the master; why is then what the last one said. */
typedef void (*sentinel_fn)(void *arg, const struct address *at, const char *why);

/* NULL without memory. */
struct sentinel *sentinel_new(struct loop *loop, const struct sentinel_options *o, sentinel_fn fn,
                              void *arg);

/* Ask; fn is called once, later. Not while a question is under way. */
void sentinel_ask(struct sentinel *s);

void sentinel_free(struct sentinel *s); /* NULL is fine; does not call fn. Not from within fn */

/* The same for a command that may wait: limit_ms for each step of a question. Returns 0, or -1 with
 * why. */
int sentinel_find(const struct sentinel_options *o, int limit_ms, struct address *out,
                  char why[SENTINEL_WHY_MAX]);

/* What a sentinel answered. Returns 0 with the master's address, or -1 with why. */
int sentinel_read(const struct redisReply *r, struct address *out, char why[SENTINEL_WHY_MAX]);

/* A sentinel that wants a password first. */
bool sentinel_wants_password(const struct redisReply *r);

#endif
