/* SPDX-License-Identifier: Apache-2.0 */
/* The same question from a command that may wait for its answer. */
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

#include <hiredis/hiredis.h>

#include "io/store_redis_internal.h"
#include "io/store_redis_sentinel.h"

static redisReply *ask_for_master(redisContext *c, const struct sentinel_options *o)
{
    return redisCommand(c, "SENTINEL get-master-addr-by-name %s", o->master_name);
}

static redisReply *ask(redisContext *c, const struct sentinel_options *o)
{
    redisReply *r = ask_for_master(c, o);
    if (!r || !sentinel_wants_password(r) || *o->password == '\0')
        return r;
    freeReplyObject(r);
    freeReplyObject(redisCommand(c, "AUTH %s", o->password));
    return ask_for_master(c, o);
}

static int ask_one(const struct address *at, const struct sentinel_options *o, int limit_ms,
                   struct address *out, char why[SENTINEL_WHY_MAX])
{
    redisContext *c = store_redis_connect_now(at->host, at->port, limit_ms);
    redisReply *r = c && !c->err ? ask(c, o) : NULL;
    int result = r ? sentinel_read(r, out, why) : -1;
    if (!r)
        snprintf(why, SENTINEL_WHY_MAX, "%.100s", c ? c->errstr : "no memory");
    freeReplyObject(r);
    if (c)
        redisFree(c);
    return result;
}

int sentinel_find(const struct sentinel_options *o, int limit_ms, struct address *out,
                  char why[SENTINEL_WHY_MAX])
{
    struct address at;
    snprintf(why, SENTINEL_WHY_MAX, "no address of a sentinel");
    for (size_t i = 0; address_at(o->list, i, &at) == 1; i++)
        if (ask_one(&at, o, limit_ms, out, why) == 0)
            return 0;
    return -1;
}
