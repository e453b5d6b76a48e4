/* SPDX-License-Identifier: Apache-2.0 */
/* The requests: each is held by hiredis until its callback runs, and stands in the waiting list
 * until it is answered. One that waits too long is answered STORE_DOWN and leaves the list; its
 * reply is dropped when it comes. With a cluster, one may also wait for a link that comes up, and
 * may be sent on to another one; its time goes on meanwhile. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hiredis/async.h>
#include <hiredis/hiredis.h>

#include "base/buf.h"
#include "io/store_redis_cluster.h"
#include "io/store_redis_command.h"
#include "io/store_redis_internal.h"

enum {
    LATE_IN_A_ROW = 3,
    SECOND_US = 1000000,
    KEY_MAX = 32 + PORTS_KEY_MAX,
    COMMAND_MAX = PORTS_RECORD_MAX + KEY_MAX + 512 /* the script whole, and lengths */
};

/* KEYS[1]: key. ARGV: the tag that is expected ("" for no record), the record, its time to live in
 * ms. Each call from a script costs Redis as much as a command, so the ordinary way is one call:
 * the record is set, and what stood there is put back if it was not what is expected, before
 * anybody can see it. A record that is there already is set once more, which renews its time. */
static const char SCRIPT[] =
    "local old = redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3], 'GET') "
    "local tag = old and string.sub(old, 1, 8) or '' "
    "if tag == ARGV[1] or old == ARGV[2] then return 1 end "
    "if not old then redis.call('DEL', KEYS[1]) return '' end "
    "redis.call('SET', KEYS[1], old, 'PX', ARGV[3]) "
    "return old";

struct redis_request {
    TAILQ_ENTRY(redis_request) next;
    struct store_redis *store;
    struct redis_link *link; /* which holds it, or which it waits for */
    uint64_t txn;
    int64_t deadline_us;
    bool answered;
    bool save;
    bool parked; /* it is not sent yet: the link is not up */
    bool asking; /* the node takes the slot over */
    uint8_t redirections;
    /* It keeps its arguments, because it may be sent once more. */
    uint64_t expected_tag;
    int64_t ttl_ms;
    size_t len;
    char key[KEY_MAX];
    uint8_t record[];
};

const char *store_redis_script(void)
{
    return SCRIPT;
}

/* At most one line a second: *logged is when the last one was written. */
static bool may_log(int64_t *logged_us)
{
    int64_t now = loop_monotonic_us();
    if (*logged_us != 0 && now - *logged_us < SECOND_US)
        return false;
    *logged_us = now;
    return true;
}

void store_redis_error(struct store_redis *s, const char *text)
{
    char words[64];
    metrics_add(s->o.metrics, M_REDIS_ERRORS, NULL, 1);
    if (!may_log(&s->error_logged_us))
        return;
    snprintf(words, sizeof words, "%.60s", text);
    log_write(s->o.log, EV_redis_error, LOG_FIELDS(LS("error", words)));
}

/* Hand the answer to the receiver; a second answer to the same request is dropped. */
static void answer(struct redis_request *q, enum store_result r, const void *record, size_t len)
{
    const struct store_reply *to = &q->store->reply;
    if (q->answered)
        return;
    q->answered = true;
    TAILQ_REMOVE(&q->store->waiting, q, next);
    if (q->save)
        to->saved(to->arg, q->txn, r, record, len);
    else
        to->loaded(to->arg, q->txn, r, record, len);
}

static void count_inflight(struct store_redis *s, int n)
{
    s->inflight += n;
    metrics_set(s->o.metrics, M_REDIS_INFLIGHT, NULL, s->inflight);
}

/* No link holds it: the end. */
static void refuse(struct redis_request *q)
{
    count_inflight(q->store, -1);
    answer(q, STORE_DOWN, NULL, 0);
    free(q);
}

/* A link holds it, which is given up if that happens too often. */
static void leave_late(struct redis_request *q)
{
    struct redis_link *l = q->link;
    l->late++;
    answer(q, STORE_DOWN, NULL, 0);
    if (l->late >= LATE_IN_A_ROW)
        redis_link_drop(l, "several requests in a row were not answered in time");
}

/* An answer may have come that was not read yet: then this loop is late, and not the server. It has
 * as long again to read it. */
