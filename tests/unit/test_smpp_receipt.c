/* SPDX-License-Identifier: Apache-2.0 */
/* Delivery receipts as SMSCs write them: SMPP v3.4, appendix B, 5.2.28, 5.3.2.12 and 5.3.2.35. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "smpp/receipt.h"
#include "support/deliver.h"

static struct deliver d;
static struct receipt r;

/* A text is a receipt of that id and status. */
static void reads(const char *text, const char *id, enum mo_status status)
{
    deliver_begin(&d, text);
    d.pdu.esm_class = 0x04;
    assert_true(receipt_is(&d.pdu));
    int result = receipt_read(&d.pdu, &r);
    if (result != 0)
        print_message("%s\n", text);
    assert_int_equal(result, 0);
    assert_string_equal(r.id, id);
    assert_int_equal(r.status, status);
    assert_int_equal(r.final, status != STATUS_ACCEPTED);
}

static void refuses(const char *text)
{
    deliver_begin(&d, text);
    d.pdu.esm_class = 0x04;
    assert_int_equal(receipt_read(&d.pdu, &r), -1);
}

static void esm_class_tells_receipts(void **state)
{
    (void)state;
    deliver_begin(&d, "");
    for (unsigned esm = 0; esm < 256; esm++) {
        d.pdu.esm_class = (uint8_t)esm;
        unsigned type = esm >> 2 & 15;
        assert_int_equal(receipt_is(&d.pdu), type == 1 || type == 8);
    }
}

static void texts_are_read(void **state)
{
    (void)state;
    reads("id:0123456789 sub:001 dlvrd:001 submit date:0901011200 done date:0901011201 "
          "stat:DELIVRD err:000 text:Mekong Line",
          "0123456789", STATUS_DELIVERED);
    reads("ID:abc-1 SUB:001 STAT:deliVRD ERR:0 TEXT:", "abc-1", STATUS_DELIVERED);
    reads("stat:EXPIRED id:7", "7", STATUS_EXPIRED);
    reads("id: 7 stat: UNDELIV", "7", STATUS_FAILED);
    reads("id:7\r\nstat:REJECTD\r\n", "7", STATUS_REJECTED);
    reads("id:7, stat:DELETED;", "7", STATUS_FAILED);
    reads("id:\"7\" stat:\"UNKNOWN\"", "7", STATUS_FAILED);
    reads("id:7 stat:ACCEPTD", "7", STATUS_ACCEPTED);
    reads("id:7 stat:ENROUTE", "7", STATUS_ACCEPTED);
    reads("id:7 stat:DELIVERED", "7", STATUS_DELIVERED);
    reads("id:7 stat:UNDELIVERABLE", "7", STATUS_FAILED);
    reads("id:7 stat:REJECTED", "7", STATUS_REJECTED);
    reads("submit date:0901011200 done date:0901011201 id:000A stat:DELIVRD", "000A",
          STATUS_DELIVERED);
    reads("xid:8 id:7 stat:DELIVRD", "7", STATUS_DELIVERED);
}

/* The text of our own message may say anything. */
static void the_message_inside_is_no_field(void **state)
{
    (void)state;
    reads("id:7 stat:DELIVRD text:id:8 stat:EXPIRED", "7", STATUS_DELIVERED);
    reads("text:hello id:7 stat:DELIVRD", "7", STATUS_DELIVERED);
}

static void what_says_too_little_is_refused(void **state)
{
    (void)state;
    refuses("");
    refuses("id:7");
    refuses("id:7 stat:");
    refuses("id:7 stat:NONSENSE");
    refuses("id:7 stat:DEL");
    refuses("stat:DELIVRD");
    refuses("id: sub:001 stat:DELIVRD");
    refuses("id:");
    refuses("Your parcel is here");
    refuses("id:123456789012345678901234567890123456789012345678901234567890123456 stat:DELIVRD");
    reads("id:12345678901234567890123456789012345678901234567890123456789012345 stat:DELIVRD",
          "12345678901234567890123456789012345678901234567890123456789012345", STATUS_DELIVERED);
}

