/* SPDX-License-Identifier: Apache-2.0 */
#include "http/sender.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <uthash.h>

#include "base/clock.h"
#include "base/digest.h"

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
    UT_hash_handle hh;     /* by MT id; in order of adding */
    TAILQ_ENTRY(job) link; /* WAITING: in order of due */
    uint64_t serial;
    char id[MESSAGE_MT_ID_MAX + 1], msisdn[MESSAGE_SENDER_MAX + 1], from[MESSAGE_SENDER_MAX + 1];
    char *text;
    enum coding coding;
    enum job_state state;
    int64_t due, until, wait;
};

struct sender {
    struct kind_world w;
    struct web_client *client;
    struct loop_timer *timer;
    char password[128];
    char run[9]; /* of this process: ids of receipts */
    uint64_t receipts, serial;
    struct job *jobs;
    TAILQ_HEAD(jobs, job) waiting;
    size_t open; /* jobs that are not SENT */
};

static int64_t now_ms(void)
{
    return loop_monotonic_us() / 1000;
}

static void tell(const struct kind_world *w, const char *run, uint64_t n, const char *of,
                 enum mo_status status)
{
    struct clock clock = clock_system();
    struct mo mo = {.kind = MO_RECEIPT, .status = status, .at = clock_now(&clock), .text = ""};
    snprintf(mo.id, sizeof mo.id, "%s-r%" PRIu64, run, n);
    snprintf(mo.of, sizeof mo.of, "%s", of);
    bridge_send(w->bridge, &mo);
}

static void tell_receipt(struct sender *s, const char *of, enum mo_status status)
{
    tell(&s->w, s->run, ++s->receipts, of, status);
}

static void count(const struct sender *s, enum metric m)
{
    metrics_add(s->w.metrics, m, s->w.conf->aggregator_name, 1);
}

static void drop(struct sender *s, struct job *j)
{
    if (j->state == WAITING)
        TAILQ_REMOVE(&s->waiting, j, link);
    s->open -= j->state != SENT;
    HASH_DEL(s->jobs, j);
    free(j->text);
    free(j);
}

void sender_free(struct sender *s)
{
    if (!s)
        return;
    web_client_free(s->client);
    loop_timer_free(s->timer);
    while (s->jobs)
        drop(s, s->jobs);
    free(s);
}

/* Done, one way or the other: the text goes, the id stays known for a while. */
static void finish(struct sender *s, struct job *j)
{
    if (j->state == WAITING)
        TAILQ_REMOVE(&s->waiting, j, link);
    s->open -= j->state != SENT;
    j->state = SENT;
    free(j->text);
    j->text = NULL;
}

static void fail(struct sender *s, struct job *j, enum mo_status status)
{
    count(s, M_HTTP_FAILED);
    finish(s, j);
    tell_receipt(s, j->id, status);
}

/* Put it back, to be sent after its wait; the list stays in order of due. */
static void put_back(struct sender *s, struct job *j)
{
    struct job *after = TAILQ_LAST(&s->waiting, jobs);
    j->state = WAITING;
    j->due = now_ms() + j->wait;
    j->wait = j->wait * 2 < RETRY_MAX_MS ? j->wait * 2 : RETRY_MAX_MS;
    while (after && after->due > j->due)
        after = TAILQ_PREV(after, jobs, link);
    if (after)
        TAILQ_INSERT_AFTER(&s->waiting, after, j, link);
    else
        TAILQ_INSERT_HEAD(&s->waiting, j, link);
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
        TAILQ_REMOVE(&s->waiting, j, link);
        j->state = FLYING;
    }
    if (j)
        loop_timer_set(s->timer, j->due > now && j->due - now < LOOK_MS ? j->due - now : LOOK_MS);
}

static void on_timer(void *arg)
{
    pump(arg);
}

static struct job *flying(const struct sender *s, uint64_t serial)
{
    struct job *j = s->jobs;
    while (j && (j->serial != serial || j->state != FLYING))
        j = j->hh.next;
    return j;
}

