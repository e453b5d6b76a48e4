/* SPDX-License-Identifier: Apache-2.0 */
#include "support/aggregator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What aggregators.c does for its kinds. */

static void on_request(void *arg, const struct web_request *r)
{
    struct aggregator *a = arg;
    const char *part = r->path + strlen("/laotel/");
    assert_int_equal(strncmp(r->path, "/laotel/", strlen("/laotel/")), 0);
    if (!a->kind->request(a->self, part, r))
        web_answer(a->web, r->id, 404, "", 0);
}

static void on_gone(void *arg, uint64_t id)
{
    struct aggregator *a = arg;
    a->kind->gone(a->self, id);
}

static bool on_answer(void *arg, const struct answer *answer)
{
    struct aggregator *a = arg;
    return a->kind->answer(a->self, answer);
}

static void on_refused(void *arg, const struct bridge_refusal *r)
{
    struct aggregator *a = arg;
    a->kind->refused(a->self, r);
}

static void on_expired(void *arg, const char *id)
{
    struct aggregator *a = arg;
    a->kind->expired(a->self, id);
}

static bool is_up(void *arg)
{
    return bridge_is_up(((struct aggregator *)arg)->bridge);
}

static void open_bridge(struct aggregator *a)
{
    char why[BRIDGE_WHY_MAX];
    struct bridge_options o = {
        .conf = &a->conf,
        .name = "laotel",
        .client = "test",
        .loop = a->b->w->loop,
        .metrics = a->b->metrics,
        .events = {.arg = a, .answer = on_answer, .refused = on_refused, .expired = on_expired}};
    a->bridge = bridge_new(&o, why);
    assert_non_null(a->bridge);
}

static void open_web(struct aggregator *a)
{
    char why[256];
    struct web_options o = {
        .listen = a->path, .connections = 16, .octets = KANNEL_OCTETS, .answer_ms = 60000};
    struct web_handlers h = {.arg = a, .request = on_request, .gone = on_gone};
    a->web = web_new(a->b->w->loop, &o, &h, why);
    assert_non_null(a->web);
}

void aggregator_start(struct aggregator *a, const char *kind, const char *lines, bool sends)
{
    char text[1024], url[128] = "", why[CONF_ERROR_MAX];
    if (sends)
        snprintf(url, sizeof url, "send_url = unix:%s:/sendsms\n", a->sendsms);
    snprintf(text, sizeof text,
             "[mqtt]\nhost = %s\nport = 0\nroot = t\n[bridge]\nrepeat_ms = 100\n"
             "[aggregator laotel]\nkind = %s\nallow = unix\nretry_ms = 10\n%s%s",
             a->b->conf.mqtt_host, kind, url, lines);
    if (conf_parse(text, "test.conf", &a->conf, why) != 0)
        fail_msg("%s", why);
    if (a->change)
        a->change(&a->conf.aggregators[0]);
    open_bridge(a);
    open_web(a);
    struct kind_world w = {.conf = &a->conf.aggregators[0],
                           .bridge = a->bridge,
                           .web = a->web,
                           .loop = a->b->w->loop,
                           .metrics = a->b->metrics};
    a->kind = kinds_find(kind);
    assert_non_null(a->kind);
    a->self = a->kind->open(&w, why);
    if (!a->self)
        fail_msg("%s", why);
    server_await(a->b->w->loop, is_up, a);
}

/* The peer that takes SMS. */

static void on_sendsms(void *arg, const struct web_request *r)
{
    struct aggregator *a = arg;
    assert_true(a->asked < AGGREGATOR_SMS_MAX);
    char *out = a->fields[a->asked++];
    size_t n = 0;
    for (size_t i = 0; i < r->fields; i++)
        n += (size_t)snprintf(out + n, sizeof a->fields[0] - n, "%s=%s ", r->field[i].name,
                              r->field[i].value);
    assert_true(n < sizeof a->fields[0]);
    if (a->status != 0)
        web_answer(a->kannel, r->id, a->status, "so", 2);
}

