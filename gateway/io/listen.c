/* SPDX-License-Identifier: Apache-2.0 */
/* We hold a reference to the bufferevent of each connection until it closes, but at most until its
 * time is over: then it is shut down, and evhttp sees the end of the stream. evhttp tells of a
 * close only after a first request; others that have closed are found by looking when the places
 * are all taken, and else keep their place until their time is over. */
#include "io/listen.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/hash_table.h"
#include "io/listen_socket.h"

enum { READ_AHEAD = 4096, LOOK_MS = 100 };

struct listen_conn {
    UT_hash_handle hh;
    struct bufferevent *bev; /* the key */
    struct listen *listen;
    struct evhttp_connection *evcon; /* once it has sent a request */
    struct event *deadline, *gone;
    uint64_t tag;
};

struct listen {
    struct listen_options o; /* without `on` */
    struct event_base *base;
    struct evhttp *server;
    struct evconnlistener *listener; /* owned by server once bound */
    struct loop_timer *look;         /* runs while all places are taken */
    char *path;                      /* of our Unix socket, or NULL */
    int port;
    struct listen_conn *conns;
};

static bool is_full(const struct listen *l)
{
    return HASH_COUNT(l->conns) >= (unsigned)l->o.connections;
}

static void conn_free(struct listen_conn *c)
{
    if (c->deadline)
        event_free(c->deadline);
    if (c->gone)
        event_free(c->gone);
    free(c);
}

/* Give a connection's place to others; evhttp may go on using the connection. */
static void conn_release(struct listen_conn *c)
{
    struct listen *l = c->listen;
    bool was_full = is_full(l);
    HASH_DEL(l->conns, c);
    bufferevent_decref(c->bev);
    conn_free(c);
    if (was_full && !is_full(l)) {
        loop_timer_stop(l->look);
        evconnlistener_enable(l->listener);
    }
}

/* evhttp takes its callbacks away from what it lets go of. */
static bool has_closed(const struct listen_conn *c)
{
    bufferevent_event_cb fn = NULL;
    bufferevent_getcb(c->bev, NULL, NULL, &fn, NULL);
    return !fn;
}

static void on_look(void *arg)
{
    struct listen *l = arg;
    struct listen_conn *c, *next;
    HASH_ITER(hh, l->conns, c, next)
    {
        if (has_closed(c))
            conn_release(c);
    }
    if (is_full(l))
        loop_timer_set(l->look, LOOK_MS);
}

static void on_deadline(evutil_socket_t fd, short what, void *arg)
{
    struct listen_conn *c = arg;
    const struct listen_options *o = &c->listen->o;
    (void)fd;
    (void)what;
    if (o->late && o->late(o->arg, c))
        return;
    shutdown(bufferevent_getfd(c->bev), SHUT_RDWR);
    conn_release(c);
}

/* Readable while a request waits: the end, an error, or the next request, which can wait. */
static void on_gone(evutil_socket_t fd, short what, void *arg)
{
    struct listen_conn *c = arg;
    char octet;
    (void)what;
    ssize_t n = recv(fd, &octet, 1, MSG_PEEK | MSG_DONTWAIT);
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
        evhttp_connection_free(c->evcon); /* calls on_close */
    else if (n < 0)
        event_add(c->gone, NULL);
}

static struct listen_conn *conn_new(struct listen *l, struct bufferevent *bev)
{
    struct listen_conn *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->listen = l;
    c->bev = bev;
    c->deadline = event_new(l->base, -1, 0, on_deadline, c);
    c->gone = event_new(l->base, -1, 0, on_gone, c);
    if (c->deadline && c->gone)
        HASH_ADD_PTR(l->conns, bev, c);
    if (HASH_ADDED(hh, c))
        return c;
    conn_free(c);
    return NULL;
}

/* evhttp asks for the bufferevent of a new connection. Without memory (NULL) it makes one of its
 * own. */
static struct bufferevent *new_connection(struct event_base *base, void *arg)
{
    struct listen *l = arg;
    struct bufferevent *bev = bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
    struct listen_conn *c = bev ? conn_new(l, bev) : NULL;
    if (!c) {
        if (bev)
            bufferevent_free(bev);
        return NULL;
    }
    bufferevent_incref(bev);
    bufferevent_setwatermark(bev, EV_READ, 0, LISTEN_HEADERS_MAX + l->o.body_max + READ_AHEAD);
    listen_conn_allow(c, l->o.ms);
    if (is_full(l)) {
        evconnlistener_disable(l->listener);
        loop_timer_set(l->look, LOOK_MS);
    }
    return bev;
}

