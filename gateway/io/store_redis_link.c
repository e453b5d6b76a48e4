/* SPDX-License-Identifier: Apache-2.0 */
/* A connection to one server: ask the sentinels if there are any, connect, AUTH, ROLE, SCRIPT LOAD,
 * serve, heartbeat, and again after each loss.
 *
 * hiredis 0.14 frees a context by itself after onConnect(error) and after onDisconnect, and a
 * context must not be freed from within these two. So a connection is only ever given up by the
 * retry timer (state REDIS_DROPPING). */
#include <stdlib.h>
#include <string.h>

#include <hiredis/async.h>
#include <hiredis/hiredis.h>

#include "base/buf.h"
#include "io/store_redis_internal.h"

enum {
    CONNECT_MS = 5000,
    MASTER_MS = 1000, /* the same where another server may be master meanwhile */
    HEARTBEAT_MS = 1000
};

static void log_down(struct redis_link *l, const char *why)
{
    if (strcmp(l->why, why) == 0)
        return;
    snprintf(l->why, sizeof l->why, "%s", why);
    log_write(l->store->o.log, EV_redis_down,
              LOG_FIELDS(LS("host", redis_link_server(l)), LS("why", why)));
}

/* There is no context any more, or the retry timer will free it: note why, and come back after
 * wait_ms. */
static void lost(struct redis_link *l, const char *why, enum redis_state next, int64_t wait_ms)
{
    char short_why[sizeof l->why];
    struct buf b;
    buf_init(&b, short_why, sizeof short_why);
    buf_printf(&b, "%.*s", (int)sizeof short_why - 1, why);
    l->state = next;
    l->failed = true;
    loop_timer_stop(l->guard);
    loop_timer_set(l->retry, wait_ms);
    log_down(l, short_why);
    store_redis_changed(l);
}

void redis_link_drop(struct redis_link *l, const char *why)
{
    if (l->state == REDIS_CONNECTING || l->state == REDIS_READY)
        lost(l, why, REDIS_DROPPING, 0);
}

static void ready(struct redis_link *l)
{
    l->state = REDIS_READY;
    l->late = 0;
    l->heard = true;
    l->pinged = false;
    l->failed = false;
    l->why[0] = '\0';
    backoff_reset(&l->backoff);
    log_write(l->store->o.log, EV_redis_up, LOG_FIELDS(LS("host", redis_link_server(l))));
    loop_timer_set(l->guard, HEARTBEAT_MS);
    store_redis_changed(l);
}

/* Send one command of the handshake or heartbeat. */
static void command(struct redis_link *l, redisCallbackFn *fn, int argc, const char **argv)
{
    if (redisAsyncCommandArgv(l->context, fn, l, argc, argv, NULL) != REDIS_OK)
        redis_link_drop(l, "a command could not be sent");
}

/* Look at a reply of the handshake. Returns 0, or -1 if the connection is given up. */
static int check(struct redis_link *l, const redisReply *r, const char *what)
{
    char why[192];
    if (!r || l->state != REDIS_CONNECTING)
        return -1;
    if (r->type != REDIS_REPLY_ERROR)
        return 0;
    snprintf(why, sizeof why, "%s: %.100s", what, r->str);
    redis_link_drop(l, why);
    return -1;
}

static void on_script(redisAsyncContext *context, void *reply, void *arg)
{
    struct redis_link *l = arg;
    const redisReply *r = reply;
    (void)context;
    if (check(l, r, "script refused") < 0)
        return;
    if (r->type != REDIS_REPLY_STRING || r->len != sizeof l->sha - 1) {
        redis_link_drop(l, "script refused: no digest in the answer");
        return;
    }
    memcpy(l->sha, r->str, sizeof l->sha);
    ready(l);
}

static void load_script(struct redis_link *l)
{
    const char *argv[] = {"SCRIPT", "LOAD", store_redis_script()};
    command(l, on_script, 3, argv);
}

/* A sentinel may not have heard yet that its master is none any more. */
static void on_role(redisAsyncContext *context, void *reply, void *arg)
{
    const redisReply *r = reply;
    (void)context;
    if (check(arg, r, "ROLE refused; this user needs +role") < 0)
        return;
    if (r->type == REDIS_REPLY_ARRAY && r->elements > 0 &&
        r->element[0]->type == REDIS_REPLY_STRING && strcmp(r->element[0]->str, "master") == 0)
        load_script(arg);
    else
        redis_link_drop(arg, "the server that the sentinels name is no master");
}

static void logged_in(struct redis_link *l)
{
    const char *argv[] = {"ROLE"};
    if (l->sentinel)
        command(l, on_role, 1, argv);
    else
        load_script(l);
}

static void on_auth(redisAsyncContext *context, void *reply, void *arg)
{
    (void)context;
    if (check(arg, reply, "login refused; check redis.username and redis.password_file") == 0)
        logged_in(arg);
}

static void on_connect(const redisAsyncContext *context, int status)
{
    struct redis_link *l = context->data;
    if (status != REDIS_OK) {
        l->context = NULL;
        if (l->state == REDIS_CONNECTING)
            lost(l, context->errstr, REDIS_WAITING, backoff_next(&l->backoff));
        return;
    }
    const char *argv[3] = {"AUTH", l->store->o.username, l->store->o.password};
    if (*l->store->o.password == '\0') {
        logged_in(l);
    } else if (*l->store->o.username == '\0') {
        argv[1] = l->store->o.password;
        command(l, on_auth, 2, argv);
    } else {
        command(l, on_auth, 3, argv);
    }
}

