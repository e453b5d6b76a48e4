/* SPDX-License-Identifier: Apache-2.0 */
/* Screens and SMS on their way to a carrier that is slow, full or broken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "smpp/link.h"
#include "smpp/queue.h"

enum { SUBMITS_MAX = 64, QUEUE = 4, RATE = 10, THROTTLE_MS = 1000, EXPIRE_S = 60 };

/* The carrier's side: what it got, and what it is ready for. */
struct desk {
    struct conf conf;
    struct conf_smpp smpp;
    struct profile profile;
    struct words *words;
    struct queue *queue;
    bool open;
    uint64_t token[SUBMITS_MAX];
    char first[SUBMITS_MAX]; /* octet of each text */
    size_t submits;
    char told[256];
};

static bool can_submit(void *arg)
{
    return ((struct desk *)arg)->open;
}

static int submit(void *arg, const struct pdu *p, uint64_t token)
{
    struct desk *d = arg;
    d->first[d->submits] = (char)p->message[0];
    d->token[d->submits++] = token;
    return 0;
}

static void accepted(void *arg, const char *mt_id, unsigned parts, const char *message_id)
{
    struct desk *d = arg;
    size_t n = strlen(d->told);
    snprintf(d->told + n, sizeof d->told - n, "%s of %u is %s. ", mt_id, parts, message_id);
}

static void failed(void *arg, const char *mt_id, enum mo_status status)
{
    struct desk *d = arg;
    size_t n = strlen(d->told);
    snprintf(d->told + n, sizeof d->told - n, "%s %s. ", mt_id,
             status == STATUS_REJECTED ? "rejected" : "expired");
}

static void done(void *arg, const char *re)
{
    struct desk *d = arg;
    size_t n = strlen(d->told);
    snprintf(d->told + n, sizeof d->told - n, "%s is done. ", re);
}

static void fill_conf(struct desk *d)
{
    char err[CONF_ERROR_MAX];
    assert_int_equal(conf_parse("[smpp test]\n", "test", &d->conf, err), 0);
    d->smpp = d->conf.smpp[0];
    d->smpp.queue = QUEUE;
    d->smpp.rate = 1000;
    d->smpp.throttle_ms = THROTTLE_MS;
    d->smpp.expire_s = EXPIRE_S;
    assert_int_equal(profile_read(conf_profile(&d->conf, "standard"), &d->profile, err), 0);
}

static int set_up(void **state)
{
    static struct desk d;
    memset(&d, 0, sizeof d);
    fill_conf(&d);
    d.words = words_open();
    d.open = true;
    struct queue_options o = {.conf = &d.smpp,
                              .profile = &d.profile,
                              .words = d.words,
                              .arg = &d,
                              .can_submit = can_submit,
                              .submit = submit,
                              .accepted = accepted,
                              .failed = failed,
                              .done = done};
    d.queue = queue_new(&o);
    *state = &d;
    return d.queue && d.words ? 0 : -1;
}

static int tear_down(void **state)
{
    struct desk *d = *state;
    queue_free(d->queue);
    words_close(d->words);
    return 0;
}

static struct answer sms(const char *id, const char *text)
{
    return (struct answer){.kind = MT_SMS,
                           .id = id,
                           .re = "",
                           .msisdn = "8562055512345",
                           .session = "",
                           .from = "1234",
                           .text = text,
                           .coding = CODING_GSM7,
                           .segments = 1};
}

static void put(struct desk *d, const char *id, const char *text)
{
    struct answer a = sms(id, text);
    assert_int_equal(queue_sms(d->queue, &a, 0), QUEUE_TAKEN);
}

static enum queue_result offer_screen(struct desk *d, const char *id, const char *text,
                                      int64_t deadline)
{
    struct answer a = sms(id, text);
    struct ussd_context c = {
        .subscriber = {.digits = "8562055512345"}, .code = {.digits = "1234"}, .session = 0x0100};
    a.kind = MT_USSD;
    return queue_ussd(d->queue, &a, &c, deadline, 0);
}

static void put_screen(struct desk *d, const char *id, const char *text, int64_t deadline)
{
    assert_int_equal(offer_screen(d, id, text, deadline), QUEUE_TAKEN);
}

