/* SPDX-License-Identifier: Apache-2.0 */
#include "http/sender.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/hash_table.h"
#include "io/web_client.h"

enum {
    REQUEST_MS = 20000,
    RETRY_MAX_MS = 30000,
    LOOK_MS = 1000,
    KNOWN_MAX = 20000,
    FIELDS_MAX = 12
};

enum job_state { WAITING, FLYING, SENT };

/* One SMS. After it was accepted it stays, without its text, so that it is not sent twice. */
struct job {
    UT_hash_handle hh;     /* by MT id */
    TAILQ_ENTRY(job) link; /* in the list of its state */
    uint64_t serial;
    char id[MESSAGE_MT_ID_MAX + 1], msisdn[MESSAGE_SENDER_MAX + 1], from[MESSAGE_SENDER_MAX + 1];
    char *text;
    enum coding coding;
    enum job_state state;
    int64_t due, until, wait;
};

TAILQ_HEAD(jobs, job);

struct sender {
    struct kind_world w;
    struct web_client *client; /* NULL: there is nowhere to send an SMS */
    struct loop_timer *timer;
    char password[128];
    char run[9]; /* of this process: ids of receipts */
    uint64_t receipts, serial;
    struct job *jobs;
    struct jobs waiting; /* in order of due */
    struct jobs flying;  /* aggregator.send_window at most */
    struct jobs sent;    /* the oldest first */
    size_t open;         /* jobs that are not SENT */
};

static int64_t now_ms(void)
{
    return loop_monotonic_us() / 1000;
}

/* Tell the gateway what became of an SMS. */
static void tell_receipt(struct sender *s, const char *of, enum mo_status status)
{
    struct clock clock = clock_system();
    struct mo mo = {.kind = MO_RECEIPT, .status = status, .at = clock_now(&clock), .text = ""};
    snprintf(mo.id, sizeof mo.id, "%s-r%" PRIu64, s->run, ++s->receipts);
    snprintf(mo.of, sizeof mo.of, "%s", of);
    bridge_send(s->w.bridge, &mo);
}

static void count(const struct sender *s, enum metric m)
{
    metrics_add(s->w.metrics, m, s->w.conf->aggregator_name, 1);
}

static void count_open(struct sender *s, int n)
{
    s->open += (size_t)n;
    metrics_set(s->w.metrics, M_HTTP_QUEUE, s->w.conf->aggregator_name, (int64_t)s->open);
}

static void log_not_sent(const struct sender *s, const char *why)
{
    log_write(s->w.log, EV_http_not_sent,
              LOG_FIELDS(LS("bridge", s->w.conf->aggregator_name), LS("why", why)));
}

static struct jobs *list_of(struct sender *s, enum job_state state)
{
    return state == WAITING ? &s->waiting : state == FLYING ? &s->flying : &s->sent;
}

/* To the end of the list that its new state asks for. */
static void change(struct sender *s, struct job *j, enum job_state state)
{
    TAILQ_REMOVE(list_of(s, j->state), j, link);
    TAILQ_INSERT_TAIL(list_of(s, state), j, link);
    if (j->state != SENT && state == SENT)
        count_open(s, -1);
    j->state = state;
}

static void free_job(struct job *j)
{
    free(j->text);
    free(j);
}

static void drop_all(struct sender *s, struct jobs *list)
{
    struct job *j;
    while ((j = TAILQ_FIRST(list))) {
        TAILQ_REMOVE(list, j, link);
        HASH_DEL(s->jobs, j);
        free_job(j);
    }
}

void sender_free(struct sender *s)
{
    if (!s)
        return;
    web_client_free(s->client);
    loop_timer_free(s->timer);
    drop_all(s, &s->waiting);
    drop_all(s, &s->flying);
    drop_all(s, &s->sent);
    explicit_bzero(s->password, sizeof s->password);
    free(s);
}

/* Done, one way or the other: the text goes, the id stays known for a while. */
static void finish(struct sender *s, struct job *j)
{
    change(s, j, SENT);
    free(j->text);
    j->text = NULL;
}

static void fail(struct sender *s, struct job *j, enum mo_status status)
{
    count(s, M_HTTP_FAILED);
    finish(s, j);
    tell_receipt(s, j->id, status);
}

