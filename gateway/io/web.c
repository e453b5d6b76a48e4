/* SPDX-License-Identifier: Apache-2.0 */
/* A request that waits for its answer is evhttp's; we keep it under a number until it is answered,
 * its client has gone or its time is over. Whichever comes first takes the number away. */
#include "io/web.h"

#include <event2/buffer.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash_table.h"
#include "io/listen.h"
#include "io/web_internal.h"

enum { REQUEST_MS = 5000 };

/* A request that waits for its answer. */
struct waiting {
    UT_hash_handle hh;
    uint64_t id;
    struct evhttp_request *req;
    struct listen_conn *conn; /* its tag is the id */
};

struct web {
    struct listen *listen;
    struct web_handlers h;
    const char *octets;       /* the field that may hold any */
    const char *const *types; /* of bodies that are taken as they are */
    int64_t answer_ms, request_ms;
    uint64_t last_id;
    struct waiting *waiting;
};

static struct waiting *find(const struct web *w, uint64_t id)
{
    struct waiting *x;
    HASH_FIND(hh, w->waiting, &id, sizeof id, x);
    return x;
}

/* It waits no more. Returns its request. */
static struct evhttp_request *take(struct web *w, struct waiting *x)
{
    struct evhttp_request *req = x->req;
    listen_conn_unwatch(x->conn);
    listen_conn_set_tag(x->conn, 0);
    listen_conn_allow(x->conn, w->request_ms);
    HASH_DEL(w->waiting, x);
    free(x);
    return req;
}

static struct waiting *add(struct web *w, struct evhttp_request *req, struct listen_conn *c)
{
    struct waiting *x = calloc(1, sizeof *x);
    if (!x)
        return NULL;
    x->id = ++w->last_id;
    x->req = req;
    x->conn = c;
    HASH_ADD(hh, w->waiting, id, sizeof x->id, x);
    if (!HASH_ADDED(hh, x)) {
        free(x);
        return NULL;
    }
    listen_conn_set_tag(c, x->id);
    listen_conn_allow(c, w->answer_ms);
    return x;
}

static void reply(struct evhttp_request *req, const struct web_reply *r)
{
    struct evkeyvalq *headers = evhttp_request_get_output_headers(req);
    evhttp_add_header(headers, "Content-Type", r->type);
    for (const struct web_header *h = r->headers; h && h->name; h++)
        evhttp_add_header(headers, h->name, h->value);
    listen_reply(req, r->status, r->text, r->len);
}

static struct web_reply plain(int status, const char *text, size_t len)
{
    return (struct web_reply){
        .status = status, .type = "text/plain; charset=utf-8", .text = text, .len = len};
}

/* Answer in our own name, and close: what follows on the connection may be anything. */
static void refuse(struct web *w, struct evhttp_request *req, int status, const char *why)
{
    char text[WEB_WHY_MAX + 1];
    int n = snprintf(text, sizeof text, "%s\n", why);
    evhttp_add_header(evhttp_request_get_output_headers(req), "Connection", "close");
    if (w->h.refused)
        w->h.refused(w->h.arg, status, why);
    struct web_reply r = plain(status, text, (size_t)n);
    reply(req, &r);
}

/* The target, a NUL, the body, a NUL; the caller frees. NULL without memory. */
static char *copy_text(struct evhttp_request *req, const char *target)
{
    struct evbuffer *body = evhttp_request_get_input_buffer(req);
    size_t n = strlen(target) + 1, len = evbuffer_get_length(body);
    char *text = malloc(n + len + 1);
    if (!text)
        return NULL;
    memcpy(text, target, n);
    evbuffer_copyout(body, text + n, len);
    text[n + len] = '\0';
    return text;
}

