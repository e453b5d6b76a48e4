/* SPDX-License-Identifier: Apache-2.0 */
/* SMS to a peer that speaks Kannel's sendsms: until it is accepted, refused or too late; and what
 * became of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "support/aggregator.h"

static const char own[] = ".0"; /* id of the gateway's own SMS (bridge_world.h) */

static void has(const char *text, const char *piece)
{
    if (!strstr(text, piece))
        fail_msg("%s is not in %s", piece, text);
}

/* The next message that the gateway sees is a receipt of that SMS. */
static void receipt(struct aggregator *a, const char *of, const char *status)
{
    char id[MESSAGE_ID_MAX + 1], of_member[128], status_member[64];
    const char *payload = aggregator_await_mo(a, id);
    snprintf(of_member, sizeof of_member, "\"of\":\"%s\"", of);
    snprintf(status_member, sizeof status_member, "\"status\":\"%s\"", status);
    has(payload, "\"kind\":\"receipt\"");
    has(payload, of_member);
    has(payload, status_member);
}

static void an_sms_is_sent_once(void **state)
{
    struct aggregator *a = *state;
    struct http_peer p;
    char id[MESSAGE_ID_MAX + 1];
    aggregator_start(a, "kannel",
                     "send_user = me\nsend_smsc = lao\nreceipt_url = http://us/laotel/receipt\n",
                     true);
    aggregator_kannel(a, 202);
    bridge_world_answer(a->b, "", "one");
    aggregator_await_asked(a, 1);
    aggregator_await_in_hand(a, 0);
    has(a->fields[0], "username=me ");
    has(a->fields[0], "from=1234 to=8562055512345 text=one charset=UTF-8 coding=0 smsc=lao ");
    has(a->fields[0], "dlr-mask=19 dlr-url=http://us/laotel/receipt?id=.0&type=%d ");
    bridge_world_answer(a->b, "", "one"); /* again: it is known */
    aggregator_get(a, &p, "/laotel/sms?id=1&from=8562055512345&to=1234&octets=HELP");
    aggregator_await_mo(a, id);
    bridge_world_answer(a->b, id, "two");
    aggregator_answers(a, &p, "200 ");
    aggregator_await_in_hand(a, 0);
    assert_int_equal(a->asked, 2);
    has(a->fields[1], " text=two ");
}

static void until_it_is_accepted(void **state)
{
    struct aggregator *a = *state;
    aggregator_start(a, "kannel", "", true);
    bridge_world_answer(a->b, "", "one"); /* nobody is there */
    aggregator_await_in_hand(a, 1);
    aggregator_kannel(a, 503);
    aggregator_await_asked(a, 2);
    aggregator_kannel(a, 500);
    aggregator_await_asked(a, a->asked + 1);
    aggregator_kannel(a, 429);
    aggregator_await_asked(a, a->asked + 1);
    aggregator_kannel(a, 202);
    aggregator_await_in_hand(a, 0);
    assert_int_equal(a->b->seen_count, 0); /* no receipt */
}

static void what_is_refused_for_good(void **state)
{
    struct aggregator *a = *state;
    aggregator_start(a, "kannel", "", true);
    aggregator_kannel(a, 403);
    bridge_world_answer(a->b, "", "one");
    receipt(a, own, "rejected");
    aggregator_await_in_hand(a, 0);
    assert_int_equal(a->asked, 1);
}

static void no_more_requests_than_the_window(void **state)
{
    struct aggregator *a = *state;
    struct http_peer p;
    char id[MESSAGE_ID_MAX + 1];
    aggregator_start(a, "kannel", "send_window = 1\n", true);
    aggregator_kannel(a, 0); /* does not answer */
    bridge_world_answer(a->b, "", "one");
    aggregator_await_asked(a, 1);
    aggregator_get(a, &p, "/laotel/sms?id=1&from=8562055512345&to=1234&octets=HELP");
    aggregator_await_mo(a, id);
    bridge_world_answer(a->b, id, "two");
    aggregator_answers(a, &p, "200 ");
    aggregator_await_in_hand(a, 2);
    assert_int_equal(metrics_get(a->b->metrics, M_HTTP_QUEUE, "laotel"), 2);
    /* What would be sent has come to Kannel when it sees another client. */
    a->status = 202;
    aggregator_get(a, &p, "/laotel/receipt?id=k-1.0&type=8");
    aggregator_answers(a, &p, "200 ");
    assert_int_equal(a->asked, 1);
}

static void expire_soon(struct conf_aggregator *c)
{
    c->expire_s = 1;
}