/* Into those that wait. */
static void insert_by_due(struct sender *s, struct job *j)
{
    struct job *after = TAILQ_LAST(&s->waiting, jobs);
    j->state = WAITING;
    while (after && after->due > j->due)
        after = TAILQ_PREV(after, jobs, link);
    if (after)
        TAILQ_INSERT_AFTER(&s->waiting, after, j, link);
    else
        TAILQ_INSERT_HEAD(&s->waiting, j, link);
}

/* Put it back, to be sent after its wait, or given up when its time is over. */
static void put_back(struct sender *s, struct job *j)
{
    TAILQ_REMOVE(&s->flying, j, link);
    j->due = now_ms() + j->wait;
    if (j->due > j->until)
        j->due = j->until;
    j->wait = j->wait * 2 < RETRY_MAX_MS ? j->wait * 2 : RETRY_MAX_MS;
    insert_by_due(s, j);
}

/* The address for Kannel's receipt; Kannel writes the type (1 delivered, 2 failed, 4 buffered, 8
 * accepted, 16 rejected) for %d. */
static void write_receipt_url(const struct sender *s, const struct job *j, char out[512])
{
    const char *url = s->w.conf->receipt_url;
    snprintf(out, 512, "%s%cid=%s&type=%%d", url, strchr(url, '?') ? '&' : '?', j->id);
}

static int send_job(struct sender *s, struct job *j)
{
    char receipt[512];
    size_t n = 0;
    struct web_field f[FIELDS_MAX];
    const struct conf_aggregator *c = s->w.conf;
    bool receipts = c->receipt_url[0] != '\0';
    if (receipts)
        write_receipt_url(s, j, receipt);
    const char *const fields[][2] = {{"username", c->send_user},
                                     {"password", s->password},
                                     {"from", j->from},
                                     {"to", j->msisdn},
                                     {"text", j->text},
                                     {"charset", "UTF-8"},
                                     {"coding", j->coding == CODING_UCS2 ? "2" : "0"},
                                     {"smsc", c->send_smsc},
                                     {"dlr-mask", receipts ? "19" : ""},
                                     {"dlr-url", receipts ? receipt : ""}};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (fields[i][1][0] != '\0')
            f[n++] = (struct web_field){.name = fields[i][0], .value = fields[i][1]};
    return web_client_get(s->client, f, n, j->serial);
}

static void pump(struct sender *s)
{
    struct job *j;
    int64_t now = now_ms();
    while ((j = TAILQ_FIRST(&s->waiting)) && j->due <= now) {
        if (j->until <= now) {
            fail(s, j, STATUS_EXPIRED);
            continue;
        }
        if (send_job(s, j) < 0)
            break;
        change(s, j, FLYING);
    }
    if (j)
        loop_timer_set(s->timer, j->due > now && j->due - now < LOOK_MS ? j->due - now : LOOK_MS);
}

static void on_timer(void *arg)
{
    pump(arg);
}

static struct job *find_flying(const struct sender *s, uint64_t serial)
{
    struct job *j = TAILQ_FIRST(&s->flying);
    while (j && j->serial != serial)
        j = TAILQ_NEXT(j, link);
    return j;
}

/* Nobody answered, or somebody who has trouble of his own or finds us too fast. */
static bool may_pass(int status)
{
    return status == 0 || status >= 500 || status == 429;
}

static void on_result(void *arg, const struct web_result *r)
{
    struct sender *s = arg;
    struct job *j = find_flying(s, r->token);
    char why[96];
    if (!j)
        return;
    if (r->status >= 200 && r->status < 300) {
        count(s, M_HTTP_SENT);
        finish(s, j);
    } else if (may_pass(r->status)) {
        count(s, M_HTTP_RETRIED);
        put_back(s, j);
    } else {
        snprintf(why, sizeof why, "the answer was %d; look at user, password and sender",
                 r->status);
        log_not_sent(s, why);
        fail(s, j, STATUS_REJECTED);
    }
    pump(s);
}

static int open_client(struct sender *s, char why[CONF_ERROR_MAX])
{
    struct web_client_options o = {.url = s->w.conf->send_url,
                                   .window = (size_t)s->w.conf->send_window,
                                   .ms = REQUEST_MS,
                                   .arg = s,
                                   .result = on_result};
    if (o.url[0] == '\0')
        return 0;
    const char *path = s->w.conf->send_password_file;
    if (conf_read_password(path, s->password, sizeof s->password, why) == 0)
        s->client = web_client_new(s->w.loop, &o, why);
    return s->client ? 0 : -1;
}