static bool may_be_answered(const struct redis_request *q, int64_t now)
{
    const struct redis_link *l = q->link;
    bool too_late = now - q->deadline_us > (int64_t)q->store->o.timeout_ms * 1000;
    return !too_late && !q->parked && l->state == REDIS_READY && store_redis_is_unread(l->context);
}

void store_redis_expire(void *arg)
{
    struct store_redis *s = arg;
    struct redis_request *q;
    int64_t now = loop_monotonic_us();
    while ((q = TAILQ_FIRST(&s->waiting)) && q->deadline_us <= now && !may_be_answered(q, now)) {
        metrics_add(s->o.metrics, M_REDIS_TIMEOUTS, NULL, 1);
        if (may_log(&s->slow_logged_us))
            log_write(s->o.log, EV_redis_slow, LOG_FIELDS(LI("timeout_ms", s->o.timeout_ms)));
        if (q->parked)
            refuse(q);
        else
            leave_late(q);
    }
    s->expiry_set = q != NULL;
    if (q)
        loop_timer_set(s->expiry, q->deadline_us > now ? (q->deadline_us - now + 999) / 1000 : 1);
}

/* Errors that a new connection may cure: the server became a replica, or forgot our login. */
static bool wants_new_connection(const char *error)
{
    return strncmp(error, "READONLY", 8) == 0 || strncmp(error, "NOAUTH", 6) == 0;
}

static void answer_error(struct redis_request *q, const char *error)
{
    struct store_redis *s = q->store;
    store_redis_error(s, error);
    if (wants_new_connection(error))
        redis_link_drop(q->link, "Redis cannot serve this connection any more");
    answer(q, STORE_DOWN, NULL, 0);
}

static void answer_load(struct redis_request *q, const redisReply *r)
{
    if (r->type == REDIS_REPLY_STRING)
        answer(q, STORE_OK, r->str, (size_t)r->len);
    else if (r->type == REDIS_REPLY_NIL)
        answer(q, STORE_ABSENT, NULL, 0);
    else
        answer_error(q, r->type == REDIS_REPLY_ERROR ? r->str : "unexpected type of answer");
}

static void answer_save(struct redis_request *q, const redisReply *r)
{
    if (r->type == REDIS_REPLY_INTEGER)
        answer(q, STORE_OK, NULL, 0);
    else if (r->type == REDIS_REPLY_STRING)
        answer(q, STORE_CONFLICT, r->len > 0 ? r->str : NULL, (size_t)r->len);
    else
        answer_error(q, r->type == REDIS_REPLY_ERROR ? r->str : "unexpected type of answer");
}

static int send_save(struct redis_request *q, bool whole_script);
static int deliver(struct redis_request *q, struct redis_link *to);

/* Send it once more, if this error asks for that: with the whole script, or to another node.
 * Returns 0 if a link has it again. */
static int send_again(struct redis_request *q, const redisReply *r)
{
    struct redis_cluster *cluster = q->store->cluster;
    if (q->answered || r->type != REDIS_REPLY_ERROR)
        return -1;
    if (q->save && strncmp(r->str, "NOSCRIPT", 8) == 0)
        return send_save(q, true);
    if (!cluster || q->redirections == REDIS_REDIRECTIONS_MAX)
        return -1;
    q->redirections++;
    return deliver(q, redis_cluster_redirect(cluster, q->link, r, &q->asking));
}

static void on_reply(redisAsyncContext *context, void *reply, void *arg)
{
    struct redis_request *q = arg;
    struct redis_link *l = q->link;
    const redisReply *r = reply;
    if (r) {
        l->heard = true;
        l->late = q->answered ? l->late : 0;
        if (send_again(q, r) == 0)
            return;
    }
    count_inflight(q->store, -1);
    if (!r) {
        /* The context is being freed: whoever asks again from within the answer is refused at once.
         */
        redis_link_drop(l, context->errstr);
        answer(q, STORE_DOWN, NULL, 0);
    } else if (q->save) {
        answer_save(q, r);
    } else {
        answer_load(q, r);
    }
    free(q);
}

static int send(struct redis_request *q, const struct buf *b)
{
    if (b->full || (q->asking && redis_command_asking(q->link) < 0))
        return -1;
    int rc = redisAsyncFormattedCommand(q->link->context, on_reply, q, b->data, b->len);
    return rc == REDIS_OK ? 0 : -1;
}

