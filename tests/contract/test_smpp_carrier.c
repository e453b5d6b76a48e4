/* SPDX-License-Identifier: Apache-2.0 */
/* A whole carrier between an SMSC and a broker: when a deliver_sm is answered, and with what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "smpp/carrier.h"
#include "support/bridge_world.h"
#include "support/smsc.h"

enum { TEMPORARY = 0x14, PERMANENT = 0x65 };

/* Parts of one long SMS: 8-bit reference 9, two in all. */
static const char first_part[] = {5, 0, 3, 9, 2, 1}, second_part[] = {5, 0, 3, 9, 2, 2};

struct desk {
    struct bridge_world *b;
    struct conf conf;
    struct smsc smsc;
    struct carrier *carrier;
    int own;                  /* SMS of the gateway's own */
    struct loop_timer *timer; /* for the next one */
    int n;                    /* messages that the test has looked at */
    const char *metric;       /* a line that is waited for */
};

static bool is_ready(void *arg)
{
    struct desk *d = arg;
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    carrier_write_unready(d->carrier, out);
    fclose(out);
    free(text);
    return len == 0;
}

static bool is_drained(void *arg)
{
    return carrier_is_drained(((struct desk *)arg)->carrier);
}

/* A carrier with these lines of configuration, bound and connected. */
static void start(struct desk *d, const char *lines)
{
    char text[1024], why[CONF_ERROR_MAX];
    const struct conf *base = &d->b->conf;
    snprintf(text, sizeof text,
             "[mqtt]\nhost = %s\nport = 0\nroot = t\n[bridge]\nrepeat_ms = 100\n"
             "[smpp laotel]\nhost = %s\nport = 0\n%s%s",
             base->mqtt_host, d->smsc.path, lines,
             strstr(lines, "retry_") ? "" : "retry_min_ms = 10\nretry_max_ms = 100\n");
    if (conf_parse(text, "test.conf", &d->conf, why) != 0)
        fail_msg("%s", why);
    struct carrier_options o = {.conf = &d->conf,
                                .smpp = &d->conf.smpp[0],
                                .loop = d->b->w->loop,
                                .metrics = d->b->metrics};
    d->carrier = carrier_new(&o, why);
    if (!d->carrier)
        fail_msg("%s", why);
    server_await(d->b->w->loop, is_ready, d);
}

static int set_up(void **state)
{
    static struct desk d;
    char path[SERVER_PATH_MAX];
    memset(&d, 0, sizeof d);
    bridge_world_open((void **)&d.b);
    snprintf(path, sizeof path, "%s/smsc", d.b->w->broker.folder);
    smsc_open(&d.smsc, d.b->w->loop, path);
    *state = &d;
    return 0;
}

static int tear_down(void **state)
{
    struct desk *d = *state;
    void *b = d->b;
    carrier_free(d->carrier);
    smsc_close(&d->smsc);
    return bridge_world_close(&b);
}

static void publish(struct desk *d, const char *topic, const char *payload)
{
    struct mqtt_out out = {.topic = topic, .payload = payload, .len = strlen(payload)};
    assert_int_equal(mqtt_publish(d->b->gateway, &out), 0);
}

/* The gateway's screen. */
static void answer_screen(struct desk *d, const char *re, const char *coding, const char *text)
{
    char payload[1024];
    snprintf(
        payload, sizeof payload,
        "{\"v\":1,\"kind\":\"ussd\",\"id\":\"%s.0\",\"re\":\"%s\",\"msisdn\":\"8562055512345\","
        "\"session\":\"s\",\"event\":\"continue\",\"text\":\"%s\",\"coding\":\"%s\"}",
        re, re, text, coding);
    publish(d, "t/laotel/out/a8", payload);
}

static void send_own_sms(void *arg)
{
    struct desk *d = arg;
    char payload[512];
    snprintf(payload, sizeof payload,
             "{\"v\":1,\"kind\":\"sms\",\"id\":\"own%d\",\"msisdn\":\"8562055512345\","
             "\"from\":\"1234\",\"text\":\"own\",\"coding\":\"gsm7\",\"segments\":1}",
             ++d->own);
    publish(d, "t/laotel/out/a8", payload);
}

