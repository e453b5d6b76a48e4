/* SPDX-License-Identifier: Apache-2.0 */
/* Messages that are not settled yet: by id, and in the order in which something is due for them.
 * For bridge.c alone. Time is monotonic and in microseconds. */
#ifndef ML_BRIDGE_UNSETTLED_H
#define ML_BRIDGE_UNSETTLED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/hash_table.h"
#include "bridge/room.h"
#include "message/message.h"

struct unsettled_message {
    UT_hash_handle hh;
    TAILQ_ENTRY(unsettled_message) link;
    char id[MESSAGE_ID_MAX + 1];
    uint8_t shard;
    bool sent;         /* handed to the broker at least once */
    bool ending;       /* its deadline comes before its next repeat */
    bool held;         /* waits for its deadline alone, for it is answered */
    struct room *room; /* that it is under way in; NULL: in none, or not any more */
    uint64_t number;   /* there */
    int64_t due_us;
    int64_t deadline_us; /* 0 for none */
    size_t len;
    char payload[]; /* as it was written; len octets */
};

TAILQ_HEAD(unsettled_queue, unsettled_message);

/* All repeats come after the same time, so who is sent goes to the end of its queue. Only the few
 * messages that wait for nothing but their deadline have to be sorted in. */
struct unsettled {
    struct unsettled_message *by_id;
    struct unsettled_queue repeating, ending;
    size_t count, most;
    int64_t repeat_us;
};

void unsettled_init(struct unsettled *u, size_t most, int64_t repeat_us);

/* Drop all. */
void unsettled_fini(struct unsettled *u);

/* NULL if there is none. */
struct unsettled_message *unsettled_find(const struct unsettled *u, const char *id);

/* Add a message with a new id; the payload is copied. It is due at once until unsettled_again is
 * called. NULL if as many as may wait do so, or without memory. */
struct unsettled_message *unsettled_add(struct unsettled *u, const char *id, const char *payload,
                                        size_t len);

/* It was sent, or would have been: due again after the repeat time or at its deadline. */
void unsettled_again(struct unsettled *u, struct unsettled_message *m, int64_t now_us);

/* It waits for its deadline alone; one without a deadline is repeated on. */
void unsettled_hold(struct unsettled *u, struct unsettled_message *m);

/* Take it out and free it. */
void unsettled_drop(struct unsettled *u, struct unsettled_message *m);

/* The message that is due first, or NULL. */
struct unsettled_message *unsettled_first(const struct unsettled *u);

#endif
