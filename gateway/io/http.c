/* SPDX-License-Identifier: Apache-2.0 */
/* evhttp restarts its timeout with every octet and knows no bound for connections. So we hold a
 * reference to each connection for at most 5 s, then shut it down; and while 64 are held, none is
 * accepted. A connection that was served is let go when it closes; one that sent no whole request
 * keeps its place until its time is over. Each answer closes its connection. */
#include "io/http.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { HEADERS_MAX = 8192, TIMEOUT_S = 5, CONNECTIONS_MAX = 64 };

/* A connection that we hold a reference to. */
struct conn {
    LIST_ENTRY(conn) link;
    struct http *http;
    struct bufferevent *bev;
    struct event *deadline;
};

struct http {
    struct event_base *base;
    struct evhttp *server;
    struct evconnlistener *listener; /* owned by server once bound */
    struct http_handlers h;
    char *path; /* of our Unix socket, or NULL */
    int port;
    int held; /* connections in conns */
    LIST_HEAD(, conn) conns;
};

/* Give a connection's place to others; evhttp may go on using the connection. */
static void conn_release(struct conn *c)
{
    struct http *h = c->http;
    LIST_REMOVE(c, link);
    event_free(c->deadline);
    bufferevent_decref(c->bev);
    free(c);
    if (h->held-- == CONNECTIONS_MAX)
        evconnlistener_enable(h->listener);
}

/* Time is over. If evhttp still serves the connection, it now sees the end of the stream. */
static void on_deadline(evutil_socket_t fd, short what, void *arg)
{
    struct conn *c = arg;
    (void)fd;
    (void)what;
    shutdown(bufferevent_getfd(c->bev), SHUT_RDWR);
    conn_release(c);
}

/* evhttp asks for the bufferevent of a new connection. Without memory (NULL) it makes one of its
 * own. */
static struct bufferevent *new_connection(struct event_base *base, void *arg)
{
    struct http *h = arg;
    struct timeval limit = {.tv_sec = TIMEOUT_S};
    struct conn *c = calloc(1, sizeof *c);
    struct bufferevent *bev = bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
    if (!c || !bev)
        goto out;
    c->http = h;
    c->bev = bev;
    c->deadline = event_new(base, -1, 0, on_deadline, c);
    if (!c->deadline)
        goto out;
    event_add(c->deadline, &limit);
    bufferevent_incref(bev);
    LIST_INSERT_HEAD(&h->conns, c, link);
    if (++h->held == CONNECTIONS_MAX)
        evconnlistener_disable(h->listener);
    return bev;
out:
    if (bev)
        bufferevent_free(bev);
    free(c);
    return NULL;
}

/* A connection that was served closes. */
static void on_close(struct evhttp_connection *connection, void *arg)
{
    struct http *h = arg;
    const struct bufferevent *bev = evhttp_connection_get_bufferevent(connection);
    struct conn *c;
    LIST_FOREACH(c, &h->conns, link)
    if (c->bev == bev)
        break;
    if (c)
        conn_release(c);
}

/* What one path answers: text into out, and the status code. */
static int answer(const struct http *h, const char *path, FILE *out)
{
    if (strcmp(path, "/healthz") == 0) {
        fputs("ok\n", out);
        return 200;
    }
    if (strcmp(path, "/metrics") == 0)
        return h->h.metrics(h->h.arg, out) == 0 ? 200 : 500;
    if (strcmp(path, "/readyz") == 0) {
        long before = ftell(out);
        h->h.unready(h->h.arg, out);
        if (ftell(out) > before)
            return 503;
        fputs("ready\n", out);
        return 200;
    }
    fputs("There is /metrics, /healthz and /readyz.\n", out);
    return 404;
}

static const char *reason(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 404:
        return "Not Found";
    case 503:
        return "Service Unavailable";
    default:
        return "Internal Server Error";
    }
}

