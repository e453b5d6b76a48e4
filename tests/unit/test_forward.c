/* SPDX-License-Identifier: Apache-2.0 */
/* The forwarder between a journal that is an array and a receiver that a test turns on and off. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/forward.h"

enum { ENTRIES = 10000, WINDOW = 4, RESEND_MS = 5000, IDLE_MS = 1000, SENT_MAX = 64 };

struct world {
    int64_t now;
    struct metrics *metrics;
    struct forward *forward;
    /* The journal: entry i has seq i + 1. */
    size_t count;
    bool acked[ENTRIES];
    bool later; /* it answers when the test says so */
    bool asked;
    int64_t after;
    size_t most;
    unsigned fetches;
    /* The way to the receiver, and the receiver. */
    bool down, deaf;
    int poison;       /* this entry is never acknowledged; -1 for none */
    bool acks_within; /* the call that sends */
    int sent[SENT_MAX];
    size_t sent_count;
    size_t most_waiting;
    unsigned times[ENTRIES]; /* each entry was sent */
    unsigned strange;        /* ids that were settled and are not in the journal */
};

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

static void journal_answer(struct world *w)
{
    struct forward_entry found[FORWARD_WINDOW_MAX];
    size_t n = 0;
    assert_true(w->asked);
    w->asked = false;
    for (size_t i = (size_t)w->after; i < w->count && n < w->most; i++)
        if (!w->acked[i])
            found[n++] = entry((int)i);
    forward_fetched(w->forward, found, n);
}

static void fetch(void *arg, int64_t after, size_t most)
{
    struct world *w = arg;
    assert_false(w->asked); /* one at a time */
    assert_in_range(most, 1, FORWARD_WINDOW_MAX);
    w->asked = true;
    w->after = after;
    w->most = most;
    w->fetches++;
    if (!w->later)
        journal_answer(w);
}

static void settle(void *arg, const char *id)
{
    struct world *w = arg;
    size_t i = strtoul(id, NULL, 16);
    if (i < w->count)
        w->acked[i] = true;
    else
        w->strange++;
}

static int publish(void *arg, const struct forward_entry *e)
{
    struct world *w = arg;
    int i = (int)e->seq - 1;
    if (w->down)
        return -1;
    if (w->sent_count < SENT_MAX)
        w->sent[w->sent_count] = i;
    w->sent_count++;
    w->times[i]++;
    if (forward_waiting(w->forward) > w->most_waiting)
        w->most_waiting = forward_waiting(w->forward);
    if (w->acks_within && !w->deaf && i != w->poison)
        forward_acked(w->forward, e->id);
    return 0;
}

static struct forward_options options(struct world *w)
{
    return (struct forward_options){.window = WINDOW,
                                    .resend_ms = RESEND_MS,
                                    .idle_ms = IDLE_MS,
                                    .clock = {.now_ms = now_ms, .arg = w},
                                    .metrics = w->metrics};
}

static int open_world(void **state)
{
    struct world *w = test_calloc(1, sizeof *w);
    struct forward_ports ports = {.arg = w, .fetch = fetch, .settle = settle, .publish = publish};
    w->now = 1795456789000;
    w->poison = -1;
    w->metrics = metrics_new();
    struct forward_options o = options(w);
    w->forward = forward_new(&o, &ports);
    *state = w;
    return 0;
}

static int close_world(void **state)
{
    struct world *w = *state;
    forward_free(w->forward);
    metrics_free(w->metrics);
    test_free(w);
    return 0;
}

static void tick_after(struct world *w, int64_t ms)
{
    w->now += ms;
    forward_tick(w->forward);
}

static void ack(struct world *w, int i)
{
    forward_acked(w->forward, entry(i).id);
}

/* What was sent since the last look, such as "0 1 2". */
static void expect_sent(struct world *w, const char *expected)
{
    char seen[512] = "";
    for (size_t i = 0; i < w->sent_count && i < SENT_MAX; i++)
        snprintf(seen + strlen(seen), sizeof seen - strlen(seen), "%s%d", i > 0 ? " " : "",
                 w->sent[i]);
    assert_string_equal(seen, expected);
    w->sent_count = 0;
}

