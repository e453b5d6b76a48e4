/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of an SMPP connection as transcripts, with the test's clock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/link_desk.h"

/* However the octets are cut, the same comes out. */
static void a_dialogue_in_pieces(void **state)
{
    static const size_t pieces[] = {0, 1, 2, 3, 5, 15, 16, 17, 1000};
    static char long_text[3000];
    (void)state;
    memset(long_text, 'x', sizeof long_text - 1);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct link_desk d = {.piece = pieces[i]};
        desk_bind(&d);
        desk_deliver(&d, 77, "hello");
        desk_carrier(&d, PDU_ENQUIRE_LINK, PDU_OK, 78);
        assert_int_equal(link_answer(d.link, 77, PDU_OK), 0);
        assert_int_equal(link_answer(d.link, 77, PDU_OK), -1);
        assert_int_equal(desk_submit(&d, long_text, 5), 0);
        desk_accept(&d, 2, "00c0ffee");
        desk_says(&d, "deliver 77 hello\n"
                      "> enquire_link_resp 78 ESME_ROK\n"
                      "> deliver_sm_resp 77 ESME_ROK\n"
                      "> submit_sm 2 ESME_ROK\n"
                      "submitted 5 ESME_ROK 00c0ffee\n");
        desk_deliver(&d, 79, long_text);
        d.told[20] = '\0';
        desk_says(&d, "deliver 79 xxxxxxxxx");
        desk_close(&d);
    }
}

static void bind_goes_out_as_configured(void **state)
{
    struct link_options o = desk_options();
    struct link_desk d = {.piece = 0};
    (void)state;
    o.bind = LINK_RECEIVER;
    o.address_range = "^85620(12345678|12345679|1234567[0-7])$";
    desk_open(&d, &o);
    link_open(d.link, d.now);
    link_open(d.link, d.now);                                         /* once */
    desk_carrier(&d, PDU_RESPONSE | PDU_BIND_TRANSCEIVER, PDU_OK, 1); /* not what we asked */
    assert_int_equal(link_state(d.link), LINK_BINDING);
    desk_carrier(&d, PDU_RESPONSE | PDU_BIND_RECEIVER, PDU_OK, 1);
    assert_int_equal(desk_submit(&d, "hi", 1), -1); /* a receiver cannot */
    desk_says(&d, "> bind_receiver 1 ESME_ROK\n"
                  "refused bind_transceiver_resp ESME_ROK\n"
                  "bound\n");
    desk_close(&d);
    o.password = "ninechars";
    desk_open(&d, &o);
    assert_null(d.link);
}

static void a_bind_refused(void **state)
{
    struct link_options o = desk_options();
    struct link_desk d = {.piece = 0};
    (void)state;
    desk_open(&d, &o);
    link_open(d.link, d.now);
    desk_carrier(&d, PDU_RESPONSE | PDU_BIND_TRANSCEIVER, 0x0e, 1);
    desk_carrier(&d, PDU_ENQUIRE_LINK, PDU_OK, 1); /* too late */
    link_lost(d.link, "again");
    desk_says(&d, "> bind_transceiver 1 ESME_ROK\n"
                  "closed the carrier refused the bind: ESME_RINVPASWD (0x0e)\n");
    assert_int_equal(link_state(d.link), LINK_CLOSED);
    desk_close(&d);
}

static void a_bind_never_answered(void **state)
{
    struct link_options o = desk_options();
    struct link_desk d = {.piece = 0};
    (void)state;
    desk_open(&d, &o);
    link_open(d.link, d.now);
    assert_int_equal(desk_wait(&d, DESK_RESPONSE_MS - 300), 300);
    desk_says(&d, "> bind_transceiver 1 ESME_ROK\n");
    assert_int_equal(desk_wait(&d, 300), 1000);
    desk_says(&d, "closed no answer to the bind in time\n");
    desk_close(&d);
}