/* Send text with its headers; for HEAD the headers alone. */
static void reply(struct evhttp_request *req, int status, const char *text, size_t len)
{
    char length[24];
    struct evkeyvalq *headers = evhttp_request_get_output_headers(req);
    struct evbuffer *body = evhttp_request_get_output_buffer(req);
    snprintf(length, sizeof length, "%zu", len);
    evhttp_add_header(headers, "Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    evhttp_add_header(headers, "Content-Length", length);
    evhttp_add_header(headers, "Cache-Control", "no-store");
    evhttp_add_header(headers, "Connection", "close");
    if (evhttp_request_get_command(req) != EVHTTP_REQ_HEAD)
        evbuffer_add(body, text, len);
    evhttp_send_reply(req, status, reason(status), NULL);
}

static void on_request(struct evhttp_request *req, void *arg)
{
    const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(req);
    const char *path = uri ? evhttp_uri_get_path(uri) : NULL;
    char *text = NULL;
    size_t len = 0;
    evhttp_connection_set_closecb(evhttp_request_get_connection(req), on_close, arg);
    FILE *out = open_memstream(&text, &len);
    if (!out) {
        evhttp_send_error(req, 500, NULL);
        return;
    }
    int status = answer(arg, path ? path : "", out);
    if (fclose(out) == 0)
        reply(req, status, text, len);
    else
        evhttp_send_error(req, 500, NULL);
    free(text);
}

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

/* Parse "A.B.C.D:PORT" or "[A::B]:PORT". Returns the length of the address, or -1 if it is no such
 * text or not on loopback. (evutil_parse_sockaddr_port refuses port 0.) */
static int parse_loopback(const char *text, union address *a)
{
    char host[48];
    char *end;
    const char *colon = strrchr(text, ':');
    size_t n = colon ? (size_t)(colon - text) : 0;
    if (n == 0 || n >= sizeof host || !isdigit((unsigned char)colon[1]))
        return -1;
    unsigned long port = strtoul(colon + 1, &end, 10);
    if (*end != '\0' || port > UINT16_MAX)
        return -1;
    memset(a, 0, sizeof *a);
    memcpy(host, text, n);
    host[n] = '\0';
    if (host[0] == '[' && host[n - 1] == ']') {
        host[n - 1] = '\0';
        a->v6.sin6_family = AF_INET6;
        a->v6.sin6_port = htons((uint16_t)port);
        bool ok = inet_pton(AF_INET6, host + 1, &a->v6.sin6_addr) == 1;
        return ok && IN6_IS_ADDR_LOOPBACK(&a->v6.sin6_addr) ? (int)sizeof a->v6 : -1;
    }
    a->v4.sin_family = AF_INET;
    a->v4.sin_port = htons((uint16_t)port);
    bool ok = inet_pton(AF_INET, host, &a->v4.sin_addr) == 1;
    return ok && ntohl(a->v4.sin_addr.s_addr) >> 24 == 127 ? (int)sizeof a->v4 : -1;
}

static int bind_to(struct http *h, const struct sockaddr *addr, int len)
{
    h->listener = evconnlistener_new_bind(
        h->base, NULL, NULL, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC | LEV_OPT_REUSEABLE,
        CONNECTIONS_MAX, addr, len);
    return h->listener ? 0 : -1;
}

static int listen_tcp(struct http *h, const char *listen_on, char why[256])
{
    union address addr;
    int len = parse_loopback(listen_on, &addr);
    if (len < 0) {
        snprintf(
            why, 256,
            "%.80s is no ADDRESS:PORT on loopback; write 127.0.0.1:PORT, [::1]:PORT or the path "
            "of a Unix socket",
            listen_on);
        return -1;
    }
    if (bind_to(h, &addr.any, len) < 0) {
        snprintf(why, 256, "cannot listen on %.80s: %s; choose a free port", listen_on,
                 strerror(errno));
        return -1;
    }
    socklen_t n = sizeof addr;
    getsockname(evconnlistener_get_fd(h->listener), &addr.any, &n);
    h->port = ntohs(addr.any.sa_family == AF_INET ? addr.v4.sin_port : addr.v6.sin6_port);
    return 0;
}

/* Remove a socket that nobody serves. Returns 0 if the path is free then. */
static int remove_stale(const struct sockaddr_un *addr)
{
    struct stat st;
    if (lstat(addr->sun_path, &st) < 0)
        return errno == ENOENT ? 0 : -1;
    errno = EEXIST;
    if (!S_ISSOCK(st.st_mode))
        return -1;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    bool served = connect(fd, (const struct sockaddr *)addr, sizeof *addr) == 0;
    bool stale = !served && errno == ECONNREFUSED;
    close(fd);
    errno = EADDRINUSE;
    return stale ? unlink(addr->sun_path) : -1;
}

static int listen_unix(struct http *h, const char *path, char why[256])
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof addr.sun_path) {
        snprintf(why, 256,
                 "the path of the socket is longer than 107 octets; choose a shorter one");
        return -1;
    }
    strcpy(addr.sun_path, path);
    h->path = strdup(path);
    int r = h->path ? remove_stale(&addr) : -1;
    if (r == 0) {
        mode_t before = umask(0117);
        r = bind_to(h, (struct sockaddr *)&addr, sizeof addr);
        umask(before);
    }
    if (r == 0)
        return 0;
    snprintf(why, 256, "cannot listen on %.120s: %s; choose a path that is free and writable", path,
             strerror(errno));
    free(h->path); /* not ours: it is not removed */
    h->path = NULL;
    return -1;
}

static int serve(struct http *h, char why[256])
{
    snprintf(why, 256, "no memory for the metrics server; free some");
    h->server = evhttp_new(h->base);
    if (!h->server)
        return -1;
    if (!evhttp_bind_listener(h->server, h->listener)) {
        evhttp_free(h->server);
        h->server = NULL;
        return -1;
    }
    evhttp_set_max_headers_size(h->server, HEADERS_MAX);
    evhttp_set_max_body_size(h->server, 0);
    evhttp_set_allowed_methods(h->server, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD);
    evhttp_set_timeout(h->server, TIMEOUT_S);
    evhttp_set_bevcb(h->server, new_connection, h);
    evhttp_set_gencb(h->server, on_request, h);
    why[0] = '\0';
    return 0;
}

struct http *http_new(struct loop *loop, const char *listen_on,
                      const struct http_handlers *handlers, char why[256])
{
    struct http *h = calloc(1, sizeof *h);
    if (!h) {
        snprintf(why, 256, "no memory for the metrics server; free some");
        return NULL;
    }
    h->base = loop_base(loop);
    h->h = *handlers;
    LIST_INIT(&h->conns);
    int r = strchr(listen_on, '/') ? listen_unix(h, listen_on, why) : listen_tcp(h, listen_on, why);
    if (r == 0 && serve(h, why) == 0)
        return h;
    if (h->listener && !h->server)
        evconnlistener_free(h->listener);
    http_free(h);
    return NULL;
}

int http_port(const struct http *h)
{
    return h->port;
}

void http_free(struct http *h)
{
    if (!h)
        return;
    if (h->server) {
        while (!LIST_EMPTY(&h->conns))
            conn_release(LIST_FIRST(&h->conns));
        evhttp_free(h->server);
    }
    if (h->path)
        unlink(h->path);
    free(h->path);
    free(h);
}