static size_t left(const struct world *w)
{
    size_t n = 0;
    for (size_t i = 0; i < w->count; i++)
        n += !w->acked[i];
    return n;
}

static void entries_go_in_order_and_stay_in_the_window(void **state)
{
    struct world *w = *state;
    w->count = 10;
    forward_tick(w->forward);
    expect_sent(w, "0 1 2 3");
    assert_int_equal(forward_waiting(w->forward), 4);
    tick_after(w, 100);
    expect_sent(w, "");
    ack(w, 1);
    tick_after(w, 100);
    expect_sent(w, "4");
    ack(w, 0);
    ack(w, 2);
    expect_sent(w, "5 6");
    for (int i = 3; i < 10; i++)
        ack(w, i);
    assert_int_equal(left(w), 0);
    assert_int_equal(forward_waiting(w->forward), 0);
    expect_sent(w, "7 8 9");
    assert_int_equal(metrics_get(w->metrics, M_JOURNAL_SENT, NULL), 10);
    assert_int_equal(metrics_get(w->metrics, M_JOURNAL_ACKED, NULL), 10);
}

static void it_rests_at_the_end_and_looks_again(void **state)
{
    struct world *w = *state;
    forward_tick(w->forward);
    assert_int_equal(w->fetches, 1);
    w->count = 1;
    tick_after(w, IDLE_MS - 1);
    assert_int_equal(w->fetches, 1);
    tick_after(w, 1);
    expect_sent(w, "0");
}

static void something_new_ends_the_rest(void **state)
{
    struct world *w = *state;
    forward_tick(w->forward);
    w->count = 1;
    forward_wake(w->forward);
    expect_sent(w, "0");
}

/* The journal looked, then the entry came, then the journal's answer. */
static void something_new_during_a_fetch_is_not_missed(void **state)
{
    struct world *w = *state;
    w->later = true;
    forward_tick(w->forward);
    forward_wake(w->forward);
    journal_answer(w);
    assert_int_equal(w->fetches, 2);
    w->count = 1;
    journal_answer(w);
    expect_sent(w, "0");
}

static void a_receiver_that_is_down_gets_all_when_it_is_back(void **state)
{
    struct world *w = *state;
    w->count = 10;
    w->deaf = true;
    forward_tick(w->forward);
    expect_sent(w, "0 1 2 3");
    tick_after(w, RESEND_MS - 1);
    expect_sent(w, "");
    tick_after(w, 1);
    expect_sent(w, "4 5 6 7");
    tick_after(w, RESEND_MS);
    expect_sent(w, "8 9");
    w->deaf = false;
    w->acks_within = true;
    tick_after(w, RESEND_MS);
    expect_sent(w, "0 1 2 3 4 5 6 7 8 9");
    assert_int_equal(left(w), 0);
}

/* What left the window unacknowledged comes again as soon as the receiver shows that it lives. */
static void an_acknowledgement_ends_the_rest(void **state)
{
    struct world *w = *state;
    struct forward_options o = options(w);
    o.idle_ms = 10 * RESEND_MS;
    forward_set_options(w->forward, &o);
    w->count = 2;
    forward_tick(w->forward);
    expect_sent(w, "0 1");
    tick_after(w, RESEND_MS);
    expect_sent(w, "");
    ack(w, 0);
    expect_sent(w, "1");
}

static void one_poisoned_entry_holds_up_nobody(void **state)
{
    struct world *w = *state;
    struct forward_options o = options(w);
    o.window = 1;
    forward_set_options(w->forward, &o);
    w->count = 100;
    w->poison = 50;
    w->acks_within = true;
    for (int i = 0; i < 20; i++)
        tick_after(w, RESEND_MS);
    assert_int_equal(left(w), 1);
    assert_false(w->acked[50]);
    assert_in_range(w->times[50], 2, 20);
    assert_int_equal(w->times[49], 1);
    assert_int_equal(w->times[51], 1);
}

