/* SPDX-License-Identifier: Apache-2.0 */
/* The floor: the least that a gateway on these libraries must do for one step, and nothing else.
 * For each inbound message one GET and then one SETEX in Redis, then one answer with a fixed text.
 * Nothing is validated, no state is kept, no content is read.
 *
 *     bench_floor BROKER-SOCKET REDIS-SOCKET
 *
 * Prints "ready" when it is subscribed; ends on SIGTERM. */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>
#include <hiredis/async.h>
#include <hiredis/hiredis.h>

#include "wire.h"

enum { ID_MAX = 64, MSISDN_MAX = 15, TOPIC_MAX = 160 };

static const char root[] = "mekong/1/";

/* As long as the record of an ordinary session. */
static const char record[] =
    "vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv"
    "vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv";

/* As long as an ordinary screen. */
static const char screen[] =
    "Before you go\\n1 Why a regular way is safer\\n2 What the agreement says\\n"
    "3 Which way can I take\\n4 Step by step\\n5 Papers you need\\n6 Check "
    "an offer\\n98 More\\n0 Back";

struct bench {
    struct event_base *base;
    struct wire *wire;
    redisAsyncContext *redis;
    struct event *redis_readable, *redis_writable;
    bool redis_dirty; /* commands wait for the end of the turn */
    bool stop;
};

/* One message in hand; lives from the arrival to the answer. */
struct step {
    struct bench *bench;
    char id[ID_MAX + 1];
    char key[sizeof "floor:" + MSISDN_MAX];
    char topic[TOPIC_MAX];
};

/* Copy the string that follows `"name":"` in a payload. */
static int find(const char *payload, size_t len, const char *name, char *out, size_t size)
{
    const char *at = memmem(payload, len, name, strlen(name));
    if (!at)
        return -1;
    at += strlen(name);
    const char *end = memchr(at, '"', len - (size_t)(at - payload));
    if (!end || (size_t)(end - at) >= size)
        return -1;
    memcpy(out, at, (size_t)(end - at));
    out[end - at] = '\0';
    return 0;
}

static int out_topic(const char *topic, char out[TOPIC_MAX])
{
    const char *in = strstr(topic, "/in/");
    if (!in)
        return -1;
    int n = snprintf(out, TOPIC_MAX, "%.*s/out/%s", (int)(in - topic), topic, in + 4);
    return n < TOPIC_MAX ? 0 : -1;
}

static void publish_answer(const struct step *s)
{
    char json[1024];
    int n = snprintf(json, sizeof json,
                     "{\"v\":1,\"kind\":\"ussd\",\"id\":\"%s.0\",\"re\":\"%s\",\"msisdn\":\"%s\","
                     "\"event\":\"continue\",\"text\":\"%s\",\"coding\":\"gsm7\"}",
                     s->id, s->id, s->key + strlen("floor:"), screen);
    wire_publish(s->bench->wire, s->topic, json, (size_t)n);
}

static bool failed(struct bench *b, const redisReply *r)
{
    if (r && r->type != REDIS_REPLY_ERROR)
        return false;
    b->stop = true;
    return true;
}

static void on_saved(redisAsyncContext *ac, void *reply, void *arg)
{
    (void)ac;
    struct step *s = arg;
    if (!failed(s->bench, reply))
        publish_answer(s);
    free(s);
}

static void on_loaded(redisAsyncContext *ac, void *reply, void *arg)
{
    struct step *s = arg;
    const char *argv[] = {"SETEX", s->key, "180", record};
    const size_t lengths[] = {5, strlen(s->key), 3, sizeof record - 1};
    if (failed(s->bench, reply) ||
        redisAsyncCommandArgv(ac, on_saved, s, 4, argv, lengths) != REDIS_OK)
        free(s);
}

static void load(struct step *s)
{
    const char *argv[] = {"GET", s->key};
    const size_t lengths[] = {3, strlen(s->key)};
    if (redisAsyncCommandArgv(s->bench->redis, on_loaded, s, 2, argv, lengths) != REDIS_OK)
        free(s);
}

