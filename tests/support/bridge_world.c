/* SPDX-License-Identifier: Apache-2.0 */
#include "support/bridge_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

static void publish(struct bridge_world *b, const char *topic, const char *payload)
{
    struct mqtt_out out = {.topic = topic, .payload = payload, .len = strlen(payload)};
    assert_int_equal(mqtt_publish(b->gateway, &out), 0);
}

void bridge_world_answer(struct bridge_world *b, const char *re, const char *text)
{
    char payload[512];
    snprintf(payload, sizeof payload,
             "{\"v\":1,\"kind\":\"sms\",\"id\":\"%s.0\"%s%s%s,\"msisdn\":\"8562055512345\","
             "\"from\":\"1234\",\"text\":\"%s\",\"coding\":\"gsm7\",\"segments\":1}",
             re, *re ? ",\"re\":\"" : "", re, *re ? "\"" : "", text);
    publish(b, "t/laotel/out/a8", payload);
}

void bridge_world_refuse(struct bridge_world *b, const char *re, const char *error)
{
    char payload[512];
    snprintf(payload, sizeof payload,
             "{\"v\":1,\"re\":\"%s\",\"error\":\"%s\",\"detail\":\"So it is.\",\"retry_ms\":250}",
             re, error);
    publish(b, "t/laotel/error", payload);
}

/* The id of a message, or "". */
static void id_of(const char *payload, char out[MESSAGE_ID_MAX + 1])
{
    const char *at = strstr(payload, "\"id\":\"");
    snprintf(out, MESSAGE_ID_MAX + 1, "%.*s", at ? (int)strcspn(at + 6, "\"") : 0,
             at ? at + 6 : "");
}

static void on_message(void *arg, const struct mqtt_message *m)
{
    struct bridge_world *b = arg;
    char id[MESSAGE_ID_MAX + 1];
    assert_true(b->seen_count < BRIDGE_WORLD_SEEN);
    struct bridge_world_seen *s = &b->seen[b->seen_count++];
    snprintf(s->topic, sizeof s->topic, "%s", m->topic);
    snprintf(s->payload, sizeof s->payload, "%.*s", (int)m->len, m->payload);
    id_of(s->payload, id);
    if (b->answers)
        bridge_world_answer(b, id, "so");
}

static bool gateway_is_up(void *arg)
{
    return mqtt_is_up(((struct bridge_world *)arg)->gateway);
}

int bridge_world_open(void **state)
{
    static const char *const filters[] = {"t/+/in/+", NULL};
    struct bridge_world *b = calloc(1, sizeof *b);
    char why[256];
    peer_open_world((void **)&b->w);
    b->metrics = metrics_new();
    struct mqtt_options o = peer_options(b->w, filters);
    struct mqtt_handlers h = {.arg = b, .message = on_message};
    b->gateway = mqtt_new(b->w->loop, &o, &h, why);
    assert_non_null(b->gateway);
    server_await(b->w->loop, gateway_is_up, b);
    conf_defaults(&b->conf);
    strcpy(b->conf.mqtt_host, b->w->broker.socket);
    b->conf.mqtt_port = 0;
    strcpy(b->conf.mqtt_root, "t");
    b->conf.mqtt_retry_min_ms = 10;
    b->conf.mqtt_retry_max_ms = 40;
    b->conf.bridge_repeat_ms = 100;
    *state = b;
    return 0;
}

int bridge_world_close(void **state)
{
    struct bridge_world *b = *state;
    void *w = b->w;
    bridge_free(b->bridge);
    mqtt_free(b->gateway);
    metrics_free(b->metrics);
    free(b);
    return peer_close_world(&w);
}

static void and_then(struct bridge_world *b)
{
    if (b->then)
        b->then(b);
}

static bool on_answer(void *arg, const struct answer *a)
{
    struct bridge_world *b = arg;
    b->answered++;
    snprintf(b->re, sizeof b->re, "%s", a->re);
    snprintf(b->text, sizeof b->text, "%s", a->text);
    snprintf(b->from, sizeof b->from, "%s", a->from);
    and_then(b);
    return b->turn_away == 0 || b->turn_away-- == 0;
}

static void on_refused(void *arg, const struct bridge_refusal *r)
{
    struct bridge_world *b = arg;
    b->refused++;
    b->refusal = *r;
    and_then(b);
}

static void on_expired(void *arg, const char *id)
{
    struct bridge_world *b = arg;
    assert_true(b->expired < 8);
    snprintf(b->expired_ids[b->expired++], MESSAGE_ID_MAX + 1, "%s", id);
    and_then(b);
}

static void on_reported(void *arg, const struct bridge_refusal *r)
{
    struct bridge_world *b = arg;
    b->reported++;
    b->refusal = *r;
}

struct bridge_options bridge_world_options(struct bridge_world *b, struct loop *loop)
{
    return (struct bridge_options){.conf = &b->conf,
                                   .name = "laotel",
                                   .client = "test",
                                   .loop = loop,
                                   .metrics = b->metrics,
                                   .events = {.arg = b,
                                              .answer = on_answer,
                                              .refused = on_refused,
                                              .expired = on_expired,
                                              .reported = on_reported}};
}

bool bridge_world_is_up(void *arg)
{
    return bridge_is_up(((struct bridge_world *)arg)->bridge);
}

void bridge_world_start(struct bridge_world *b)
{
    char why[BRIDGE_WHY_MAX];
    struct bridge_options o = bridge_world_options(b, b->w->loop);
    b->bridge = bridge_new(&o, why);
    assert_non_null(b->bridge);
    server_await(b->w->loop, bridge_world_is_up, b);
}

struct mo bridge_world_sms(const char *id, int64_t deadline_ms)
{
    struct clock clock = clock_system();
    int64_t now = clock_now(&clock);
    struct mo mo = {.kind = MO_SMS,
                    .msisdn = "8562055512345",
                    .to = "1234",
                    .at = now,
                    .deadline = deadline_ms ? now + deadline_ms : 0,
                    .text = "HELP",
                    .text_len = 4};
    snprintf(mo.id, sizeof mo.id, "%s", id);
    return mo;
}

int bridge_world_count(const struct bridge_world *b, const char *id)
{
    int n = 0;
    for (size_t i = 0; i < b->seen_count; i++) {
        char seen[MESSAGE_ID_MAX + 1];
        id_of(b->seen[i].payload, seen);
        n += strcmp(seen, id) == 0;
    }
    return n;
}

static bool has_seen(void *arg)
{
    struct bridge_world *b = arg;
    return bridge_world_count(b, b->wanted_id) >= b->wanted;
}

void bridge_world_await(struct bridge_world *b, const char *id, int times)
{
    b->wanted_id = id;
    b->wanted = times;
    server_await(b->w->loop, has_seen, b);
}

struct counter {
    const int *now;
    int wanted;
};

static bool has_counted(void *arg)
{
    const struct counter *c = arg;
    return *c->now >= c->wanted;
}

void bridge_world_await_told(struct bridge_world *b, const int *counter, int n)
{
    struct counter c = {.now = counter, .wanted = n};
    server_await(b->w->loop, has_counted, &c);
    assert_int_equal(*counter, n);
}

void bridge_world_settle_down(struct bridge_world *b)
{
    int before = b->answered;
    bridge_world_answer(b, "", "a sign");
    bridge_world_await_told(b, &b->answered, before + 1);
    assert_string_equal(b->text, "a sign");
    b->answered = before;
}