/* The carrier answers the i-th submit. */
static void answer(struct desk *d, size_t i, uint32_t status, const char *message_id, int64_t now)
{
    struct link_submitted s = {
        .token = d->token[i], .outcome = LINK_ANSWERED, .status = status, .message_id = message_id};
    queue_submitted(d->queue, &s, now);
}

static void unknown(struct desk *d, size_t i, int64_t now)
{
    struct link_submitted s = {.token = d->token[i], .outcome = LINK_UNKNOWN, .message_id = ""};
    queue_submitted(d->queue, &s, now);
}

static void an_sms_is_accepted(void **state)
{
    struct desk *d = *state;
    put(d, "m1", "hello");
    queue_pump(d->queue, 0);
    assert_int_equal(d->submits, 1);
    answer(d, 0, PDU_OK, "0a", 1);
    assert_string_equal(d->told, "m1 of 1 is 0a. ");
    assert_int_equal(queue_waiting(d->queue), 0);
}

static void screens_go_first(void **state)
{
    struct desk *d = *state;
    put(d, "m1", "sms");
    put_screen(d, "m2", "Screen", 5000);
    queue_pump(d->queue, 0);
    queue_pump(d->queue, 1);
    assert_int_equal(d->first[0], 'S');
    assert_int_equal(d->first[1], 's');
}

static void the_rate_is_kept(void **state)
{
    struct desk *d = *state;
    d->smpp.queue = SUBMITS_MAX;
    d->smpp.rate = RATE;
    for (int i = 0; i < 30; i++) {
        char id[8];
        snprintf(id, sizeof id, "m%d", i);
        put(d, id, "hello");
    }
    for (int64_t now = 0; now <= 1000; now++)
        queue_pump(d->queue, now);
    assert_in_range(d->submits, RATE, RATE + 2); /* a burst of 100 ms at the start */
}

static void a_long_sms_goes_in_parts_and_is_one_message(void **state)
{
    struct desk *d = *state;
    char text[301];
    memset(text, 'x', 300);
    text[300] = '\0';
    put(d, "m1", text);
    queue_pump(d->queue, 0);
    queue_pump(d->queue, 1000);
    assert_int_equal(d->submits, 2);
    answer(d, 0, PDU_OK, "a", 1001);
    assert_int_equal(queue_waiting(d->queue), 1);
    answer(d, 1, PDU_OK, "b", 1002);
    assert_string_equal(d->told, "m1 of 2 is a. m1 of 2 is b. ");
}

static void throttled_waits_twice_as_long_each_time(void **state)
{
    struct desk *d = *state;
    put(d, "m1", "hello");
    queue_pump(d->queue, 0);
    answer(d, 0, PDU_THROTTLED, "", 0);
    assert_int_equal(queue_opens(d->queue, 0), THROTTLE_MS);
    assert_int_equal(queue_opens(d->queue, 2 * THROTTLE_MS), 2 * THROTTLE_MS);
    queue_pump(d->queue, THROTTLE_MS - 1);
    assert_int_equal(d->submits, 1);
    queue_pump(d->queue, THROTTLE_MS);
    assert_int_equal(d->submits, 2);
    answer(d, 1, PDU_THROTTLED, "", THROTTLE_MS);
    queue_pump(d->queue, 3 * THROTTLE_MS - 1);
    assert_int_equal(d->submits, 2);
    queue_pump(d->queue, 3 * THROTTLE_MS);
    answer(d, 2, PDU_OK, "a", 3 * THROTTLE_MS);
    assert_string_equal(d->told, "m1 of 1 is a. ");
}

static void a_window_of_refusals_is_one_pause(void **state)
{
    struct desk *d = *state;
    put(d, "m1", "first");
    put(d, "m2", "second");
    put(d, "m3", "third");
    for (int64_t now = 0; now < 3; now++)
        queue_pump(d->queue, now);
    assert_int_equal(d->submits, 3);
    for (size_t i = 0; i < 3; i++)
        answer(d, i, PDU_THROTTLED, "", 10);
    queue_pump(d->queue, 9 + THROTTLE_MS);
    assert_int_equal(d->submits, 3);
    queue_pump(d->queue, 10 + THROTTLE_MS);
    assert_int_equal(d->submits, 6);
    for (size_t i = 3; i < 6; i++)
        answer(d, i, PDU_THROTTLED, "", 10 + THROTTLE_MS);
    queue_pump(d->queue, 10 + 3 * THROTTLE_MS);
    assert_int_equal(d->submits, 9);
}

