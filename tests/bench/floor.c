/* SPDX-License-Identifier: Apache-2.0 */
/* The floors: what a gateway on these libraries must do for one step, and nothing else. Nothing is
 * validated, no dialogue is known, no content is read.
 *
 *     bench_floor echo|lean|tuned|plain QOS BROKER [REDIS]
 *
 * echo:  one answer with a fixed text for each inbound message.
 * lean:  before it one GET and then one SETEX in Redis. The two members that are needed are
 *        searched for, and the answer is printed with printf.
 * tuned: as lean, but the message is parsed and the answer printed with cJSON.
 * plain: as tuned, with the libraries used as their documentation shows: a packet is read for each
 *        event and written when it is published, commands for Redis are given as formats, and
 *        hiredis' own adapter for libevent writes them.
 *
 * Prints "ready" when it is subscribed; ends on SIGTERM. */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <event2/event.h>
#include <hiredis/adapters/libevent.h>
#include <hiredis/async.h>
#include <hiredis/hiredis.h>

#include "wire.h"

enum { ID_MAX = 64, MSISDN_MAX = 15, TOPIC_MAX = 160 };

static const char root[] = "mekong/1/";

/* As long as the record of an ordinary session. */
static const char record[] =
    "vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv"
    "vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv";

/* As long as an ordinary screen; NL is its end of line. */
#define SCREEN(NL)                                                                                 \
    "Before you go" NL "1 Why a regular way is safer" NL "2 What the agreement says" NL            \
    "3 Which way can I take" NL "4 Step by step" NL "5 Papers you need" NL "6 Check an offer" NL   \
    "98 More" NL "0 Back"

static const char screen[] = SCREEN("\n"), screen_json[] = SCREEN("\\n");

enum kind { ECHO, LEAN, TUNED, PLAIN };

static const char *const kind_names[] = {
    [ECHO] = "echo", [LEAN] = "lean", [TUNED] = "tuned", [PLAIN] = "plain"};

struct bench {
    enum kind kind;
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

/* As find, for both members, with cJSON. */
static int parse(struct step *s, const char *payload, size_t len)
{
    cJSON *in = cJSON_ParseWithLength(payload, len);
    const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(in, "id"));
    const char *msisdn = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(in, "msisdn"));
    bool good = id && strlen(id) <= ID_MAX && msisdn && strlen(msisdn) <= MSISDN_MAX;
    if (good) {
        strcpy(s->id, id);
        strcpy(s->key + strlen("floor:"), msisdn);
    }
    cJSON_Delete(in);
    return good ? 0 : -1;
}

static void publish_json(const struct step *s)
{
    char id[ID_MAX + 3];
    cJSON *out = cJSON_CreateObject();
    snprintf(id, sizeof id, "%s.0", s->id);
    cJSON_AddNumberToObject(out, "v", 1);
    cJSON_AddStringToObject(out, "kind", "ussd");
    cJSON_AddStringToObject(out, "id", id);
    cJSON_AddStringToObject(out, "re", s->id);
    cJSON_AddStringToObject(out, "msisdn", s->key + strlen("floor:"));
    cJSON_AddStringToObject(out, "event", "continue");
    cJSON_AddStringToObject(out, "text", screen);
    cJSON_AddStringToObject(out, "coding", "gsm7");
    char *json = cJSON_PrintUnformatted(out);
    if (json)
        wire_publish(s->bench->wire, s->topic, json, strlen(json));
    cJSON_free(json);
    cJSON_Delete(out);
}

static void publish_text(const struct step *s)
{
    char json[1024];
    int n = snprintf(json, sizeof json,
                     "{\"v\":1,\"kind\":\"ussd\",\"id\":\"%s.0\",\"re\":\"%s\",\"msisdn\":\"%s\","
                     "\"event\":\"continue\",\"text\":\"%s\",\"coding\":\"gsm7\"}",
                     s->id, s->id, s->key + strlen("floor:"), screen_json);
    wire_publish(s->bench->wire, s->topic, json, (size_t)n);
}

