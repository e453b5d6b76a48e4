/* SPDX-License-Identifier: Apache-2.0 */
#include "io/store_redis_cluster.h"

#include <stdlib.h>
#include <string.h>

#include <hiredis/async.h>
#include <hiredis/hiredis.h>

#include "io/store_redis_internal.h"
#include "io/store_redis_slots.h"

enum {
    GAP_MS = 50, /* between two questions for the slots; doubled while nobody knows better */
    GAP_MAX_MS = 1000,
    MOVED_MS = 500, /* one slot has moved, and its place is known; others may have, too */
    KEEP_MS = 5000, /* a link that no slot needs: the next ASK may lead there again */
    US = 1000
};

struct node {
    struct redis_link *link; /* NULL: this place is free */
    bool serves;             /* it is the master of a slot */
    int64_t keep_until_us;
};

struct redis_cluster {
    struct store_redis *store;
    struct node node[SLOT_MASTERS_MAX];
    uint8_t owner[SLOT_COUNT]; /* the place in `node` plus 1; 0: nobody's */
    size_t unserved;           /* slots that are nobody's */
    struct slot_map map;       /* as read last */
    struct loop_timer *timer;
    int64_t due_us;   /* when the timer asks for the slots; 0: it does not */
    int64_t asked_us; /* when it did last */
    size_t asked;     /* whom */
    struct backoff again;
    size_t masters, up;     /* nodes that serve; those of them that are up */
    char why[SLOT_WHY_MAX]; /* of the last answer without slots that was logged; "" after others */
    bool told_up;           /* what the log says: each slot has a master that is up */
};

bool redis_cluster_is_up(const struct redis_cluster *c)
{
    return c->masters > 0 && c->up == c->masters && c->unserved == 0;
}

/* Ask for the slots in ms, or earlier if that is due. */
static void ask_within(struct redis_cluster *c, int64_t ms)
{
    int64_t now = loop_monotonic_us();
    int64_t at = now + ms * US;
    if (at < c->asked_us + GAP_MS * US)
        at = c->asked_us + GAP_MS * US;
    if (c->due_us != 0 && c->due_us <= at)
        return;
    c->due_us = at;
    loop_timer_set(c->timer, (at - now + US - 1) / US);
}

/* Count who serves, and say so if something has changed. */
static void look(struct redis_cluster *c)
{
    const struct store_redis_options *o = &c->store->o;
    size_t masters = 0, up = 0;
    for (size_t i = 0; i < SLOT_MASTERS_MAX; i++) {
        masters += c->node[i].serves;
        up += c->node[i].serves && c->node[i].link->state == REDIS_READY;
    }
    c->masters = masters;
    c->up = up;
    bool is_up = redis_cluster_is_up(c);
    metrics_set(o->metrics, M_REDIS_UP, NULL, is_up);
    metrics_set(o->metrics, M_REDIS_NODES, "up", (int64_t)up);
    metrics_set(o->metrics, M_REDIS_NODES, "down", (int64_t)(masters - up));
    if (is_up)
        backoff_reset(&c->again);
    if (is_up == c->told_up)
        return;
    c->told_up = is_up;
    log_write(o->log, is_up ? EV_redis_cluster_up : EV_redis_cluster_down,
              LOG_FIELDS(LI("masters", (int64_t)masters), LI("up", (int64_t)up),
                         LI("slots_of_nobody", (int64_t)c->unserved)));
}

void redis_cluster_changed(struct redis_cluster *c, struct redis_link *l)
{
    store_redis_settle(l);
    look(c);
    if (!redis_cluster_is_up(c))
        ask_within(c, l->state == REDIS_READY ? 0 : GAP_MS);
}

/* The place of a node, which is added if it is new; -1 if there is no room or memory. */
static int node_at(struct redis_cluster *c, const struct address *a)
{
    int empty = -1;
    for (int i = 0; i < SLOT_MASTERS_MAX; i++) {
        const struct redis_link *l = c->node[i].link;
        if (l && l->port == a->port && strcmp(l->host, a->host) == 0)
            return i;
        if (!l && empty < 0)
            empty = i;
    }
    if (empty < 0)
        return -1;
    struct redis_link *l = redis_link_new(c->store, a);
    c->node[empty] = (struct node){.link = l};
    return l ? empty : -1;
}

static void keep(struct node *n)
{
    n->keep_until_us = loop_monotonic_us() + KEEP_MS * US;
}

/* The slots as they were read come into force. */
static void take(struct redis_cluster *c)
{
    uint8_t place[SLOT_MASTERS_MAX + 1] = {0};
    for (size_t i = 0; i < SLOT_MASTERS_MAX; i++) {
        if (c->node[i].serves)
            keep(&c->node[i]);
        c->node[i].serves = false;
    }
    for (size_t i = 0; i < c->map.count; i++) {
        int at = node_at(c, &c->map.at[i]);
        place[i + 1] = (uint8_t)(at + 1);
        if (at >= 0)
            c->node[at].serves = true;
    }
    c->unserved = 0;
    for (size_t i = 0; i < SLOT_COUNT; i++) {
        c->owner[i] = place[c->map.owner[i]];
        c->unserved += c->owner[i] == 0;
    }
    look(c);
    if (!redis_cluster_is_up(c))
        ask_within(c, backoff_next(&c->again));
}