static bool has_more(void *arg)
{
    const struct desk *d = arg;
    return d->b->seen_count > (size_t)d->n;
}

/* Wait for the gateway to see another message; its id. */
static void await_mo(struct desk *d, char id[MESSAGE_ID_MAX + 1])
{
    server_await(d->b->w->loop, has_more, d);
    const char *payload = d->b->seen[d->n++].payload, *at = strstr(payload, "\"id\":\"");
    assert_non_null(at);
    snprintf(id, MESSAGE_ID_MAX + 1, "%.*s", (int)strcspn(at + 6, "\""), at + 6);
}

static bool shows_metric(void *arg)
{
    struct desk *d = arg;
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    metrics_write(d->b->metrics, out);
    fclose(out);
    bool found = strstr(text, d->metric) != NULL;
    free(text);
    return found;
}

static void await_metric(struct desk *d, const char *line)
{
    d->metric = line;
    server_await(d->b->w->loop, shows_metric, d);
}

/* Skip repeats that came meanwhile. */
static void from_now(struct desk *d)
{
    d->n = (int)d->b->seen_count;
}

static void an_sms_is_answered_when_it_is_settled(void **state)
{
    struct desk *d = *state;
    char id[MESSAGE_ID_MAX + 1];
    start(d, "");
    uint32_t one = smsc_deliver(&d->smsc, 0, NULL, "HELP");
    await_mo(d, id);
    assert_int_equal(smsc_answer(&d->smsc, one), -1);
    bridge_world_answer(d->b, id, "so");
    assert_int_equal(smsc_await_answer(&d->smsc, one), PDU_OK);
    smsc_await_count(&d->smsc, PDU_SUBMIT_SM, 1);
}

static void a_refusal_is_for_good_an_overload_is_not(void **state)
{
    struct desk *d = *state;
    char id[MESSAGE_ID_MAX + 1], again[MESSAGE_ID_MAX + 1];
    start(d, "");
    uint32_t one = smsc_deliver(&d->smsc, 0, NULL, "HELP");
    await_mo(d, id);
    bridge_world_refuse(d->b, id, "overload");
    assert_int_equal(smsc_await_answer(&d->smsc, one), TEMPORARY);
    from_now(d);
    uint32_t two = smsc_deliver(&d->smsc, 0, NULL, "HELP");
    await_mo(d, again);
    assert_string_equal(again, id);
    bridge_world_refuse(d->b, id, "bad_field");
    assert_int_equal(smsc_await_answer(&d->smsc, two), PERMANENT);
}

static void what_nobody_settles_is_to_come_again(void **state)
{
    struct desk *d = *state;
    char id[MESSAGE_ID_MAX + 1];
    start(d, "sms_answer_ms = 500\n");
    uint32_t one = smsc_deliver(&d->smsc, 0, NULL, "HELP");
    await_mo(d, id);
    assert_int_equal(smsc_await_answer(&d->smsc, one), TEMPORARY);
}

/* The connection breaks before the answer; on the next one it is the same message. */
static void settled_while_the_connection_was_away(void **state)
{
    struct desk *d = *state;
    char id[MESSAGE_ID_MAX + 1], again[MESSAGE_ID_MAX + 1];
    start(d, "");
    smsc_deliver(&d->smsc, 0, NULL, "1");
    await_mo(d, id);
    smsc_refuse(&d->smsc);
    smsc_drop(&d->smsc, 0);
    bridge_world_answer(d->b, id, "so");
    await_metric(d, "mekongline_smpp_queue{bridge=\"laotel\"} 1\n");
    smsc_listen(&d->smsc);
    smsc_await_bind(&d->smsc, 1);
    smsc_await_count(&d->smsc, PDU_SUBMIT_SM, 1);
    from_now(d);
    uint32_t one = smsc_deliver(&d->smsc, 1, NULL, "1");
    await_mo(d, again);
    assert_string_equal(again, id);
    bridge_world_answer(d->b, id, "so");
    assert_int_equal(smsc_await_answer(&d->smsc, one), PDU_OK);
    uint32_t two = smsc_deliver(&d->smsc, 1, NULL, "1");
    from_now(d);
    await_mo(d, again);
    assert_string_not_equal(again, id);
    bridge_world_answer(d->b, again, "so");
    assert_int_equal(smsc_await_answer(&d->smsc, two), PDU_OK);
    smsc_await_count(&d->smsc, PDU_SUBMIT_SM, 2); /* once for each message */
}

