/* SPDX-License-Identifier: Apache-2.0 */
/* An SMPP link with each of its allocations failing in turn: there is none, or it does all it
 * should. Once it is there it asks for no memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "support/failing.h"
#include "support/link_desk.h"

static void play(struct link_desk *d)
{
    link_open(d->link, d->now);
    desk_carrier(d, PDU_RESPONSE | PDU_BIND_TRANSCEIVER, PDU_OK, 1);
    for (uint32_t i = 0; i < DESK_WINDOW; i++) {
        desk_deliver(d, 10 + i, "hi");
        assert_int_equal(desk_submit(d, "hi", i), 0);
        desk_accept(d, 2 + i, "id");
    }
    for (uint32_t i = 0; i < DESK_WINDOW; i++)
        assert_int_equal(link_answer(d->link, 10 + i, PDU_OK), 0);
    assert_int_equal(desk_submit(d, "hi", 9), 0);
    desk_wait(d, DESK_RESPONSE_MS);
    link_lost(d->link, "cut");
    assert_int_equal(link_state(d->link), LINK_CLOSED);
}

static unsigned run(void *arg, const struct failing *plan)
{
    struct link_desk d = {.piece = 3};
    struct link_options o = desk_options();
    (void)arg;
    failing_arm(plan, FAILING_HERE);
    desk_open(&d, &o);
    unsigned failed = failing_disarm();
    assert_int_equal(d.link == NULL, failed > 0);
    if (d.link)
        play(&d);
    desk_close(&d);
    return failed;
}

static void a_link_or_none(void **state)
{
    (void)state;
    failing_both("link_new", 9, run, NULL);
}

/* The desk allocates for what it sends, and gives all back: what is left is the link's. */
static void no_memory_is_asked_for_later(void **state)
{
    struct link_desk d = {.piece = 0};
    struct link_options o = desk_options();
    (void)state;
    desk_open(&d, &o);
    assert_non_null(d.link);
    size_t before = failing_live();
    play(&d);
    assert_int_equal(failing_live(), before);
    desk_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_link_or_none, failing_tell),
        cmocka_unit_test_teardown(no_memory_is_asked_for_later, failing_tell),
    };
    return cmocka_run_group_tests_name("nth/smpp", tests, NULL, NULL);
}