static void enquire_link_after_silence(void **state)
{
    struct link_desk d = {.piece = 0};
    (void)state;
    desk_bind(&d);
    desk_wait(&d, DESK_ENQUIRE_MS - 1);
    desk_deliver(&d, 9, "hi"); /* no silence */
    desk_says(&d, "deliver 9 hi\n");
    assert_int_equal(desk_wait(&d, DESK_ENQUIRE_MS - 1), 1);
    desk_says(&d, "");
    desk_wait(&d, 1);
    desk_wait(&d, DESK_RESPONSE_MS - 1);
    desk_says(&d, "> enquire_link 2 ESME_ROK\n"); /* one at a time */
    desk_carrier(&d, PDU_RESPONSE | PDU_ENQUIRE_LINK, PDU_OK, 2);
    desk_wait(&d, DESK_ENQUIRE_MS);
    desk_says(&d, "> enquire_link 3 ESME_ROK\n");
    desk_carrier(&d, PDU_GENERIC_NACK, PDU_BAD_COMMAND, 3); /* it lives, all the same */
    desk_wait(&d, DESK_ENQUIRE_MS);
    desk_deliver(&d, 10, "hi"); /* no answer to what we asked */
    desk_wait(&d, DESK_RESPONSE_MS);
    desk_says(&d, "> enquire_link 4 ESME_ROK\n"
                  "deliver 10 hi\n"
                  "closed no answer to enquire_link in time\n");
    assert_int_equal(link_answer(d.link, 10, PDU_OK), -1);
    desk_close(&d);
}

static void a_submit_never_answered(void **state)
{
    struct link_desk d = {.piece = 0};
    (void)state;
    desk_bind(&d);
    assert_int_equal(desk_submit(&d, "one", 1), 0);
    d.now += 500;
    assert_int_equal(desk_submit(&d, "two", 2), 0);
    assert_int_equal(desk_wait(&d, DESK_RESPONSE_MS - 500), 500);
    desk_says(&d, "> submit_sm 2 ESME_ROK\n> submit_sm 3 ESME_ROK\n"
                  "submitted 1 unknown\n> enquire_link 4 ESME_ROK\n");
    desk_carrier(&d, PDU_RESPONSE | PDU_ENQUIRE_LINK, PDU_OK, 4);
    desk_accept(&d, 2, "late");
    desk_accept(&d, 3, "id");
    desk_says(&d, "refused submit_sm_resp ESME_ROK\nsubmitted 2 ESME_ROK id\n");
    assert_int_equal(link_state(d.link), LINK_BOUND);
    assert_int_equal(desk_submit(&d, "three", 3), 0);
    desk_wait(&d, DESK_RESPONSE_MS);
    assert_int_equal(desk_submit(&d, "four", 4), 0);
    desk_wait(&d, DESK_RESPONSE_MS);
    desk_says(&d, "> submit_sm 5 ESME_ROK\nsubmitted 3 unknown\n> enquire_link 6 ESME_ROK\n"
                  "> submit_sm 7 ESME_ROK\nsubmitted 4 unknown\n"
                  "closed no answer to enquire_link in time\n");
    desk_close(&d);
}

static void the_window_out(void **state)
{
    struct link_desk d = {.piece = 0};
    (void)state;
    desk_bind(&d);
    for (unsigned i = 0; i < DESK_WINDOW; i++) {
        assert_true(link_can_submit(d.link));
        assert_int_equal(desk_submit(&d, "hi", i), 0);
    }
    assert_false(link_can_submit(d.link));
    assert_int_equal(desk_submit(&d, "hi", 9), -1);
    assert_int_equal(link_outstanding(d.link), DESK_WINDOW);
    d.told[0] = '\0';
    d.len = 0;
    desk_carrier(&d, PDU_RESPONSE | PDU_SUBMIT_SM, PDU_THROTTLED, 3); /* out of order */
    desk_carrier(&d, PDU_RESPONSE | PDU_SUBMIT_SM, PDU_THROTTLED, 3); /* twice */
    desk_carrier(&d, PDU_GENERIC_NACK, PDU_OK, 4);                    /* no answer is OK so */
    desk_carrier(&d, PDU_RESPONSE | PDU_ENQUIRE_LINK, PDU_OK, 2);     /* of another command */
    desk_accept(&d, 99, "never asked");
    desk_says(&d, "submitted 1 ESME_RTHROTTLED\nrefused submit_sm_resp ESME_RTHROTTLED\n"
                  "submitted 2 ESME_RSYSERR\nrefused enquire_link_resp ESME_ROK\n"
                  "refused submit_sm_resp ESME_ROK\n");
    assert_int_equal(link_outstanding(d.link), 1);
    struct pdu wrong = {.command = PDU_DELIVER_SM};
    assert_int_equal(link_submit(d.link, &wrong, 1, d.now), -1);
    struct pdu too_long = {.command = PDU_SUBMIT_SM, .message_len = 255};
    assert_int_equal(link_submit(d.link, &too_long, 1, d.now), -1);
    desk_says(&d, "");
    desk_close(&d);
}

