/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/requests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/asks.h"
#include "daemon/lookups.h"
#include "io/journal.h"
#include "message/topics.h"

enum { TICK_MS = 100, IDLE_MS = 2000, REOPEN_MS = 10000, SMALL_PAYLOAD = 512 };

static const int64_t day_ms = 24 * 3600 * 1000;

struct requests {
    struct requests_options o;
    struct seal_public key;
    struct journal *journal; /* NULL while there is none, or it cannot be opened */
    struct forward *forward;
    struct asks *asks;
    struct lookups *lookups;
    struct loop_timer *timer;
    struct mqtt *mqtt; /* NULL before it exists and after it is gone */
    int64_t reopen_us; /* when to try again */
    bool told_failed, told_backlog;
};

static void go_on(struct requests *r)
{
    if (r->mqtt && mqtt_is_up(r->mqtt))
        forward_tick(r->forward);
}

static int publish(struct requests *r, const char *topic, const char *payload, size_t len)
{
    struct mqtt_out out = {.topic = topic, .payload = payload, .len = len};
    return r->mqtt && mqtt_is_up(r->mqtt) ? mqtt_publish(r->mqtt, &out) : -1;
}

static int publish_part(struct requests *r, const char *name, const struct buf *b)
{
    char topic[TOPIC_MAX];
    topics_write_request_part(r->o.conf->mqtt_root, name, topic);
    return b->full ? -1 : publish(r, topic, b->data, b->len);
}

/* The forwarder's ports. */
static void port_fetch(void *arg, int64_t after, size_t most)
{
    struct requests *r = arg;
    if (r->journal)
        journal_fetch(r->journal, after, most);
    else
        forward_fetched(r->forward, NULL, 0);
}

static void port_settle(void *arg, const char *id)
{
    struct requests *r = arg;
    if (r->journal)
        journal_settle(r->journal, id);
}

static int port_publish(void *arg, const struct forward_entry *e)
{
    struct requests *r = arg;
    char topic[TOPIC_MAX];
    topics_write_request(r->o.conf->mqtt_root, e->id, topic);
    return publish(r, topic, e->payload, e->len);
}

/* The journal's answers. */
static void on_filed(void *arg, uint64_t txn, enum filed result)
{
    struct requests *r = arg;
    dispatch_filed(r->o.dispatch, txn, result);
    if (result == FILED_OK)
        forward_wake(r->forward);
    go_on(r);
}

static void on_fetched(void *arg, const struct forward_entry *entries, size_t n)
{
    forward_fetched(((struct requests *)arg)->forward, entries, n);
}

static void on_found(void *arg, uint64_t number, bool found)
{
    struct requests *r = arg;
    char payload[SMALL_PAYLOAD], ask_id[REQUEST_ASK_ID_MAX + 1];
    struct buf b;
    if (!lookups_take(r->lookups, number, ask_id) || !found)
        return;
    buf_init(&b, payload, sizeof payload);
    request_codec_write_state(ask_id, CASE_STORED, &b);
    publish_part(r, "state", &b);
}

static int publish_ask(void *arg, const char *ask_id, const struct case_ask *ask)
{
    char payload[SMALL_PAYLOAD];
    struct buf b;
    buf_init(&b, payload, sizeof payload);
    request_codec_write_ask(ask_id, ask, &b);
    return publish_part(arg, "ask", &b);
}

static void on_told(void *arg, uint64_t txn, enum case_state state)
{
    dispatch_told(((struct requests *)arg)->o.dispatch, txn, state);
}

static struct forward_options forward_options(const struct requests *r)
{
    const struct conf *c = r->o.conf;
    return (struct forward_options){.window = (size_t)c->request_window,
                                    .resend_ms = c->request_resend_s * 1000,
                                    .idle_ms = IDLE_MS,
                                    .clock = clock_system(),
                                    .metrics = r->o.metrics};
}

/* A journal that cannot be opened now is tried again later: all else goes on. */
static void open_journal(struct requests *r)
{
    char why[256];
    const struct conf *c = r->o.conf;
    struct journal_options o = {.path = c->request_journal,
                                .max_waiting = (size_t)c->request_max_waiting,
                                .keep_ms = c->request_keep_days * day_ms,
                                .clock = clock_system(),
                                .log = r->o.log,
                                .metrics = r->o.metrics};
    struct journal_handlers h = {
        .arg = r, .filed = on_filed, .fetched = on_fetched, .found = on_found};
    r->journal = journal_new(r->o.loop, &o, &h, why);
    r->reopen_us = loop_monotonic_us() + REOPEN_MS * 1000;
    if (!r->journal && !r->told_failed)
        log_write(r->o.log, EV_journal_failed, LOG_FIELDS(LS("why", why)));
    r->told_failed = !r->journal;
}

static void look_at_backlog(struct requests *r)
{
    size_t waiting = r->journal ? journal_waiting(r->journal) : 0;
    size_t alarm = (size_t)r->o.conf->request_alarm_waiting;
    if (waiting >= alarm && !r->told_backlog)
        log_write(r->o.log, EV_journal_backlog, LOG_FIELDS(LI("waiting", (int64_t)waiting)));
    if (waiting >= alarm || waiting <= alarm / 2)
        r->told_backlog = waiting >= alarm;
}

static void tick(void *arg)
{
    struct requests *r = arg;
    if (!r->journal && loop_monotonic_us() >= r->reopen_us)
        open_journal(r);
    look_at_backlog(r);
    go_on(r);
    loop_timer_set(r->timer, TICK_MS);
}

