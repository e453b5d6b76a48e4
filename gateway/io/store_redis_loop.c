/* SPDX-License-Identifier: Apache-2.0 */
/* hiredis on the loop. The adapter that comes with hiredis takes memory without looking, so a
 * gateway that connects again when there is none would end. */
#include <poll.h>
#include <stdlib.h>

#include <event2/event.h>
#include <hiredis/async.h>

#include "io/store_redis_internal.h"

/* The socket of one context, and what hiredis waits for. */
struct watch {
    bool *flushing; /* hiredis writes, and asks again only if the socket is full */
    redisAsyncContext *context;
    struct event *readable, *writable;
    struct event *flush; /* writes what this turn of the loop has asked for, once */
    bool flush_set;
};

/* All three may free the context, and the watch with it. */
static void on_readable(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    redisAsyncHandleRead(((struct watch *)arg)->context);
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    redisAsyncHandleWrite(((struct watch *)arg)->context);
}

static void on_flush(evutil_socket_t fd, short what, void *arg)
{
    struct watch *w = arg;
    bool *flushing = w->flushing;
    (void)fd;
    (void)what;
    w->flush_set = false;
    *flushing = true;
    redisAsyncHandleWrite(w->context);
    *flushing = false;
}

bool store_redis_is_unread(const redisAsyncContext *c)
{
    struct pollfd look = {.fd = c->c.fd, .events = POLLIN};
    return poll(&look, 1, 0) == 1 && (look.revents & POLLIN);
}

static void await_read(void *arg)
{
    event_add(((struct watch *)arg)->readable, NULL);
}

static void leave_read(void *arg)
{
    event_del(((struct watch *)arg)->readable);
}

/* hiredis asks at each command; the write comes at the end of the turn, for all of them. Before the
 * connection is made, and when the socket was full, the socket itself has to say when. */
static void await_write(void *arg)
{
    struct watch *w = arg;
    if (*w->flushing || !(w->context->c.flags & REDIS_CONNECTED)) {
        event_add(w->writable, NULL);
    } else if (!w->flush_set) {
        w->flush_set = true;
        event_active(w->flush, 0, 0);
    }
}

static void leave_write(void *arg)
{
    event_del(((struct watch *)arg)->writable);
}

static void end(void *arg)
{
    struct watch *w = arg;
    if (w->readable)
        event_free(w->readable);
    if (w->writable)
        event_free(w->writable);
    if (w->flush)
        event_free(w->flush);
    free(w);
}

redisAsyncContext *store_redis_connect(const char *host, int port)
{
    return port == 0 ? redisAsyncConnectUnix(host) : redisAsyncConnect(host, port);
}

int store_redis_watch(struct loop *loop, redisAsyncContext *c, bool *flushing)
{
    struct watch *w = calloc(1, sizeof *w);
    if (!w)
        return -1;
    w->flushing = flushing;
    w->context = c;
    w->readable = event_new(loop_base(loop), c->c.fd, EV_READ, on_readable, w);
    w->writable = event_new(loop_base(loop), c->c.fd, EV_WRITE, on_writable, w);
    w->flush = event_new(loop_base(loop), -1, 0, on_flush, w);
    /* The socket becomes writable when the connection is made. */
    if (!w->readable || !w->writable || !w->flush || event_add(w->readable, NULL) < 0 ||
        event_add(w->writable, NULL) < 0) {
        end(w);
        return -1;
    }
    c->ev.data = w;
    c->ev.addRead = await_read;
    c->ev.delRead = leave_read;
    c->ev.addWrite = await_write;
    c->ev.delWrite = leave_write;
    c->ev.cleanup = end;
    return 0;
}