static void a_screen_that_cannot_be_coded_is_an_error_for_the_phone(void **state)
{
    struct desk *d = *state;
    char id[MESSAGE_ID_MAX + 1], text[301];
    start(d, "");
    uint32_t one = smsc_deliver_ussd(&d->smsc, 0, 1, "*1234#");
    await_mo(d, id);
    memset(text, 'x', 300);
    text[300] = '\0';
    answer_screen(d, id, "gsm7", text);
    assert_int_equal(smsc_await_answer(&d->smsc, one), PERMANENT);
    uint32_t two = smsc_deliver_ussd(&d->smsc, 0, 1, "*1234#");
    from_now(d);
    await_mo(d, id);
    answer_screen(d, id, "gsm7", "Hello");
    assert_int_equal(smsc_await_answer(&d->smsc, two), PDU_OK);
    smsc_await_count(&d->smsc, PDU_SUBMIT_SM, 1);
}

static void an_sms_that_cannot_be_sent_is_settled_and_told(void **state)
{
    struct desk *d = *state;
    char id[MESSAGE_ID_MAX + 1];
    start(d, "");
    uint32_t one = smsc_deliver(&d->smsc, 0, NULL, "HELP");
    await_mo(d, id);
    from_now(d);
    bridge_world_answer(d->b, id, "\xE0\xBA\xA5"); /* said to be GSM 7-bit */
    assert_int_equal(smsc_await_answer(&d->smsc, one), PDU_OK);
    await_mo(d, id);
    assert_non_null(strstr(d->b->seen[d->n - 1].payload, "\"status\":\"rejected\""));
}

static void parts_wait_for_each_other(void **state)
{
    struct desk *d = *state;
    char id[MESSAGE_ID_MAX + 1];
    start(d, "parts_hold_ms = 60000\n");
    uint32_t one = smsc_deliver(&d->smsc, 0, first_part, "HE");
    uint32_t two = smsc_deliver(&d->smsc, 0, second_part, "LP");
    await_mo(d, id);
    assert_non_null(strstr(d->b->seen[0].payload, "\"text\":\"HELP\""));
    assert_int_equal(smsc_answer(&d->smsc, one), -1);
    bridge_world_answer(d->b, id, "so");
    assert_int_equal(smsc_await_answer(&d->smsc, two), PDU_OK);
    assert_int_equal(smsc_await_answer(&d->smsc, one), PDU_OK);
}

/* A carrier with a window of one sends the second part only when the first is answered. */
static void a_part_is_answered_alone_in_time(void **state)
{
    static const char *const lines[] = {"parts_hold_ms = 0\n", "parts_hold_ms = 50\n"};
    struct desk *d = *state;
    char id[MESSAGE_ID_MAX + 1];
    for (size_t i = 0; i < 2; i++) {
        start(d, lines[i]);
        int n = d->smsc.binds - 1;
        uint32_t one = smsc_deliver(&d->smsc, n, first_part, i ? "he" : "HE");
        assert_int_equal(smsc_await_answer(&d->smsc, one), PDU_OK);
        from_now(d);
        uint32_t two = smsc_deliver(&d->smsc, n, second_part, "LP");
        await_mo(d, id);
        bridge_world_answer(d->b, id, "so");
        assert_int_equal(smsc_await_answer(&d->smsc, two), PDU_OK);
        carrier_free(d->carrier);
        d->carrier = NULL;
    }
}

static void send_own_sms_soon(void *arg)
{
    loop_timer_set(((struct desk *)arg)->timer, 20);
}

