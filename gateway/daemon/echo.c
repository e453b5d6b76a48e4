/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/echo.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message/topics.h"

enum {
    EVERY_MS = 100,
    LOST_US = 10000000, /* what is not back by then does not come */
    PAYLOAD_MAX = 40
};

struct echo {
    struct echo_options o;
    char topic[TOPIC_MAX];
    struct loop_timer *timer;
    struct echo_numbers n;
    bool said; /* that none comes back */
};

static int64_t *sent_us(struct echo_numbers *n, uint64_t number)
{
    return &n->sent_us[number % ECHO_UNDER_WAY_MAX];
}

void echo_sent(struct echo_numbers *n, int64_t now_us)
{
    *sent_us(n, ++n->sent) = now_us;
}

int64_t echo_back(struct echo_numbers *n, uint64_t number, int64_t now_us)
{
    if (number == 0 || number > n->sent)
        return -1;
    n->heard = true;
    if (number <= n->back)
        return -1;
    n->back = number;
    return now_us - *sent_us(n, number);
}

/* How long the oldest that is under way is so. */
static int64_t oldest_us(const struct echo_numbers *n, int64_t now_us)
{
    return n->back == n->sent ? 0 : now_us - *sent_us((struct echo_numbers *)n, n->back + 1);
}

int64_t echo_waited_us(const struct echo_numbers *n, int64_t now_us)
{
    return n->heard ? oldest_us(n, now_us) : 0;
}

/* A broker that lets nothing through, or no longer, must not look like one that is slow. */
static void give_up(struct echo *e)
{
    e->n.back = e->n.sent;
    e->n.heard = false;
    if (!e->said)
        log_write(e->o.log, EV_echo_lost, LOG_FIELDS(LS("topic", e->topic)));
    e->said = true;
}

static void on_timer(void *arg)
{
    struct echo *e = arg;
    char text[PAYLOAD_MAX];
    int64_t now = loop_monotonic_us();
    loop_timer_set(e->timer, EVERY_MS);
    if (oldest_us(&e->n, now) > LOST_US)
        give_up(e);
    if (e->n.sent - e->n.back == ECHO_UNDER_WAY_MAX || !*e->o.mqtt)
        return;
    int len = snprintf(text, sizeof text, "{\"v\":1,\"n\":%" PRIu64 "}", e->n.sent + 1);
    struct mqtt_out out = {.topic = e->topic, .payload = text, .len = (size_t)len};
    if (mqtt_publish(*e->o.mqtt, &out) == 0)
        echo_sent(&e->n, now);
}

struct echo *echo_new(const struct echo_options *o)
{
    struct echo *e = calloc(1, sizeof *e);
    if (!e)
        return NULL;
    e->o = *o;
    snprintf(e->topic, sizeof e->topic, "%s", o->topic);
    e->timer = loop_timer_new(o->loop, on_timer, e);
    if (!e->timer) {
        free(e);
        return NULL;
    }
    loop_timer_set(e->timer, EVERY_MS);
    return e;
}

void echo_free(struct echo *e)
{
    if (!e)
        return;
    loop_timer_free(e->timer);
    free(e);
}

void echo_up(struct echo *e)
{
    e->n.back = e->n.sent;
}

/* The number of a payload as this gateway writes it, or 0. */
static uint64_t read_number(const struct mqtt_message *m)
{
    char text[PAYLOAD_MAX];
    uint64_t number = 0;
    if (m->len >= sizeof text)
        return 0;
    memcpy(text, m->payload, m->len);
    text[m->len] = '\0';
    return sscanf(text, "{\"v\":1,\"n\":%" SCNu64 "}", &number) == 1 ? number : 0;
}

bool echo_message(struct echo *e, const struct mqtt_message *m)
{
    if (strcmp(m->topic, e->topic) != 0)
        return false;
    int64_t took_us = m->retained ? -1 : echo_back(&e->n, read_number(m), loop_monotonic_us());
    e->said = e->said && !e->n.heard;
    if (took_us >= 0)
        metrics_observe_us(e->o.metrics, M_WAIT, NULL, took_us);
    return true;
}

int64_t echo_waited_ms(const struct echo *e)
{
    /* Mostly none is under way. */
    return e->n.back == e->n.sent ? 0 : echo_waited_us(&e->n, loop_monotonic_us()) / 1000;
}
