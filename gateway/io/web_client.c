/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP/1.0 over a stream: the server closes at the end, and sends no chunks. evhttp's client has no
 * Unix sockets (libevent 2.1), restarts its timeout with every octet, and knows no bound for an
 * answer that comes in pieces. One request, one connection: an idle one that the server has just
 * closed would leave us not knowing whether the request has come to it. */
#include <event2/buffer.h>
#include <event2/http.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "io/stream.h"
#include "io/web_answer.h"
#include "io/web_url.h"

/* A request under way. */
struct call {
    LIST_ENTRY(call) link;
    struct web_client *client;
    uint64_t token;
    struct stream *stream;
    struct loop_timer *deadline, *ended;
    struct evbuffer *request, *answer;
    bool sent;     /* the server may have seen it */
    bool over;     /* `ended` runs */
    char why[256]; /* it has failed, or "" */
};

struct web_client {
    struct loop *loop;
    struct web_client_options o; /* without url */
    struct web_url url;
    size_t calls;
    LIST_HEAD(, call) all;
};

static void call_free(struct call *k)
{
    stream_free(k->stream);
    loop_timer_free(k->deadline);
    loop_timer_free(k->ended);
    if (k->request)
        evbuffer_free(k->request);
    if (k->answer)
        evbuffer_free(k->answer);
    free(k);
}

static void call_end(struct call *k)
{
    LIST_REMOVE(k, link);
    k->client->calls--;
    call_free(k);
}

/* Tell from the loop, where the stream may be freed. */
static void end_later(struct call *k, const char *why)
{
    if (k->over)
        return;
    k->over = true;
    snprintf(k->why, sizeof k->why, "%s", why ? why : "");
    stream_pause(k->stream, true);
    loop_timer_set(k->ended, 0);
}

static void on_ended(void *arg)
{
    struct call *k = arg;
    struct web_client *c = k->client;
    struct web_result r = {.token = k->token, .sent = k->sent, .text = "", .why = ""};
    size_t len = evbuffer_get_length(k->answer);
    struct evbuffer *kept = k->answer; /* outlives the call */
    char why[256];
    k->answer = NULL;
    memcpy(why, k->why, sizeof why);
    call_end(k); /* its place is free in result */
    const char *text = len > 0 ? (const char *)evbuffer_pullup(kept, -1) : "";
    if (why[0] != '\0')
        r.why = why;
    else if (!text)
        r.why = "no memory for the answer; free some";
    else
        web_answer_read(text, len, &r);
    c->o.result(c->o.arg, &r);
    evbuffer_free(kept);
}

static void on_deadline(void *arg)
{
    struct call *k = arg;
    end_later(k, "no answer in time");
}

static void on_up(void *arg)
{
    struct call *k = arg;
    size_t len = evbuffer_get_length(k->request);
    const uint8_t *octets = evbuffer_pullup(k->request, -1);
    if (octets && stream_write(k->stream, octets, len) == 0)
        k->sent = true;
    else
        end_later(k, "no memory for the request; free some");
}

static void on_input(void *arg, const uint8_t *octets, size_t len)
{
    struct call *k = arg;
    if (evbuffer_add(k->answer, octets, len) < 0)
        end_later(k, "no memory for the answer; free some");
    else if (evbuffer_get_length(k->answer) > WEB_ANSWER_MAX)
        end_later(k, "the answer is longer than 64 KiB");
    else if (web_answer_is_whole(k->answer))
        end_later(k, NULL);
}

/* The end of the stream is the end of an answer that has begun. */
static void on_down(void *arg, const char *why)
{
    struct call *k = arg;
    end_later(k, evbuffer_get_length(k->answer) > 0 ? NULL : why);
}

/* Returns -1 without memory. */
static int add_fields(struct evbuffer *out, const struct web_field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *name = evhttp_uriencode(fields[i].name, -1, 1);
        char *value = evhttp_uriencode(fields[i].value, -1, 1);
        int r = -1;
        if (name && value)
            r = evbuffer_add_printf(out, "%c%s=%s", i == 0 ? '?' : '&', name, value);
        free(name);
        free(value);
        if (r < 0)
            return -1;
    }
    return 0;
}

static int write_request(struct call *k, const struct web_field *fields, size_t count)
{
    const struct web_url *u = &k->client->url;
    if (evbuffer_add_printf(k->request, "GET %s", u->path) < 0 ||
        add_fields(k->request, fields, count) < 0)
        return -1;
    return evbuffer_add_printf(k->request,
                               " HTTP/1.0\r\nHost: %s\r\nConnection: close\r\n"
                               "User-Agent: mekongline/" ML_VERSION "\r\n\r\n",
                               u->host_header);
}

static struct call *call_new(struct web_client *c)
{
    struct call *k = calloc(1, sizeof *k);
    if (!k)
        return NULL;
    k->client = c;
    k->deadline = loop_timer_new(c->loop, on_deadline, k);
    k->ended = loop_timer_new(c->loop, on_ended, k);
    k->request = evbuffer_new();
    k->answer = evbuffer_new();
    if (k->deadline && k->ended && k->request && k->answer)
        return k;
    call_free(k);
    return NULL;
}

static int begin(struct call *k)
{
    const struct web_client *c = k->client;
    char why[256];
    struct stream_options o = {.host = c->url.host,
                               .port = c->url.port,
                               .connect_ms = c->o.ms - 1, /* its sentence says more */
                               .write_max = evbuffer_get_length(k->request)};
    struct stream_handlers h = {.arg = k, .up = on_up, .input = on_input, .down = on_down};
    k->stream = stream_new(c->loop, &o, &h, why);
    if (!k->stream)
        return -1;
    loop_timer_set(k->deadline, c->o.ms);
    return 0;
}

int web_client_get(struct web_client *c, const struct web_field *fields, size_t count,
                   uint64_t token)
{
    struct call *k = c->calls < c->o.window ? call_new(c) : NULL;
    if (!k)
        return -1;
    k->token = token;
    if (write_request(k, fields, count) < 0 || begin(k) < 0) {
        call_free(k);
        return -1;
    }
    LIST_INSERT_HEAD(&c->all, k, link);
    c->calls++;
    return 0;
}

struct web_client *web_client_new(struct loop *loop, const struct web_client_options *o,
                                  char why[256])
{
    struct web_client *c = calloc(1, sizeof *c);
    if (!c) {
        snprintf(why, 256, "no memory for an HTTP client; free some");
        return NULL;
    }
    c->loop = loop;
    c->o = *o;
    c->o.url = NULL;
    LIST_INIT(&c->all);
    if (web_url_read(&c->url, o->url, why) == 0) {
        why[0] = '\0';
        return c;
    }
    free(c);
    return NULL;
}

void web_client_free(struct web_client *c)
{
    if (!c)
        return;
    while (!LIST_EMPTY(&c->all))
        call_end(LIST_FIRST(&c->all));
    free(c);
}
