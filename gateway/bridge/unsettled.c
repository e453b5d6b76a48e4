/* SPDX-License-Identifier: Apache-2.0 */
#include "bridge/unsettled.h"

#include <stdlib.h>
#include <string.h>

void unsettled_init(struct unsettled *u, size_t most, int64_t repeat_us)
{
    *u = (struct unsettled){.most = most, .repeat_us = repeat_us};
    TAILQ_INIT(&u->repeating);
    TAILQ_INIT(&u->ending);
}

void unsettled_fini(struct unsettled *u)
{
    for (struct unsettled_message *m; (m = unsettled_first(u));)
        unsettled_drop(u, m);
}

struct unsettled_message *unsettled_find(const struct unsettled *u, const char *id)
{
    struct unsettled_message *m;
    HASH_FIND_STR(u->by_id, id, m);
    return m;
}

struct unsettled_message *unsettled_add(struct unsettled *u, const char *id, const char *payload,
                                        size_t len)
{
    struct unsettled_message *m = u->count < u->most ? calloc(1, sizeof *m + len) : NULL;
    if (!m)
        return NULL;
    strcpy(m->id, id);
    memcpy(m->payload, payload, len);
    m->len = len;
    HASH_ADD_STR(u->by_id, id, m);
    if (!HASH_ADDED(hh, m)) {
        free(m);
        return NULL;
    }
    TAILQ_INSERT_HEAD(&u->repeating, m, link);
    u->count++;
    return m;
}

static void take_out(struct unsettled *u, struct unsettled_message *m)
{
    if (m->ending)
        TAILQ_REMOVE(&u->ending, m, link);
    else
        TAILQ_REMOVE(&u->repeating, m, link);
}

/* Into the queue of those that end, which is in the order of their deadlines. */
static void sort_in(struct unsettled *u, struct unsettled_message *m)
{
    struct unsettled_message *before = TAILQ_LAST(&u->ending, unsettled_queue);
    while (before && before->due_us > m->due_us)
        before = TAILQ_PREV(before, unsettled_queue, link);
    if (before)
        TAILQ_INSERT_AFTER(&u->ending, before, m, link);
    else
        TAILQ_INSERT_HEAD(&u->ending, m, link);
}

void unsettled_again(struct unsettled *u, struct unsettled_message *m, int64_t now_us)
{
    take_out(u, m);
    m->held = false;
    m->due_us = now_us + u->repeat_us;
    m->ending = m->deadline_us != 0 && m->deadline_us <= m->due_us;
    if (!m->ending) {
        TAILQ_INSERT_TAIL(&u->repeating, m, link);
        return;
    }
    m->due_us = m->deadline_us;
    sort_in(u, m);
}

void unsettled_hold(struct unsettled *u, struct unsettled_message *m)
{
    if (m->deadline_us == 0)
        return;
    take_out(u, m);
    m->ending = m->held = true;
    m->due_us = m->deadline_us;
    sort_in(u, m);
}

void unsettled_drop(struct unsettled *u, struct unsettled_message *m)
{
    take_out(u, m);
    HASH_DEL(u->by_id, m);
    u->count--;
    free(m);
}

struct unsettled_message *unsettled_first(const struct unsettled *u)
{
    struct unsettled_message *a = TAILQ_FIRST(&u->repeating), *b = TAILQ_FIRST(&u->ending);
    if (!a || !b)
        return a ? a : b;
    return b->due_us <= a->due_us ? b : a;
}