static void a_temporary_error_holds_up_that_message_alone(void **state)
{
    struct desk *d = *state;
    put(d, "m1", "first");
    queue_pump(d->queue, 0);
    answer(d, 0, PDU_SYSTEM_ERROR, "", 0);
    put(d, "m2", "second");
    queue_pump(d->queue, 500);
    assert_int_equal(d->first[1], 's');
    queue_pump(d->queue, THROTTLE_MS + 500);
    assert_int_equal(d->first[2], 'f');
}

static void a_refusal_is_told_as_rejected(void **state)
{
    struct desk *d = *state;
    put(d, "m1", "hello");
    queue_pump(d->queue, 0);
    answer(d, 0, PDU_BAD_DEST, "", 1);
    assert_string_equal(d->told, "m1 rejected. ");
    assert_int_equal(queue_waiting(d->queue), 0);
}

static void a_refused_part_takes_its_message_along_once(void **state)
{
    struct desk *d = *state;
    char text[601];
    memset(text, 'x', 600);
    text[600] = '\0';
    put(d, "m1", text);
    for (int64_t now = 0; now < 4; now++)
        queue_pump(d->queue, now);
    assert_int_equal(d->submits, 4);
    answer(d, 1, PDU_BAD_DEST, "", 1);
    answer(d, 0, PDU_OK, "a", 1);
    answer(d, 2, PDU_BAD_DEST, "", 1);
    assert_int_equal(queue_waiting(d->queue), 1);
    unknown(d, 3, 2);
    assert_int_equal(queue_waiting(d->queue), 0);
    assert_string_equal(d->told, "m1 rejected. m1 of 4 is a. ");
}

static void an_sms_whose_fate_is_unknown_is_sent_again_a_screen_is_not(void **state)
{
    struct desk *d = *state;
    put(d, "m1", "sms");
    put_screen(d, "m2", "Screen", 5000);
    queue_pump(d->queue, 0);
    queue_pump(d->queue, 1);
    assert_int_equal(d->submits, 2);
    unknown(d, 0, 10);
    unknown(d, 1, 10);
    queue_pump(d->queue, 1000);
    assert_int_equal(d->submits, 3);
    assert_int_equal(d->first[2], 's');
}

static void what_is_too_late_is_given_up(void **state)
{
    struct desk *d = *state;
    d->open = false;
    put(d, "m1", "sms");
    put_screen(d, "m2", "Screen", 5000);
    queue_pump(d->queue, 5000);
    assert_int_equal(queue_waiting(d->queue), 1);
    queue_pump(d->queue, EXPIRE_S * 1000);
    assert_int_equal(queue_waiting(d->queue), 0);
    assert_string_equal(d->told, "m1 expired. ");
    assert_int_equal(d->submits, 0);
}

static void the_same_message_is_taken_once(void **state)
{
    struct desk *d = *state;
    struct answer a = sms("m1", "hello");
    put(d, "m1", "hello");
    assert_int_equal(queue_sms(d->queue, &a, 1), QUEUE_KNOWN);
    queue_pump(d->queue, 0);
    answer(d, 0, PDU_OK, "a", 1);
    assert_int_equal(queue_sms(d->queue, &a, 2), QUEUE_DONE);
}

