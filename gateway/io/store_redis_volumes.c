/* SPDX-License-Identifier: Apache-2.0 */
#include "io/store_redis_volumes.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <hiredis/async.h>
#include <hiredis/hiredis.h>

#include "io/store_redis_internal.h"

enum { HOUR_S = 3600, DAY_S = 24 * HOUR_S, WHOLE_KEY_MAX = 32 + VOLUMES_KEY_SIZE };

/* KEYS[1]: the hour. ARGV: writer, sequence number, record, salt, second at which the hash expires.
 */
static const char SCRIPT[] =
    "local now = redis.call('HGET', KEYS[1], ARGV[1]) "
    "local seq = now and tonumber(string.match(now, '^1 (%d+)') or '') or -1 "
    "if seq >= tonumber(ARGV[2]) then return 0 end "
    "redis.call('HSET', KEYS[1], ARGV[1], ARGV[3]) "
    "redis.call('HSETNX', KEYS[1], 'salt', ARGV[4]) "
    "redis.call('EXPIREAT', KEYS[1], ARGV[5]) "
    "return 1";

/* What an answer is for. hiredis holds it until its callback runs, which it does exactly once. */
struct volumes_request {
    struct store_redis *store;
    int64_t hour;
    uint64_t seq;
    volumes_put_fn put;
    volumes_got_fn got;
    void *arg;
};

void store_redis_volumes_key(int64_t hour, char out[VOLUMES_KEY_SIZE])
{
    struct tm t;
    time_t at = (time_t)(hour * HOUR_S);
    if (!gmtime_r(&at, &t) || strftime(out, VOLUMES_KEY_SIZE, "volumes:%Y-%m-%dT%H", &t) == 0)
        strcpy(out, "volumes:");
}

static void whole_key(const struct store_redis *s, int64_t hour, char out[WHOLE_KEY_MAX])
{
    char key[VOLUMES_KEY_SIZE];
    store_redis_volumes_key(hour, key);
    snprintf(out, WHOLE_KEY_MAX, "%.32s%s", s->o.prefix, key);
}

static struct volumes_request *request_new(struct store_redis *s, int64_t hour, void *arg)
{
    struct volumes_request *q = s->state == REDIS_READY ? malloc(sizeof *q) : NULL;
    if (q)
        *q = (struct volumes_request){.store = s, .hour = hour, .arg = arg};
    return q;
}

/* The answer's kind is as wanted; else it is counted and logged. */
static bool is_good(struct store_redis *s, const redisReply *r, int type)
{
    if (!r)
        return false;
    s->heard = true;
    if (r->type == type)
        return true;
    store_redis_error(s, r->type == REDIS_REPLY_ERROR ? r->str : "unexpected type of answer");
    return false;
}

static void on_put(redisAsyncContext *context, void *reply, void *arg)
{
    struct volumes_request q = *(struct volumes_request *)arg;
    (void)context;
    free(arg);
    q.put(q.arg, q.hour, q.seq, is_good(q.store, reply, REDIS_REPLY_INTEGER));
}

int store_redis_volumes_put(struct store_redis *s, const struct volumes_put *p, volumes_put_fn fn,
                            void *arg)
{
    char key[WHOLE_KEY_MAX], writer[20], seq[24], expires[24];
    struct volumes_request *q = request_new(s, p->hour, arg);
    if (!q)
        return -1;
    q->put = fn;
    q->seq = p->seq;
    whole_key(s, p->hour, key);
    int writer_len = snprintf(writer, sizeof writer, "%016" PRIx64, p->writer);
    int seq_len = snprintf(seq, sizeof seq, "%" PRIu64, p->seq);
    int expires_len = snprintf(expires, sizeof expires, "%" PRId64,
                               p->hour * HOUR_S + (int64_t)VOLUMES_KEEP_DAYS * DAY_S);
    const char *argv[] = {"EVAL", SCRIPT, "1", key, writer, seq, p->record, p->salt, expires};
    const size_t lens[] = {4,           sizeof SCRIPT - 1,  1,
                           strlen(key), (size_t)writer_len, (size_t)seq_len,
                           p->len,      strlen(p->salt),    (size_t)expires_len};
    if (redisAsyncCommandArgv(s->context, on_put, q, 9, argv, lens) == REDIS_OK)
        return 0;
    free(q);
    return -1;
}

/* The fields of a hash: names and values in turn. Returns NULL without memory, or if one is no
 * text. The caller's. */
static struct volumes_field *fields_of(const redisReply *r, size_t *count)
{
    *count = r->elements / 2;
    struct volumes_field *f = calloc(*count + 1, sizeof *f);
    for (size_t i = 0; f && i < *count; i++) {
        const redisReply *name = r->element[2 * i], *value = r->element[2 * i + 1];
        if (name->type != REDIS_REPLY_STRING || value->type != REDIS_REPLY_STRING) {
            free(f);
            return NULL;
        }
        f[i] = (struct volumes_field){name->str, value->str, (size_t)name->len, (size_t)value->len};
    }
    return f;
}

static void on_got(redisAsyncContext *context, void *reply, void *arg)
{
    struct volumes_request q = *(struct volumes_request *)arg;
    struct volumes_field *fields = NULL;
    size_t count = 0;
    (void)context;
    free(arg);
    if (is_good(q.store, reply, REDIS_REPLY_ARRAY))
        fields = fields_of(reply, &count);
    q.got(q.arg, q.hour, fields, count);
    free(fields);
}

int store_redis_volumes_get(struct store_redis *s, int64_t hour, volumes_got_fn fn, void *arg)
{
    char key[WHOLE_KEY_MAX];
    struct volumes_request *q = request_new(s, hour, arg);
    if (!q)
        return -1;
    q->got = fn;
    whole_key(s, hour, key);
    const char *argv[] = {"HGETALL", key};
    const size_t lens[] = {7, strlen(key)};
    if (redisAsyncCommandArgv(s->context, on_got, q, 2, argv, lens) == REDIS_OK)
        return 0;
    free(q);
    return -1;
}
