/* SPDX-License-Identifier: Apache-2.0 */
/* How many messages that begin a dialogue a bridge lets be under way, so that gateways that have
 * too much to do are not given more: to refuse a message costs a gateway half of what it costs to
 * serve it, and the bridge next to nothing. As TCP does with a path: halved when a gateway refuses,
 * at most once for what was under way together, and grown again as answers come. */
#ifndef ML_BRIDGE_ROOM_H
#define ML_BRIDGE_ROOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum room_end {
    ROOM_ANSWERED,
    ROOM_REFUSED, /* with overload, or nobody answered in time */
    ROOM_LEFT     /* the carrier waits for it no more */
};

struct room {
    size_t most, now; /* may be under way; at present */
    size_t under_way;
    unsigned answered;  /* since it has grown */
    uint64_t last, cut; /* numbers: of the last message; of the last one when it was halved */
};

void room_init(struct room *r, size_t most);

/* The most of a bridge that lets so many messages wait: half of them, so that what goes on with a
 * dialogue finds a place. */
size_t room_share(size_t unsettled);

/* May one more be under way? */
bool room_has(const struct room *r);

/* May a dialogue begin while so many messages wait, of so many that may? Those under way go on
 * without asking for room: the last quarter is left to them and to cries for help. */
bool room_leaves_places(size_t waiting, size_t unsettled);

/* A message is under way. Returns its number, from 1 on. */
uint64_t room_take(struct room *r);

/* It is not any more. */
void room_give(struct room *r, uint64_t number, enum room_end how);

#endif
