/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/asks.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/digest.h"

struct pending {
    TAILQ_ENTRY(pending) link;
    uint64_t txn;
    int64_t until_us;
    bool heard_unknown; /* from the case work */
};

struct asks {
    struct asks_handlers h;
    struct loop_timer *timer;
    char process[17];          /* names this run of the program */
    TAILQ_HEAD(, pending) all; /* the oldest first */
};

static void expire(void *arg);

struct asks *asks_new(struct loop *loop, const struct asks_handlers *h)
{
    uint8_t random[8];
    struct asks *a = calloc(1, sizeof *a);
    if (!a)
        return NULL;
    a->h = *h;
    TAILQ_INIT(&a->all);
    digest_random(random, sizeof random);
    digest_hex(random, sizeof random, a->process);
    a->timer = loop_timer_new(loop, expire, a);
    if (a->timer)
        return a;
    free(a);
    return NULL;
}

void asks_free(struct asks *a)
{
    struct pending *p;
    if (!a)
        return;
    while ((p = TAILQ_FIRST(&a->all))) {
        TAILQ_REMOVE(&a->all, p, link);
        free(p);
    }
    loop_timer_free(a->timer);
    free(a);
}

static void name(const struct asks *a, uint64_t txn, char out[REQUEST_ASK_ID_MAX + 1])
{
    snprintf(out, REQUEST_ASK_ID_MAX + 1, "%s.%" PRIu64, a->process, txn);
}

static void settle(struct asks *a, struct pending *p, enum case_state state)
{
    uint64_t txn = p->txn;
    TAILQ_REMOVE(&a->all, p, link);
    free(p);
    a->h.told(a->h.arg, txn, state);
}

/* Wake up when the oldest question's time is over. All wait equally long, but for a change of the
 * option. */
static void rest(struct asks *a)
{
    const struct pending *p = TAILQ_FIRST(&a->all);
    int64_t left = p ? (p->until_us - loop_monotonic_us()) / 1000 + 1 : 0;
    if (p)
        loop_timer_set(a->timer, left > 0 ? left : 0);
}

static void expire(void *arg)
{
    struct asks *a = arg;
    struct pending *p;
    while ((p = TAILQ_FIRST(&a->all)) && p->until_us <= loop_monotonic_us())
        settle(a, p, p->heard_unknown ? CASE_UNKNOWN : CASE_UNREACHABLE);
    rest(a);
}

void asks_begin(struct asks *a, uint64_t txn, const struct case_ask *ask, int64_t wait_ms)
{
    char ask_id[REQUEST_ASK_ID_MAX + 1];
    struct pending *p = calloc(1, sizeof *p);
    name(a, txn, ask_id);
    if (!p || a->h.publish(a->h.arg, ask_id, ask) < 0) {
        free(p);
        a->h.told(a->h.arg, txn, CASE_UNREACHABLE);
        return;
    }
    *p = (struct pending){.txn = txn, .until_us = loop_monotonic_us() + wait_ms * 1000};
    TAILQ_INSERT_TAIL(&a->all, p, link);
    rest(a);
}

static struct pending *find(struct asks *a, const char *ask_id)
{
    char mine[REQUEST_ASK_ID_MAX + 1];
    struct pending *p;
    TAILQ_FOREACH(p, &a->all, link)
    {
        name(a, p->txn, mine);
        if (strcmp(mine, ask_id) == 0)
            return p;
    }
    return NULL;
}

void asks_answer(struct asks *a, const char *ask_id, enum case_state state)
{
    struct pending *p = find(a, ask_id);
    if (p && state == CASE_UNKNOWN)
        p->heard_unknown = true;
    else if (p)
        settle(a, p, state);
}
