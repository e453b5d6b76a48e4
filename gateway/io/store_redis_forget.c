/* SPDX-License-Identifier: Apache-2.0 */
#include "io/store_redis_forget.h"

#include <stdio.h>
#include <string.h>
#include <sys/time.h>

#include <hiredis/hiredis.h>

enum { WHY_MAX = 256 };

static redisContext *connect_now(const struct store_redis_options *o)
{
    const struct timeval limit = {.tv_sec = o->timeout_ms / 1000,
                                  .tv_usec = (o->timeout_ms % 1000) * 1000};
    redisContext *c = o->port == 0 ? redisConnectUnixWithTimeout(o->host, limit)
                                   : redisConnectWithTimeout(o->host, o->port, limit);
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

int store_redis_forget(const struct store_redis_options *o, const char *key, bool *existed,
                       char why[256])
{
    char whole[32 + PORTS_KEY_MAX];
    *existed = false;
    snprintf(whole, sizeof whole, "%s%s", o->prefix, key);
    redisContext *c = connect_now(o);
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
