/* SPDX-License-Identifier: Apache-2.0 */
#include "publish/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/json.h"
#include "message/topics.h"

enum { LOOK_MS = 10, QUIET_MS = 300, NOTHING_MS = 2000, PASSWORD_MAX = 256, STATUS_DEPTH = 8 };

/* Take one member of a status. */
static int take_member(void *arg, const char *key, size_t key_len, const struct json_value *v)
{
    struct watch_gateway *g = arg;
    (void)key_len;
    if (v->type == JSON_STRING && strcmp(key, "state") == 0)
        snprintf(g->state, sizeof g->state, "%s", v->str);
    else if (v->type == JSON_STRING && strcmp(key, "content") == 0)
        snprintf(g->content, sizeof g->content, "%s", v->str);
    else if (v->type == JSON_ARRAY && strcmp(key, "degraded") == 0)
        g->refused = memmem(v->str, v->len, "\"content\"", strlen("\"content\"")) != NULL;
    return 0;
}

/* The place of a gateway: the one that it has, else a new one in the order of names. NULL if there
 * is no room. */
static struct watch_gateway *find(struct watch *w, const char *instance)
{
    size_t i = 0;
    while (i < w->count && strcmp(w->gateways[i].instance, instance) < 0)
        i++;
    if (i < w->count && strcmp(w->gateways[i].instance, instance) == 0)
        return &w->gateways[i];
    if (w->count == WATCH_GATEWAYS_MAX)
        return NULL;
    memmove(w->gateways + i + 1, w->gateways + i, (w->count - i) * sizeof *w->gateways);
    w->count++;
    return &w->gateways[i];
}

static void take_status(struct watch *w, const char *instance, const struct mqtt_message *m)
{
    char scratch[MESSAGE_PAYLOAD_MAX + 1];
    struct watch_gateway said = {.state = "?"};
    const struct json_job job = {
        .limits = {MESSAGE_PAYLOAD_MAX, STATUS_DEPTH}, .member = take_member, .arg = &said};
    struct json_error err;
    if (m->len > MESSAGE_PAYLOAD_MAX || json_scan(m->payload, m->len, scratch, &job, &err) < 0)
        return;
    snprintf(said.instance, sizeof said.instance, "%s", instance);
    struct watch_gateway *g = find(w, instance);
    if (g)
        *g = said;
}

static void take_content(struct watch *w, const struct mqtt_message *m)
{
    char *copy = m->len > 0 ? malloc(m->len) : NULL;
    free(w->payload);
    w->payload = copy;
    w->len = copy ? m->len : 0;
    if (copy)
        memcpy(copy, m->payload, m->len);
}

static void on_message(void *arg, const struct mqtt_message *m)
{
    struct watch *w = arg;
    char instance[MESSAGE_BRIDGE_MAX + 1];
    w->heard_us = loop_monotonic_us();
    if (topics_is_content(w->conf->mqtt_root, m->topic))
        take_content(w, m);
    else if (topics_read_gateway_status(w->conf->mqtt_root, m->topic, instance) == 0)
        take_status(w, instance, m);
}

static void on_up(void *arg)
{
    struct watch *w = arg;
    w->up_us = loop_monotonic_us();
}

static void on_down(void *arg, const char *why)
{
    struct watch *w = arg;
    w->up_us = 0;
    snprintf(w->why, sizeof w->why, "%s", why);
}

bool watch_is_complete(const struct watch *w)
{
    int64_t now = loop_monotonic_us();
    if (w->up_us == 0)
        return false;
    return w->payload ? now - w->heard_us >= QUIET_MS * 1000 : now - w->up_us >= NOTHING_MS * 1000;
}

static void on_look(void *arg)
{
    struct watch *w = arg;
    bool done = w->up_us != 0 && w->step(w);
    if (done)
        w->until_us = 0;
    if (done || loop_monotonic_us() >= w->until_us)
        loop_stop(w->loop);
    else
        loop_timer_set(w->look, LOOK_MS);
}

static int connect_broker(struct watch *w, const char *password)
{
    char client_id[48] = "mekongline-content-", content[TOPIC_MAX], statuses[TOPIC_MAX];
    uint8_t random[8];
    topics_write_content(w->conf->mqtt_root, content);
    snprintf(statuses, sizeof statuses, "%s/gateway/+/status", w->conf->mqtt_root);
    const char *const subscribe[] = {content, statuses, NULL};
    struct mqtt_options o = mqtt_options_of(w->conf, password);
    struct mqtt_handlers h = {.arg = w, .message = on_message, .up = on_up, .down = on_down};
    /* The gateway's own client id would end the gateway's connection. */
    digest_random(random, sizeof random);
    digest_hex(random, sizeof random, client_id + strlen(client_id));
    o.qos = 1;
    o.client_id = client_id;
    o.subscribe = subscribe;
    w->mqtt = mqtt_new(w->loop, &o, &h, w->why);
    return w->mqtt ? 0 : -1;
}

int watch_run(struct watch *w, int64_t ms)
{
    char password[PASSWORD_MAX], why[CONF_ERROR_MAX];
    snprintf(w->why, sizeof w->why, "no memory; free some");
    if (conf_read_password(w->conf->mqtt_password_file, password, sizeof password, why) < 0) {
        snprintf(w->why, sizeof w->why, "%.250s", why);
        return -1;
    }
    w->loop = loop_new();
    w->look = w->loop ? loop_timer_new(w->loop, on_look, w) : NULL;
    int failed = w->look ? connect_broker(w, password) : -1;
    explicit_bzero(password, sizeof password);
    if (failed)
        return -1;
    snprintf(w->why, sizeof w->why, "the broker did not answer in time");
    w->until_us = loop_monotonic_us() + ms * 1000;
    loop_timer_set(w->look, LOOK_MS);
    return loop_run(w->loop) == 0 && w->until_us == 0 ? 0 : -1;
}

void watch_free(struct watch *w)
{
    mqtt_free(w->mqtt);
    loop_timer_free(w->look);
    loop_free(w->loop);
    free(w->payload);
}

void watch_print(const struct watch *w)
{
    for (size_t i = 0; i < w->count; i++) {
        const struct watch_gateway *g = &w->gateways[i];
        printf("%s: %s%s%s%s\n", g->instance, g->state, g->content[0] ? ", serves " : "",
               g->content, g->refused ? ", has refused what was published" : "");
    }
    if (w->count == 0)
        puts("no gateway has reported");
}
