/* SPDX-License-Identifier: Apache-2.0 */
/* What a carrier keeps, each allocation failing in turn: messages in hand, names seen lately, and
 * what waits to be submitted. Whoever brings something is told when it is not kept; then nothing of
 * it is there, and it may be brought again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "smpp/inbox.h"
#include "smpp/link.h"
#include "smpp/memo.h"
#include "smpp/queue.h"
#include "support/failing.h"
#include "support/profiles.h"

enum { FEW = 20, MANY = 200, SOME = 5 }; /* MANY: enough for the tables to grow */

struct desk {
    struct profiles profiles;
    struct conf_smpp smpp;
    struct profile profile;
    struct words *words;
    struct inbox *inbox;
    struct queue *queue;
    uint8_t heard[MANY]; /* how often a token was answered */
    unsigned submits, accepted;
};

static int on_answer(void *arg, uint64_t token, uint32_t status)
{
    struct desk *d = arg;
    assert_int_equal(status, PDU_OK);
    d->heard[token]++;
    return 0;
}

static struct inbox_item *take(struct desk *d, unsigned i, uint64_t token, unsigned *refused)
{
    struct inbox_print print = {.octets = {(uint8_t)i, (uint8_t)(i >> 8), 1}};
    struct inbox_tokens tokens = {.list = &token, .count = 1};
    struct inbox_item *item;
    bool again;
    while (!(item = inbox_take(d->inbox, &print, tokens, i, &again)))
        (*refused)++;
    return item;
}

/* Each message comes, comes again while it is in hand, and is settled; then another says the same.
 */
static unsigned run_inbox(void *arg, const struct failing *plan)
{
    struct desk *d = arg;
    struct inbox_options o = {FEW, FEW, d, on_answer};
    char id[MESSAGE_ID_MAX + 1];
    unsigned refused = 0;
    memset(d->heard, 0, sizeof d->heard);
    failing_arm(plan, FAILING_HERE);
    while (!(d->inbox = inbox_new(&o)))
        refused++;
    for (unsigned i = 0; i < FEW; i++) {
        strcpy(id, take(d, i, 2 * i, &refused)->id);
        assert_string_equal(take(d, i, 2 * i + 1, &refused)->id, id);
        inbox_close(d->inbox, id, PDU_OK, false, i);
        assert_string_not_equal(take(d, i, 0, &refused)->id, id);
        assert_null(inbox_find(d->inbox, id));
        assert_int_equal(inbox_in_hand(d->inbox), i + 1);
    }
    unsigned failed = failing_disarm();
    for (unsigned i = 0; i < 2 * FEW; i++)
        assert_int_equal(d->heard[i], 1);
    inbox_free(d->inbox);
    assert_int_equal(refused, failed);
    return failed;
}

/* Many at a time, so that both tables grow. */
static unsigned run_full_inbox(void *arg, const struct failing *plan)
{
    struct desk *d = arg;
    struct inbox_options o = {MANY, MANY, d, on_answer};
    char id[MANY][MESSAGE_ID_MAX + 1];
    unsigned refused = 0;
    memset(d->heard, 0, sizeof d->heard);
    d->inbox = inbox_new(&o);
    failing_arm(plan, FAILING_HERE);
    for (unsigned i = 0; i < MANY; i++) {
        strcpy(id[i], take(d, i, i, &refused)->id);
        assert_int_equal(inbox_in_hand(d->inbox), i + 1);
    }
    unsigned failed = failing_disarm();
    for (unsigned i = 0; i < MANY; i++) {
        assert_non_null(inbox_find(d->inbox, id[i]));
        inbox_close(d->inbox, id[i], PDU_OK, false, 0);
        assert_int_equal(d->heard[i], 1);
    }
    inbox_free(d->inbox);
    assert_int_equal(refused, failed);
    return failed;
}

static unsigned run_memo(void *arg, const struct failing *plan)
{
    struct memo *m;
    unsigned refused = 0;
    char name[16];
    (void)arg;
    failing_arm(plan, FAILING_HERE);
    while (!(m = memo_new(MANY, 1000)))
        refused++;
    for (int i = 0; i < MANY; i++) {
        snprintf(name, sizeof name, "m%d", i);
        while (memo_add(m, name, i) < 0) {
            refused++;
            assert_false(memo_has(m, name));
        }
        assert_true(memo_has(m, name));
    }
    unsigned failed = failing_disarm();
    memo_drop(m, name);
    assert_false(memo_has(m, name));
    assert_true(memo_has(m, "m0"));
    memo_free(m);
    assert_int_equal(refused, failed);
    return failed;
}