struct sender *sender_new(const struct kind_world *w, char why[CONF_ERROR_MAX])
{
    uint8_t dice[4];
    struct sender *s = calloc(1, sizeof *s);
    snprintf(why, CONF_ERROR_MAX, "no memory for an aggregator; free some");
    if (!s)
        return NULL;
    s->w = *w;
    TAILQ_INIT(&s->waiting);
    TAILQ_INIT(&s->flying);
    TAILQ_INIT(&s->sent);
    digest_random(dice, sizeof dice);
    digest_hex(dice, sizeof dice, s->run);
    s->timer = loop_timer_new(w->loop, on_timer, s);
    if (s->timer && open_client(s, why) == 0)
        return s;
    sender_free(s);
    return NULL;
}

/* The oldest ids that are done leave. */
static void make_room(struct sender *s)
{
    struct job *j;
    while (HASH_COUNT(s->jobs) - s->open >= KNOWN_MAX && (j = TAILQ_FIRST(&s->sent))) {
        TAILQ_REMOVE(&s->sent, j, link);
        HASH_DEL(s->jobs, j);
        free_job(j);
    }
}

static int add(struct sender *s, const struct answer *a)
{
    make_room(s);
    struct job *j = calloc(1, sizeof *j);
    if (!j)
        return -1;
    j->text = strdup(a->text);
    j->serial = ++s->serial;
    j->coding = a->coding;
    j->wait = s->w.conf->retry_ms;
    j->due = now_ms();
    j->until = j->due + s->w.conf->expire_s * 1000;
    snprintf(j->id, sizeof j->id, "%s", a->id);
    snprintf(j->msisdn, sizeof j->msisdn, "%s", a->msisdn);
    snprintf(j->from, sizeof j->from, "%s", a->from);
    if (j->text)
        HASH_ADD_STR(s->jobs, id, j);
    if (!HASH_ADDED(hh, j)) {
        free_job(j);
        return -1;
    }
    insert_by_due(s, j);
    count_open(s, 1);
    return 0;
}

static bool reject(struct sender *s, const struct answer *a, const char *why)
{
    log_not_sent(s, why);
    count(s, M_HTTP_FAILED);
    tell_receipt(s, a->id, STATUS_REJECTED);
    return true;
}

bool sender_take(struct sender *s, const struct answer *a)
{
    struct job *known;
    if (!s->client)
        return reject(s, a, "aggregator.send_url is not set: SMS cannot be sent");
    HASH_FIND_STR(s->jobs, a->id, known);
    if (known)
        return true;
    if (s->open >= (size_t)s->w.conf->queue || add(s, a) < 0)
        return a->re[0] == '\0' && reject(s, a, "the queue is full; look whether Kannel takes SMS");
    pump(s);
    return true;
}

/* What Kannel's type of receipt means; STATUS_NONE: nothing final. */
static enum mo_status status_of(const char *type)
{
    static const struct {
        const char *type;
        enum mo_status status;
    } types[] = {{"1", STATUS_DELIVERED}, {"2", STATUS_FAILED}, {"16", STATUS_REJECTED}};
    for (size_t i = 0; type && i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i].type, type) == 0)
            return types[i].status;
    return STATUS_NONE;
}

static bool is_id(const char *id)
{
    size_t n =
        id ? strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-") : 0;
    return n > 0 && n <= MESSAGE_MT_ID_MAX && id[n] == '\0';
}

bool sender_request(struct sender *s, const char *part, const struct web_request *r)
{
    static const char bad[] = "id is missing or no id of an SMS\n";
    const char *id = web_field(r, "id");
    enum mo_status status = status_of(web_field(r, "type"));
    if (!s->client || strcmp(part, "receipt") != 0)
        return false;
    if (!is_id(id)) {
        web_answer(s->w.web, r->id, 400, bad, sizeof bad - 1);
        return true;
    }
    if (status != STATUS_NONE)
        tell_receipt(s, id, status);
    web_answer(s->w.web, r->id, 200, "", 0);
    return true;
}

size_t sender_waiting(const struct sender *s)
{
    return s->open;
}