static void on_sendsms_gone(void *arg, uint64_t id)
{
    (void)arg;
    (void)id;
}

void aggregator_kannel(struct aggregator *a, int status)
{
    char why[256];
    struct web_options o = {.listen = a->sendsms, .connections = 16, .answer_ms = 60000};
    struct web_handlers h = {.arg = a, .request = on_sendsms, .gone = on_sendsms_gone};
    a->status = status;
    if (!a->kannel)
        a->kannel = web_new(a->b->w->loop, &o, &h, why);
    assert_non_null(a->kannel);
}

void aggregator_kannel_away(struct aggregator *a)
{
    web_free(a->kannel);
    a->kannel = NULL;
}

int aggregator_open(void **state)
{
    struct aggregator *a = calloc(1, sizeof *a);
    bridge_world_open((void **)&a->b);
    snprintf(a->path, sizeof a->path, "%s/web", a->b->w->broker.folder);
    snprintf(a->sendsms, sizeof a->sendsms, "%s/sendsms", a->b->w->broker.folder);
    *state = a;
    return 0;
}

int aggregator_close(void **state)
{
    struct aggregator *a = *state;
    void *b = a->b;
    if (a->self)
        a->kind->close(a->self);
    bridge_free(a->bridge);
    web_free(a->web);
    web_free(a->kannel);
    bridge_world_close(&b);
    free(a);
    return 0;
}

/* What a test does. */

static void ask(struct aggregator *a, struct http_peer *p, const char *text)
{
    http_peer_open(p, a->path, 0);
    assert_true(http_peer_send(p, text, strlen(text)));
}

void aggregator_get(struct aggregator *a, struct http_peer *p, const char *target)
{
    char text[1024];
    snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", target);
    ask(a, p, text);
}

void aggregator_post(struct aggregator *a, struct http_peer *p, const char *form)
{
    char text[4096];
    snprintf(text, sizeof text,
             "POST /laotel/ussd HTTP/1.1\r\nHost: a\r\nContent-Length: %zu\r\n"
             "Content-Type: application/x-www-form-urlencoded\r\n\r\n%s",
             strlen(form), form);
    ask(a, p, text);
}

void aggregator_answers(struct aggregator *a, struct http_peer *p, const char *answer)
{
    char got[512];
    server_await(a->b->w->loop, http_peer_answered, p);
    const char *body = strstr(p->text, "\r\n\r\n");
    assert_non_null(body);
    snprintf(got, sizeof got, "%.3s %s", p->text + strlen("HTTP/1.1 "), body + 4);
    assert_string_equal(got, answer);
    http_peer_close(p);
}

static bool has_more(void *arg)
{
    const struct aggregator *a = arg;
    return a->b->seen_count > (size_t)a->looked;
}

const char *aggregator_await_mo(struct aggregator *a, char id[MESSAGE_ID_MAX + 1])
{
    server_await(a->b->w->loop, has_more, a);
    const char *payload = a->b->seen[a->looked++].payload, *at = strstr(payload, "\"id\":\"");
    assert_non_null(at);
    snprintf(id, MESSAGE_ID_MAX + 1, "%.*s", (int)strcspn(at + 6, "\""), at + 6);
    return payload;
}

static bool is_in_hand(void *arg)
{
    const struct aggregator *a = arg;
    return a->kind->in_hand(a->self) == a->wanted;
}

void aggregator_await_in_hand(struct aggregator *a, size_t n)
{
    a->wanted = n;
    server_await(a->b->w->loop, is_in_hand, a);
}

static bool was_asked(void *arg)
{
    const struct aggregator *a = arg;
    return (size_t)a->asked >= a->wanted;
}

void aggregator_await_asked(struct aggregator *a, int n)
{
    a->wanted = (size_t)n;
    server_await(a->b->w->loop, was_asked, a);
}
