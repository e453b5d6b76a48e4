/* SPDX-License-Identifier: Apache-2.0 */
/* How parts of long SMS are told: TS 23.040, 9.2.3.24; SMPP v3.4, 5.3.2.22 to 5.3.2.24. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "smpp/parts.h"
#include "support/deliver.h"

#define PLACE(number, total) ((const uint8_t[]){total, number})

/* What part_of makes of octets with a user data header. */
static uint32_t read_header(const char *octets, size_t len, struct part *out)
{
    static struct deliver d;
    deliver_begin(&d, "");
    deliver_text(&d, octets, len);
    d.pdu.esm_class = 0x40;
    return part_of(&d.pdu, out);
}
#define HEADER(octets, out) read_header(octets, sizeof(octets) - 1, out)

static void check_part(const struct part *p, enum part_kind kind, unsigned reference,
                       const uint8_t place[2])
{
    assert_int_equal(p->kind, kind);
    assert_int_equal(p->reference, reference);
    assert_int_equal(p->total, place[0]);
    assert_int_equal(p->number, place[1]);
}

static void headers_are_read(void **state)
{
    struct part p;
    (void)state;
    assert_int_equal(HEADER("\x05\x00\x03\xab\x03\x02text", &p), PDU_OK);
    check_part(&p, PART_UDH8, 0xab, PLACE(2, 3));
    assert_int_equal(p.header, 6);
    assert_int_equal(p.len, 4);
    assert_memory_equal(p.octets, "text", 4);
    assert_int_equal(HEADER("\x06\x08\x04\xab\xcd\x03\x03t", &p), PDU_OK);
    check_part(&p, PART_UDH16, 0xabcd, PLACE(3, 3));
    assert_int_equal(p.header, 7);
    /* Application ports before and a language table behind. */
    assert_int_equal(HEADER("\x0e\x05\x04\x0b\x84\x23\xf0\x00\x03\x01\x02\x01\x24\x01\x01t", &p),
                     PDU_OK);
    check_part(&p, PART_UDH8, 1, PLACE(1, 2));
    assert_int_equal(p.len, 1);
    /* Of two the last counts. */
    assert_int_equal(HEADER("\x0b\x00\x03\x01\x02\x01\x08\x04\x01\x02\x05\x04", &p), PDU_OK);
    check_part(&p, PART_UDH16, 0x0102, PLACE(4, 5));
    assert_int_equal(p.len, 0);
}

static void wrong_numbers_stand_alone(void **state)
{
    struct part p;
    (void)state;
    assert_int_equal(HEADER("\x05\x00\x03\xab\x03\x00t", &p), PDU_OK);
    check_part(&p, PART_ALONE, 0, PLACE(1, 1));
    assert_int_equal(p.len, 1);
    assert_int_equal(HEADER("\x05\x00\x03\xab\x03\x04t", &p), PDU_OK);
    check_part(&p, PART_ALONE, 0, PLACE(1, 1));
    assert_int_equal(HEADER("\x05\x00\x03\xab\x00\x00t", &p), PDU_OK);
    check_part(&p, PART_ALONE, 0, PLACE(1, 1));
    assert_int_equal(HEADER("\x04\x00\x02\xab\x03t", &p), PDU_OK);
    check_part(&p, PART_ALONE, 0, PLACE(1, 1));
    assert_int_equal(HEADER("\x00t", &p), PDU_OK);
    check_part(&p, PART_ALONE, 0, PLACE(1, 1));
    assert_int_equal(HEADER("\x05\x00\x03\xab\x01\x01t", &p), PDU_OK);
    assert_int_equal(p.kind, PART_ALONE);
    assert_int_equal(p.total, 1);
}

static void headers_that_run_over_are_refused(void **state)
{
    struct part p;
    (void)state;
    assert_int_equal(HEADER("", &p), PDU_BAD_LENGTH);
    assert_int_equal(HEADER("\x05\x00\x03\xab\x03", &p), PDU_BAD_LENGTH);
    assert_int_equal(HEADER("\x05\x00\x04\xab\x03\x01t", &p), PDU_BAD_LENGTH);
    assert_int_equal(HEADER("\x06\x00\x03\xab\x03\x01\x05t", &p), PDU_BAD_LENGTH);
    assert_int_equal(HEADER("\xff\x00", &p), PDU_BAD_LENGTH);
}

static void sar_parameters_are_read(void **state)
{
    static struct deliver d;
    struct part p;
    (void)state;
    deliver_sar(&d, 0xabcd, PLACE(2, 3), "text");
    assert_int_equal(part_of(&d.pdu, &p), PDU_OK);
    check_part(&p, PART_SAR, 0xabcd, PLACE(2, 3));
    assert_int_equal(p.header, 0);
    assert_int_equal(p.len, 4);
    d.pdu.tlv_count = 2; /* not all there */
    assert_int_equal(part_of(&d.pdu, &p), PDU_OK);
    check_part(&p, PART_ALONE, 0, PLACE(1, 1));
    deliver_sar(&d, 1, PLACE(0, 3), "text");
    assert_int_equal(part_of(&d.pdu, &p), PDU_BAD_PARAMETER_VALUE);
    deliver_sar(&d, 1, PLACE(4, 3), "text");
    assert_int_equal(part_of(&d.pdu, &p), PDU_BAD_PARAMETER_VALUE);
    deliver_sar(&d, 1, PLACE(0, 0), "text");
    assert_int_equal(part_of(&d.pdu, &p), PDU_BAD_PARAMETER_VALUE);
    deliver_sar(&d, 1, PLACE(1, 1), "text");
    assert_int_equal(part_of(&d.pdu, &p), PDU_OK);
    assert_int_equal(p.total, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_are_read),
        cmocka_unit_test(wrong_numbers_stand_alone),
        cmocka_unit_test(headers_that_run_over_are_refused),
        cmocka_unit_test(sar_parameters_are_read),
    };
    return cmocka_run_group_tests_name("unit/smpp_part", tests, NULL, NULL);
}
