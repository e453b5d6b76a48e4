/* SPDX-License-Identifier: Apache-2.0 */
#include "casework/forget.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "casework/shared.h"
#include "io/journal_table.h"
#include "io/loop.h"
#include "io/store_redis_forget.h"
#include "message/request_codec.h"
#include "message/topics.h"

/* People wait for this command, and nobody else does: Redis gets more time than a step gives it. */
enum { PLACE_MS = 5000, LOOK_MS = 10, ORDER_MAX = 256, DROP_MAX = 128, WHY_MAX = 256 };

static int fail(const char *place, const char *why)
{
    printf("%s: NOT reached: %s\n", place, why);
    return -1;
}

int forget_session(const struct conf *c, const struct person *p)
{
    char password[SHARED_SECRET_MAX], why[CONF_ERROR_MAX];
    bool existed = false;
    if (conf_read_password(c->redis_password_file, password, sizeof password, why) < 0)
        return fail("session", why);
    struct store_redis_options o = store_redis_options_of(c, password);
    o.timeout_ms = PLACE_MS;
    int failed = store_redis_forget(&o, p->key, &existed, why);
    explicit_bzero(password, sizeof password);
    if (failed)
        return fail("session", why);
    puts(existed ? "session: removed from Redis" : "session: there was none in Redis");
    return 0;
}

/* Remove and order in one transaction: whoever removes the requests also orders. */
static enum db_result replace(struct db *db, const struct person *p, int64_t *removed)
{
    uint8_t random[REQUEST_ID_MAX / 2];
    char id[REQUEST_ID_MAX + 1], order[ORDER_MAX];
    struct clock clock = clock_system();
    bool added;
    struct buf b;
    buf_init(&b, order, sizeof order);
    digest_random(random, sizeof random);
    digest_hex(random, sizeof random, id);
    request_codec_write_forget(id, p->subject, &b);
    /* The order itself names nobody in its columns: it must not be removed by the next one. */
    struct journal_entry e = {
        .id = id, .subject = "", .case_no = "", .proof = "", .payload = order, .len = b.len};
    enum db_result r = db_begin(db);
    if (r == DB_OK)
        r = journal_table_forget(db, p->subject, removed);
    if (r == DB_OK)
        r = journal_table_add(db, &e, clock_now(&clock), &added);
    if (r == DB_OK)
        r = db_commit(db);
    return r == DB_OK ? db_empty_log(db) : r;
}

int forget_requests(const struct conf *c, const struct person *p)
{
    char why[CONF_ERROR_MAX];
    int64_t removed = 0;
    if (c->request_journal[0] == '\0') {
        puts("requests: request.journal is not set, so this gateway takes none");
        return 0;
    }
    if (shared_need_file(c->request_journal, "request.journal", why) < 0)
        return fail("requests", why);
    struct db *db = journal_table_open(c->request_journal, why);
    if (!db)
        return fail("requests", why);
    enum db_result r = replace(db, p, &removed);
    if (r == DB_OK)
        printf("requests: %" PRId64 " removed from the journal; the case work is ordered to "
               "forget, as soon as the gateway runs\n",
               removed);
    else
        fail("requests", db_error(db));
    db_close(db);
    return r == DB_OK ? 0 : -1;
}

/* One message to the broker, and the wait for it. */
struct errand {
    const struct conf *conf;
    const struct person *person;
    struct loop *loop;
    struct mqtt *mqtt;
    struct loop_timer *look;
    int64_t until_us;
    bool sent, done;
    char why[WHY_MAX];
};

static void on_message(void *arg, const struct mqtt_message *m)
{
    (void)arg;
    (void)m;
}

static void on_up(void *arg)
{
    struct errand *e = arg;
    char topic[TOPIC_MAX], payload[DROP_MAX];
    struct buf b;
    buf_init(&b, payload, sizeof payload);
    struct request_drop drop;
    memcpy(drop.key, e->person->key, sizeof drop.key);
    memcpy(drop.subject, e->person->subject, sizeof drop.subject);
    request_codec_write_drop(&drop, &b);
    topics_write_forget(e->conf->mqtt_root, topic);
    struct mqtt_out out = {.topic = topic, .payload = payload, .len = b.len};
    e->sent = mqtt_publish(e->mqtt, &out) == 0;
}

static void on_down(void *arg, const char *why)
{
    struct errand *e = arg;
    e->sent = false; /* what was not acknowledged is sent again */
    snprintf(e->why, sizeof e->why, "%s", why);
}

static void on_look(void *arg)
{
    struct errand *e = arg;
    e->done = e->sent && mqtt_is_flushed(e->mqtt);
    if (e->done || loop_monotonic_us() >= e->until_us)
        loop_stop(e->loop);
    else
        loop_timer_set(e->look, LOOK_MS);
}

static void run_errand(struct errand *e, const char *password)
{
    /* The gateway's own client id would end the gateway's connection. */
    char client_id[48];
    uint8_t random[8];
    struct mqtt_options o = shared_mqtt(e->conf, password);
    struct mqtt_handlers h = {.arg = e, .message = on_message, .up = on_up, .down = on_down};
    memcpy(client_id, "mekongline-forget-", sizeof "mekongline-forget-");
    digest_random(random, sizeof random);
    digest_hex(random, sizeof random, client_id + strlen(client_id));
    o.client_id = client_id;
    e->loop = loop_new();
    e->look = e->loop ? loop_timer_new(e->loop, on_look, e) : NULL;
    e->mqtt = e->look ? mqtt_new(e->loop, &o, &h, e->why) : NULL;
    if (e->mqtt) {
        snprintf(e->why, sizeof e->why, "the broker did not answer in time");
        e->until_us = loop_monotonic_us() + PLACE_MS * 1000;
        loop_timer_set(e->look, LOOK_MS);
        loop_run(e->loop);
    }
    mqtt_free(e->mqtt);
    loop_timer_free(e->look);
    loop_free(e->loop);
}

int forget_memory(const struct conf *c, const struct person *p)
{
    char password[SHARED_SECRET_MAX], why[CONF_ERROR_MAX];
    struct errand e = {.conf = c, .person = p, .why = "no memory; free some"};
    if (conf_read_password(c->mqtt_password_file, password, sizeof password, why) < 0)
        return fail("gateways", why);
    run_errand(&e, password);
    explicit_bzero(password, sizeof password);
    if (!e.done)
        return fail("gateways", e.why);
    puts("gateways: those that run were told to forget");
    return 0;
}