static void the_window_in(void **state)
{
    struct link_desk d = {.piece = 0};
    (void)state;
    desk_bind(&d);
    desk_deliver(&d, 1, "one");
    desk_deliver(&d, 1, "other"); /* the number of one that waits */
    desk_deliver(&d, 2, "two");
    desk_deliver(&d, 3, "three");
    desk_deliver(&d, 4, "four");
    desk_says(&d, "deliver 1 one\n"
                  "refused deliver_sm ESME_RMSGQFUL\n> deliver_sm_resp 1 ESME_RMSGQFUL\n"
                  "deliver 2 two\ndeliver 3 three\n"
                  "refused deliver_sm ESME_RMSGQFUL\n> deliver_sm_resp 4 ESME_RMSGQFUL\n");
    assert_int_equal(link_answer(d.link, 2, 0x65), 0);
    assert_int_equal(link_answer(d.link, 4, PDU_OK), -1);
    desk_deliver(&d, 4, "four");
    assert_int_equal(link_answer(d.link, 1, PDU_OK), 0);
    desk_deliver(&d, 1, "another");
    desk_says(&d, "> deliver_sm_resp 2 ESME_RX_P_APPN\ndeliver 4 four\n"
                  "> deliver_sm_resp 1 ESME_ROK\ndeliver 1 another\n");
    desk_close(&d);
}

static void we_unbind(void **state)
{
    struct link_desk d = {.piece = 0};
    (void)state;
    desk_bind(&d);
    desk_deliver(&d, 1, "hi");
    assert_int_equal(desk_submit(&d, "hi", 1), 0);
    assert_int_equal(desk_submit(&d, "hi", 2), 0);
    link_unbind(d.link, d.now);
    link_unbind(d.link, d.now);
    assert_int_equal(link_state(d.link), LINK_UNBINDING);
    assert_int_equal(desk_submit(&d, "hi", 3), -1);
    desk_deliver(&d, 2, "too late");
    assert_int_equal(link_answer(d.link, 1, PDU_OK), 0);
    desk_accept(&d, 2, "id");
    desk_carrier(&d, PDU_RESPONSE | PDU_UNBIND, PDU_OK, 4);
    desk_says(&d, "deliver 1 hi\n> submit_sm 2 ESME_ROK\n> submit_sm 3 ESME_ROK\n"
                  "> unbind 4 ESME_ROK\n"
                  "refused deliver_sm ESME_RMSGQFUL\n> deliver_sm_resp 2 ESME_RMSGQFUL\n"
                  "> deliver_sm_resp 1 ESME_ROK\n"
                  "submitted 1 ESME_ROK id\nsubmitted 2 unknown\nclosed unbound\n");
    desk_close(&d);
    desk_bind(&d);
    link_unbind(d.link, d.now);
    desk_wait(&d, DESK_RESPONSE_MS);
    desk_says(&d, "> unbind 2 ESME_ROK\nclosed no answer to the unbind in time\n");
    desk_close(&d);
    struct link_options o = desk_options();
    desk_open(&d, &o);
    link_unbind(d.link, d.now);
    desk_says(&d, "closed unbound before it was bound\n");
    desk_close(&d);
}

static void the_carrier_unbinds(void **state)
{
    struct link_desk d = {.piece = 0};
    (void)state;
    desk_bind(&d);
    assert_int_equal(desk_submit(&d, "hi", 1), 0);
    desk_deliver(&d, 1, "hi");
    desk_carrier(&d, PDU_UNBIND, PDU_OK, 2);
    assert_int_equal(link_answer(d.link, 1, PDU_OK), -1);
    desk_says(&d, "> submit_sm 2 ESME_ROK\ndeliver 1 hi\n> unbind_resp 2 ESME_ROK\n"
                  "submitted 1 unknown\nclosed the carrier unbound\n");
    desk_close(&d);
}

