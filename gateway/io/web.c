/* SPDX-License-Identifier: Apache-2.0 */
/* A request that waits for its answer is evhttp's; we keep it under a number until it is answered,
 * its client has gone or its time is over. Whichever comes first takes the number away. */
#include "io/web.h"

#include <arpa/inet.h>
#include <event2/buffer.h>
#include <event2/http.h>
#include <event2/http_struct.h>
#include <event2/keyvalq_struct.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

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
    const char *octets; /* the field that may hold any */
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

static void reply(struct evhttp_request *req, int status, const char *text, size_t len)
{
    struct evkeyvalq *headers = evhttp_request_get_output_headers(req);
    evhttp_add_header(headers, "Content-Type", "text/plain; charset=utf-8");
    listen_reply(req, status, text, len);
}

/* Answer in our own name, and close: what follows on the connection may be anything. */
static void refuse(struct web *w, struct evhttp_request *req, int status, const char *why)
{
    char text[WEB_WHY_MAX + 1];
    int n = snprintf(text, sizeof text, "%s\n", why);
    evhttp_add_header(evhttp_request_get_output_headers(req), "Connection", "close");
    if (w->h.refused)
        w->h.refused(w->h.arg, status, why);
    reply(req, status, text, (size_t)n);
}

/* Is one of the headers that must not be there twice there twice? */
static bool has_double(const struct evkeyvalq *headers)
{
    static const char *const once[] = {"Host", "Content-Length", "Content-Type", "Authorization"};
    for (size_t i = 0; i < sizeof once / sizeof *once; i++) {
        int count = 0;
        for (const struct evkeyval *h = headers->tqh_first; h; h = h->next.tqe_next)
            count += strcasecmp(h->key, once[i]) == 0;
        if (count > 1)
            return true;
    }
    return false;
}

/* Is this the type of a form, in UTF-8? */
static bool is_form(const char *type)
{
    static const char form[] = "application/x-www-form-urlencoded";
    if (!type || strncasecmp(type, form, sizeof form - 1) != 0)
        return false;
    const char *more = type + sizeof form - 1;
    more += strspn(more, " \t");
    if (*more != '\0' && *more != ';')
        return false;
    const char *charset = strcasestr(more, "charset=");
    return !charset || strncasecmp(charset + 8 + (charset[8] == '"'), "utf-8", 5) == 0;
}

/* Returns 0, or the status to refuse with. */
static int check_headers(struct evhttp_request *req, char why[WEB_WHY_MAX])
{
    const struct evkeyvalq *headers = evhttp_request_get_input_headers(req);
    size_t body = evbuffer_get_length(evhttp_request_get_input_buffer(req));
    bool post = evhttp_request_get_command(req) == EVHTTP_REQ_POST;
    if (has_double(headers)) {
        snprintf(why, WEB_WHY_MAX,
                 "a header is there twice: Host, Content-Length, Content-Type or Authorization");
        return 400;
    }
    if ((req->major > 1 || req->minor > 0) && !evhttp_find_header(headers, "Host")) {
        snprintf(why, WEB_WHY_MAX, "the header Host is missing");
        return 400;
    }
    if (!post && body > 0) {
        snprintf(why, WEB_WHY_MAX, "a GET has no body");
        return 400;
    }
    if (body > 0 && (!is_form(evhttp_find_header(headers, "Content-Type")) ||
                     evhttp_find_header(headers, "Content-Encoding"))) {
        snprintf(why, WEB_WHY_MAX, "send application/x-www-form-urlencoded in UTF-8");
        return 415;
    }
    return 0;
}

static void read_peer(struct evhttp_connection *evcon, char out[WEB_PEER_MAX])
{
    const struct sockaddr *a = evhttp_connection_get_addr(evcon);
    strcpy(out, "unix");
    if (a && a->sa_family == AF_INET) {
        inet_ntop(AF_INET, &((const struct sockaddr_in *)a)->sin_addr, out, WEB_PEER_MAX);
    } else if (a && a->sa_family == AF_INET6) {
        const struct in6_addr *v6 = &((const struct sockaddr_in6 *)a)->sin6_addr;
        if (IN6_IS_ADDR_V4MAPPED(v6))
            inet_ntop(AF_INET, v6->s6_addr + 12, out, WEB_PEER_MAX);
        else
            inet_ntop(AF_INET6, v6, out, WEB_PEER_MAX);
    }
}

static const char *read_secret(struct evhttp_request *req)
{
    const char *value = evhttp_find_header(evhttp_request_get_input_headers(req), "Authorization");
    if (!value || strncasecmp(value, "Bearer ", 7) != 0)
        return "";
    return value + 7 + strspn(value + 7, " ");
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
static int read_text(struct evhttp_request *req, char *text, struct web_request *r,
                     char why[WEB_WHY_MAX])
{
    size_t len = evbuffer_get_length(evhttp_request_get_input_buffer(req));
    char *body = text + strlen(text) + 1, *path, *query;
    int status = check_headers(req, why);
    if (status != 0)
        return status;
    snprintf(why, WEB_WHY_MAX, "the request names no path, or the body has a NUL");
    if (strlen(body) != len || web_read_target(text, &path, &query) < 0)
        return 400;
    if (web_read_path(path, why) < 0 || (query && web_read_fields(r, query, why) < 0) ||
        web_read_fields(r, body, why) < 0)
        return 400;
    r->path = path;
    r->post = evhttp_request_get_command(req) == EVHTTP_REQ_POST;
    r->secret = read_secret(req);
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
    read_peer(evhttp_request_get_connection(req), r.peer);
    int status = read_text(req, text, &r, why);
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
    w->answer_ms = o->answer_ms;
    w->request_ms = o->request_ms > 0 ? o->request_ms : REQUEST_MS;
    struct listen_options l = {.loop = loop,
                               .on = o->listen,
                               .anywhere = o->anywhere,
                               .connections = o->connections,
                               .ms = w->request_ms,
                               .body_max = WEB_BODY_MAX,
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

int web_answer(struct web *w, uint64_t id, int status, const char *text, size_t len)
{
    struct waiting *x = find(w, id);
    if (!x)
        return -1;
    reply(take(w, x), status, text, len);
    return 0;
}
