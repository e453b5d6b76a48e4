/* SPDX-License-Identifier: Apache-2.0 */
#include "io/stream.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/stream_internal.h"

/* Each state is left by a call of the loop. */
enum stream_state {
    STREAM_NEW, /* the timer `soon` runs */
    STREAM_LOOKING_UP,
    STREAM_CONNECTING,
    STREAM_SHAKING_HANDS, /* TLS */
    STREAM_UP,
    STREAM_DOWN
};

struct stream {
    struct loop *loop;
    struct stream_handlers h;
    enum stream_state state;
    char *host, *resolv_conf;
    int port;
    int64_t connect_ms;
    size_t write_max;
    bool paused;
    struct stream_tls *tls; /* NULL: plain */
    struct loop_timer *soon, *deadline;
    struct stream_lookup *lookup; /* while LOOKING_UP */
    struct stream_address address[STREAM_ADDRESSES_MAX];
    size_t addresses, tried;
    int fd; /* while CONNECTING; then it is the bufferevent's */
    struct event *connected;
    struct bufferevent *bev;
    char why[STREAM_WHY_MAX]; /* the last address failed */
};

/* Let go of the connection and of all that would come to one. */
static void release(struct stream *s)
{
    loop_timer_stop(s->soon);
    loop_timer_stop(s->deadline);
    if (s->lookup)
        stream_lookup_cancel(s->lookup);
    if (s->connected)
        event_free(s->connected);
    if (s->fd >= 0)
        close(s->fd);
    if (s->bev)
        bufferevent_free(s->bev);
    s->lookup = NULL;
    s->connected = NULL;
    s->fd = -1;
    s->bev = NULL;
    s->state = STREAM_DOWN;
}

static void __attribute__((format(printf, 2, 3))) lost(struct stream *s, const char *fmt, ...)
{
    char why[STREAM_WHY_MAX];
    va_list args;
    va_start(args, fmt);
    vsnprintf(why, sizeof why, fmt, args);
    va_end(args);
    release(s);
    s->h.down(s->h.arg, why);
}

static bool may_read(const struct stream *s)
{
    return !s->paused && stream_waiting(s) <= s->write_max / 2;
}

/* Read or do not, as things are now. What was read and not yet taken is told by the loop. */
static void watch(struct stream *s)
{
    if (!may_read(s)) {
        bufferevent_disable(s->bev, EV_READ);
        return;
    }
    bufferevent_enable(s->bev, EV_READ);
    if (evbuffer_get_length(bufferevent_get_input(s->bev)) > 0)
        bufferevent_trigger(s->bev, EV_READ, BEV_TRIG_DEFER_CALLBACKS);
}

static void on_input(struct bufferevent *bev, void *arg)
{
    struct stream *s = arg;
    struct evbuffer *in = bufferevent_get_input(bev);
    struct evbuffer_iovec first;
    while (s->state == STREAM_UP && may_read(s) && evbuffer_get_length(in) > 0) {
        evbuffer_peek(in, -1, NULL, &first, 1);
        s->h.input(s->h.arg, first.iov_base, first.iov_len);
        evbuffer_drain(in, first.iov_len);
    }
    if (s->state == STREAM_UP)
        watch(s);
}

/* Half of what may wait is written. */
static void on_written(struct bufferevent *bev, void *arg)
{
    struct stream *s = arg;
    (void)bev;
    if (s->state == STREAM_UP)
        watch(s);
}

static void become_up(struct stream *s)
{
    s->state = STREAM_UP;
    loop_timer_stop(s->deadline);
    watch(s);
    s->h.up(s->h.arg);
}

static void on_event(struct bufferevent *bev, short what, void *arg)
{
    struct stream *s = arg;
    char why[STREAM_WHY_MAX];
    int error = EVUTIL_SOCKET_ERROR();
    if (what & BEV_EVENT_CONNECTED) {
        become_up(s);
        return;
    }
    if (what & BEV_EVENT_EOF)
        snprintf(why, sizeof why, "the peer closed the connection");
    else if (s->tls)
        stream_tls_why(s->tls, bev, why);
    else
        snprintf(why, sizeof why, "the connection broke: %s", strerror(error));
    lost(s, "%s%s", why, s->state == STREAM_SHAKING_HANDS ? " (in the TLS handshake)" : "");
}

/* The socket is connected: on with octets, or with TLS. */
static void open_stream(struct stream *s)
{
    struct event_base *base = loop_base(s->loop);
    s->bev = s->tls ? stream_tls_open(s->tls, base, s->fd)
                    : bufferevent_socket_new(base, s->fd, BEV_OPT_CLOSE_ON_FREE);
    if (!s->bev) {
        lost(s, "no memory for the connection; free some");
        return;
    }
    s->fd = -1;
    bufferevent_setcb(s->bev, on_input, on_written, on_event, s);
    bufferevent_setwatermark(s->bev, EV_WRITE, s->write_max / 2, 0);
    if (bufferevent_enable(s->bev, EV_READ | EV_WRITE) < 0)
        lost(s, "no memory for the connection; free some");
    else if (s->tls)
        s->state = STREAM_SHAKING_HANDS;
    else
        become_up(s);
}

static void why_unreachable(struct stream *s, int error)
{
    char port[16] = "";
    if (s->port != 0)
        snprintf(port, sizeof port, " port %d", s->port);
    snprintf(s->why, sizeof s->why,
             "cannot connect to %.110s%s: %s; check the address, and whether"
             " the server runs",
             s->host, port, strerror(error));
}

static void on_connected(evutil_socket_t fd, short what, void *arg);

