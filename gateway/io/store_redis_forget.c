/* SPDX-License-Identifier: Apache-2.0 */
#include "io/store_redis_forget.h"

#include <stdio.h>
#include <string.h>
#include <sys/time.h>

#include <hiredis/hiredis.h>

#include "io/store_redis_internal.h"

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

/* Send one command. Returns its answer, or NULL with why. */
static redisReply *ask(redisContext *c, int argc, const char **argv, const char *remedy,
                       char why[WHY_MAX])
{
    redisReply *r = redisCommandArgv(c, argc, argv, NULL);
    if (r && r->type != REDIS_REPLY_ERROR)
        return r;
    snprintf(why, WHY_MAX, "Redis: %.120s; %s", r ? r->str : c->errstr, remedy);
    freeReplyObject(r);
    return NULL;
}

static int log_in(redisContext *c, const struct store_redis_options *o, char why[WHY_MAX])
{
    const char *with_user[] = {"AUTH", o->username, o->password};
    const char *without[] = {"AUTH", o->password};
    bool has_user = *o->username != '\0';
    if (*o->password == '\0')
        return 0;
    redisReply *r = ask(c, has_user ? 3 : 2, has_user ? with_user : without,
                        "check redis.username and redis.password_file", why);
    freeReplyObject(r);
    return r ? 0 : -1;
}

static int remove_key(redisContext *c, const char *key, bool *existed, char why[WHY_MAX])
{
    const char *argv[] = {"DEL", key};
    redisReply *r = ask(c, 2, argv, "check that this user may DEL the keys", why);
    if (!r)
        return -1;
    *existed = r->type == REDIS_REPLY_INTEGER && r->integer > 0;
    freeReplyObject(r);
    return 0;
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
    struct address at;
    *existed = false;
    snprintf(whole, sizeof whole, "%s%s", o->prefix, key);
    bool by_sentinels = o->sentinels && *o->sentinels != '\0';
    if (by_sentinels && find_master(o, &at, why) < 0)
        return -1;
    redisContext *c = store_redis_connect_now(by_sentinels ? at.host : o->host,
                                              by_sentinels ? at.port : o->port, o->timeout_ms);
    int result = -1;
    if (!c || c->err)
        snprintf(why, WHY_MAX, "Redis: %.120s; check redis.host and redis.port",
                 c ? c->errstr : "no memory");
    else
        result = log_in(c, o, why) < 0 ? -1 : remove_key(c, whole, existed, why);
    if (c)
        redisFree(c);
    return result;
}
