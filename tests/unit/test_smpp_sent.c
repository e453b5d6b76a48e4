/* SPDX-License-Identifier: Apache-2.0 */
/* Which message a receipt speaks of: ids spelled in two ways, receipts that are too early, parts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "smpp/sent.h"
#include "smpp/spelling.h"

enum { ANSWER_MS = 10000, REMEMBER_MS = 100000 };

/* What was told last, such as "m1 2". */
struct desk {
    struct sent *s;
    unsigned told;
    char last[100];
};

static void on_receipt(void *arg, const char *mt_id, enum mo_status status)
{
    struct desk *desk = arg;
    desk->told++;
    snprintf(desk->last, sizeof desk->last, "%s %d", mt_id, status);
}

static void open_desk(struct desk *desk, size_t messages, int64_t answer_ms)
{
    struct sent_options o = {messages, REMEMBER_MS, answer_ms, desk, on_receipt};
    memset(desk, 0, sizeof *desk);
    desk->s = sent_new(&o);
    assert_non_null(desk->s);
}

static int tell(struct desk *desk, const char *id, enum mo_status status, int64_t now)
{
    struct receipt r = {.status = status, .final = status != STATUS_ACCEPTED};
    snprintf(r.id, sizeof r.id, "%s", id);
    return sent_receipt(desk->s, &r, now);
}

/* One message under id: does a receipt of the other spelling match? */
static bool alike(const char *id, const char *receipt)
{
    struct desk desk;
    open_desk(&desk, 10, 0);
    sent_add(desk.s, id, "m1", 1, 0);
    int r = tell(&desk, receipt, STATUS_DELIVERED, 0);
    assert_int_equal(desk.told, r == 0);
    sent_free(desk.s);
    return r == 0;
}

static void spellings_are_alike(void **state)
{
    (void)state;
    assert_true(alike("7", "7"));
    assert_true(alike("0000000007", "7"));
    assert_true(alike("7", "0000000007"));
    assert_true(alike("4c1f", "4C1F"));
    assert_true(alike("4c1f", "0019487"));
    assert_true(alike("00004C1F", "19487"));
    assert_true(alike("19487", "4c1f"));
    assert_true(alike("10", "16"));
    assert_true(alike("16", "10"));
    assert_true(alike("FFFFFFFFFFFFFFFF", "18446744073709551615"));
    assert_true(alike("18446744073709551615", "ffffffffffffffff"));
    assert_true(alike("000", "0"));
    assert_true(alike("A3F1-77", "a3f1-77"));
    assert_false(alike("7", "8"));
    assert_false(alike("4c1f", "4c1e"));
    assert_false(alike("xyz", "xy"));
    assert_false(alike("10000000000000000", "18446744073709551616"));
    assert_false(alike("18446744073709551616", "0"));
}

static void an_exact_id_wins(void **state)
{
    struct desk desk;
    (void)state;
    open_desk(&desk, 10, 0);
    sent_add(desk.s, "16", "m16", 1, 0);
    sent_add(desk.s, "10", "m10", 1, 0);
    sent_add(desk.s, "010", "m010", 1, 0);
    assert_int_equal(tell(&desk, "10", STATUS_DELIVERED, 0), 0);
    assert_string_equal(desk.last, "m10 2");
    assert_int_equal(tell(&desk, "010", STATUS_FAILED, 0), 0);
    assert_string_equal(desk.last, "m010 3");
    assert_int_equal(tell(&desk, "16", STATUS_DELIVERED, 0), 0);
    assert_string_equal(desk.last, "m16 2");
    assert_int_equal(desk.told, 3);
    sent_free(desk.s);
}