static void not_read(struct redis_cluster *c, const struct redis_link *l, const char *why)
{
    if (strcmp(c->why, why) == 0)
        return;
    snprintf(c->why, sizeof c->why, "%s", why);
    log_write(c->store->o.log, EV_redis_cluster_unread,
              LOG_FIELDS(LS("host", redis_link_server(l)), LS("why", why)));
}

static void on_slots(redisAsyncContext *context, void *reply, void *arg)
{
    struct redis_cluster *c = arg;
    struct redis_link *l = context->data;
    char why[SLOT_WHY_MAX];
    if (!reply)
        return;
    l->heard = true;
    if (slot_map_read(reply, l->host, &c->map, why) < 0) {
        not_read(c, l, why);
        return;
    }
    c->why[0] = '\0';
    take(c);
}

/* Links that no slot needs any more are given up; if some are kept for a while, the timer comes
 * back. */
static void sweep(struct redis_cluster *c)
{
    int64_t now = loop_monotonic_us();
    for (size_t i = 0; i < SLOT_MASTERS_MAX; i++) {
        struct node *n = &c->node[i];
        if (!n->link || n->serves)
            continue;
        if (n->keep_until_us > now) {
            ask_within(c, KEEP_MS);
            continue;
        }
        struct redis_link *l = n->link;
        n->link = NULL;
        redis_link_free(l);
    }
}

/* The next node that is up, in turn, since one that is cut off may not know better. */
static struct redis_link *next_up(struct redis_cluster *c)
{
    for (size_t i = 1; i <= SLOT_MASTERS_MAX; i++) {
        size_t at = (c->asked + i) % SLOT_MASTERS_MAX;
        struct redis_link *l = c->node[at].link;
        if (l && l->state == REDIS_READY) {
            c->asked = at;
            return l;
        }
    }
    return NULL;
}

/* Nobody whom we know can be asked: try those whom the options name. */
static void begin_anew(struct redis_cluster *c)
{
    struct address a;
    for (size_t i = 0; address_at(c->store->o.cluster, i, &a) == 1; i++) {
        int at = node_at(c, &a);
        if (at >= 0)
            keep(&c->node[at]);
    }
}

static void on_timer(void *arg)
{
    struct redis_cluster *c = arg;
    const char *argv[] = {"CLUSTER", "SLOTS"};
    c->due_us = 0;
    struct redis_link *l = next_up(c);
    c->asked_us = loop_monotonic_us();
    if (!l)
        begin_anew(c);
    else if (redisAsyncCommandArgv(l->context, on_slots, c, 2, argv, NULL) != REDIS_OK)
        redis_link_drop(l, "a command could not be sent");
    if (!redis_cluster_is_up(c))
        ask_within(c, backoff_next(&c->again));
    sweep(c);
}

struct redis_cluster *redis_cluster_new(struct store_redis *s)
{
    struct redis_cluster *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->store = s;
    c->unserved = SLOT_COUNT;
    c->again = (struct backoff){.min_ms = GAP_MS, .max_ms = GAP_MAX_MS};
    c->timer = loop_timer_new(s->loop, on_timer, c);
    if (!c->timer) {
        free(c);
        return NULL;
    }
    ask_within(c, 0);
    return c;
}

/* Who may be given a request: it is up, or may be in a moment. */
static struct redis_link *usable(struct redis_link *l)
{
    return l && (l->state == REDIS_READY || !l->failed) ? l : NULL;
}

struct redis_link *redis_cluster_route(struct redis_cluster *c, const char *key)
{
    uint8_t place = c->owner[slot_of(key)];
    return place > 0 ? usable(c->node[place - 1].link) : NULL;
}

struct redis_link *redis_cluster_redirect(struct redis_cluster *c, const struct redis_link *from,
                                          const redisReply *error, bool *asking)
{
    struct slot_redirect r;
    if (slot_redirect_read(error->str, (size_t)error->len, &r) < 0) {
        /* CLUSTERDOWN, LOADING, READONLY and the like: the slots may be elsewhere soon. */
        ask_within(c, GAP_MS);
        return NULL;
    }
    if (r.at.host[0] == '\0')
        memcpy(r.at.host, from->at.host, sizeof r.at.host);
    *asking = r.turn == SLOT_ASK;
    metrics_add(c->store->o.metrics, M_REDIS_REDIRECTIONS, *asking ? "ask" : "moved", 1);
    int at = node_at(c, &r.at);
    if (at < 0)
        return NULL;
    keep(&c->node[at]);
    if (!*asking) {
        c->owner[r.slot] = (uint8_t)(at + 1);
        ask_within(c, MOVED_MS);
    }
    return usable(c->node[at].link);
}

void redis_cluster_free(struct redis_cluster *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < SLOT_MASTERS_MAX; i++) {
        struct redis_link *l = c->node[i].link;
        c->node[i] = (struct node){.link = NULL};
        redis_link_free(l);
    }
    loop_timer_free(c->timer);
    free(c);
}