static void what_is_in_flight_is_sent_again_only_after_its_time(void **state)
{
    struct world *w = *state;
    w->count = 2;
    forward_tick(w->forward);
    expect_sent(w, "0 1");
    for (int i = 0; i < 4; i++)
        tick_after(w, IDLE_MS);
    forward_wake(w->forward);
    expect_sent(w, "");
    tick_after(w, RESEND_MS);
    expect_sent(w, "0 1");
}

/* Else a clock that is put back by an hour would keep the window full for an hour. */
static void a_clock_that_is_put_back_does_not_hold_it_up(void **state)
{
    struct world *w = *state;
    w->count = 5;
    forward_tick(w->forward);
    expect_sent(w, "0 1 2 3");
    tick_after(w, -3600 * 1000);
    expect_sent(w, "");
    tick_after(w, RESEND_MS);
    expect_sent(w, "4");
    tick_after(w, IDLE_MS);
    expect_sent(w, "0 1 2");
}

static void the_connection_goes_and_comes_back(void **state)
{
    struct world *w = *state;
    w->count = 6;
    forward_tick(w->forward);
    expect_sent(w, "0 1 2 3");
    w->down = true;
    ack(w, 0);
    ack(w, 1);
    ack(w, 2);
    tick_after(w, 100);
    assert_int_equal(forward_waiting(w->forward), 1);
    unsigned before = w->fetches;
    tick_after(w, 100);
    assert_int_equal(w->fetches, before + 1); /* one try a tick */
    w->down = false;
    forward_wake(w->forward);
    expect_sent(w, "4 5");
}

static void strange_acknowledgements_are_settled(void **state)
{
    struct world *w = *state;
    forward_tick(w->forward);
    w->count = 2;
    forward_acked(w->forward, "ffffffffffffffff");
    assert_int_equal(w->strange, 1);
    ack(w, 1); /* sent by another run of the program */
    tick_after(w, IDLE_MS);
    expect_sent(w, "0");
    ack(w, 0);
    ack(w, 0);
    assert_int_equal(forward_waiting(w->forward), 0);
    assert_int_equal(metrics_get(w->metrics, M_JOURNAL_ACKED, NULL), 4);
}

static void the_window_can_shrink(void **state)
{
    struct world *w = *state;
    struct forward_options o = options(w);
    w->count = 8;
    w->later = true;
    forward_tick(w->forward);
    o.window = 2;
    forward_set_options(w->forward, &o);
    journal_answer(w);
    expect_sent(w, "0 1");
    ack(w, 0);
    assert_int_equal(w->after, 2);
    assert_int_equal(w->most, 1);
    journal_answer(w);
    expect_sent(w, "2");
}

static void ten_thousand_entries_drain(void **state)
{
    struct world *w = *state;
    struct forward_options o = options(w);
    o.window = FORWARD_WINDOW_MAX + 1; /* taken as the most */
    forward_set_options(w->forward, &o);
    w->count = ENTRIES;
    forward_tick(w->forward);
    assert_int_equal(forward_waiting(w->forward), FORWARD_WINDOW_MAX);
    for (int i = 0; i < ENTRIES; i++)
        ack(w, i);
    assert_int_equal(left(w), 0);
    assert_int_equal(w->most_waiting, FORWARD_WINDOW_MAX);
    for (int i = 0; i < ENTRIES; i++)
        assert_int_equal(w->times[i], 1);
    assert_in_range(w->fetches, 70, 100); /* about one for half a window */
}

#define t(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        t(entries_go_in_order_and_stay_in_the_window),
        t(it_rests_at_the_end_and_looks_again),
        t(something_new_ends_the_rest),
        t(something_new_during_a_fetch_is_not_missed),
        t(a_receiver_that_is_down_gets_all_when_it_is_back),
        t(an_acknowledgement_ends_the_rest),
        t(one_poisoned_entry_holds_up_nobody),
        t(what_is_in_flight_is_sent_again_only_after_its_time),
        t(a_clock_that_is_put_back_does_not_hold_it_up),
        t(the_connection_goes_and_comes_back),
        t(strange_acknowledgements_are_settled),
        t(the_window_can_shrink),
        t(ten_thousand_entries_drain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
