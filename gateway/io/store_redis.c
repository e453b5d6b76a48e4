/* SPDX-License-Identifier: Apache-2.0 */
/* The connection: ask the sentinels if there are any, connect, AUTH, ROLE, SCRIPT LOAD, serve,
 * heartbeat, and again after each loss.
 *
 * hiredis 0.14 frees a context by itself after onConnect(error) and after onDisconnect, and a
 * context must not be freed from within these two. So a connection is only ever given up by the
 * retry timer (state REDIS_DROPPING). */
#include "io/store_redis.h"
#include "base/buf.h"

#include <stdlib.h>
#include <string.h>

#include <hiredis/async.h>
#include <hiredis/hiredis.h>

#include "io/store_redis_internal.h"

enum {
    CONNECT_MS = 5000,
    MASTER_MS = 1000, /* the same where another server may be master meanwhile */
    HEARTBEAT_MS = 1000
};

static void log_down(struct store_redis *s, const char *why)
{
    if (strcmp(s->why, why) == 0)
        return;
    snprintf(s->why, sizeof s->why, "%s", why);
    log_write(s->o.log, EV_redis_down,
              LOG_FIELDS(LS("host", store_redis_server(s)), LS("why", why)));
}

/* There is no context any more, or the retry timer will free it: note why, and come back after
 * wait_ms. */
static void lost(struct store_redis *s, const char *why, enum redis_state next, int64_t wait_ms)
{
    char short_why[sizeof s->why];
    struct buf b;
    buf_init(&b, short_why, sizeof short_why);
    buf_printf(&b, "%.*s", (int)sizeof short_why - 1, why);
    s->state = next;
    metrics_set(s->o.metrics, M_REDIS_UP, NULL, 0);
    loop_timer_stop(s->guard);
    loop_timer_set(s->retry, wait_ms);
    log_down(s, short_why);
}

void store_redis_drop(struct store_redis *s, const char *why)
{
    if (s->state == REDIS_CONNECTING || s->state == REDIS_READY)
        lost(s, why, REDIS_DROPPING, 0);
}

static void ready(struct store_redis *s)
{
    s->state = REDIS_READY;
    s->late = 0;
    s->heard = true;
    s->pinged = false;
    s->why[0] = '\0';
    backoff_reset(&s->backoff);
    metrics_set(s->o.metrics, M_REDIS_UP, NULL, 1);
    log_write(s->o.log, EV_redis_up, LOG_FIELDS(LS("host", store_redis_server(s))));
    loop_timer_set(s->guard, HEARTBEAT_MS);
}

/* Send one command of the handshake or heartbeat. */
static void command(struct store_redis *s, redisCallbackFn *fn, int argc, const char **argv)
{
    if (redisAsyncCommandArgv(s->context, fn, s, argc, argv, NULL) != REDIS_OK)
        store_redis_drop(s, "a command could not be sent");
}

/* Look at a reply of the handshake. Returns 0, or -1 if the connection is given up. */
static int check(struct store_redis *s, const redisReply *r, const char *what)
{
    char why[192];
    if (!r || s->state != REDIS_CONNECTING)
        return -1;
    if (r->type != REDIS_REPLY_ERROR)
        return 0;
    snprintf(why, sizeof why, "%s: %.100s", what, r->str);
    store_redis_drop(s, why);
    return -1;
}

static void on_script(redisAsyncContext *context, void *reply, void *arg)
{
    struct store_redis *s = arg;
    const redisReply *r = reply;
    (void)context;
    if (check(s, r, "script refused") < 0)
        return;
    if (r->type != REDIS_REPLY_STRING || r->len != sizeof s->sha - 1) {
        store_redis_drop(s, "script refused: no digest in the answer");
        return;
    }
    memcpy(s->sha, r->str, sizeof s->sha);
    ready(s);
}

static void load_script(struct store_redis *s)
{
    const char *argv[] = {"SCRIPT", "LOAD", store_redis_script()};
    command(s, on_script, 3, argv);
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
        store_redis_drop(arg, "the server that the sentinels name is no master");
}

static void logged_in(struct store_redis *s)
{
    const char *argv[] = {"ROLE"};
    if (s->sentinel)
        command(s, on_role, 1, argv);
    else
        load_script(s);
}

static void on_auth(redisAsyncContext *context, void *reply, void *arg)
{
    (void)context;
    if (check(arg, reply, "login refused; check redis.username and redis.password_file") == 0)
        logged_in(arg);
}

static void on_connect(const redisAsyncContext *context, int status)
{
    struct store_redis *s = context->data;
    if (status != REDIS_OK) {
        s->context = NULL;
        if (s->state == REDIS_CONNECTING)
            lost(s, context->errstr, REDIS_WAITING, backoff_next(&s->backoff));
        return;
    }
    const char *argv[3] = {"AUTH", s->o.username, s->o.password};
    if (*s->o.password == '\0') {
        logged_in(s);
    } else if (*s->o.username == '\0') {
        argv[1] = s->o.password;
        command(s, on_auth, 2, argv);
    } else {
        command(s, on_auth, 3, argv);
    }
}

static void on_disconnect(const redisAsyncContext *context, int status)
{
    struct store_redis *s = context->data;
    (void)status;
    s->context = NULL;
    if (s->state == REDIS_CONNECTING || s->state == REDIS_READY)
        lost(s, context->errstr, REDIS_WAITING, backoff_next(&s->backoff));
}

