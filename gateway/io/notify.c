/* SPDX-License-Identifier: Apache-2.0 */
#include "io/notify.h"

#include <stdbool.h>
#include <stdlib.h>
#include <systemd/sd-daemon.h>

struct notify {
    struct loop_timer *timer;
    int64_t period_ms; /* 0: nobody watches */
    bool up;
};

/* The loop turns. Half the time that systemd allows leaves room for one slow turn. */
static void on_timer(void *arg)
{
    struct notify *n = arg;
    sd_notify(0, n->up ? "WATCHDOG=1" : "READY=1");
    n->up = true;
    if (n->period_ms > 0)
        loop_timer_set(n->timer, n->period_ms);
}

struct notify *notify_new(struct loop *loop)
{
    uint64_t watchdog_us = 0;
    struct notify *n = calloc(1, sizeof *n);
    if (!n)
        return NULL;
    n->timer = loop_timer_new(loop, on_timer, n);
    if (!n->timer) {
        free(n);
        return NULL;
    }
    if (sd_watchdog_enabled(0, &watchdog_us) > 0)
        n->period_ms = (int64_t)(watchdog_us / 2000) + 1;
    loop_timer_set(n->timer, 0);
    return n;
}

void notify_stopping(struct notify *n)
{
    if (n)
        sd_notify(0, "STOPPING=1");
}

void notify_free(struct notify *n)
{
    if (!n)
        return;
    loop_timer_free(n->timer);
    free(n);
}