static void what_is_too_late(void **state)
{
    struct aggregator *a = *state;
    a->change = expire_soon;
    aggregator_start(a, "kannel", "", true);
    aggregator_kannel(a, 503);
    bridge_world_answer(a->b, "", "one");
    receipt(a, own, "expired");
    aggregator_await_in_hand(a, 0);
    assert_int_equal(metrics_get(a->b->metrics, M_HTTP_QUEUE, "laotel"), 0);
    assert_true(a->asked > 1);
}

/* A question whose answer has no place stays unsettled: its answer comes again. An SMS of the
 * gateway's own would not: it is rejected. */
static void a_full_queue(void **state)
{
    struct aggregator *a = *state;
    struct http_peer one, two;
    char id[MESSAGE_ID_MAX + 1], second[MESSAGE_ID_MAX + 1];
    aggregator_start(a, "kannel", "queue = 1\n", true);
    aggregator_get(a, &one, "/laotel/sms?id=1&from=8562055512345&to=1234&octets=HELP");
    aggregator_await_mo(a, id);
    bridge_world_answer(a->b, id, "one");
    aggregator_answers(a, &one, "200 ");
    a->looked = (int)a->b->seen_count;
    bridge_world_answer(a->b, "", "of its own");
    receipt(a, own, "rejected");
    aggregator_get(a, &two, "/laotel/sms?id=2&from=%2B8562055512345&to=1234&octets=HELP");
    aggregator_await_mo(a, second);
    assert_string_not_equal(second, id);
    bridge_world_answer(a->b, second, "two");
    a->looked = (int)a->b->seen_count;
    aggregator_await_mo(a, id); /* its repeat */
    assert_string_equal(id, second);
    aggregator_kannel(a, 202);
    a->b->answers = true;
    aggregator_answers(a, &two, "200 ");
    aggregator_await_in_hand(a, 0);
    assert_int_equal(a->asked, 2);
}

static void receipts(void **state)
{
    static const struct {
        const char *type, *status;
    } cases[] = {{"1", "delivered"}, {"2", "failed"}, {"16", "rejected"}};
    struct aggregator *a = *state;
    struct http_peer p;
    char target[128];
    aggregator_start(a, "kannel", "", true);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(target, sizeof target, "/laotel/receipt?id=k-1.0&type=%s", cases[i].type);
        aggregator_get(a, &p, "/laotel/receipt?id=k-1.0&type=8"); /* says nothing yet */
        aggregator_answers(a, &p, "200 ");
        aggregator_get(a, &p, target);
        aggregator_answers(a, &p, "200 ");
        receipt(a, "k-1.0", cases[i].status);
    }
    aggregator_get(a, &p, "/laotel/receipt?type=1");
    aggregator_answers(a, &p, "400 id is missing or no id of an SMS\n");
    aggregator_get(a, &p, "/laotel/receipt?id=a%20b&type=1");
    aggregator_answers(a, &p, "400 id is missing or no id of an SMS\n");
    assert_int_equal(a->b->seen_count, 3);
}

static void what_kannel_asks_badly(void **state)
{
    static const struct {
        const char *query, *answer;
    } cases[] = {
        {"from=1&to=1&octets=a", "400 id is missing; write id=%I into get-url\n"},
        {"id=1&to=1&octets=a", "400 from has to be 1 to 20 characters\n"},
        {"id=1&from=%2B&to=1&octets=a", "400 from has to be 1 to 20 characters\n"},
        {"id=1&from=1&octets=a", "400 to has to be 1 to 32 characters of printable ASCII\n"},
        {"id=1&from=1&to=1", "400 octets is missing; write octets=%b into get-url\n"},
    };
    struct aggregator *a = *state;
    struct http_peer p;
    aggregator_start(a, "kannel", "", true);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char target[128];
        snprintf(target, sizeof target, "/laotel/sms?%s", cases[i].query);
        aggregator_get(a, &p, target);
        aggregator_answers(a, &p, cases[i].answer);
    }
    assert_int_equal(a->b->seen_count, 0);
}

/* A dialogue asks for an SMS where none can be sent: the gateway is told. */
static void nowhere_to_send(void **state)
{
    struct aggregator *a = *state;
    aggregator_start(a, "session", "", false);
    bridge_world_answer(a->b, "", "one");
    receipt(a, own, "rejected");
    assert_int_equal(a->kind->in_hand(a->self), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, aggregator_open, aggregator_close)
    const struct CMUnitTest tests[] = {TEST(an_sms_is_sent_once),
                                       TEST(until_it_is_accepted),
                                       TEST(what_is_refused_for_good),
                                       TEST(no_more_requests_than_the_window),
                                       TEST(what_is_too_late),
                                       TEST(a_full_queue),
                                       TEST(receipts),
                                       TEST(what_kannel_asks_badly),
                                       TEST(nowhere_to_send)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