static void on_pong(redisAsyncContext *context, void *reply, void *arg)
{
    struct store_redis *s = arg;
    (void)context;
    if (!reply)
        return;
    s->pinged = false;
    s->heard = true;
}

/* The guard timer: the connection was not made in time, or it is time for a heartbeat. */
static void on_guard(void *arg)
{
    struct store_redis *s = arg;
    if (s->state == REDIS_CONNECTING) {
        store_redis_drop(s, "no answer while connecting");
        return;
    }
    if (s->pinged && !s->heard) {
        store_redis_drop(s, "no answer to PING");
        return;
    }
    loop_timer_set(s->guard, HEARTBEAT_MS);
    if (!s->heard && !s->pinged) {
        const char *argv[] = {"PING"};
        s->pinged = true;
        command(s, on_pong, 1, argv);
    }
    s->heard = false;
}

static void connect_to(struct store_redis *s, const char *host, int port)
{
    redisAsyncContext *c = store_redis_connect(host, port);
    if (!c || c->err) {
        lost(s, c ? c->errstr : "no memory", REDIS_WAITING, backoff_next(&s->backoff));
        if (c)
            redisAsyncFree(c);
        return;
    }
    s->context = c;
    s->state = REDIS_CONNECTING;
    c->data = s;
    loop_timer_set(s->guard, s->sentinel ? MASTER_MS : CONNECT_MS);
    if (store_redis_watch(s->loop, c, &s->flushing) < 0 ||
        redisAsyncSetConnectCallback(c, on_connect) != REDIS_OK ||
        redisAsyncSetDisconnectCallback(c, on_disconnect) != REDIS_OK)
        store_redis_drop(s, "no memory");
}

static void on_master(void *arg, const struct address *at, const char *why)
{
    struct store_redis *s = arg;
    char text[SENTINEL_WHY_MAX];
    if (!at) {
        snprintf(text, sizeof text, "no sentinel names the master: %.90s", why);
        lost(s, text, REDIS_WAITING, backoff_next(&s->backoff));
        return;
    }
    address_write(at, s->server);
    connect_to(s, at->host, at->port);
}

/* The retry timer: finish a drop, or connect. */
static void on_retry(void *arg)
{
    struct store_redis *s = arg;
    if (s->state == REDIS_WAITING && s->sentinel) {
        s->state = REDIS_ASKING;
        sentinel_ask(s->sentinel);
        return;
    }
    if (s->state == REDIS_WAITING) {
        connect_to(s, s->o.host, s->o.port);
        return;
    }
    if (s->context)
        redisAsyncFree(s->context); /* answers what waits, and calls on_disconnect */
    s->context = NULL;
    s->state = REDIS_WAITING;
    loop_timer_set(s->retry, backoff_next(&s->backoff));
}

static int copy_options(struct store_redis *s, const struct store_redis_options *o)
{
    s->o = *o;
    const char **from[] = {&s->o.host,     &s->o.sentinels, &s->o.master_name,
                           &s->o.username, &s->o.password,  &s->o.prefix};
    for (size_t i = 0; i < sizeof s->text / sizeof *s->text; i++) {
        s->text[i] = strdup(*from[i] ? *from[i] : "");
        if (!s->text[i])
            return -1;
        *from[i] = s->text[i];
    }
    return 0;
}

/* Who knows the master, if the options name somebody. Returns 0, or -1 without memory. */
static int make_sentinel(struct store_redis *s)
{
    const struct sentinel_options o = {s->o.sentinels, s->o.master_name, s->o.password};
    if (*o.list == '\0')
        return 0;
    snprintf(s->server, sizeof s->server, "%s", o.master_name);
    s->sentinel = sentinel_new(s->loop, &o, on_master, s);
    return s->sentinel ? 0 : -1;
}

struct store_redis *store_redis_new(struct loop *loop, const struct store_redis_options *o,
                                    const struct store_reply *reply)
{
    struct store_redis *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->loop = loop;
    s->reply = *reply;
    s->backoff = (struct backoff){.min_ms = o->retry_min_ms, .max_ms = o->retry_max_ms};
    TAILQ_INIT(&s->waiting);
    s->retry = loop_timer_new(loop, on_retry, s);
    s->guard = loop_timer_new(loop, on_guard, s);
    s->expiry = loop_timer_new(loop, store_redis_expire, s);
    if (!s->retry || !s->guard || !s->expiry || copy_options(s, o) < 0 || make_sentinel(s) < 0) {
        store_redis_free(s);
        return NULL;
    }
    metrics_set(o->metrics, M_REDIS_UP, NULL, 0);
    loop_timer_set(s->retry, 0);
    return s;
}

bool store_redis_is_up(const struct store_redis *s)
{
    return s->state == REDIS_READY;
}

const char *store_redis_server(const struct store_redis *s)
{
    return s->sentinel ? s->server : s->o.host;
}

void store_redis_free(struct store_redis *s)
{
    if (!s)
        return;
    s->state = REDIS_ENDING;
    if (s->context)
        redisAsyncFree(s->context);
    metrics_set(s->o.metrics, M_REDIS_UP, NULL, 0);
    sentinel_free(s->sentinel);
    loop_timer_free(s->retry);
    loop_timer_free(s->guard);
    loop_timer_free(s->expiry);
    for (size_t i = 0; i < sizeof s->text / sizeof *s->text; i++) {
        if (s->text[i])
            explicit_bzero(s->text[i], strlen(s->text[i]));
        free(s->text[i]);
    }
    free(s);
}