static void on_disconnect(const redisAsyncContext *context, int status)
{
    struct redis_link *l = context->data;
    (void)status;
    l->context = NULL;
    if (l->state == REDIS_CONNECTING || l->state == REDIS_READY)
        lost(l, context->errstr, REDIS_WAITING, backoff_next(&l->backoff));
}

static void on_pong(redisAsyncContext *context, void *reply, void *arg)
{
    struct redis_link *l = arg;
    (void)context;
    if (!reply)
        return;
    l->pinged = false;
    l->heard = true;
}

/* The guard timer: the connection was not made in time, or it is time for a heartbeat. */
static void on_guard(void *arg)
{
    struct redis_link *l = arg;
    if (l->state == REDIS_CONNECTING) {
        redis_link_drop(l, "no answer while connecting");
        return;
    }
    if (l->pinged && !l->heard) {
        redis_link_drop(l, "no answer to PING");
        return;
    }
    loop_timer_set(l->guard, HEARTBEAT_MS);
    if (!l->heard && !l->pinged) {
        const char *argv[] = {"PING"};
        l->pinged = true;
        command(l, on_pong, 1, argv);
    }
    l->heard = false;
}

static void connect_to(struct redis_link *l, const char *host, int port)
{
    redisAsyncContext *c = store_redis_connect(host, port);
    if (!c || c->err) {
        lost(l, c ? c->errstr : "no memory", REDIS_WAITING, backoff_next(&l->backoff));
        if (c)
            redisAsyncFree(c);
        return;
    }
    l->context = c;
    l->state = REDIS_CONNECTING;
    c->data = l;
    loop_timer_set(l->guard, l->sentinel || l->store->cluster ? MASTER_MS : CONNECT_MS);
    if (store_redis_watch(l->store->loop, c, &l->flushing) < 0 ||
        redisAsyncSetConnectCallback(c, on_connect) != REDIS_OK ||
        redisAsyncSetDisconnectCallback(c, on_disconnect) != REDIS_OK)
        redis_link_drop(l, "no memory");
}

static void on_master(void *arg, const struct address *at, const char *why)
{
    struct redis_link *l = arg;
    char text[SENTINEL_WHY_MAX];
    if (!at) {
        snprintf(text, sizeof text, "no sentinel names the master: %.90s", why);
        lost(l, text, REDIS_WAITING, backoff_next(&l->backoff));
        return;
    }
    address_write(at, l->server);
    connect_to(l, at->host, at->port);
}

/* The retry timer: finish a drop, or connect. */
static void on_retry(void *arg)
{
    struct redis_link *l = arg;
    if (l->state == REDIS_WAITING && l->sentinel) {
        l->state = REDIS_ASKING;
        sentinel_ask(l->sentinel);
        return;
    }
    if (l->state == REDIS_WAITING) {
        connect_to(l, l->host, l->port);
        return;
    }
    if (l->context)
        redisAsyncFree(l->context); /* answers what waits, and calls on_disconnect */
    l->context = NULL;
    l->state = REDIS_WAITING;
    loop_timer_set(l->retry, backoff_next(&l->backoff));
}

/* Who knows the master, if the options name somebody. Returns 0, or -1 without memory. */
static int make_sentinel(struct redis_link *l)
{
    const struct store_redis_options *o = &l->store->o;
    const struct sentinel_options about = {o->sentinels, o->master_name, o->password};
    snprintf(l->server, sizeof l->server, "%s", about.master_name);
    l->sentinel = sentinel_new(l->store->loop, &about, on_master, l);
    return l->sentinel ? 0 : -1;
}

struct redis_link *redis_link_new(struct store_redis *s, const struct address *at)
{
    struct redis_link *l = calloc(1, sizeof *l);
    if (!l)
        return NULL;
    l->store = s;
    l->host = s->o.host;
    l->port = s->o.port;
    l->backoff = (struct backoff){.min_ms = s->o.retry_min_ms, .max_ms = s->o.retry_max_ms};
    l->retry = loop_timer_new(s->loop, on_retry, l);
    l->guard = loop_timer_new(s->loop, on_guard, l);
    bool made = l->retry && l->guard;
    if (at) {
        l->at = *at;
        l->host = l->at.host;
        l->port = at->port;
        address_write(at, l->server);
    } else if (*s->o.sentinels != '\0') {
        made = made && make_sentinel(l) == 0;
    }
    if (!made) {
        redis_link_free(l);
        return NULL;
    }
    loop_timer_set(l->retry, 0);
    return l;
}

const char *redis_link_server(const struct redis_link *l)
{
    return *l->server != '\0' ? l->server : l->host;
}

void redis_link_free(struct redis_link *l)
{
    if (!l)
        return;
    l->state = REDIS_ENDING;
    store_redis_settle(l);
    if (l->context)
        redisAsyncFree(l->context);
    sentinel_free(l->sentinel);
    loop_timer_free(l->retry);
    loop_timer_free(l->guard);
    free(l);
}
