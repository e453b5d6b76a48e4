/* SPDX-License-Identifier: Apache-2.0 */
#include "bridge/room.h"

enum {
    LEAST = 16,        /* whatever is refused: somebody has to find out that it is over */
    ANSWERS_A_STEP = 4 /* with the answers to all that is in it a room grows by a quarter */
};

void room_init(struct room *r, size_t most)
{
    *r = (struct room){.most = most, .now = most};
}

static size_t at_least_some(size_t part, size_t all)
{
    size_t some = part > LEAST ? part : LEAST;
    return some < all ? some : all;
}

size_t room_share(size_t unsettled)
{
    return at_least_some(unsettled / 2, unsettled);
}

bool room_leaves_places(size_t waiting, size_t unsettled)
{
    return waiting < at_least_some(unsettled - unsettled / 4, unsettled);
}

bool room_has(const struct room *r)
{
    return r->under_way < r->now;
}

uint64_t room_take(struct room *r)
{
    r->under_way++;
    return ++r->last;
}

static void grow(struct room *r)
{
    if (r->now >= r->most || ++r->answered < ANSWERS_A_STEP)
        return;
    r->answered = 0;
    r->now++;
}

/* Those that were under way at the last cut are refused for the same overload. */
static void cut(struct room *r, uint64_t number)
{
    if (number <= r->cut)
        return;
    size_t used = r->under_way < r->now ? r->under_way : r->now;
    r->now = used / 2 > LEAST ? used / 2 : LEAST;
    if (r->now > r->most)
        r->now = r->most;
    r->cut = r->last;
    r->answered = 0;
}

void room_give(struct room *r, uint64_t number, enum room_end how)
{
    if (how == ROOM_REFUSED)
        cut(r, number);
    else if (how == ROOM_ANSWERED)
        grow(r);
    r->under_way--;
}