static struct listen_conn *find(const struct listen *l, struct evhttp_connection *evcon)
{
    const struct bufferevent *bev = evhttp_connection_get_bufferevent(evcon);
    struct listen_conn *c;
    HASH_FIND_PTR(l->conns, &bev, c);
    return c;
}

static void on_close(struct evhttp_connection *evcon, void *arg)
{
    struct listen *l = arg;
    struct listen_conn *c = find(l, evcon);
    if (!c)
        return;
    if (l->o.closed)
        l->o.closed(l->o.arg, c);
    conn_release(c);
}

static void on_request(struct evhttp_request *req, void *arg)
{
    struct listen *l = arg;
    struct evhttp_connection *evcon = evhttp_request_get_connection(req);
    struct listen_conn *c = find(l, evcon);
    if (c)
        c->evcon = evcon;
    evhttp_connection_set_closecb(evcon, on_close, l);
    l->o.request(l->o.arg, req, c);
}

static int open_socket(struct listen *l, const char *on, char why[LISTEN_WHY_MAX])
{
    char *path = NULL;
    if (!strchr(on, '/')) {
        l->listener = listen_socket_tcp(l->base, on, l->o.anywhere, why);
        l->port = l->listener ? listen_socket_port(l->listener) : 0;
    } else if ((path = strdup(on))) {
        l->listener = listen_socket_unix(l->base, on, why);
    }
    if (l->listener) {
        l->path = path;
        return 0;
    }
    free(path); /* not ours: it is not removed */
    return -1;
}

static int serve(struct listen *l)
{
    struct timeval limit = {.tv_sec = l->o.ms / 1000 + 1}; /* ours comes first */
    l->look = loop_timer_new(l->o.loop, on_look, l);
    l->server = l->look ? evhttp_new(l->base) : NULL;
    if (!l->server)
        return -1;
    if (!evhttp_bind_listener(l->server, l->listener)) {
        evhttp_free(l->server);
        l->server = NULL;
        return -1;
    }
    evhttp_set_max_headers_size(l->server, LISTEN_HEADERS_MAX);
    evhttp_set_max_body_size(l->server, (ev_ssize_t)l->o.body_max);
    evhttp_set_allowed_methods(l->server, l->o.methods);
    evhttp_set_timeout_tv(l->server, &limit);
    evhttp_set_bevcb(l->server, new_connection, l);
    evhttp_set_gencb(l->server, on_request, l);
    return 0;
}

struct listen *listen_new(const struct listen_options *o, char why[LISTEN_WHY_MAX])
{
    struct listen *l = calloc(1, sizeof *l);
    snprintf(why, LISTEN_WHY_MAX, "no memory for the HTTP server; free some");
    if (!l)
        return NULL;
    l->o = *o;
    l->o.on = NULL;
    l->base = loop_base(o->loop);
    if (open_socket(l, o->on, why) == 0 && serve(l) == 0) {
        why[0] = '\0';
        return l;
    }
    if (l->listener && !l->server)
        evconnlistener_free(l->listener);
    listen_free(l);
    return NULL;
}

void listen_free(struct listen *l)
{
    if (!l)
        return;
    while (l->conns)
        conn_release(l->conns);
    if (l->server)
        evhttp_free(l->server);
    loop_timer_free(l->look);
    if (l->path)
        unlink(l->path);
    free(l->path);
    free(l);
}

int listen_port(const struct listen *l)
{
    return l->port;
}

uint64_t listen_conn_tag(const struct listen_conn *c)
{
    return c->tag;
}

void listen_conn_set_tag(struct listen_conn *c, uint64_t tag)
{
    c->tag = tag;
}

void listen_conn_allow(struct listen_conn *c, int64_t ms)
{
    struct timeval limit = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
    event_add(c->deadline, &limit);
}

void listen_conn_watch(struct listen_conn *c)
{
    event_assign(c->gone, c->listen->base, bufferevent_getfd(c->bev), EV_READ, on_gone, c);
    event_add(c->gone, NULL);
}

void listen_conn_unwatch(struct listen_conn *c)
{
    event_del(c->gone);
}

void listen_reply(struct evhttp_request *req, int status, const char *text, size_t len)
{
    char length[24];
    struct evkeyvalq *headers = evhttp_request_get_output_headers(req);
    bool head = evhttp_request_get_command(req) == EVHTTP_REQ_HEAD;
    snprintf(length, sizeof length, "%zu", len);
    evhttp_add_header(headers, "Content-Length", length);
    if (!evhttp_find_header(headers, "Cache-Control"))
        evhttp_add_header(headers, "Cache-Control", "no-store");
    if (!head && evbuffer_add(evhttp_request_get_output_buffer(req), text, len) < 0)
        evhttp_send_error(req, HTTP_INTERNAL, NULL);
    else
        evhttp_send_reply(req, status, NULL, NULL);
}
