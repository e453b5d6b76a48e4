/* SPDX-License-Identifier: Apache-2.0 */
#include "casework/intake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "casework/cases.h"
#include "casework/lock.h"
#include "io/db_copy.h"
#include "message/topics.h"

enum { ANSWERS_MAX = 512, ANSWER_MAX = 256, COPY_DAYS = 7, DAY_S = 24 * 3600 };

/* What is sent after the commit. */
struct answer {
    bool is_state;
    enum case_state state;
    char id[REQUEST_ASK_ID_MAX + 1]; /* of the entry, or of the question */
};

struct intake {
    struct intake_options o;
    int lock;
    struct db *db;  /* NULL if it has to be opened */
    bool begun;     /* a transaction is open */
    bool removed;   /* and something was removed in it */
    bool forgotten; /* and that on a worker's order */
    size_t added;   /* requests in it that are new */
    size_t answer_count;
    char told[DB_ERROR_MAX]; /* the fault that was logged; "" while all is well */
    struct answer answers[ANSWERS_MAX];
    char scratch[REQUEST_PAYLOAD_MAX + 1];
};

/* The same fault is logged once, however many messages meet it. */
static void tell_fault(struct intake *in, const char *why)
{
    if (strcmp(in->told, why) == 0)
        return;
    snprintf(in->told, sizeof in->told, "%s", why);
    log_write(in->o.log, EV_receiver_refused,
              LOG_FIELDS(LS("what", "storing"), LS("why", in->told)));
}

static void tell_refused(struct intake *in, const char *why)
{
    log_write(in->o.log, EV_receiver_refused, LOG_FIELDS(LS("what", "message"), LS("why", why)));
}

/* Hex digits in groups of four, because the log masks longer runs of digits. */
static void tell_stored(struct intake *in, const char *id)
{
    char groups[REQUEST_ID_MAX + 4];
    snprintf(groups, sizeof groups, "%.4s-%.4s-%.4s-%.4s", id, id + 4, id + 8, id + 12);
    log_write(in->o.log, EV_receiver_stored, LOG_FIELDS(LS("id", groups)));
}

/* Give the transaction up: nothing of it is answered. A full disk leaves the file usable; after any
 * other fault it is opened anew. */
static void fail(struct intake *in, enum db_result r)
{
    tell_fault(in, db_error(in->db));
    if (in->begun)
        db_rollback(in->db);
    in->begun = in->removed = in->forgotten = false;
    in->answer_count = in->added = 0;
    if (r == DB_FULL)
        return;
    db_close(in->db);
    in->db = NULL;
}

/* A transaction is open after this, or -1. */
static int begin(struct intake *in)
{
    char why[DB_ERROR_MAX];
    if (in->begun)
        return 0;
    if (!in->db)
        in->db = cases_open(in->o.path, why);
    if (!in->db) {
        tell_fault(in, why);
        return -1;
    }
    enum db_result r = db_begin(in->db);
    in->begun = r == DB_OK;
    if (!in->begun)
        fail(in, r);
    return in->begun ? 0 : -1;
}

struct intake *intake_new(const struct intake_options *o, char why[256])
{
    struct intake *in = calloc(1, sizeof *in);
    snprintf(why, 256, "no memory; free some");
    if (!in)
        return NULL;
    in->o = *o;
    in->lock = lock_take(o->path, why);
    in->db = in->lock >= 0 ? cases_open(o->path, why) : NULL;
    if (in->db)
        return in;
    intake_free(in);
    return NULL;
}

void intake_free(struct intake *in)
{
    if (!in)
        return;
    if (in->begun)
        db_rollback(in->db);
    db_close(in->db);
    if (in->lock >= 0)
        close(in->lock);
    free(in);
}

bool intake_waits(const struct intake *in)
{
    return in->begun;
}

static void send(struct intake *in, const struct answer *a)
{
    char topic[TOPIC_MAX], payload[ANSWER_MAX];
    struct buf b;
    buf_init(&b, payload, sizeof payload);
    if (a->is_state)
        request_codec_write_state(a->id, a->state, &b);
    else
        request_codec_write_ack(a->id, &b);
    topics_write_request_part(in->o.root, a->is_state ? "state" : "ack", topic);
    in->o.answer(in->o.arg, topic, payload, b.len);
}