static void more_than_the_window_is_put_off(void **state)
{
    struct desk *d = *state;
    char id[MESSAGE_ID_MAX + 1];
    start(d, "window_in = 1\n");
    uint32_t one = smsc_deliver(&d->smsc, 0, NULL, "one");
    uint32_t two = smsc_deliver(&d->smsc, 0, NULL, "two");
    assert_int_equal(smsc_await_answer(&d->smsc, two), TEMPORARY);
    await_metric(d, "mekongline_smpp_busy_total{bridge=\"laotel\"} 1\n");
    await_mo(d, id);
    bridge_world_answer(d->b, id, "so");
    assert_int_equal(smsc_await_answer(&d->smsc, one), PDU_OK);
}

/* Submits come one after the other, and still the part is given up in time. */
static void a_busy_queue_puts_off_nothing(void **state)
{
    struct desk *d = *state;
    start(d, "parts_hold_ms = 60000\nparts_s = 1\nrate = 10000\n");
    uint32_t one = smsc_deliver(&d->smsc, 0, first_part, "HE");
    d->timer = loop_timer_new(d->b->w->loop, send_own_sms, d);
    d->smsc.submitted = send_own_sms_soon;
    d->smsc.arg = d;
    send_own_sms(d);
    assert_int_equal(smsc_await_answer(&d->smsc, one), TEMPORARY);
    assert_true(smsc_count(&d->smsc, PDU_SUBMIT_SM) > 10);
    loop_timer_free(d->timer);
    d->smsc.submitted = NULL;
}

static void parts_of_a_lost_connection_come_again(void **state)
{
    struct desk *d = *state;
    char id[MESSAGE_ID_MAX + 1];
    start(d, "parts_hold_ms = 60000\n");
    smsc_deliver(&d->smsc, 0, first_part, "HE");
    smsc_drop(&d->smsc, 0);
    smsc_await_bind(&d->smsc, 1);
    uint32_t one = smsc_deliver(&d->smsc, 1, first_part, "HE");
    uint32_t two = smsc_deliver(&d->smsc, 1, second_part, "LP");
    await_mo(d, id);
    bridge_world_answer(d->b, id, "so");
    assert_int_equal(smsc_await_answer(&d->smsc, two), PDU_OK);
    assert_int_equal(smsc_await_answer(&d->smsc, one), PDU_OK);
    /* Its answer was lost, too: it is known. */
    uint32_t three = smsc_deliver(&d->smsc, 1, second_part, "LP");
    assert_int_equal(smsc_await_answer(&d->smsc, three), PDU_OK);
}

/* While answers cannot leave, questions are not taken. */
static void a_full_queue_takes_no_questions(void **state)
{
    struct desk *d = *state;
    char id[MESSAGE_ID_MAX + 1];
    start(d, "queue = 1\n");
    d->smsc.silent = true;
    uint32_t one = smsc_deliver(&d->smsc, 0, NULL, "one");
    uint32_t two = smsc_deliver(&d->smsc, 0, NULL, "two");
    await_mo(d, id);
    bridge_world_answer(d->b, id, "so");
    smsc_await_count(&d->smsc, PDU_SUBMIT_SM, 1);
    assert_int_equal(smsc_answer(&d->smsc, one), -1); /* its answer is not with the carrier yet */
    await_mo(d, id);
    bridge_world_answer(d->b, id, "so"); /* it has no place: the message stays unsettled */
    uint32_t three = smsc_deliver(&d->smsc, 0, NULL, "three");
    assert_int_equal(smsc_await_answer(&d->smsc, three), TEMPORARY);
    assert_int_equal(smsc_answer(&d->smsc, two), -1);
    from_now(d);
    await_mo(d, id); /* its repeat */
    struct pdu taken = {.command = PDU_SUBMIT_SM | PDU_RESPONSE};
    for (size_t i = 0; i < d->smsc.seen_count; i++)
        if (d->smsc.seen[i].command == PDU_SUBMIT_SM)
            d->smsc.sequence = d->smsc.seen[i].sequence - 1;
    strcpy(taken.message_id, "a");
    smsc_say(&d->smsc, 0, &taken);
    d->smsc.silent = false;
    d->b->answers = true;
    assert_int_equal(smsc_await_answer(&d->smsc, one), PDU_OK);
    assert_int_equal(smsc_await_answer(&d->smsc, two), PDU_OK);
}

