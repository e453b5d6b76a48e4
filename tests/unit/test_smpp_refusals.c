/* SPDX-License-Identifier: Apache-2.0 */
/* What an SMPP connection refuses, as transcripts: wrong states, PDUs that cannot be read, octets
 * that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/link_desk.h"

/* The carrier says these octets. */
#define SAY(d, literal) desk_octets(d, literal, sizeof(literal) - 1)

static void in_the_wrong_state(void **state)
{
    struct link_options o = desk_options();
    struct link_desk d = {.piece = 0};
    (void)state;
    o.bind = LINK_TRANSMITTER;
    desk_open(&d, &o);
    assert_int_equal(desk_submit(&d, "hi", 1), -1);
    desk_deliver(&d, 1, "before the bind");
    link_open(d.link, d.now);
    desk_deliver(&d, 2, "before its answer");
    desk_carrier(&d, PDU_ENQUIRE_LINK, PDU_OK, 3);
    desk_carrier(&d, PDU_RESPONSE | PDU_BIND_TRANSMITTER, PDU_OK, 1);
    desk_deliver(&d, 4, "to a transmitter");
    desk_carrier(&d, PDU_SUBMIT_SM, PDU_OK, 5);
    desk_carrier(&d, PDU_BIND_RECEIVER, PDU_OK, 6);
    desk_carrier(&d, PDU_RESPONSE | PDU_BIND_TRANSMITTER, PDU_OK, 1);
    desk_says(&d, "refused deliver_sm ESME_RINVBNDSTS\n> deliver_sm_resp 1 ESME_RINVBNDSTS\n"
                  "> bind_transmitter 1 ESME_ROK\n"
                  "refused deliver_sm ESME_RINVBNDSTS\n> deliver_sm_resp 2 ESME_RINVBNDSTS\n"
                  "> enquire_link_resp 3 ESME_ROK\n"
                  "bound\n"
                  "refused deliver_sm ESME_RINVBNDSTS\n> deliver_sm_resp 4 ESME_RINVBNDSTS\n"
                  "refused submit_sm ESME_RINVBNDSTS\n> submit_sm_resp 5 ESME_RINVBNDSTS\n"
                  "refused bind_receiver ESME_RINVBNDSTS\n"
                  "> bind_receiver_resp 6 ESME_RINVBNDSTS\n"
                  "refused bind_transmitter_resp ESME_ROK\n");
    assert_int_equal(link_state(d.link), LINK_BOUND);
    desk_close(&d);
}

static void what_cannot_be_read(void **state)
{
    struct link_desk d = {.piece = 1};
    (void)state;
    desk_bind(&d);
    SAY(&d, "\0\0\0\x13\0\0\1\3\0\0\0\0\0\0\0\x21"
            "abc");                                    /* data_sm */
    SAY(&d, "\0\0\0\x10\0\0\0\x0b\0\0\0\0\0\0\0\x22"); /* outbind */
    SAY(&d, "\0\0\0\x10\x80\0\0\3\0\0\0\0\0\0\0\x23"); /* query_sm_resp is not answered */
    SAY(&d, "\0\0\0\x11\0\0\0\x15\0\0\0\0\0\0\0\x24\0");
    SAY(&d, "\0\0\0\x12\0\0\0\5\0\0\0\0\0\0\0\x25\0\1");
    SAY(&d, "\0\0\0\x13\0\0\0\5\0\0\0\0\0\0\0\x26"
            "CMT"); /* no NUL */
    desk_says(&d, "refused other ESME_RINVCMDID\n> generic_nack 33 ESME_RINVCMDID\n"
                  "refused other ESME_RINVCMDID\n> generic_nack 34 ESME_RINVCMDID\n"
                  "refused other ESME_ROK\n"
                  "refused enquire_link ESME_RINVCMDLEN\n> generic_nack 36 ESME_RINVCMDLEN\n"
                  "refused deliver_sm ESME_RINVCMDLEN\n> generic_nack 37 ESME_RINVCMDLEN\n"
                  "refused deliver_sm ESME_RINVPARLEN\n> deliver_sm_resp 38 ESME_RINVPARLEN\n");
    /* Answers to what we asked: their header counts. */
    assert_int_equal(desk_submit(&d, "hi", 1), 0);
    assert_int_equal(desk_submit(&d, "hi", 2), 0);
    SAY(&d, "\0\0\0\x10\x80\0\0\4\0\0\0\0\0\0\0\2"); /* OK without message_id */
    SAY(&d, "\0\0\0\x16\x80\0\0\4\0\0\0\0\0\0\0\3"
            "id\0\4\x27\0");
    desk_says(&d, "> submit_sm 2 ESME_ROK\n> submit_sm 3 ESME_ROK\n"
                  "refused submit_sm_resp ESME_ROK\nsubmitted 1 ESME_ROK\n"
                  "refused submit_sm_resp ESME_ROK\nsubmitted 2 ESME_ROK id\n");
    assert_int_equal(link_state(d.link), LINK_BOUND);
    desk_close(&d);
}

static void an_impossible_length(void **state)
{
    static const char *const lengths[] = {"\0\0\0\x0f", "\0\0\0\0", "\x00\x01\x11\x71",
                                          "\xff\xff\xff\xff"};
    (void)state;
    for (size_t i = 0; i < 2 * sizeof lengths / sizeof *lengths; i++) {
        struct link_desk d = {.piece = i % 2};
        desk_bind(&d);
        assert_int_equal(desk_submit(&d, "hi", 1), 0);
        desk_octets(&d, lengths[i / 2], 4);
        desk_carrier(&d, PDU_ENQUIRE_LINK, PDU_OK, 5); /* nobody can know that it is one */
        desk_says(&d, "> submit_sm 2 ESME_ROK\n"
                      "refused other ESME_RINVCMDLEN\n> generic_nack 0 ESME_RINVCMDLEN\n"
                      "submitted 1 unknown\n"
                      "closed a PDU with an impossible length\n");
        desk_close(&d);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_the_wrong_state),
        cmocka_unit_test(what_cannot_be_read),
        cmocka_unit_test(an_impossible_length),
    };
    return cmocka_run_group_tests_name("unit/smpp_refusals", tests, NULL, NULL);
}