static void what_could_be_two_is_neither(void **state)
{
    struct desk desk;
    (void)state;
    open_desk(&desk, 10, 0);
    sent_add(desk.s, "0010", "a", 1, 0);
    sent_add(desk.s, "16", "b", 1, 0);
    assert_int_equal(tell(&desk, "10", STATUS_DELIVERED, 0), -1);
    sent_tick(desk.s, 0);
    assert_int_equal(desk.told, 0);
    /* An SMSC that gives the same id to all. */
    sent_add(desk.s, "5", "c", 1, 0);
    sent_add(desk.s, "5", "d", 1, 0);
    assert_int_equal(tell(&desk, "5", STATUS_DELIVERED, 0), -1);
    assert_int_equal(desk.told, 0);
    /* The other one is done: then it was this one. */
    assert_int_equal(tell(&desk, "16", STATUS_FAILED, 0), 0);
    sent_tick(desk.s, 1);
    assert_int_equal(desk.told, 2);
    assert_string_equal(desk.last, "a 2");
    sent_free(desk.s);
}

static void a_receipt_may_overtake(void **state)
{
    struct desk desk;
    (void)state;
    open_desk(&desk, 10, ANSWER_MS);
    assert_int_equal(tell(&desk, "4C1F", STATUS_DELIVERED, 0), -1);
    assert_int_equal(tell(&desk, "4C1F", STATUS_DELIVERED, 1), -1);
    sent_add(desk.s, "4C1F", "m1", 1, 100);
    assert_string_equal(desk.last, "m1 2");
    assert_int_equal(desk.told, 1);
    /* Nothing of it is left to match another. */
    sent_add(desk.s, "4c1f", "m2", 1, 100);
    sent_tick(desk.s, 59999);
    assert_int_equal(desk.told, 1);
    sent_free(desk.s);
}

static void a_receipt_is_kept_a_minute(void **state)
{
    struct desk desk;
    (void)state;
    open_desk(&desk, 10, ANSWER_MS);
    tell(&desk, "1", STATUS_DELIVERED, 0);
    tell(&desk, "2", STATUS_DELIVERED, 1);
    sent_tick(desk.s, 60000);
    sent_add(desk.s, "1", "m1", 1, 60000);
    assert_int_equal(desk.told, 0);
    sent_add(desk.s, "2", "m2", 1, 60000);
    assert_string_equal(desk.last, "m2 2");
    sent_free(desk.s);
}

/* While an answer may be missing, an alike id proves nothing: 10 is known, 16 is on its way. */
static void alike_ids_wait_for_the_exact_one(void **state)
{
    struct desk desk;
    (void)state;
    open_desk(&desk, 10, ANSWER_MS);
    sent_add(desk.s, "10", "m10", 1, 0);
    assert_int_equal(tell(&desk, "16", STATUS_DELIVERED, 0), -1);
    sent_tick(desk.s, ANSWER_MS - 1);
    assert_int_equal(desk.told, 0);
    sent_add(desk.s, "16", "m16", 1, ANSWER_MS - 1);
    assert_string_equal(desk.last, "m16 2");
    assert_int_equal(tell(&desk, "0A", STATUS_FAILED, ANSWER_MS), -1);
    sent_tick(desk.s, 2 * ANSWER_MS);
    assert_string_equal(desk.last, "m10 3");
    assert_int_equal(desk.told, 2);
    sent_free(desk.s);
}

static void delivered_is_told_when_all_parts_are(void **state)
{
    struct desk desk;
    (void)state;
    open_desk(&desk, 10, 0);
    for (unsigned i = 0; i < 3; i++)
        sent_add(desk.s, (const char *[]){"21", "22", "23"}[i], "m", 3, 0);
    assert_int_equal(tell(&desk, "23", STATUS_ACCEPTED, 0), 0);
    tell(&desk, "23", STATUS_DELIVERED, 0);
    tell(&desk, "23", STATUS_DELIVERED, 0); /* again */
    tell(&desk, "21", STATUS_DELIVERED, 0);
    assert_int_equal(desk.told, 0);
    tell(&desk, "22", STATUS_DELIVERED, 0);
    assert_string_equal(desk.last, "m 2");
    assert_int_equal(tell(&desk, "22", STATUS_FAILED, 0), 0);
    assert_int_equal(desk.told, 1);
    sent_free(desk.s);
}