static void publish_answer(const struct step *s)
{
    if (s->bench->kind >= TUNED)
        publish_json(s);
    else
        publish_text(s);
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

static int save(struct step *s)
{
    redisAsyncContext *redis = s->bench->redis;
    if (s->bench->kind == PLAIN)
        return redisAsyncCommand(redis, on_saved, s, "SETEX %s 180 %s", s->key, record);
    const char *argv[] = {"SETEX", s->key, "180", record};
    const size_t lengths[] = {5, strlen(s->key), 3, sizeof record - 1};
    return redisAsyncCommandArgv(redis, on_saved, s, 4, argv, lengths);
}

static void on_loaded(redisAsyncContext *ac, void *reply, void *arg)
{
    (void)ac;
    struct step *s = arg;
    if (failed(s->bench, reply) || save(s) != REDIS_OK)
        free(s);
}

static int load(struct step *s)
{
    redisAsyncContext *redis = s->bench->redis;
    if (s->bench->kind == PLAIN)
        return redisAsyncCommand(redis, on_loaded, s, "GET %s", s->key);
    const char *argv[] = {"GET", s->key};
    const size_t lengths[] = {3, strlen(s->key)};
    return redisAsyncCommandArgv(redis, on_loaded, s, 2, argv, lengths);
}

static int read_members(struct step *s, const char *payload, size_t len)
{
    if (s->bench->kind >= TUNED)
        return parse(s, payload, len);
    char *msisdn = s->key + strlen("floor:");
    return find(payload, len, "\"id\":\"", s->id, sizeof s->id) ||
                   find(payload, len, "\"msisdn\":\"", msisdn, MSISDN_MAX + 1)
               ? -1
               : 0;
}

static void on_message(void *arg, const char *topic, const char *payload, size_t len)
{
    struct step *s = malloc(sizeof *s);
    if (!s)
        return;
    s->bench = arg;
    memcpy(s->key, "floor:", sizeof "floor:");
    if (read_members(s, payload, len) == 0 && out_topic(topic, s->topic) == 0) {
        if (s->bench->kind != ECHO && load(s) == REDIS_OK)
            return;
        if (s->bench->kind == ECHO)
            publish_answer(s);
    }
    free(s);
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
    char host[WIRE_HOST_MAX];
    int port = wire_address(socket, host);
    b->redis = port > 0 ? redisAsyncConnect(host, port) : redisAsyncConnectUnix(host);
    if (!b->redis || b->redis->err) {
        fprintf(stderr, "no connection to Redis at %s\n", socket);
        return -1;
    }
    b->redis->data = b;
    redisAsyncSetDisconnectCallback(b->redis, on_redis_gone);
    if (b->kind == PLAIN)
        return redisLibeventAttach(b->redis, b->base) == REDIS_OK ? 0 : -1;
    int fd = b->redis->c.fd;
    b->redis_readable = event_new(b->base, fd, EV_READ | EV_PERSIST, on_redis_readable, b);
    b->redis_writable = event_new(b->base, fd, EV_WRITE, on_redis_writable, b);
    if (!b->redis_readable || !b->redis_writable)
        return -1;
    b->redis->ev.data = b;
    b->redis->ev.addWrite = redis_add_write;
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
    return b->redis || b->kind == ECHO ? 0 : -1;
}

static int run(struct bench *b, char **argv)
{
    char filter[64];
    snprintf(filter, sizeof filter, "$share/gateway/%s+/in/+", root);
    const char *const subscriptions[] = {filter, NULL};
    const struct wire_options o = {.socket = argv[3],
                                   .qos = atoi(argv[2]),
                                   .plain = b->kind == PLAIN,
                                   .subscriptions = subscriptions,
                                   .message = on_message,
                                   .arg = b};
    struct event *term = evsignal_new(b->base, SIGTERM, on_term, b);
    if (!term || event_add(term, NULL) || (b->kind != ECHO && open_redis(b, argv[4])))
        return -1;
    b->wire = wire_open(b->base, &o);
    int rc = b->wire ? serve(b) : -1;
    event_free(term);
    return rc;
}

int main(int argc, char **argv)
{
    struct bench b = {.kind = ECHO};
    while (argc > 1 && b.kind < PLAIN && strcmp(argv[1], kind_names[b.kind]) != 0)
        b.kind++;
    if (argc != (b.kind == ECHO ? 4 : 5)) {
        fprintf(stderr, "usage: bench_floor echo|lean|tuned|plain QOS BROKER [REDIS]\n");
        return 2;
    }
    b.base = event_base_new();
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
