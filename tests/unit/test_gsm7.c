/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "text/gsm7.h"

/* The packed vectors were made with a script of Python that adds each septet, shifted, into one
 * long number and writes that as little-endian octets. */

static void hex(const uint8_t *octets, int n, char *out)
{
    out[0] = '\0';
    for (int i = 0; i < n; i++)
        snprintf(out + 2 * i, 3, "%02X", octets[i]);
}

static void packs(const char *text, unsigned fill, const char *expected)
{
    uint8_t septets[200], octets[200], back[200];
    char seen[401];
    int n = gsm7_encode(text, strlen(text), septets, sizeof(septets));
    assert_true(n >= 0);
    int packed = gsm7_pack(septets, (size_t)n, fill, octets, sizeof(octets));
    hex(octets, packed, seen);
    assert_string_equal(seen, expected);
    assert_int_equal(gsm7_unpack(octets, (size_t)packed, fill, back, (size_t)n), 0);
    assert_memory_equal(back, septets, (size_t)n);
}

static void packs_eight_septets_into_seven_octets(void **state)
{
    (void)state;
    packs("", 0, "");
    packs("A", 0, "41");
    packs("hello", 0, "E8329BFD06");
    packs("hellohello", 0, "E8329BFD4697D9EC37");
    packs("1234567", 0, "31D98C56B3DD00");
    packs("12345678", 0, "31D98C56B3DD70");
    packs("Call 1546 for advice.", 0, "C3309B0D8AD5683690F92D0785C9F6F4B8EC02");
}

static void leaves_fill_bits_after_a_header(void **state)
{
    (void)state;
    packs("hello", 1, "D06536FB0D");
    packs("hello", 6, "00BACC66BF01");
}

static void packs_ussd(const char *text, const char *expected, const char *back)
{
    uint8_t septets[200], octets[200];
    char seen[401];
    int n = gsm7_encode(text, strlen(text), septets, sizeof(septets));
    int packed = gsm7_pack_ussd(septets, (size_t)n, octets, sizeof(octets));
    hex(octets, packed, seen);
    assert_string_equal(seen, expected);
    n = gsm7_unpack_ussd(octets, (size_t)packed, septets, sizeof(septets));
    assert_true(n >= 0);
    assert_true(gsm7_decode(septets, (size_t)n, seen, sizeof(seen)) >= 0);
    assert_string_equal(seen, back);
}

/* TS 23.038 section 6.1.2.3.1: seven free bits would read as "@". */
static void fills_seven_free_bits_with_cr(void **state)
{
    (void)state;
    packs_ussd("1234567", "31D98C56B3DD1A", "1234567");
    packs_ussd("12345678", "31D98C56B3DD70", "12345678");
    packs_ussd("hello", "E8329BFD06", "hello");
    packs_ussd("", "", "");
}

static void doubles_a_cr_at_the_end_of_an_octet(void **state)
{
    (void)state;
    packs_ussd("1234567\r", "31D98C56B3DD1A0D", "1234567\r\r");
    packs_ussd("123456\r", "31D98C56B3351A", "123456\r");
}

static void holds_182_septets_in_160_octets(void **state)
{
    (void)state;
    uint8_t septets[183], octets[160];
    memset(septets, 'a', sizeof(septets));
    assert_int_equal(gsm7_pack_ussd(septets, 182, octets, sizeof(octets)), 160);
    assert_int_equal(octets[159] >> 2, 0);
    assert_int_equal(gsm7_unpack_ussd(octets, 160, septets, 183), 182);
    assert_int_equal(gsm7_pack_ussd(septets, 183, octets, sizeof(octets)), -1);
}

static void knows_what_a_character_costs(void **state)
{
    (void)state;
    assert_int_equal(gsm7_cost('a'), 1);
    assert_int_equal(gsm7_cost('@'), 1);
    assert_int_equal(gsm7_cost(0x0394), 1);
    assert_int_equal(gsm7_cost('\f'), 2);
    for (const char *c = "^{}\\[~]|"; *c != '\0'; c++)
        assert_int_equal(gsm7_cost((uint8_t)*c), 2);
    assert_int_equal(gsm7_cost(0x20AC), 2);
    assert_int_equal(gsm7_cost('`'), 0);
    assert_int_equal(gsm7_cost(0x1B), 0);
    assert_int_equal(gsm7_cost(0x00E7), 0);
    assert_int_equal(gsm7_cost(0x0EA5), 0);
    assert_int_equal(gsm7_cost(0x2019), 0);
}

static void shows_each_septet_and_reads_it_back(void **state)
{
    (void)state;
    for (unsigned septet = 0; septet < 128; septet++) {
        uint8_t in[2] = {(uint8_t)septet, 0}, back[4];
        char text[8];
        if (septet == 0x1B)
            continue;
        int len = gsm7_decode(in, 1, text, sizeof(text));
        assert_true(len > 0);
        assert_int_equal(gsm7_encode(text, (size_t)len, back, sizeof(back)), 1);
        assert_int_equal(back[0], septet);
    }
}

static void escapes(void **state)
{
    (void)state;
    uint8_t septets[16];
    char text[16];
    assert_int_equal(gsm7_encode("[€]", 5, septets, sizeof(septets)), 6);
    assert_memory_equal(septets, "\x1B\x3C\x1B\x65\x1B\x3E", 6);
    assert_int_equal(gsm7_decode(septets, 6, text, sizeof(text)), 5);
    assert_string_equal(text, "[€]");
    /* an unknown one shows as in the default table, two escapes and a last one as a space */
    assert_int_equal(gsm7_decode((const uint8_t *)"a\x1B"
                                                  "b\x1B\x1B"
                                                  "c\x1B",
                                 7, text, sizeof(text)),
                     5);
    assert_string_equal(text, "ab c ");
}

static void refuses_what_does_not_fit(void **state)
{
    (void)state;
    uint8_t out[4];
    char text[4];
    assert_int_equal(gsm7_encode("ລາວ", 9, out, sizeof(out)), -1);
    assert_int_equal(gsm7_encode("\xFF", 1, out, sizeof(out)), -1);
    assert_int_equal(gsm7_encode("hello", 5, out, sizeof(out)), -1);
    assert_int_equal(gsm7_encode("abc[", 4, out, sizeof(out)), -1);
    assert_int_equal(gsm7_decode((const uint8_t *)"\x80", 1, text, sizeof(text)), -1);
    assert_int_equal(gsm7_decode((const uint8_t *)"\x1B\x80", 2, text, sizeof(text)), -1);
    assert_int_equal(gsm7_decode((const uint8_t *)"abcd", 4, text, sizeof(text)), -1);
    assert_int_equal(gsm7_pack((const uint8_t *)"abcdef", 6, 0, out, sizeof(out)), -1);
    assert_int_equal(gsm7_unpack(out, 4, 0, out, 5), -1);
    assert_int_equal(gsm7_unpack(out, 4, 5, out, 4), -1);
    assert_int_equal(gsm7_unpack_ussd(out, 4, out, 3), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packs_eight_septets_into_seven_octets),
        cmocka_unit_test(leaves_fill_bits_after_a_header),
        cmocka_unit_test(fills_seven_free_bits_with_cr),
        cmocka_unit_test(doubles_a_cr_at_the_end_of_an_octet),
        cmocka_unit_test(holds_182_septets_in_160_octets),
        cmocka_unit_test(knows_what_a_character_costs),
        cmocka_unit_test(shows_each_septet_and_reads_it_back),
        cmocka_unit_test(escapes),
        cmocka_unit_test(refuses_what_does_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
