/* SPDX-License-Identifier: Apache-2.0 */
/* Redis Cluster on paper: which slot a key is in, who serves which slots, and where a node sends
 * somebody whom it does not serve. Pure functions. */
#ifndef ML_IO_STORE_REDIS_SLOTS_H
#define ML_IO_STORE_REDIS_SLOTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/address.h"

enum { SLOT_COUNT = 16384, SLOT_MASTERS_MAX = 128, SLOT_WHY_MAX = 128 };

struct redisReply;

/* The slot of a key: of its first {tag}, if it has one that is not empty. */
unsigned slot_of(const char *key);

struct slot_map {
    struct address at[SLOT_MASTERS_MAX];
    size_t count;
    uint8_t owner[SLOT_COUNT]; /* the master's place in `at`, plus 1; 0: nobody serves it */
};

/* Read the answer to CLUSTER SLOTS; asked is the host that gave it, which a node that does not know
 * its own address leaves out. Returns 0, or -1 with why: what it says is no answer, has a name in
 * place of a number, more masters than SLOT_MASTERS_MAX, or no slots at all. */
int slot_map_read(const struct redisReply *r, const char *asked, struct slot_map *out,
                  char why[SLOT_WHY_MAX]);

enum slot_turn { SLOT_MOVED, SLOT_ASK };

struct slot_redirect {
    enum slot_turn turn;
    unsigned slot;
    struct address at; /* host "": the one that sends */
};

/* Read an error of n octets such as "MOVED 3999 10.8.0.2:6379". Returns 0, or -1 if it is another.
 */
int slot_redirect_read(const char *error, size_t n, struct slot_redirect *out);

#endif