static void on_result(void *arg, const struct web_result *r)
{
    struct sender *s = arg;
    struct job *j = flying(s, r->token);
    char why[96];
    if (!j)
        return;
    if (r->status >= 200 && r->status < 300) {
        count(s, M_HTTP_SENT);
        finish(s, j);
    } else if (r->status == 0 || r->status == 503 || r->status == 429) {
        count(s, M_HTTP_RETRIED);
        put_back(s, j);
    } else {
        snprintf(why, sizeof why, "the answer was %d; look at user, password and sender",
                 r->status);
        log_write(s->w.log, EV_http_not_sent,
                  LOG_FIELDS(LS("bridge", s->w.conf->aggregator_name), LS("why", why)));
        fail(s, j, STATUS_REJECTED);
    }
    pump(s);
}

static int read_password(struct sender *s, char why[CONF_ERROR_MAX])
{
    const char *path = s->w.conf->send_password_file;
    if (path[0] == '\0')
        return 0;
    int n = conf_read_secret(path, s->password, sizeof s->password - 1, why);
    return n < 0 ? -1 : 0;
}

int sender_open(const struct kind_world *w, struct sender **out, char why[CONF_ERROR_MAX])
{
    uint8_t dice[4];
    *out = NULL;
    if (w->conf->send_url[0] == '\0')
        return 0;
    struct sender *s = calloc(1, sizeof *s);
    snprintf(why, CONF_ERROR_MAX, "no memory for an aggregator; free some");
    if (!s)
        return -1;
    s->w = *w;
    TAILQ_INIT(&s->waiting);
    digest_random(dice, sizeof dice);
    digest_hex(dice, sizeof dice, s->run);
    s->timer = loop_timer_new(w->loop, on_timer, s);
    struct web_client_options o = {.url = w->conf->send_url,
                                   .window = (size_t)w->conf->send_window,
                                   .ms = REQUEST_MS,
                                   .arg = s,
                                   .result = on_result};
    if (s->timer && read_password(s, why) == 0)
        s->client = web_client_new(w->loop, &o, why);
    if (!s->client) {
        sender_free(s);
        return -1;
    }
    *out = s;
    return 0;
}

/* The oldest ids that are done leave. */
static void make_room(struct sender *s)
{
    struct job *j = s->jobs, *next;
    for (; j && HASH_COUNT(s->jobs) >= KNOWN_MAX + (unsigned)s->w.conf->queue; j = next) {
        next = j->hh.next;
        if (j->state == SENT)
            drop(s, j);
    }
}

static struct job *add(struct sender *s, const struct answer *a)
{
    make_room(s);
    struct job *j = calloc(1, sizeof *j);
    char *text = strdup(a->text);
    if (!j || !text) {
        free(j);
        free(text);
        return NULL;
    }
    j->text = text;
    j->serial = ++s->serial;
    j->coding = a->coding;
    j->wait = s->w.conf->retry_ms;
    j->due = now_ms();
    j->until = j->due + s->w.conf->expire_s * 1000;
    snprintf(j->id, sizeof j->id, "%s", a->id);
    snprintf(j->msisdn, sizeof j->msisdn, "%s", a->msisdn);
    snprintf(j->from, sizeof j->from, "%s", a->from);
    HASH_ADD_STR(s->jobs, id, j);
    TAILQ_INSERT_TAIL(&s->waiting, j, link);
    s->open++;
    return j;
}

/* There is nowhere to send an SMS. */
static bool reject(const struct kind_world *w, const struct answer *a)
{
    char run[9];
    uint8_t dice[4];
    digest_random(dice, sizeof dice);
    digest_hex(dice, sizeof dice, run);
    log_write(w->log, EV_http_not_sent,
              LOG_FIELDS(LS("bridge", w->conf->aggregator_name),
                         LS("why", "aggregator.send_url is not set: SMS cannot be sent")));
    tell(w, run, 0, a->id, STATUS_REJECTED);
    return true;
}

bool sender_take(struct sender *s, const struct kind_world *w, const struct answer *a)
{
    struct job *known;
    if (!s)
        return reject(w, a);
    HASH_FIND_STR(s->jobs, a->id, known);
    if (known)
        return true;
    if (s->open >= (size_t)s->w.conf->queue || !add(s, a))
        return false;
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
    if (strcmp(part, "receipt") != 0)
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
    return s ? s->open : 0;
}