static void numbers_begin_again(void **state)
{
    struct link_options o = desk_options();
    struct link_desk d = {.piece = 0};
    (void)state;
    o.sequence = 0x7ffffffd;
    desk_open(&d, &o);
    link_open(d.link, d.now);
    desk_carrier(&d, PDU_RESPONSE | PDU_BIND_TRANSCEIVER, PDU_OK, 0x7ffffffe);
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(desk_submit(&d, "hi", i), 0);
    desk_accept(&d, 1, "b");
    desk_accept(&d, 0x7fffffff, "a");
    desk_says(&d, "> bind_transceiver 2147483646 ESME_ROK\nbound\n"
                  "> submit_sm 2147483647 ESME_ROK\n> submit_sm 1 ESME_ROK\n"
                  "> submit_sm 2 ESME_ROK\n"
                  "submitted 1 ESME_ROK b\nsubmitted 0 ESME_ROK a\n");
    desk_close(&d);
}

/* Whatever is being said when the connection goes, its end is told once and in order. */
static void lost_meanwhile(void **state)
{
    struct link_desk d = {.piece = 0};
    (void)state;
    desk_bind(&d);
    assert_int_equal(desk_submit(&d, "one", 1), 0);
    d.lose = true;
    assert_int_equal(desk_submit(&d, "two", 2), 0);
    assert_int_equal(desk_submit(&d, "three", 3), -1);
    desk_says(&d, "> submit_sm 2 ESME_ROK\n> submit_sm 3 ESME_ROK\n"
                  "submitted 1 unknown\nsubmitted 2 unknown\nclosed lost\n");
    desk_close(&d);
    d = (struct link_desk){.submit_again = true};
    desk_bind(&d);
    assert_int_equal(desk_submit(&d, "one", 1), 0);
    assert_int_equal(desk_submit(&d, "two", 2), 0);
    d.lose = true;
    d.submit_again = false;
    desk_wait(&d, DESK_RESPONSE_MS); /* the enquire_link finds out */
    desk_says(&d, "> submit_sm 2 ESME_ROK\n> submit_sm 3 ESME_ROK\n"
                  "submitted 1 unknown\n> enquire_link 4 ESME_ROK\n"
                  "submitted 2 unknown\nclosed lost\n");
    desk_close(&d);
    d = (struct link_desk){.piece = 0};
    desk_bind(&d);
    d.lose = true;
    desk_carrier(&d, PDU_SUBMIT_SM, PDU_OK, 1);
    desk_says(&d, "refused submit_sm ESME_RINVBNDSTS\nclosed lost\n");
    desk_close(&d);
}

static void submits_from_within(void **state)
{
    struct link_desk d = {.submit_again = true};
    (void)state;
    desk_bind(&d);
    assert_int_equal(desk_submit(&d, "one", 1), 0);
    desk_accept(&d, 2, "id");
    link_lost(d.link, "cut");
    desk_says(&d, "> submit_sm 2 ESME_ROK\nsubmitted 1 ESME_ROK id\n> submit_sm 3 ESME_ROK\n"
                  "submitted 101 unknown\nclosed cut\n");
    desk_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dialogue_in_pieces),
        cmocka_unit_test(bind_goes_out_as_configured),
        cmocka_unit_test(a_bind_refused),
        cmocka_unit_test(a_bind_never_answered),
        cmocka_unit_test(enquire_link_after_silence),
        cmocka_unit_test(a_submit_never_answered),
        cmocka_unit_test(the_window_out),
        cmocka_unit_test(the_window_in),
        cmocka_unit_test(we_unbind),
        cmocka_unit_test(the_carrier_unbinds),
        cmocka_unit_test(numbers_begin_again),
        cmocka_unit_test(lost_meanwhile),
        cmocka_unit_test(submits_from_within),
    };
    return cmocka_run_group_tests_name("unit/smpp_link", tests, NULL, NULL);
}