static void a_pair_sends_on_one_and_hears_on_the_other(void **state)
{
    struct desk *d = *state;
    char id[MESSAGE_ID_MAX + 1], again[MESSAGE_ID_MAX + 1];
    start(d, "bind = pair\n");
    smsc_await_bind(&d->smsc, 1);
    int receiver = d->smsc.bind[1].command == PDU_BIND_RECEIVER ? 1 : 0;
    uint32_t one = smsc_deliver(&d->smsc, receiver, NULL, "1");
    await_mo(d, id);
    bridge_world_answer(d->b, id, "so");
    assert_int_equal(smsc_await_answer(&d->smsc, one), PDU_OK);
    smsc_await_count(&d->smsc, PDU_SUBMIT_SM, 1);
    for (size_t i = 0; i < d->smsc.seen_count; i++)
        assert_true(d->smsc.seen[i].command != PDU_SUBMIT_SM ||
                    d->smsc.seen[i].bind == 1 - receiver);
    /* The transmitter is lost: what was said to the receiver is as sure as before. */
    smsc_drop(&d->smsc, 1 - receiver);
    smsc_await_bind(&d->smsc, 2);
    from_now(d);
    smsc_deliver(&d->smsc, receiver, NULL, "1");
    await_mo(d, again);
    assert_string_not_equal(again, id);
}

static void a_connection_that_has_ended_is_closed_before_the_next(void **state)
{
    struct desk *d = *state;
    struct pdu unbind = {.command = PDU_UNBIND};
    start(d, "retry_min_ms = 60000\nretry_max_ms = 60000\n");
    smsc_say(&d->smsc, 0, &unbind);
    smsc_await_end(&d->smsc, 0);
    assert_int_equal(d->smsc.binds, 1);
}

static void drained_when_nothing_is_in_hand(void **state)
{
    struct desk *d = *state;
    char id[MESSAGE_ID_MAX + 1];
    start(d, "");
    uint32_t one = smsc_deliver(&d->smsc, 0, NULL, "HELP");
    await_mo(d, id);
    carrier_drain(d->carrier);
    uint32_t two = smsc_deliver(&d->smsc, 0, NULL, "HELP 2");
    assert_int_equal(smsc_await_answer(&d->smsc, two), TEMPORARY);
    assert_false(carrier_is_drained(d->carrier));
    bridge_world_answer(d->b, id, "so");
    server_await(d->b->w->loop, is_drained, d);
    assert_int_equal(smsc_answer(&d->smsc, one), PDU_OK);
    assert_int_equal(smsc_count(&d->smsc, PDU_SUBMIT_SM), 1);
    assert_int_equal(smsc_count(&d->smsc, PDU_UNBIND), 1);
    smsc_await_end(&d->smsc, 0);
}

/* An SMS that comes when the bind is given up does not hold up the end; the gateway is told. */
static void drained_takes_no_sms(void **state)
{
    struct desk *d = *state;
    char id[MESSAGE_ID_MAX + 1];
    start(d, "");
    carrier_drain(d->carrier);
    server_await(d->b->w->loop, is_drained, d);
    send_own_sms(d);
    await_mo(d, id);
    assert_non_null(strstr(d->b->seen[0].payload, "\"status\":\"rejected\""));
    assert_true(carrier_is_drained(d->carrier));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(an_sms_is_answered_when_it_is_settled),
        TEST(a_refusal_is_for_good_an_overload_is_not),
        TEST(what_nobody_settles_is_to_come_again),
        TEST(settled_while_the_connection_was_away),
        TEST(a_screen_that_cannot_be_coded_is_an_error_for_the_phone),
        TEST(an_sms_that_cannot_be_sent_is_settled_and_told),
        TEST(parts_wait_for_each_other),
        TEST(a_part_is_answered_alone_in_time),
        TEST(more_than_the_window_is_put_off),
        TEST(a_busy_queue_puts_off_nothing),
        TEST(parts_of_a_lost_connection_come_again),
        TEST(a_full_queue_takes_no_questions),
        TEST(a_pair_sends_on_one_and_hears_on_the_other),
        TEST(a_connection_that_has_ended_is_closed_before_the_next),
        TEST(drained_when_nothing_is_in_hand),
        TEST(drained_takes_no_sms)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