static int send_load(struct redis_request *q)
{
    char command[COMMAND_MAX];
    struct buf b;
    buf_init(&b, command, sizeof command);
    redis_command_begin(&b, 2);
    redis_command_word(&b, "GET", 3);
    redis_command_word(&b, q->key, strlen(q->key));
    return send(q, &b);
}

static int send_save(struct redis_request *q, bool whole_script)
{
    char command[COMMAND_MAX], ttl[24], tag[8];
    struct buf b, t;
    const char *script = whole_script ? SCRIPT : q->link->sha;
    memcpy(tag, &q->expected_tag, sizeof tag);
    buf_init(&t, ttl, sizeof ttl);
    buf_int(&t, q->ttl_ms > 0 ? q->ttl_ms : 1);
    buf_init(&b, command, sizeof command);
    redis_command_begin(&b, 7);
    redis_command_word(&b, whole_script ? "EVAL" : "EVALSHA", whole_script ? 4 : 7);
    redis_command_word(&b, script, strlen(script));
    redis_command_word(&b, "1", 1);
    redis_command_word(&b, q->key, strlen(q->key));
    redis_command_word(&b, tag, q->expected_tag == 0 ? 0 : sizeof tag);
    redis_command_word(&b, q->record, q->len);
    redis_command_word(&b, ttl, t.len);
    return send(q, &b);
}

/* Give it to a link (NULL: there is none). Returns 0, or -1 if that does not take it. */
static int deliver(struct redis_request *q, struct redis_link *to)
{
    if (!to)
        return -1;
    q->link = to;
    q->parked = to->state != REDIS_READY;
    if (q->parked)
        return 0;
    return q->save ? send_save(q, false) : send_load(q);
}

void store_redis_settle(struct redis_link *l)
{
    struct redis_request *q, *after;
    /* An answer may change the list: then from its beginning. */
    for (q = TAILQ_FIRST(&l->store->waiting); q; q = after) {
        after = TAILQ_NEXT(q, next);
        if (!q->parked || q->link != l || (l->state == REDIS_READY && deliver(q, l) == 0))
            continue;
        refuse(q);
        after = TAILQ_FIRST(&l->store->waiting);
    }
}

/* Begin a request for a key with room for len octets of record. NULL if it cannot be served now. */
static struct redis_request *request_new(struct store_redis *s, uint64_t txn, const char *key,
                                         size_t len)
{
    if (s->inflight >= s->o.max_inflight)
        return NULL;
    struct redis_request *q = malloc(sizeof *q + len);
    if (!q)
        return NULL;
    *q = (struct redis_request){.store = s, .txn = txn};
    struct buf whole;
    buf_init(&whole, q->key, sizeof q->key);
    buf_puts(&whole, s->o.prefix);
    buf_puts(&whole, key);
    if (whole.full) {
        free(q);
        return NULL;
    }
    return q;
}

/* Let a link have it, and its time run. Returns 0, or -1 if it cannot be served now. */
static int begin(struct redis_request *q)
{
    struct store_redis *s = q->store;
    if (deliver(q, store_redis_route(s, q->key)) < 0)
        return -1;
    count_inflight(s, 1);
    q->deadline_us = loop_monotonic_us() + (int64_t)s->o.timeout_ms * 1000;
    TAILQ_INSERT_TAIL(&s->waiting, q, next);
    if (!s->expiry_set) {
        loop_timer_set(s->expiry, s->o.timeout_ms);
        s->expiry_set = true;
    }
    return 0;
}

void store_redis_load(void *arg, uint64_t txn, const char *key)
{
    struct store_redis *s = arg;
    struct redis_request *q = request_new(s, txn, key, 0);
    if (q && begin(q) == 0)
        return;
    free(q);
    s->reply.loaded(s->reply.arg, txn, STORE_DOWN, NULL, 0);
}

void store_redis_save(void *arg, const struct store_save *save)
{
    struct store_redis *s = arg;
    bool sane = save->len >= 8 && save->len <= PORTS_RECORD_MAX;
    struct redis_request *q = sane ? request_new(s, save->txn, save->key, save->len) : NULL;
    if (q) {
        q->save = true;
        q->expected_tag = save->expected_tag;
        q->ttl_ms = save->ttl_ms;
        q->len = save->len;
        memcpy(q->record, save->record, save->len);
        if (begin(q) == 0)
            return;
    }
    free(q);
    s->reply.saved(s->reply.arg, save->txn, STORE_DOWN, NULL, 0);
}
