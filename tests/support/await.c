/* SPDX-License-Identifier: Apache-2.0 */
#include "support/await.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { AWAIT_MS = 20000, LOOK_MS = 1 };

static void look(void *arg)
{
    struct await *a = arg;
    a->met = a->done && a->done(a->arg);
    if (a->met || loop_monotonic_us() >= a->end_us)
        loop_stop(a->loop);
    else
        loop_timer_set(a->timer, LOOK_MS);
}

void await_open(struct await *a, struct loop *l)
{
    *a = (struct await){.loop = l, .timer = loop_timer_new(l, look, a)};
    assert_non_null(a->timer);
}

void await_close(struct await *a)
{
    loop_timer_free(a->timer);
}

static void run(struct await *a, bool (*done)(void *arg), void *arg, int ms)
{
    a->done = done;
    a->arg = arg;
    a->end_us = loop_monotonic_us() + (int64_t)ms * 1000;
    loop_timer_set(a->timer, 0);
    assert_int_equal(loop_run(a->loop), 0);
}

void await_until(struct await *a, bool (*done)(void *arg), void *arg)
{
    run(a, done, arg, AWAIT_MS);
    assert_true(a->met);
}

void await_pass(struct await *a, int ms)
{
    run(a, NULL, NULL, ms);
}
