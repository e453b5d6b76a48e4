/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bridge/room.h"

static uint64_t fill(struct room *r)
{
    uint64_t last = 0;
    while (room_has(r))
        last = room_take(r);
    return last;
}

static void no_more_than_most_are_under_way(void **state)
{
    (void)state;
    struct room r;
    room_init(&r, 3);
    assert_int_equal(fill(&r), 3);
    room_give(&r, 2, ROOM_LEFT);
    assert_true(room_has(&r));
    assert_int_equal(room_take(&r), 4);
    assert_false(room_has(&r));
}

static void what_goes_on_finds_a_place(void **state)
{
    (void)state;
    assert_int_equal(room_share(4096), 2048);
    assert_int_equal(room_share(20), 16);
    assert_int_equal(room_share(2), 2);
}

static void the_last_places_are_for_what_goes_on(void **state)
{
    (void)state;
    assert_true(room_leaves_places(3071, 4096));
    assert_false(room_leaves_places(3072, 4096));
    assert_true(room_leaves_places(15, 20));
    assert_false(room_leaves_places(16, 20));
    assert_true(room_leaves_places(1, 2));
}

static void a_refusal_halves_once_what_was_under_way_together(void **state)
{
    (void)state;
    struct room r;
    room_init(&r, 3072);
    for (int i = 0; i < 1000; i++)
        room_take(&r);
    room_give(&r, 1, ROOM_REFUSED);
    assert_int_equal(r.now, 500);
    for (uint64_t n = 2; n <= 600; n++)
        room_give(&r, n, ROOM_REFUSED);
    assert_int_equal(r.now, 500);
    assert_int_equal(fill(&r), 1100);
    /* Those that were sent after it tell of another. */
    room_give(&r, 1001, ROOM_REFUSED);
    assert_int_equal(r.now, 250);
}

static void answers_let_it_grow_again_up_to_most(void **state)
{
    (void)state;
    struct room r;
    room_init(&r, 200);
    fill(&r);
    room_give(&r, 1, ROOM_REFUSED);
    assert_int_equal(r.now, 100);
    for (uint64_t n = 2; n <= 101; n++)
        room_give(&r, n, ROOM_ANSWERED);
    assert_int_equal(r.now, 125);
    room_give(&r, 102, ROOM_LEFT);
    assert_int_equal(r.now, 125);
    for (int i = 0; i < 1000; i++)
        room_give(&r, room_take(&r), ROOM_ANSWERED);
    assert_int_equal(r.now, 200);
}

static void somebody_always_tries(void **state)
{
    (void)state;
    struct room r;
    room_init(&r, 3072);
    for (int i = 0; i < 100; i++)
        room_give(&r, room_take(&r), ROOM_REFUSED);
    assert_int_equal(r.now, 16);
    assert_true(room_has(&r));
    room_init(&r, 2);
    room_give(&r, room_take(&r), ROOM_REFUSED);
    assert_int_equal(r.now, 2);
}

/* A gateway with a queue: a tenth of a millisecond to serve, half of that to refuse whatever waited
 * longer than limit_us. */
struct gateway {
    uint64_t queue[4096];
    int64_t since[4096];
    unsigned first, count;
    int64_t busy_until, limit_us;
    unsigned served, refused;
    int64_t longest_us;
};

enum { SERVE_US = 100, REFUSE_US = 50 };

static void work(struct gateway *g, struct room *r, int64_t now)
{
    while (g->count > 0 && g->busy_until <= now) {
        int64_t waited = now - g->since[g->first];
        bool serve = waited <= g->limit_us;
        g->busy_until = now + (serve ? SERVE_US : REFUSE_US);
        if (serve && waited > g->longest_us)
            g->longest_us = waited;
        g->served += serve;
        g->refused += !serve;
        room_give(r, g->queue[g->first], serve ? ROOM_ANSWERED : ROOM_REFUSED);
        g->first = (g->first + 1) % 4096;
        g->count--;
    }
}

static void put(struct gateway *g, uint64_t number, int64_t now)
{
    unsigned at = (g->first + g->count++) % 4096;
    g->queue[at] = number;
    g->since[at] = now;
}

/* A slow gateway that gets three times what it can do is kept busy with serving. Without the cuts
 * it would refuse nearly all, since all wait behind those that are to be refused. */
static void an_overloaded_gateway_serves_on(void **state)
{
    (void)state;
    static struct gateway g;
    struct room r;
    unsigned put_off = 0;
    g = (struct gateway){.limit_us = 50000};
    room_init(&r, 3072);
    for (int tick = 0; tick < 200000; tick++) {
        int64_t now = (int64_t)tick * SERVE_US / 2;
        work(&g, &r, now);
        for (int arrivals = 1 + tick % 2; arrivals > 0; arrivals--) {
            if (room_has(&r))
                put(&g, room_take(&r), now);
            else
                put_off++;
        }
    }
    assert_in_range(g.served, 80000, 100000); /* of the 100,000 that it could */
    assert_in_range(g.refused, 1, 20000);
    assert_true(put_off > 0);
    assert_in_range(g.longest_us, 0, 50000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_more_than_most_are_under_way),
        cmocka_unit_test(what_goes_on_finds_a_place),
        cmocka_unit_test(the_last_places_are_for_what_goes_on),
        cmocka_unit_test(a_refusal_halves_once_what_was_under_way_together),
        cmocka_unit_test(answers_let_it_grow_again_up_to_most),
        cmocka_unit_test(somebody_always_tries),
        cmocka_unit_test(an_overloaded_gateway_serves_on),
    };
    return cmocka_run_group_tests_name("room", tests, NULL, NULL);
}
