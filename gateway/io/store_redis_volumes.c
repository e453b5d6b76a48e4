/* SPDX-License-Identifier: Apache-2.0 */
#include "io/store_redis_volumes.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <hiredis/async.h>
#include <hiredis/hiredis.h>

#include "base/buf.h"
#include "io/store_redis_cluster.h"
#include "io/store_redis_command.h"
#include "io/store_redis_internal.h"

enum { HOUR_S = 3600, DAY_S = 24 * HOUR_S, WHOLE_KEY_MAX = 32 + VOLUMES_KEY_SIZE, WORD_MAX = 24 };

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
    struct redis_link *link; /* which holds it */
    int64_t hour;
    uint64_t seq;
    volumes_put_fn put;
    volumes_got_fn got;
    void *arg;
    bool asking; /* the node takes the slot over */
    uint8_t redirections;
    size_t len;
    char command[]; /* kept, as a node of a cluster may send it on */
};

struct word {
    const char *at;
    size_t len;
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

static void on_reply(redisAsyncContext *context, void *reply, void *arg);

/* Returns 0, or -1 if the link (NULL: there is none) does not take it now. */
static int deliver(struct volumes_request *q, struct redis_link *to)
{
    if (!to || to->state != REDIS_READY || (q->asking && redis_command_asking(to) < 0))
        return -1;
    q->link = to;
    int rc = redisAsyncFormattedCommand(to->context, on_reply, q, q->command, q->len);
    return rc == REDIS_OK ? 0 : -1;
}

/* Send a request about a key, made like this one. Returns 0, or -1 if it cannot be served. */
static int begin(struct store_redis *s, const struct volumes_request *like, const char *key,
                 const struct word *words, unsigned count)
{
    size_t room = WORD_MAX;
    struct buf b;
    for (unsigned i = 0; i < count; i++)
        room += WORD_MAX + words[i].len;
    struct volumes_request *q = malloc(sizeof *q + room);
    if (!q)
        return -1;
    *q = *like;
    buf_init(&b, q->command, room);
    redis_command_begin(&b, count);
    for (unsigned i = 0; i < count; i++)
        redis_command_word(&b, words[i].at, words[i].len);
    q->len = b.len;
    if (!b.full && deliver(q, store_redis_route(s, key)) == 0)
        return 0;
    free(q);
    return -1;
}

/* The answer's kind is as wanted; else it is counted and logged. */
static bool is_good(struct store_redis *s, const redisReply *r, int type)
{
    if (r && r->type == type)
        return true;
    if (r)
        store_redis_error(s, r->type == REDIS_REPLY_ERROR ? r->str : "unexpected type of answer");
    return false;
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

static void answer(const struct volumes_request *q, const redisReply *r)
{
    struct store_redis *s = q->link->store;
    if (q->put) {
        q->put(q->arg, q->hour, q->seq, is_good(s, r, REDIS_REPLY_INTEGER));
        return;
    }
    size_t count = 0;
    struct volumes_field *fields = is_good(s, r, REDIS_REPLY_ARRAY) ? fields_of(r, &count) : NULL;
    q->got(q->arg, q->hour, fields, count);
    free(fields);
}

/* Another node has it: send it there. Returns 0, or -1 if the answer stands. */
static int send_on(struct volumes_request *q, const redisReply *r)
{
    struct redis_cluster *cluster = q->link->store->cluster;
    if (!cluster || r->type != REDIS_REPLY_ERROR || q->redirections == REDIS_REDIRECTIONS_MAX)
        return -1;
    q->redirections++;
    return deliver(q, redis_cluster_redirect(cluster, q->link, r, &q->asking));
}

static void on_reply(redisAsyncContext *context, void *reply, void *arg)
{
    struct volumes_request *q = arg;
    (void)context;
    if (reply) {
        q->link->heard = true;
        if (send_on(q, reply) == 0)
            return;
    }
    answer(q, reply);
    free(q);
}

int store_redis_volumes_put(struct store_redis *s, const struct volumes_put *p, volumes_put_fn fn,
                            void *arg)
{
    char key[WHOLE_KEY_MAX], writer[20], seq[24], expires[24];
    const struct volumes_request q = {.hour = p->hour, .seq = p->seq, .put = fn, .arg = arg};
    whole_key(s, p->hour, key);
    int writer_len = snprintf(writer, sizeof writer, "%016" PRIx64, p->writer);
    int seq_len = snprintf(seq, sizeof seq, "%" PRIu64, p->seq);
    int expires_len = snprintf(expires, sizeof expires, "%" PRId64,
                               p->hour * HOUR_S + (int64_t)VOLUMES_KEEP_DAYS * DAY_S);
    const struct word words[] = {
        {"EVAL", 4},         {SCRIPT, sizeof SCRIPT - 1},  {"1", 1},
        {key, strlen(key)},  {writer, (size_t)writer_len}, {seq, (size_t)seq_len},
        {p->record, p->len}, {p->salt, strlen(p->salt)},   {expires, (size_t)expires_len}};
    return begin(s, &q, key, words, sizeof words / sizeof *words);
}

int store_redis_volumes_get(struct store_redis *s, int64_t hour, volumes_got_fn fn, void *arg)
{
    char key[WHOLE_KEY_MAX];
    const struct volumes_request q = {.hour = hour, .got = fn, .arg = arg};
    whole_key(s, hour, key);
    const struct word words[] = {{"HGETALL", 7}, {key, strlen(key)}};
    return begin(s, &q, key, words, sizeof words / sizeof *words);
}