static void on_message(void *arg, const char *topic, const char *payload, size_t len)
{
    struct step *s = malloc(sizeof *s);
    if (!s)
        return;
    s->bench = arg;
    memcpy(s->key, "floor:", sizeof "floor:");
    if (find(payload, len, "\"id\":\"", s->id, sizeof s->id) ||
        find(payload, len, "\"msisdn\":\"", s->key + strlen("floor:"), MSISDN_MAX + 1) ||
        out_topic(topic, s->topic)) {
        free(s);
        return;
    }
    load(s);
}

static void on_redis_readable(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    struct bench *b = arg;
    redisAsyncHandleRead(b->redis);
}

static void on_redis_writable(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    struct bench *b = arg;
    b->redis_dirty = true;
}

/* hiredis asks for a chance to write at each command; it gets one for all of a turn. */
static void redis_add_write(void *arg)
{
    struct bench *b = arg;
    b->redis_dirty = true;
}

static void on_redis_gone(const redisAsyncContext *ac, int status)
{
    (void)status;
    struct bench *b = ac->data;
    b->stop = true;
    b->redis = NULL;
}

static void flush_redis(struct bench *b)
{
    if (!b->redis || !b->redis_dirty)
        return;
    b->redis_dirty = false;
    redisAsyncHandleWrite(b->redis);
    if (b->redis && b->redis_dirty) /* it asked again: the socket is full */
        event_add(b->redis_writable, NULL);
}

static int open_redis(struct bench *b, const char *socket)
{
    b->redis = redisAsyncConnectUnix(socket);
    if (!b->redis || b->redis->err) {
        fprintf(stderr, "no connection to Redis at %s\n", socket);
        return -1;
    }
    int fd = b->redis->c.fd;
    b->redis_readable = event_new(b->base, fd, EV_READ | EV_PERSIST, on_redis_readable, b);
    b->redis_writable = event_new(b->base, fd, EV_WRITE, on_redis_writable, b);
    if (!b->redis_readable || !b->redis_writable)
        return -1;
    b->redis->data = b;
    b->redis->ev.data = b;
    b->redis->ev.addWrite = redis_add_write;
    redisAsyncSetDisconnectCallback(b->redis, on_redis_gone);
    b->redis_dirty = true;
    return event_add(b->redis_readable, NULL);
}

static void on_term(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    struct bench *b = arg;
    b->stop = true;
}

static int serve(struct bench *b)
{
    puts("ready");
    fflush(stdout);
    while (!b->stop) {
        flush_redis(b);
        wire_flush(b->wire);
        if (wire_turn(b->wire))
            return -1;
    }
    return b->redis ? 0 : -1;
}

static int run(struct bench *b, char **argv)
{
    char filter[64];
    snprintf(filter, sizeof filter, "$share/gateway/%s+/in/+", root);
    const char *const subscriptions[] = {filter, NULL};
    const struct wire_options o = {
        .socket = argv[1], .subscriptions = subscriptions, .message = on_message, .arg = b};
    struct event *term = evsignal_new(b->base, SIGTERM, on_term, b);
    if (!term || event_add(term, NULL) || open_redis(b, argv[2]))
        return -1;
    b->wire = wire_open(b->base, &o);
    int rc = b->wire ? serve(b) : -1;
    event_free(term);
    return rc;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: bench_floor BROKER-SOCKET REDIS-SOCKET\n");
        return 2;
    }
    struct bench b = {.base = event_base_new()};
    if (!b.base)
        return 1;
    int rc = run(&b, argv);
    if (b.redis)
        redisAsyncFree(b.redis);
    if (b.wire)
        wire_close(b.wire);
    if (b.redis_readable)
        event_free(b.redis_readable);
    if (b.redis_writable)
        event_free(b.redis_writable);
    event_base_free(b.base);
    return rc ? 1 : 0;
}
