/* SPDX-License-Identifier: Apache-2.0 */
#include "io/store_redis_forget.h"

#include <stdio.h>
#include <string.h>
#include <sys/time.h>

#include <hiredis/hiredis.h>

#include "io/store_redis_cluster.h"
#include "io/store_redis_internal.h"
#include "io/store_redis_slots.h"

enum { WHY_MAX = 256 };

redisContext *store_redis_connect_now(const char *host, int port, int limit_ms)
{
    const struct timeval limit = {.tv_sec = limit_ms / 1000, .tv_usec = (limit_ms % 1000) * 1000};
    redisContext *c = port == 0 ? redisConnectUnixWithTimeout(host, limit)
                                : redisConnectWithTimeout(host, port, limit);
    if (c && !c->err)
        redisSetTimeout(c, limit);
    return c;
}

/* Look at the answer to a command. Returns 0, or -1 with why. */
static int check(const redisContext *c, const redisReply *r, const char *remedy, char why[WHY_MAX])
{
    if (r && r->type != REDIS_REPLY_ERROR)
        return 0;
    snprintf(why, WHY_MAX, "Redis: %.120s; %s", r ? r->str : c->errstr, remedy);
    return -1;
}

static int log_in(redisContext *c, const struct store_redis_options *o, char why[WHY_MAX])
{
    const char *with_user[] = {"AUTH", o->username, o->password};
    const char *without[] = {"AUTH", o->password};
    bool has_user = *o->username != '\0';
    if (*o->password == '\0')
        return 0;
    redisReply *r = redisCommandArgv(c, has_user ? 3 : 2, has_user ? with_user : without, NULL);
    int result = check(c, r, "check redis.username and redis.password_file", why);
    freeReplyObject(r);
    return result;
}

static bool has_cluster(const struct store_redis_options *o)
{
    return o->cluster && *o->cluster != '\0';
}

/* How a removal is going on. */
struct removal {
    const struct store_redis_options *o;
    const char *key; /* whole */
    struct address at;
    bool asking;  /* the node takes the slot over */
    bool sent_on; /* to another node, at `at` */
    bool existed;
    char *why;
};

/* A node of a cluster that has not got the key may say who has. Returns 0, or -1. */
static int follow(struct removal *m, const redisReply *r)
{
    struct slot_redirect to;
    if (!has_cluster(m->o) || !r || r->type != REDIS_REPLY_ERROR ||
        slot_redirect_read(r->str, (size_t)r->len, &to) < 0)
        return -1;
    m->at.port = to.at.port;
    if (to.at.host[0] != '\0')
        m->at = to.at;
    m->asking = to.turn == SLOT_ASK;
    m->sent_on = true;
    return 0;
}

static int remove_key(redisContext *c, struct removal *m)
{
    const char *argv[] = {"DEL", m->key};
    if (m->asking)
        freeReplyObject(redisCommand(c, "ASKING"));
    redisReply *r = redisCommandArgv(c, 2, argv, NULL);
    int result = follow(m, r);
    if (result < 0)
        result = check(c, r, "check that this user may DEL the keys", m->why);
    m->existed = r && r->type == REDIS_REPLY_INTEGER && r->integer > 0;
    freeReplyObject(r);
    return result;
}

static int remove_at(struct removal *m, const char *host, int port)
{
    redisContext *c = store_redis_connect_now(host, port, m->o->timeout_ms);
    int result = -1;
    m->sent_on = false;
    if (!c || c->err)
        snprintf(m->why, WHY_MAX,
                 "Redis: %.120s; check redis.host and redis.port, or redis.cluster",
                 c ? c->errstr : "no memory");
    else
        result = log_in(c, m->o, m->why) < 0 ? -1 : remove_key(c, m);
    if (c)
        redisFree(c);
    return result;
}

/* Begin with a node of a cluster. */
static int remove_from(struct removal *m)
{
    int result = 0;
    m->asking = m->sent_on = false;
    for (int i = 0; result == 0 && (i == 0 || m->sent_on); i++) {
        if (i > REDIS_REDIRECTIONS_MAX) {
            snprintf(m->why, WHY_MAX, "Redis: the nodes of the cluster do not agree; try again");
            return -1;
        }
        result = remove_at(m, m->at.host, m->at.port);
    }
    return result;
}

static int remove_in_cluster(struct removal *m)
{
    int result = -1;
    for (size_t i = 0; result < 0 && address_at(m->o->cluster, i, &m->at) == 1; i++)
        result = remove_from(m);
    return result;
}

/* Returns 0, or -1 with why. */
static int find_master(const struct store_redis_options *o, struct address *out, char why[WHY_MAX])
{
    char said[SENTINEL_WHY_MAX];
    const struct sentinel_options s = {o->sentinels, o->master_name, o->password};
    if (sentinel_find(&s, o->timeout_ms, out, said) == 0)
        return 0;
    snprintf(why, WHY_MAX, "no sentinel names the master: %.120s; check redis.sentinels", said);
    return -1;
}

int store_redis_forget(const struct store_redis_options *o, const char *key, bool *existed,
                       char why[256])
{
    char whole[32 + PORTS_KEY_MAX];
    struct removal m = {.o = o, .key = whole, .why = why};
    int result;
    snprintf(whole, sizeof whole, "%s%s", o->prefix, key);
    if (has_cluster(o))
        result = remove_in_cluster(&m);
    else if (!o->sentinels || *o->sentinels == '\0')
        result = remove_at(&m, o->host, o->port);
    else
        result = find_master(o, &m.at, why) < 0 ? -1 : remove_at(&m, m.at.host, m.at.port);
    *existed = result == 0 && m.existed;
    return result;
}