static bool can_submit(void *arg)
{
    (void)arg;
    return true;
}

/* The carrier answers at once, as it may (link.h). */
static int submit(void *arg, const struct pdu *p, uint64_t token)
{
    struct desk *d = arg;
    struct link_submitted s = {
        .token = token, .outcome = LINK_ANSWERED, .status = PDU_OK, .message_id = "x"};
    (void)p;
    d->submits++;
    queue_submitted(d->queue, &s, 0);
    return 0;
}

static void on_accepted(void *arg, const char *mt_id, unsigned parts, const char *message_id)
{
    struct desk *d = arg;
    (void)mt_id;
    (void)message_id;
    assert_int_equal(parts, 2);
    d->accepted++;
}

static void on_failed(void *arg, const char *mt_id, enum mo_status status)
{
    (void)arg;
    fail_msg("%s failed: %d", mt_id, status);
}

static enum queue_result put(struct desk *d, int i)
{
    static const struct ussd_context context = {
        .subscriber = {.digits = "8562055512345"}, .code = {.digits = "1234"}, .session = 0x0100};
    char id[16], text[201];
    memset(text, 'x', 200);
    text[i % 2 ? 200 : 100] = '\0'; /* two parts, or a screen */
    snprintf(id, sizeof id, "m%d", i);
    struct answer a = {.kind = i % 2 ? MT_SMS : MT_USSD,
                       .id = id,
                       .re = "",
                       .msisdn = "8562055512345",
                       .session = "",
                       .from = "1234",
                       .text = text,
                       .coding = CODING_GSM7,
                       .segments = 2};
    return i % 2 ? queue_sms(d->queue, &a, 0) : queue_ussd(d->queue, &a, &context, 1000, 0);
}

static unsigned run_queue(void *arg, const struct failing *plan)
{
    struct desk *d = arg;
    struct queue_options o = {.conf = &d->smpp,
                              .profile = &d->profile,
                              .words = d->words,
                              .arg = d,
                              .can_submit = can_submit,
                              .submit = submit,
                              .accepted = on_accepted,
                              .failed = on_failed};
    unsigned refused = 0;
    d->submits = d->accepted = 0;
    failing_arm(plan, FAILING_HERE);
    while (!(d->queue = queue_new(&o)))
        refused++;
    for (int i = 0; i < FEW; i++) {
        enum queue_result r;
        while ((r = put(d, i)) == QUEUE_FULL || r == QUEUE_REFUSED) {
            refused++;
            assert_int_equal(queue_waiting(d->queue), i);
        }
        assert_int_equal(r, QUEUE_TAKEN);
        assert_int_equal(put(d, i), QUEUE_KNOWN);
    }
    for (int64_t now = 0; now < 1000; now++)
        queue_pump(d->queue, now);
    unsigned failed = failing_disarm();
    assert_int_equal(queue_waiting(d->queue), 0);
    assert_int_equal(d->submits, FEW / 2 * 3);
    assert_int_equal(d->accepted, FEW);
    queue_free(d->queue);
    assert_int_equal(refused, failed);
    return failed;
}

static void an_inbox_without_memory(void **state)
{
    failing_both("inbox", SOME, run_inbox, *state);
    failing_both("inbox that grows", SOME, run_full_inbox, *state);
}

static void a_memo_without_memory(void **state)
{
    failing_both("memo", SOME, run_memo, *state);
}

static void a_queue_without_memory(void **state)
{
    failing_both("queue", SOME, run_queue, *state);
}

static int set_up(void **state)
{
    static struct desk d;
    assert_int_equal(profiles_take(&d.profiles, "[smpp test]\nqueue = 1000\nrate = 10000\n",
                                   "standard", &d.profile),
                     0);
    d.smpp = d.profiles.conf.smpp[0];
    d.words = words_open();
    *state = &d;
    return d.words ? 0 : -1;
}

static int tear_down(void **state)
{
    words_close(((struct desk *)*state)->words);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(an_inbox_without_memory, failing_tell),
        cmocka_unit_test_teardown(a_memo_without_memory, failing_tell),
        cmocka_unit_test_teardown(a_queue_without_memory, failing_tell),
    };
    return cmocka_run_group_tests_name("nth/smpp_carrier", tests, set_up, tear_down);
}