static void the_first_worse_one_is_told_once(void **state)
{
    struct desk desk;
    (void)state;
    open_desk(&desk, 10, 0);
    for (unsigned i = 0; i < 3; i++)
        sent_add(desk.s, (const char *[]){"21", "22", "23"}[i], "m", 3, 0);
    tell(&desk, "22", STATUS_DELIVERED, 0);
    tell(&desk, "21", STATUS_EXPIRED, 0);
    assert_string_equal(desk.last, "m 4");
    tell(&desk, "23", STATUS_FAILED, 0);
    assert_int_equal(desk.told, 1);
    sent_free(desk.s);
}

static void all_is_bounded(void **state)
{
    struct desk desk;
    char id[20];
    (void)state;
    open_desk(&desk, 3, 0);
    for (unsigned i = 0; i < 5; i++) {
        snprintf(id, sizeof id, "id-%u", i);
        sent_add(desk.s, id, id, 1, i);
    }
    assert_int_equal(sent_count(desk.s), 3);
    assert_int_equal(tell(&desk, "id-1", STATUS_DELIVERED, 5), -1);
    assert_int_equal(tell(&desk, "id-2", STATUS_DELIVERED, 5), 0);
    sent_tick(desk.s, REMEMBER_MS + 3);
    assert_int_equal(sent_count(desk.s), 1);
    for (unsigned i = 0; i < 1001; i++) {
        snprintf(id, sizeof id, "early-%u", i);
        tell(&desk, id, STATUS_DELIVERED, 5);
    }
    unsigned told = desk.told;
    sent_add(desk.s, "early-0", "m0", 1, 5);
    assert_int_equal(desk.told, told);
    sent_add(desk.s, "early-1", "m1", 1, 5);
    assert_int_equal(desk.told, told + 1);
    sent_free(desk.s);
}

static void bad_ids_are_not_kept(void **state)
{
    char id[PDU_ID_MAX + 2];
    struct desk desk;
    (void)state;
    open_desk(&desk, 3, 0);
    memset(id, '7', sizeof id - 1);
    id[sizeof id - 1] = '\0';
    sent_add(desk.s, id, "m", 1, 0);
    sent_add(desk.s, "", "m", 1, 0);
    assert_int_equal(sent_count(desk.s), 0);
    sent_add(desk.s, id + 1, "m", 1, 0);
    assert_int_equal(sent_count(desk.s), 1);
    assert_int_equal(tell(&desk, id + 1, STATUS_DELIVERED, 5), 0);
    sent_free(desk.s);
}

static void forms_are_all_different(void **state)
{
    char forms[SPELLING_FORMS][PDU_ID_MAX + 1];
    (void)state;
    assert_int_equal(spelling_forms("007", forms), 1);
    assert_string_equal(forms[0], "7");
    assert_int_equal(spelling_forms("0019487", forms), 3);
    assert_string_equal(forms[0], "19487");
    assert_string_equal(forms[1], "4C1F");
    assert_string_equal(forms[2], "103559");
    assert_int_equal(spelling_forms("a-1", forms), 1);
    assert_string_equal(forms[0], "A-1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spellings_are_alike),
        cmocka_unit_test(an_exact_id_wins),
        cmocka_unit_test(what_could_be_two_is_neither),
        cmocka_unit_test(a_receipt_may_overtake),
        cmocka_unit_test(a_receipt_is_kept_a_minute),
        cmocka_unit_test(alike_ids_wait_for_the_exact_one),
        cmocka_unit_test(delivered_is_told_when_all_parts_are),
        cmocka_unit_test(the_first_worse_one_is_told_once),
        cmocka_unit_test(all_is_bounded),
        cmocka_unit_test(bad_ids_are_not_kept),
        cmocka_unit_test(forms_are_all_different),
    };
    return cmocka_run_group_tests_name("unit/smpp_sent", tests, NULL, NULL);
}