/* Who asked is told once, and not before the last part is with the carrier. */
static void an_answer_is_done_with_when_all_of_it_is_accepted(void **state)
{
    struct desk *d = *state;
    char text[301] = "";
    struct answer a = sms("m1", text);
    memset(text, 'x', 300);
    text[300] = '\0';
    a.re = "mo7";
    assert_int_equal(queue_sms(d->queue, &a, 0), QUEUE_TAKEN);
    queue_pump(d->queue, 0);
    queue_pump(d->queue, 1);
    answer(d, 0, PDU_OK, "a", 1);
    assert_string_equal(d->told, "m1 of 2 is a. ");
    unknown(d, 1, 2);
    assert_string_equal(d->told, "m1 of 2 is a. ");
    queue_pump(d->queue, 1000);
    answer(d, 2, PDU_OK, "b", 1001);
    assert_string_equal(d->told, "m1 of 2 is a. m1 of 2 is b. mo7 is done. ");
}

static void an_answer_that_failed_is_done_with(void **state)
{
    struct desk *d = *state;
    struct answer a = sms("m1", "hello");
    a.re = "mo7";
    queue_sms(d->queue, &a, 0);
    queue_pump(d->queue, 0);
    answer(d, 0, PDU_BAD_DEST, "", 1);
    assert_string_equal(d->told, "m1 rejected. mo7 is done. ");
}

/* The carrier delivers an input again: the screen that it did not get may go out once more. */
static void a_screen_that_did_not_arrive_is_taken_again(void **state)
{
    struct desk *d = *state;
    put_screen(d, "unknown", "Screen", 5000);
    put_screen(d, "refused", "Screen", 5000);
    put_screen(d, "arrived", "Screen", 5000);
    for (int64_t now = 0; now < 3; now++)
        queue_pump(d->queue, now);
    unknown(d, 0, 10);
    answer(d, 1, PDU_BAD_DEST, "", 10);
    answer(d, 2, PDU_OK, "a", 10);
    put_screen(d, "late", "Screen", 20);
    d->open = false;
    queue_pump(d->queue, 20);
    assert_int_equal(queue_waiting(d->queue), 0);
    put_screen(d, "unknown", "Screen", 5000);
    put_screen(d, "refused", "Screen", 5000);
    put_screen(d, "late", "Screen", 5000);
    assert_int_equal(offer_screen(d, "arrived", "Screen", 5000), QUEUE_DONE);
}

static void a_full_queue_takes_no_more(void **state)
{
    struct desk *d = *state;
    struct answer a = sms("m9", "hello");
    d->open = false;
    for (int i = 0; i < QUEUE; i++) {
        char id[8];
        snprintf(id, sizeof id, "m%d", i);
        put(d, id, "hello");
    }
    assert_int_equal(queue_sms(d->queue, &a, 0), QUEUE_FULL);
    queue_pump(d->queue, EXPIRE_S * 1000);
    assert_int_equal(queue_sms(d->queue, &a, EXPIRE_S * 1000), QUEUE_TAKEN);
}

static void what_no_coding_can_carry_is_refused(void **state)
{
    struct desk *d = *state;
    struct answer a = sms("m1", "\xE0\xBA\xA5"); /* Lao, said to be GSM 7-bit */
    assert_int_equal(queue_sms(d->queue, &a, 0), QUEUE_REFUSED);
    assert_int_equal(offer_screen(d, "m1", a.text, 5000), QUEUE_REFUSED);
    assert_int_equal(queue_waiting(d->queue), 0);
    put_screen(d, "m1", "Screen", 5000); /* it is not known */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(an_sms_is_accepted),
        TEST(screens_go_first),
        TEST(the_rate_is_kept),
        TEST(a_long_sms_goes_in_parts_and_is_one_message),
        TEST(throttled_waits_twice_as_long_each_time),
        TEST(a_window_of_refusals_is_one_pause),
        TEST(a_temporary_error_holds_up_that_message_alone),
        TEST(a_refusal_is_told_as_rejected),
        TEST(a_refused_part_takes_its_message_along_once),
        TEST(an_sms_whose_fate_is_unknown_is_sent_again_a_screen_is_not),
        TEST(what_is_too_late_is_given_up),
        TEST(the_same_message_is_taken_once),
        TEST(an_answer_is_done_with_when_all_of_it_is_accepted),
        TEST(an_answer_that_failed_is_done_with),
        TEST(a_screen_that_did_not_arrive_is_taken_again),
        TEST(a_full_queue_takes_no_more),
        TEST(what_no_coding_can_carry_is_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
