/* SPDX-License-Identifier: Apache-2.0 */
/* As in store_redis.c, a context is given up by the timer alone, outside of its own callbacks. */
#include "io/store_redis_sentinel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hiredis/async.h>
#include <hiredis/hiredis.h>

#include "io/store_redis_internal.h"

enum { ANSWER_MS = 1000 };

enum sentinel_state {
    SENTINEL_IDLE,
    SENTINEL_ASKING, /* one of them; bounded by the timer */
    SENTINEL_FAILED, /* that one does not say; the timer goes on to the next */
    SENTINEL_FOUND   /* the timer tells it */
};

struct sentinel {
    struct loop *loop;
    struct sentinel_options o;
    sentinel_fn fn;
    void *arg;
    struct redisAsyncContext *context; /* NULL if there is none */
    struct loop_timer *timer;
    enum sentinel_state state;
    size_t count;  /* how many there are */
    size_t at;     /* which is asked, or answered last */
    size_t tried;  /* of this question */
    bool told;     /* the password, on this connection */
    bool flushing; /* as in struct store_redis */
    struct address master;
    char why[SENTINEL_WHY_MAX];
};

int sentinel_read(const redisReply *r, struct address *out, char why[SENTINEL_WHY_MAX])
{
    if (r->type == REDIS_REPLY_ERROR) {
        snprintf(why, SENTINEL_WHY_MAX, "a sentinel says: %.100s", r->str);
        return -1;
    }
    if (r->type == REDIS_REPLY_NIL) {
        snprintf(why, SENTINEL_WHY_MAX, "no master of that name; see redis.master_name");
        return -1;
    }
    bool pair = r->type == REDIS_REPLY_ARRAY && r->elements == 2 &&
                r->element[0]->type == REDIS_REPLY_STRING &&
                r->element[1]->type == REDIS_REPLY_STRING;
    if (pair && address_of(r->element[0]->str, r->element[1]->str, out) == 0)
        return 0;
    snprintf(why, SENTINEL_WHY_MAX, "a sentinel gives no address in numbers");
    return -1;
}

bool sentinel_wants_password(const redisReply *r)
{
    return r->type == REDIS_REPLY_ERROR && strncmp(r->str, "NOAUTH", 6) == 0;
}

/* The answer is there, or will not come: the timer goes on. */
static void decide(struct sentinel *s, enum sentinel_state state, const char *why)
{
    if (s->state != SENTINEL_ASKING)
        return;
    s->state = state;
    if (why != s->why)
        snprintf(s->why, sizeof s->why, "%.*s", SENTINEL_WHY_MAX - 1, why);
    loop_timer_set(s->timer, 0);
}

static void command(struct sentinel *s, redisCallbackFn *fn, int argc, const char **argv)
{
    if (redisAsyncCommandArgv(s->context, fn, s, argc, argv, NULL) != REDIS_OK)
        decide(s, SENTINEL_FAILED, "a sentinel could not be asked");
}

static void ask_for_master(struct sentinel *s);

static void on_login(redisAsyncContext *context, void *reply, void *arg)
{
    const redisReply *r = reply;
    (void)context;
    if (r && r->type == REDIS_REPLY_ERROR)
        decide(arg, SENTINEL_FAILED, "a sentinel refuses the password of Redis");
}

static void on_master(redisAsyncContext *context, void *reply, void *arg)
{
    struct sentinel *s = arg;
    if (s->state != SENTINEL_ASKING)
        return;
    if (!reply) {
        decide(s, SENTINEL_FAILED, context->errstr);
    } else if (sentinel_wants_password(reply) && *s->o.password != '\0' && !s->told) {
        const char *argv[] = {"AUTH", s->o.password};
        s->told = true;
        command(s, on_login, 2, argv);
        if (s->state == SENTINEL_ASKING)
            ask_for_master(s);
    } else {
        int failed = sentinel_read(reply, &s->master, s->why);
        decide(s, failed ? SENTINEL_FAILED : SENTINEL_FOUND, s->why);
    }
}

static void ask_for_master(struct sentinel *s)
{
    const char *argv[] = {"SENTINEL", "get-master-addr-by-name", s->o.master_name};
    command(s, on_master, 3, argv);
}

static void on_connect(const redisAsyncContext *context, int status)
{
    struct sentinel *s = context->data;
    if (status == REDIS_OK)
        return;
    s->context = NULL;
    decide(s, SENTINEL_FAILED, context->errstr);
}

static void on_disconnect(const redisAsyncContext *context, int status)
{
    struct sentinel *s = context->data;
    (void)status;
    s->context = NULL;
    decide(s, SENTINEL_FAILED, context->errstr);
}

/* Ask the one that it is the turn of. The command waits in hiredis for the connection. */
static void begin(struct sentinel *s)
{
    struct address a;
    s->state = SENTINEL_ASKING;
    s->told = false;
    loop_timer_set(s->timer, ANSWER_MS);
    if (address_at(s->o.list, s->at, &a) != 1) {
        decide(s, SENTINEL_FAILED, "no address of a sentinel");
        return;
    }
    redisAsyncContext *c = store_redis_connect(a.host, a.port);
    s->context = c;
    if (!c || c->err) {
        decide(s, SENTINEL_FAILED, c ? c->errstr : "no memory");
        return;
    }
    c->data = s;
    if (store_redis_watch(s->loop, c, &s->flushing) < 0 ||
        redisAsyncSetConnectCallback(c, on_connect) != REDIS_OK ||
        redisAsyncSetDisconnectCallback(c, on_disconnect) != REDIS_OK)
        decide(s, SENTINEL_FAILED, "no memory");
    else
        ask_for_master(s);
}

static void leave(struct sentinel *s)
{
    s->state = SENTINEL_IDLE;
    if (s->context)
        redisAsyncFree(s->context);
    s->context = NULL;
}

static void on_timer(void *arg)
{
    struct sentinel *s = arg;
    bool found = s->state == SENTINEL_FOUND;
    if (s->state == SENTINEL_ASKING)
        snprintf(s->why, sizeof s->why, "a sentinel did not answer in time");
    leave(s);
    if (found) {
        s->fn(s->arg, &s->master, "");
        return;
    }
    s->at = (s->at + 1) % s->count;
    if (++s->tried < s->count)
        begin(s);
    else
        s->fn(s->arg, NULL, s->why);
}

struct sentinel *sentinel_new(struct loop *loop, const struct sentinel_options *o, sentinel_fn fn,
                              void *arg)
{
    struct address a;
    struct sentinel *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    *s = (struct sentinel){.loop = loop, .o = *o, .fn = fn, .arg = arg};
    while (address_at(o->list, s->count, &a) == 1)
        s->count++;
    s->timer = loop_timer_new(loop, on_timer, s);
    if (s->timer && s->count > 0)
        return s;
    sentinel_free(s);
    return NULL;
}

void sentinel_ask(struct sentinel *s)
{
    s->tried = 0;
    begin(s);
}

void sentinel_free(struct sentinel *s)
{
    if (!s)
        return;
    leave(s);
    loop_timer_free(s->timer);
    free(s);
}