/* Who is forgotten must not stand in a copy of the file. */
static void remove_copies(struct intake *in, int64_t before_s)
{
    if (db_copy_remove(in->o.path, before_s) < 0)
        tell_fault(in,
                   "a copy of the cases from before a change of tables (FILE.v1, ...) cannot be "
                   "removed: remove it by hand");
}

void intake_commit(struct intake *in)
{
    if (!in->begun)
        return;
    enum db_result r = db_commit(in->db);
    in->begun = false; /* also if it failed: then it was rolled back */
    if (r != DB_OK) {
        fail(in, r);
        return;
    }
    if (in->removed)
        (void)db_empty_log(in->db);
    if (in->forgotten)
        remove_copies(in, INT64_MAX);
    bool changed = in->removed || in->added > 0;
    size_t added = in->added;
    in->removed = in->forgotten = false;
    in->added = 0;
    for (size_t i = 0; i < in->answer_count; i++) {
        send(in, &in->answers[i]);
        if (in->answers[i].is_state)
            continue;
        tell_stored(in, in->answers[i].id);
        in->told[0] =
            '\0'; /* a full disk can still be asked, so only a request tells that it is over */
    }
    in->answer_count = 0;
    if (changed && in->o.changed)
        in->o.changed(in->o.arg, added);
}

/* Answer after the commit, which comes at once if there is no room for more. */
static void answer_later(struct intake *in, const struct answer *a)
{
    in->answers[in->answer_count++] = *a;
    if (in->answer_count == ANSWERS_MAX)
        intake_commit(in);
}

static enum db_result store(struct intake *in, const struct request_read *r)
{
    bool added;
    int64_t changed = 0;
    if (!r->is_forget) {
        enum db_result stored = cases_add(in->db, r, clock_now(&in->o.clock), &added);
        in->added += added;
        return stored;
    }
    in->forgotten = true;
    enum db_result result =
        cases_forget(in->db, r->request.subject, clock_now(&in->o.clock), &changed);
    in->removed |= changed > 0;
    if (result == DB_OK)
        log_write(in->o.log, EV_receiver_forgot,
                  LOG_FIELDS(LS("why", "ordered"), LI("cases", changed)));
    return result;
}

static void take_request(struct intake *in, const struct mqtt_message *m)
{
    char why[REQUEST_WHY_MAX];
    struct request_read r;
    struct answer a = {.is_state = false};
    if (request_codec_read(m->payload, m->len, in->scratch, &r, why) < 0) {
        tell_refused(in, why);
        return;
    }
    if (begin(in) < 0)
        return;
    enum db_result result = store(in, &r);
    if (result != DB_OK) {
        fail(in, result);
        return;
    }
    snprintf(a.id, sizeof a.id, "%s", r.request.id);
    answer_later(in, &a);
}

static void take_ask(struct intake *in, const struct mqtt_message *m)
{
    struct case_ask ask;
    struct answer a = {.is_state = true};
    if (request_codec_read_ask(m->payload, m->len, a.id, &ask) < 0) {
        tell_refused(in, "a question that is none");
        return;
    }
    if (begin(in) < 0)
        return;
    enum db_result result = cases_ask(in->db, &ask, clock_now(&in->o.clock), &a.state);
    if (result == DB_OK)
        answer_later(in, &a);
    else
        fail(in, result);
}

void intake_message(struct intake *in, const struct mqtt_message *m)
{
    if (topics_is_request(in->o.root, m->topic))
        take_request(in, m);
    /* A retained question would be asked, and counted, at each start. */
    else if (topics_is_request_part(in->o.root, m->topic, "ask") && !m->retained)
        take_ask(in, m);
}

void intake_expire(struct intake *in, int64_t before_ms)
{
    int64_t changed = 0;
    intake_commit(in);
    remove_copies(in, clock_now(&in->o.clock) / 1000 - COPY_DAYS * DAY_S);
    if (begin(in) < 0)
        return;
    enum db_result r = cases_expire(in->db, before_ms, clock_now(&in->o.clock), &changed);
    if (r != DB_OK) {
        fail(in, r);
        return;
    }
    in->removed |= changed > 0;
    intake_commit(in);
    if (changed > 0)
        log_write(in->o.log, EV_receiver_forgot,
                  LOG_FIELDS(LS("why", "closed long ago"), LI("cases", changed)));
}
