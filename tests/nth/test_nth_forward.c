/* SPDX-License-Identifier: Apache-2.0 */
/* The forwarder with each call of its ports failing in turn: every entry is acknowledged in the
 * end. A fetch that fails gives nothing, or a part, or comes late; a settle that fails is lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/forward.h"
#include "support/failing.h"

enum {
    ENTRIES = 12,
    WINDOW = 3,
    RESEND_MS = 5000,
    IDLE_MS = 1000,
    TICK_MS = 100,
    TICKS_MAX = 3000
};

enum port { FETCH_NOTHING, FETCH_PART, FETCH_LATE, SETTLE, PUBLISH, ACK };

struct world {
    enum port port; /* that fails */
    struct failing plan;
    int64_t now;
    struct forward *forward;
    bool acked[ENTRIES], got[ENTRIES];
    bool asked; /* a fetch waits */
    int64_t after;
    size_t most;
    int on_the_way[WINDOW]; /* acknowledgements that come with the next tick */
    size_t acks;
    bool at_once; /* acknowledgements come within the call that sends */
};

static bool fails(struct world *w, enum port port)
{
    return w->port == port && failing_now(&w->plan);
}

static int64_t now_ms(void *arg)
{
    return ((struct world *)arg)->now;
}

static struct forward_entry entry(int i)
{
    struct forward_entry e = {.seq = i + 1, .payload = "{}", .len = 2};
    snprintf(e.id, sizeof e.id, "%016x", (unsigned)i);
    return e;
}

static void answer_fetch(struct world *w, size_t most)
{
    struct forward_entry found[ENTRIES];
    size_t n = 0;
    w->asked = false;
    for (int i = (int)w->after; i < ENTRIES && n < most; i++)
        if (!w->acked[i])
            found[n++] = entry(i);
    forward_fetched(w->forward, found, n);
}

static void fetch(void *arg, int64_t after, size_t most)
{
    struct world *w = arg;
    assert_false(w->asked);
    assert_in_range(most, 1, WINDOW);
    w->asked = true;
    w->after = after;
    w->most = most;
    if (fails(w, FETCH_NOTHING))
        answer_fetch(w, 0);
    else if (fails(w, FETCH_PART))
        answer_fetch(w, most / 2);
    else if (!fails(w, FETCH_LATE))
        answer_fetch(w, most);
}

static void settle(void *arg, const char *id)
{
    struct world *w = arg;
    if (!fails(w, SETTLE))
        w->acked[strtoul(id, NULL, 16)] = true;
}

static int publish(void *arg, const struct forward_entry *e)
{
    struct world *w = arg;
    int i = (int)e->seq - 1;
    assert_in_range(forward_waiting(w->forward), 1, WINDOW);
    if (fails(w, PUBLISH))
        return -1;
    w->got[i] = true;
    if (fails(w, ACK))
        return 0; /* it is lost on the way */
    if (w->at_once)
        forward_acked(w->forward, e->id);
    else if (w->acks < WINDOW)
        w->on_the_way[w->acks++] = i;
    return 0;
}

static size_t left(const struct world *w)
{
    size_t n = 0;
    for (int i = 0; i < ENTRIES; i++)
        n += !w->acked[i];
    return n;
}

static void tick(struct world *w)
{
    int acks[WINDOW];
    size_t n = w->acks;
    memcpy(acks, w->on_the_way, sizeof acks);
    w->acks = 0;
    w->now += TICK_MS;
    if (w->asked)
        answer_fetch(w, w->most);
    for (size_t i = 0; i < n; i++)
        forward_acked(w->forward, entry(acks[i]).id);
    forward_tick(w->forward);
}

static unsigned run(void *arg, const struct failing *plan)
{
    struct world w = *(const struct world *)arg;
    struct forward_options o = {.window = WINDOW,
                                .resend_ms = RESEND_MS,
                                .idle_ms = IDLE_MS,
                                .clock = {.now_ms = now_ms, .arg = &w}};
    struct forward_ports ports = {.arg = &w, .fetch = fetch, .settle = settle, .publish = publish};
    w.plan = *plan;
    w.now = 1795456789000;
    w.forward = forward_new(&o, &ports);
    forward_tick(w.forward);
    for (int i = 0; left(&w) > 0 || forward_waiting(w.forward) > 0; i++) {
        assert_in_range(i, 0, TICKS_MAX);
        tick(&w);
    }
    for (int i = 0; i < ENTRIES; i++)
        assert_true(w.got[i]);
    unsigned failed = w.plan.failed;
    forward_free(w.forward);
    return failed;
}

static void every_entry_is_acknowledged(void **state)
{
    static const struct {
        const char *scenario;
        enum port port;
    } all[] = {{"fetch gives nothing", FETCH_NOTHING},
               {"fetch gives a part", FETCH_PART},
               {"fetch answers late", FETCH_LATE},
               {"settle is lost", SETTLE},
               {"publish", PUBLISH},
               {"the acknowledgement is lost", ACK}};
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct world w = {.port = all[i].port};
        failing_both(all[i].scenario, 9, run, &w);
        w.at_once = true;
        failing_both(all[i].scenario, 9, run, &w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(every_entry_is_acknowledged, failing_tell),
    };
    return cmocka_run_group_tests_name("nth/forward", tests, NULL, NULL);
}
