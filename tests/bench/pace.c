/* SPDX-License-Identifier: Apache-2.0 */
#include "pace.h"

#include <stdlib.h>

#include "latency.h"

struct pace {
    struct event *tick;
    uint32_t rate; /* steps in a second */
    pace_fn begin;
    void *arg;
    int64_t begun_us;
    uint64_t begun; /* steps */
    unsigned free_count;
    unsigned free[]; /* the last that was parked goes first, so no more are in use than must be */
};

struct event_base *pace_base(void)
{
    struct event_config *config = event_config_new();
    if (!config)
        return NULL;
    event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER);
    struct event_base *base = event_base_new_with_config(config);
    event_config_free(config);
    return base;
}

static int64_t due_us(const struct pace *p)
{
    return p->begun_us + (int64_t)(p->begun * 1000 / p->rate) * 1000;
}

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    struct pace *p = arg;
    int64_t now = latency_now_us();
    while (p->rate && p->free_count && due_us(p) <= now) {
        int64_t due = due_us(p);
        p->begun++;
        p->begin(p->arg, p->free[--p->free_count], due);
    }
}

struct pace *pace_new(struct event_base *base, unsigned slots, uint32_t rate, pace_fn begin,
                      void *arg)
{
    struct pace *p = calloc(1, sizeof *p + slots * sizeof p->free[0]);
    if (!p)
        return NULL;
    *p = (struct pace){.rate = rate, .begin = begin, .arg = arg, .begun_us = latency_now_us()};
    for (unsigned i = slots; i > 0; i--)
        p->free[p->free_count++] = i - 1;
    p->tick = event_new(base, -1, EV_PERSIST, on_tick, p);
    if (p->tick && event_add(p->tick, &(struct timeval){.tv_usec = 1000}) == 0)
        return p;
    pace_free(p);
    return NULL;
}

void pace_free(struct pace *p)
{
    if (!p)
        return;
    if (p->tick)
        event_free(p->tick);
    free(p);
}

void pace_set_rate(struct pace *p, uint32_t rate)
{
    p->rate = rate;
    p->begun = 0;
    p->begun_us = latency_now_us();
}

void pace_park(struct pace *p, unsigned slot)
{
    p->free[p->free_count++] = slot;
}