/* Read a request from its text. Returns 0, or the status to refuse with. */
static int read_text(const struct web *w, struct evhttp_request *req, char *text,
                     struct web_request *r, char why[WEB_WHY_MAX])
{
    size_t len = evbuffer_get_length(evhttp_request_get_input_buffer(req));
    char *body = text + strlen(text) + 1, *path, *query;
    int status = web_read_headers(req, w->types, r, why);
    if (status != 0)
        return status;
    snprintf(why, WEB_WHY_MAX, "the request names no path, or the body has a NUL");
    if ((!r->type && strlen(body) != len) || web_read_target(text, &path, &query) < 0)
        return 400;
    if (web_read_path(path, why) < 0 || (query && web_read_fields(r, query, why) < 0) ||
        (!r->type && web_read_fields(r, body, why) < 0))
        return 400;
    r->path = path;
    r->body = body;
    r->body_len = len;
    r->secret = web_bearer(r);
    return 0;
}

/* Give it to the owner. If it is not answered at once, look whether the client goes. */
static void hand_over(struct web *w, struct evhttp_request *req, struct listen_conn *c,
                      struct web_request *r)
{
    struct waiting *x = c ? add(w, req, c) : NULL;
    if (!x) {
        refuse(w, req, 503, "no memory");
        return;
    }
    r->id = x->id;
    w->h.request(w->h.arg, r);
    if (find(w, r->id))
        listen_conn_watch(c);
}

static void on_request(void *arg, struct evhttp_request *req, struct listen_conn *c)
{
    struct web *w = arg;
    struct web_request r = {.octets = w->octets};
    char why[WEB_WHY_MAX];
    const char *target = evhttp_request_get_uri(req);
    char *text = copy_text(req, target ? target : "");
    if (!text) {
        refuse(w, req, 503, "no memory");
        return;
    }
    web_read_peer(req, r.peer);
    int status = read_text(w, req, text, &r, why);
    if (status != 0)
        refuse(w, req, status, why);
    else
        hand_over(w, req, c, &r);
    free(text);
}

static bool on_late(void *arg, struct listen_conn *c)
{
    struct web *w = arg;
    uint64_t id = listen_conn_tag(c);
    struct waiting *x = find(w, id);
    if (!x)
        return false;
    refuse(w, take(w, x), 503, "no answer in time");
    w->h.gone(w->h.arg, id);
    return true;
}

static void on_closed(void *arg, struct listen_conn *c)
{
    struct web *w = arg;
    uint64_t id = listen_conn_tag(c);
    struct waiting *x = find(w, id);
    if (!x)
        return;
    struct evhttp_request *req = take(w, x);
    if (!evhttp_request_get_connection(req)) /* else it goes with its connection */
        evhttp_request_free(req);
    w->h.gone(w->h.arg, id);
}

struct web *web_new(struct loop *loop, const struct web_options *o, const struct web_handlers *h,
                    char why[256])
{
    struct web *w = calloc(1, sizeof *w);
    if (!w) {
        snprintf(why, LISTEN_WHY_MAX, "no memory for the HTTP server; free some");
        return NULL;
    }
    w->h = *h;
    w->octets = o->octets;
    w->types = o->types;
    w->answer_ms = o->answer_ms;
    w->request_ms = o->request_ms > 0 ? o->request_ms : REQUEST_MS;
    struct listen_options l = {.loop = loop,
                               .on = o->listen,
                               .anywhere = o->anywhere,
                               .connections = o->connections,
                               .ms = w->request_ms,
                               .body_max = o->body_max > 0 ? o->body_max : WEB_BODY_MAX,
                               .methods = EVHTTP_REQ_GET | EVHTTP_REQ_POST,
                               .arg = w,
                               .request = on_request,
                               .late = on_late,
                               .closed = on_closed};
    w->listen = listen_new(&l, why);
    if (w->listen)
        return w;
    free(w);
    return NULL;
}

void web_free(struct web *w)
{
    if (!w)
        return;
    while (w->waiting)
        take(w, w->waiting); /* the request goes with its connection */
    listen_free(w->listen);
    free(w);
}

int web_port(const struct web *w)
{
    return listen_port(w->listen);
}

int web_reply(struct web *w, uint64_t id, const struct web_reply *r)
{
    struct waiting *x = find(w, id);
    if (!x)
        return -1;
    reply(take(w, x), r);
    return 0;
}

int web_answer(struct web *w, uint64_t id, int status, const char *text, size_t len)
{
    struct web_reply r = plain(status, text, len);
    return web_reply(w, id, &r);
}