static int open_parts(struct requests *r)
{
    struct forward_options o = forward_options(r);
    struct forward_ports ports = {
        .arg = r, .fetch = port_fetch, .settle = port_settle, .publish = port_publish};
    struct asks_handlers h = {.arg = r, .publish = publish_ask, .told = on_told};
    r->forward = forward_new(&o, &ports);
    r->asks = asks_new(r->o.loop, &h);
    r->lookups = lookups_new();
    r->timer = loop_timer_new(r->o.loop, tick, r);
    return r->forward && r->asks && r->lookups && r->timer ? 0 : -1;
}

static bool is_configured(const struct requests *r)
{
    return r->o.conf->request_journal[0] != '\0';
}

struct requests *requests_new(const struct requests_options *o, char why[256])
{
    struct requests *r = calloc(1, sizeof *r);
    snprintf(why, 256, "no memory for the requests; free some");
    if (!r)
        return NULL;
    r->o = *o;
    if ((is_configured(r) &&
         seal_read_public(o->conf->request_public_key_file, &r->key, why) < 0) ||
        open_parts(r) < 0) {
        requests_free(r);
        return NULL;
    }
    if (!is_configured(r)) {
        log_write(o->log, EV_journal_absent, NULL);
        return r;
    }
    open_journal(r);
    loop_timer_set(r->timer, TICK_MS);
    return r;
}

void requests_free(struct requests *r)
{
    if (!r)
        return;
    loop_timer_free(r->timer);
    journal_free(r->journal);
    forward_free(r->forward);
    asks_free(r->asks);
    lookups_free(r->lookups);
    free(r);
}

void requests_set_mqtt(struct requests *r, struct mqtt *mqtt)
{
    r->mqtt = mqtt;
}

void requests_reload(struct requests *r)
{
    const struct conf *c = r->o.conf;
    struct forward_options o = forward_options(r);
    forward_set_options(r->forward, &o);
    if (r->journal)
        journal_set_limits(r->journal, (size_t)c->request_max_waiting,
                           c->request_keep_days * day_ms);
}

void requests_file(void *arg, uint64_t txn, const struct request *request)
{
    struct requests *r = arg;
    char payload[REQUEST_PAYLOAD_MAX + 1];
    struct buf b;
    buf_init(&b, payload, sizeof payload);
    if (!r->journal || request_codec_write(request, &r->key, &b) < 0 || b.full) {
        dispatch_filed(r->o.dispatch, txn, FILED_FAILED);
        return;
    }
    struct journal_entry e = {.id = request->id,
                              .subject = request->subject,
                              .case_no = request->case_no,
                              .proof = request->proof,
                              .payload = b.data,
                              .len = b.len};
    journal_file(r->journal, txn, &e);
}

void requests_ask(void *arg, uint64_t txn, const struct case_ask *ask)
{
    struct requests *r = arg;
    asks_begin(r->asks, txn, ask, r->o.conf->request_ask_ms);
}

static void refuse(const struct requests *r, const char *what)
{
    log_write(r->o.log, EV_request_bad_ack, LOG_FIELDS(LS("what", what)));
}

static void take_ack(struct requests *r, const struct mqtt_message *m)
{
    char id[REQUEST_ID_MAX + 1];
    if (request_codec_read_ack(m->payload, m->len, id) < 0)
        refuse(r, "ack");
    else
        forward_acked(r->forward, id);
}

/* Somebody asks; this gateway's journal may know. */
static void take_ask(struct requests *r, const struct mqtt_message *m)
{
    char ask_id[REQUEST_ASK_ID_MAX + 1];
    struct case_ask ask;
    uint64_t number;
    if (request_codec_read_ask(m->payload, m->len, ask_id, &ask) < 0)
        refuse(r, "ask");
    else if (r->journal && lookups_put(r->lookups, ask_id, &number))
        journal_find(r->journal, number, &ask);
}

static void take_state(struct requests *r, const struct mqtt_message *m)
{
    char ask_id[REQUEST_ASK_ID_MAX + 1];
    enum case_state state;
    if (request_codec_read_state(m->payload, m->len, ask_id, &state) < 0)
        refuse(r, "state");
    else
        asks_answer(r->asks, ask_id, state);
}

static void take_forget(struct requests *r, const struct mqtt_message *m)
{
    struct request_drop drop;
    if (request_codec_read_drop(m->payload, m->len, &drop) < 0) {
        refuse(r, "forget");
        return;
    }
    dispatch_forget(r->o.dispatch, drop.key);
    if (r->journal)
        journal_forget(r->journal, drop.subject);
    log_write(r->o.log, EV_subscriber_forgotten, NULL);
}

bool requests_message(struct requests *r, const struct mqtt_message *m)
{
    const char *root = r->o.conf->mqtt_root;
    if (topics_is_request_part(root, m->topic, "ack"))
        take_ack(r, m);
    else if (topics_is_request_part(root, m->topic, "ask"))
        take_ask(r, m);
    else if (topics_is_request_part(root, m->topic, "state"))
        take_state(r, m);
    else if (topics_is_forget(root, m->topic))
        take_forget(r, m);
    else
        return false;
    return true;
}

void requests_up(struct requests *r)
{
    forward_wake(r->forward);
    go_on(r);
}

bool requests_degraded(const struct requests *r)
{
    if (!is_configured(r))
        return false;
    return !r->journal || !journal_works(r->journal) || r->told_backlog;
}
