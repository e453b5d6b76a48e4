/* SPDX-License-Identifier: Apache-2.0 */
#include "console/queue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "casework/intake.h"
#include "console/audit.h"
#include "console/ring.h"

/* What comes within COMMIT_MS shares a commit. */
enum { COMMIT_MS = 5, AGAIN_MS = 5000, DAY_MS = 24 * 3600 * 1000 };

struct queue {
    struct console *console;
    struct intake *intake; /* NULL: another receives, or the file cannot be opened */
    struct db *db;         /* the same; what people do goes by this handle */
    struct seal_secret key;
    bool has_key, commit_set;
    bool spoilt; /* db has failed; it is opened anew, for the file may be another one */
    struct loop_timer *commit, *daily, *again;
    char why[256]; /* why it does not receive */
};

static void answer(void *arg, const char *topic, const char *payload, size_t len)
{
    struct queue *q = arg;
    struct mqtt_out out = {.topic = topic, .payload = payload, .len = len};
    mqtt_publish(q->console->mqtt, &out);
}

static void on_changed(void *arg, size_t added)
{
    struct queue *q = arg;
    ring_event(q->console, added > 0 ? "requests.new" : "requests");
}

static void on_commit(void *arg)
{
    struct queue *q = arg;
    q->commit_set = false;
    if (q->intake)
        intake_commit(q->intake);
}

static void on_day(void *arg)
{
    struct queue *q = arg;
    if (q->intake)
        intake_expire(q->intake, console_now(q->console) -
                                     q->console->conf->receiver_keep_days * (int64_t)DAY_MS);
    loop_timer_set(q->daily, DAY_MS);
}

static void tell(struct queue *q, const char *before)
{
    if (strcmp(before, q->why) != 0)
        log_write(q->console->log, EV_console_requests, LOG_FIELDS(LS("why", q->why)));
}

/* Open what is not open yet; what cannot be opened is tried again. */
static void on_again(void *arg)
{
    struct queue *q = arg;
    char before[sizeof q->why];
    struct intake_options o = {.path = q->console->conf->receiver_cases,
                               .root = q->console->conf->mqtt_root,
                               .clock = q->console->clock,
                               .log = q->console->log,
                               .arg = q,
                               .answer = answer,
                               .changed = on_changed};
    memcpy(before, q->why, sizeof before);
    if (!q->db)
        q->db = cases_open(o.path, q->why);
    if (q->db && !q->intake)
        q->intake = intake_new(&o, q->why);
    if (!q->intake) {
        tell(q, before);
        loop_timer_set(q->again, AGAIN_MS);
        return;
    }
    q->why[0] = '\0';
    log_write(q->console->log, EV_receiver_up, LOG_FIELDS(LS("host", q->console->conf->mqtt_host)));
    on_day(q);
}

static int read_key(struct queue *q, char why[CONF_ERROR_MAX])
{
    const char *path = q->console->conf->receiver_secret_key_file;
    if (path[0] == '\0')
        return 0;
    q->has_key = seal_read_secret(path, &q->key, why) == 0;
    return q->has_key ? 0 : -1;
}

int queue_open(struct console *c, char why[CONF_ERROR_MAX])
{
    struct queue *q = calloc(1, sizeof *q);
    snprintf(why, CONF_ERROR_MAX, "no memory; free some");
    if (!q)
        return -1;
    c->queue = q;
    q->console = c;
    q->commit = loop_timer_new(c->loop, on_commit, q);
    q->daily = loop_timer_new(c->loop, on_day, q);
    q->again = loop_timer_new(c->loop, on_again, q);
    if (!q->commit || !q->daily || !q->again || read_key(q, why) < 0)
        return -1;
    snprintf(q->why, sizeof q->why,
             "receiver.cases is not set; name a file on a local disk in the configuration");
    if (c->conf->receiver_cases[0] != '\0')
        on_again(q);
    return 0;
}

void queue_close(struct console *c)
{
    struct queue *q = c->queue;
    if (!q)
        return;
    if (q->intake && c->mqtt)
        intake_commit(q->intake);
    intake_free(q->intake);
    db_close(q->db);
    loop_timer_free(q->commit);
    loop_timer_free(q->daily);
    loop_timer_free(q->again);
    seal_wipe(&q->key);
    free(q);
    c->queue = NULL;
}

void queue_message(struct console *c, const struct mqtt_message *m)
{
    struct queue *q = c->queue;
    if (!q->intake) /* it comes again */
        return;
    intake_message(q->intake, m);
    if (q->commit_set || !intake_waits(q->intake))
        return;
    q->commit_set = true;
    loop_timer_set(q->commit, COMMIT_MS);
}

/* Open the handle of the people, if it is not open or has failed. */
static void open_handle(struct queue *q)
{
    const char *path = q->console->conf->receiver_cases;
    if (q->spoilt) {
        db_close(q->db);
        q->db = NULL;
    }
    q->spoilt = false;
    if (!q->db && path[0] != '\0')
        q->db = cases_open(path, q->why);
}

struct db *queue_read(const struct call *call)
{
    struct queue *q = call->console->queue;
    on_commit(q); /* else our own two handles would wait for each other */
    open_handle(q);
    if (!q->db)
        call_fail(call, 503, "off", NULL, "There is no queue of requests: %s.", q->why);
    return q->db;
}

bool queue_stored(const struct call *call, struct db *db, enum db_result r)
{
    if (r == DB_OK)
        return true;
    call_fail(call, 503, r == DB_FULL ? "disk_full" : "database", NULL, "Nothing was saved. %s",
              db_error(db));
    call->console->queue->spoilt = r != DB_FULL;
    return false;
}

struct db *queue_begin(const struct call *call)
{
    struct db *db = queue_read(call);
    return db && queue_stored(call, db, db_begin(db)) ? db : NULL;
}

bool queue_note_look(const struct call *call, const struct queue_line *line)
{
    struct db *log = call->console->db;
    enum db_result r = db_begin(log);
    if (r == DB_OK &&
        audit_write(call->console, call->person, line->action, line->subject, line->detail) < 0)
        r = DB_FAILED;
    if (r == DB_OK)
        r = db_commit(log);
    else
        db_rollback(log);
    return call_stored(call, r);
}

bool queue_commit(const struct call *call, struct db *db, const struct queue_line *line)
{
    if (queue_note_look(call, line)) {
        if (!queue_stored(call, db, db_commit(db)))
            return false;
        ring_event(call->console, "requests");
        return true;
    }
    db_rollback(db);
    return false;
}

const struct seal_secret *queue_key(const struct console *c)
{
    return c->queue->has_key ? &c->queue->key : NULL;
}

bool queue_receives(const struct console *c, const char **why)
{
    *why = c->queue->why;
    return c->queue->intake != NULL;
}

int queue_counts(struct console *c, int64_t count[CASE_STATES])
{
    struct queue *q = c->queue;
    if (!q || !q->db)
        return -1;
    on_commit(q);
    return cases_count(q->db, count) == DB_OK ? 0 : -1;
}