static void add_state(uint8_t state)
{
    d.state = state;
    pdu_tlv_add(&d.pdu, TAG_MESSAGE_STATE, &d.state, 1);
}

static void add_id(const char *id, size_t len)
{
    pdu_tlv_add(&d.pdu, TAG_RECEIPTED_MESSAGE_ID, (const uint8_t *)id, len);
}

static void parameters_are_read(void **state)
{
    static const enum mo_status wanted[] = {
        STATUS_ACCEPTED, STATUS_ACCEPTED, STATUS_DELIVERED, STATUS_EXPIRED,  STATUS_FAILED,
        STATUS_FAILED,   STATUS_ACCEPTED, STATUS_FAILED,    STATUS_REJECTED, STATUS_FAILED};
    (void)state;
    for (uint8_t i = 0; i < 10; i++) {
        deliver_begin(&d, "");
        add_id("4c1f", 5);
        add_state(i);
        assert_int_equal(receipt_read(&d.pdu, &r), 0);
        assert_string_equal(r.id, "4c1f");
        assert_int_equal(r.status, wanted[i]);
        assert_int_equal(r.final, wanted[i] != STATUS_ACCEPTED);
    }
}

static void parameters_win_each_for_itself(void **state)
{
    (void)state;
    deliver_begin(&d, "id:7 stat:EXPIRED");
    add_id("8", 1); /* without its NUL */
    assert_int_equal(receipt_read(&d.pdu, &r), 0);
    assert_string_equal(r.id, "8");
    assert_int_equal(r.status, STATUS_EXPIRED);
    add_state(2);
    assert_int_equal(receipt_read(&d.pdu, &r), 0);
    assert_int_equal(r.status, STATUS_DELIVERED);
    deliver_begin(&d, "id:7 stat:EXPIRED");
    add_state(2);
    add_id("", 1);
    assert_int_equal(receipt_read(&d.pdu, &r), 0);
    assert_string_equal(r.id, "7");
    assert_int_equal(r.status, STATUS_DELIVERED);
    deliver_begin(&d, "id:7 stat:EXPIRED");
    add_state(77);
    assert_int_equal(receipt_read(&d.pdu, &r), 0);
    assert_int_equal(r.status, STATUS_EXPIRED);
    deliver_begin(&d, "");
    add_id("7", 2);
    assert_int_equal(receipt_read(&d.pdu, &r), -1);
}

static void odd_octets_are_borne(void **state)
{
    static const char ucs2[] = "\0i\0d\0:\0007\0 \0s\0t\0a\0t\0:\0D\0E\0L\0I\0V\0R\0D";
    static const char header[] = "\x05\x00\x03\x01\x02\x01id:7 stat:DELIVRD";
    (void)state;
    deliver_begin(&d, "");
    deliver_text(&d, ucs2, sizeof ucs2 - 1);
    d.pdu.data_coding = 8;
    assert_int_equal(receipt_read(&d.pdu, &r), 0);
    assert_string_equal(r.id, "7");
    deliver_begin(&d, "");
    deliver_text(&d, header, sizeof header - 1);
    d.pdu.esm_class = 0x44;
    assert_int_equal(receipt_read(&d.pdu, &r), 0);
    assert_string_equal(r.id, "7");
    deliver_text(&d, "\xff", 1);
    assert_int_equal(receipt_read(&d.pdu, &r), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(esm_class_tells_receipts),
        cmocka_unit_test(texts_are_read),
        cmocka_unit_test(the_message_inside_is_no_field),
        cmocka_unit_test(what_says_too_little_is_refused),
        cmocka_unit_test(parameters_are_read),
        cmocka_unit_test(parameters_win_each_for_itself),
        cmocka_unit_test(odd_octets_are_borne),
    };
    return cmocka_run_group_tests_name("unit/smpp_receipt", tests, NULL, NULL);
}
