/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of the SMPP bridge, parts of long messages and what was sent, each allocation failing
 * in turn: nothing is half there, no token is lost, nothing is told wrongly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "smpp/parts.h"
#include "smpp/sent.h"
#include "support/deliver.h"
#include "support/failing.h"

enum { MANY = 200 }; /* enough for the tables to grow */

struct desk {
    struct parts *parts;
    size_t given;
    bool delivered[MANY];
    unsigned told;
};

static void on_expired(void *arg, const uint64_t *tokens, size_t count)
{
    struct desk *desk = arg;
    (void)tokens;
    desk->given += count;
}

static void on_receipt(void *arg, const char *mt_id, enum mo_status status)
{
    struct desk *desk = arg;
    unsigned i = 0;
    assert_int_equal(sscanf(mt_id, "m%u", &i), 1);
    assert_int_equal(status, i % 2 ? STATUS_DELIVERED : STATUS_FAILED);
    assert_false(desk->delivered[i]);
    desk->delivered[i] = true;
    desk->told++;
}

static unsigned run_setup(void *arg, const struct failing *plan)
{
    struct parts_options po = {.messages = 1};
    struct sent_options so = {.messages = 1};
    (void)arg;
    failing_arm(plan, FAILING_HERE);
    struct parts *p = parts_new(&po);
    struct sent *s = sent_new(&so);
    unsigned failed = failing_disarm();
    assert_int_equal(!p + !s, failed);
    parts_free(p);
    sent_free(s);
    return failed;
}

static enum parts_result add(struct desk *desk, unsigned reference, uint8_t number,
                             struct parts_whole *whole)
{
    static struct deliver d;
    struct part part;
    uint64_t older;
    const uint8_t place[] = {2, number};
    deliver_udh(&d, reference, place, number == 1 ? "one" : "two");
    assert_int_equal(part_of(&d.pdu, &part), PDU_OK);
    return parts_add(desk->parts, &d.pdu, &part, reference * 2 + number, 0, whole, &older);
}

/* Two parts of each message; what had no memory comes again, as an SMSC does. */
static unsigned run_parts(void *arg, const struct failing *plan)
{
    struct desk desk = {.told = 0};
    struct parts_options o = {MANY - 10, 1, 1, &desk, on_expired};
    struct parts_whole whole;
    unsigned later = 0;
    (void)arg;
    desk.parts = parts_new(&o);
    failing_arm(plan, FAILING_HERE);
    for (unsigned i = 1; i <= MANY; i++)
        while (add(&desk, i, 2, &whole) != PARTS_WAIT)
            later++;
    assert_int_equal(parts_count(desk.parts), MANY - 10);
    assert_int_equal(desk.given, 10);
    for (unsigned i = 11; i <= MANY; i++) {
        enum parts_result r;
        while ((r = add(&desk, i, 1, &whole)) == PARTS_LATER)
            later++;
        assert_int_equal(r, PARTS_WHOLE);
        assert_int_equal(whole.len, 6);
        assert_memory_equal(whole.octets, "onetwo", 6);
        parts_settled(desk.parts, whole.id, true, 0);
        assert_int_equal(add(&desk, i, 2, &whole), PARTS_DONE);
    }
    unsigned failed = failing_disarm();
    assert_int_equal(later, failed);
    parts_free(desk.parts);
    return failed;
}

/* Ids spelled in hexadecimal, receipts in decimal; one in three comes too early. */
static unsigned run_sent(void *arg, const struct failing *plan)
{
    struct desk desk = {.told = 0};
    struct sent_options o = {MANY, 100, 0, &desk, on_receipt};
    struct sent *s = sent_new(&o);
    (void)arg;
    failing_arm(plan, FAILING_HERE);
    for (unsigned i = 0; i < MANY; i++) {
        char id[20], mt[20];
        struct receipt r = {.status = i % 2 ? STATUS_DELIVERED : STATUS_FAILED, .final = true};
        snprintf(id, sizeof id, "%X", i + 1000000);
        snprintf(mt, sizeof mt, "m%u", i);
        snprintf(r.id, sizeof r.id, "%u", i + 1000000);
        if (i % 3 == 0)
            sent_receipt(s, &r, 0);
        sent_add(s, id, mt, 1, 0);
        if (i % 3 != 0)
            sent_receipt(s, &r, 0);
        assert_in_range(sent_count(s), 0, i + 1);
    }
    unsigned failed = failing_disarm();
    assert_in_range(desk.told, MANY - failed, MANY);
    assert_in_range(sent_count(s), MANY - failed, MANY);
    sent_tick(s, 100);
    assert_int_equal(sent_count(s), 0);
    sent_free(s);
    return failed;
}

static void setup_without_memory(void **state)
{
    (void)state;
    failing_both("set-up", 2, run_setup, NULL);
}

static void tables_without_memory(void **state)
{
    (void)state;
    failing_both("parts that grow", 5, run_parts, NULL);
    failing_both("sent that grows", 5, run_sent, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(setup_without_memory, failing_tell),
        cmocka_unit_test_teardown(tables_without_memory, failing_tell),
    };
    return cmocka_run_group_tests_name("nth/smpp_tables", tests, NULL, NULL);
}
