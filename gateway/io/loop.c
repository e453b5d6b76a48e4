/* SPDX-License-Identifier: Apache-2.0 */
#include "io/loop.h"

#include <event2/event.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/queue.h>
#include <time.h>

/* A signal or descriptor that is watched. */
struct watch {
    SLIST_ENTRY(watch) link;
    struct event *event;
    loop_fn fn;
    void *arg;
};

struct loop {
    struct event_base *base;
    SLIST_HEAD(, watch) watches;
};

struct loop_timer {
    struct event *event;
    loop_fn fn;
    void *arg;
};

struct loop *loop_new(void)
{
    struct loop *l = calloc(1, sizeof *l);
    struct event_config *config = event_config_new();
    if (l && config) {
        event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
        l->base = event_base_new_with_config(config);
    }
    if (config)
        event_config_free(config);
    if (!l || !l->base) {
        free(l);
        return NULL;
    }
    /* hiredis, evhttp and TLS write to sockets that the peer may have closed: that is an error, no
     * end. */
    signal(SIGPIPE, SIG_IGN);
    return l;
}

void loop_free(struct loop *l)
{
    if (!l)
        return;
    while (!SLIST_EMPTY(&l->watches)) {
        struct watch *w = SLIST_FIRST(&l->watches);
        SLIST_REMOVE_HEAD(&l->watches, link);
        event_free(w->event);
        free(w);
    }
    event_base_loop(l->base, EVLOOP_NONBLOCK); /* what was cancelled frees itself */
    event_base_free(l->base);
    free(l);
}

int loop_run(struct loop *l)
{
    return event_base_loop(l->base, EVLOOP_NO_EXIT_ON_EMPTY) < 0 ? -1 : 0;
}

void loop_stop(struct loop *l)
{
    event_base_loopbreak(l->base);
}

static void timer_fired(evutil_socket_t fd, short what, void *arg)
{
    struct loop_timer *t = arg;
    (void)fd;
    (void)what;
    t->fn(t->arg);
}

struct loop_timer *loop_timer_new(struct loop *l, loop_fn fn, void *arg)
{
    struct loop_timer *t = malloc(sizeof *t);
    if (!t)
        return NULL;
    *t = (struct loop_timer){.fn = fn, .arg = arg};
    t->event = event_new(l->base, -1, 0, timer_fired, t);
    if (!t->event) {
        free(t);
        return NULL;
    }
    return t;
}

void loop_timer_set(struct loop_timer *t, int64_t ms)
{
    struct timeval tv = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
    event_add(t->event, &tv);
}

void loop_timer_stop(struct loop_timer *t)
{
    event_del(t->event);
}

void loop_timer_free(struct loop_timer *t)
{
    if (!t)
        return;
    event_free(t->event);
    free(t);
}

static void watch_fired(evutil_socket_t fd, short what, void *arg)
{
    struct watch *w = arg;
    (void)fd;
    (void)what;
    w->fn(w->arg);
}

/* Watch a descriptor or (with EV_SIGNAL) a signal. */
static int watch(struct loop *l, int fd, short what, const struct watch *like)
{
    struct watch *w = malloc(sizeof *w);
    if (!w)
        return -1;
    *w = *like;
    w->event = event_new(l->base, fd, (short)(what | EV_PERSIST), watch_fired, w);
    if (!w->event)
        goto out;
    if (event_add(w->event, NULL) < 0)
        goto out;
    SLIST_INSERT_HEAD(&l->watches, w, link);
    return 0;
out:
    if (w->event)
        event_free(w->event);
    free(w);
    return -1;
}

int loop_on_signal(struct loop *l, int signal_number, loop_fn fn, void *arg)
{
    return watch(l, signal_number, EV_SIGNAL, &(struct watch){.fn = fn, .arg = arg});
}

int loop_on_readable(struct loop *l, int fd, loop_fn fn, void *arg)
{
    return watch(l, fd, EV_READ, &(struct watch){.fn = fn, .arg = arg});
}

void loop_off_readable(struct loop *l, int fd)
{
    struct watch *w;
    SLIST_FOREACH(w, &l->watches, link)
    {
        if (event_get_fd(w->event) == fd && (event_get_events(w->event) & EV_READ))
            break;
    }
    if (!w)
        return;
    SLIST_REMOVE(&l->watches, w, watch, link);
    event_free(w->event);
    free(w);
}

int64_t loop_monotonic_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

struct event_base *loop_base(struct loop *l)
{
    return l->base;
}