/* Returns 0 if the loop will tell, or -1 with errno. */
static int begin_connect(struct stream *s, const struct stream_address *a)
{
    int one = 1;
    s->fd = socket(a->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (s->fd < 0)
        return -1;
    if (a->any.sa_family != AF_UNIX)
        setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(s->fd, &a->any, a->len) < 0 && errno != EINPROGRESS && errno != EINTR)
        return -1;
    s->connected = event_new(loop_base(s->loop), s->fd, EV_WRITE, on_connected, s);
    if (s->connected && event_add(s->connected, NULL) == 0)
        return 0;
    errno = ENOMEM;
    return -1;
}

/* Connect to the first of the addresses that are left which does not refuse at once. */
static void try_next(struct stream *s)
{
    s->state = STREAM_CONNECTING;
    while (s->tried < s->addresses) {
        if (begin_connect(s, &s->address[s->tried++]) == 0)
            return;
        why_unreachable(s, errno);
        if (s->fd >= 0)
            close(s->fd);
        s->fd = -1;
    }
    lost(s, "%s", s->why);
}

static void on_connected(evutil_socket_t fd, short what, void *arg)
{
    struct stream *s = arg;
    int error = 0;
    socklen_t len = sizeof error;
    (void)what;
    event_free(s->connected);
    s->connected = NULL;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
        error = errno;
    if (error == 0) {
        open_stream(s);
        return;
    }
    why_unreachable(s, error);
    close(fd);
    s->fd = -1;
    try_next(s);
}

static void on_found(void *arg, const struct stream_address *a, size_t count, const char *why)
{
    struct stream *s = arg;
    s->lookup = NULL;
    if (count == 0) {
        lost(s, "%.100s: %s", s->host, why);
        return;
    }
    memcpy(s->address, a, count * sizeof *a);
    s->addresses = count;
    try_next(s);
}

static void on_soon(void *arg)
{
    struct stream *s = arg;
    struct stream_lookup_options o = {.loop = s->loop,
                                      .host = s->host,
                                      .port = s->port,
                                      .resolv_conf = s->resolv_conf,
                                      .arg = s,
                                      .found = on_found};
    loop_timer_set(s->deadline, s->connect_ms);
    if (s->addresses > 0) {
        try_next(s);
        return;
    }
    s->state = STREAM_LOOKING_UP;
    s->lookup = stream_lookup_new(&o);
    if (!s->lookup)
        lost(s, "no memory to look up %.100s; free some", s->host);
}

static void on_deadline(void *arg)
{
    struct stream *s = arg;
    if (s->state == STREAM_LOOKING_UP)
        lost(s,
             "no name server told the address of %.100s in %" PRId64 " ms; check "
             "/etc/resolv.conf, or write an address",
             s->host, s->connect_ms);
    else if (s->state == STREAM_SHAKING_HANDS)
        lost(s, "%.100s did not finish the TLS handshake in %" PRId64 " ms; check the port",
             s->host, s->connect_ms);
    else
        lost(s, "%.100s did not answer in %" PRId64 " ms; check host, port and firewalls", s->host,
             s->connect_ms);
}

static int set_up(struct stream *s, const struct stream_options *o, char why[STREAM_WHY_MAX])
{
    s->host = strdup(o->host);
    s->resolv_conf = strdup(o->resolv_conf ? o->resolv_conf : "");
    s->soon = loop_timer_new(s->loop, on_soon, s);
    s->deadline = loop_timer_new(s->loop, on_deadline, s);
    if (!s->host || !s->resolv_conf || !s->soon || !s->deadline) {
        snprintf(why, STREAM_WHY_MAX, "no memory for a connection; free some");
        return -1;
    }
    if (!o->tls)
        return 0;
    s->tls = stream_tls_new(o, why);
    return s->tls ? 0 : -1;
}

static void destroy(struct stream *s)
{
    loop_timer_free(s->soon);
    loop_timer_free(s->deadline);
    stream_tls_free(s->tls);
    free(s->resolv_conf);
    free(s->host);
    free(s);
}

struct stream *stream_new(struct loop *loop, const struct stream_options *o,
                          const struct stream_handlers *h, char why[STREAM_WHY_MAX])
{
    struct stream_address address;
    if (stream_options_check(o, &address, why) < 0)
        return NULL;
    struct stream *s = calloc(1, sizeof *s);
    if (!s) {
        snprintf(why, STREAM_WHY_MAX, "no memory for a connection; free some");
        return NULL;
    }
    s->loop = loop;
    s->h = *h;
    s->port = o->port;
    s->connect_ms = o->connect_ms;
    s->write_max = o->write_max;
    s->fd = -1;
    s->address[0] = address;
    s->addresses = address.len > 0;
    if (set_up(s, o, why) < 0) {
        destroy(s);
        return NULL;
    }
    loop_timer_set(s->soon, 0);
    why[0] = '\0';
    return s;
}

void stream_free(struct stream *s)
{
    if (!s)
        return;
    if (s->tls && s->state == STREAM_UP)
        stream_tls_close(s->bev);
    release(s);
    destroy(s);
}

int stream_write(struct stream *s, const uint8_t *octets, size_t len)
{
    if (s->state != STREAM_UP || len > s->write_max - stream_waiting(s))
        return -1;
    if (bufferevent_write(s->bev, octets, len) < 0)
        return -1;
    watch(s);
    return 0;
}

size_t stream_waiting(const struct stream *s)
{
    return s->bev ? evbuffer_get_length(bufferevent_get_output(s->bev)) : 0;
}

void stream_pause(struct stream *s, bool pause)
{
    s->paused = pause;
    if (s->state == STREAM_UP)
        watch(s);
}
