/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <string.h>

#include "base/utf8.h"

static void decode_is(const char *s, size_t len, int octets, uint32_t want)
{
    uint32_t cp = 0xDEAD;
    assert_int_equal(utf8_next(s, len, &cp), octets);
    assert_int_equal(cp, want);
}

static void refused(const char *s)
{
    decode_is(s, strlen(s), -1, 0xDEAD);
    assert_false(utf8_valid(s, strlen(s)));
}

static void decodes_each_length(void **state)
{
    (void)state;
    decode_is("A", 1, 1, 'A');
    decode_is("\0", 1, 1, 0);
    decode_is("\xC2\x80", 2, 2, 0x80);
    decode_is("\xDF\xBF", 2, 2, 0x7FF);
    decode_is("\xE0\xA0\x80", 3, 3, 0x800);
    decode_is("\xEF\xBF\xBF", 3, 3, 0xFFFF);
    decode_is("\xF0\x90\x80\x80", 4, 4, 0x10000);
    decode_is("\xF4\x8F\xBF\xBF", 4, 4, 0x10FFFF);
    decode_is("", 0, 0, 0xDEAD);
}

static void refuses_what_is_no_utf8(void **state)
{
    (void)state;
    refused("\x80");
    refused("\xC0\x80");         /* overlong NUL */
    refused("\xC1\xBF");         /* overlong */
    refused("\xE0\x9F\xBF");     /* overlong */
    refused("\xF0\x8F\xBF\xBF"); /* overlong */
    refused("\xED\xA0\x80");     /* surrogate */
    refused("\xED\xBF\xBF");     /* surrogate */
    refused("\xF4\x90\x80\x80"); /* above U+10FFFF */
    refused("\xF5\x80\x80\x80");
    refused("\xFF");
    refused("\xE0\xBA");     /* ends too early */
    refused("\xE0\xBAZ");    /* third octet wrong */
    refused("\xC3Z");        /* second octet wrong */
    refused("\xF0\x9F\x98"); /* ends too early */
}

static void a_sequence_is_not_read_past_its_length(void **state)
{
    (void)state;
    decode_is("\xE0\xBA\x81", 2, -1, 0xDEAD);
    assert_false(utf8_valid("\xE0\xBA\x81", 1));
    assert_true(utf8_valid("\xE0\xBA\x81", 3));
}

static void every_code_point_survives_the_way_there_and_back(void **state)
{
    (void)state;
    for (uint32_t cp = 0; cp <= 0x110000; cp++) {
        char out[4];
        size_t n = utf8_put(cp, out);
        if ((cp >= 0xD800 && cp <= 0xDFFF) || cp > 0x10FFFF) {
            assert_int_equal(n, 0);
            continue;
        }
        uint32_t back = 0;
        assert_int_equal(utf8_next(out, n, &back), n);
        assert_int_equal(back, cp);
    }
}

static void counts_code_points(void **state)
{
    (void)state;
    assert_int_equal(utf8_count("", 0), 0);
    assert_int_equal(utf8_count("abc", 3), 3);
    const char *lao = "ສະບາຍດີ";
    assert_int_equal(utf8_count(lao, strlen(lao)), 7);
    assert_int_equal(utf8_count("\xF0\x9F\x98\x80", 4), 1);
}

static void appends_while_a_nul_still_fits(void **state)
{
    (void)state;
    char out[6] = "----+";
    size_t n = 0;
    assert_true(utf8_append('a', out, 5, &n));
    assert_false(utf8_append(0x1F600, out, 5, &n)); /* no room for the NUL */
    assert_int_equal(n, 1);
    assert_memory_equal(out, "a---+", 5);
    assert_true(utf8_append(0x0E81, out, 5, &n));
    assert_int_equal(n, 4);
    assert_memory_equal(out, "a\xE0\xBA\x81+", 5);
    assert_true(utf8_append(0xD800, out, 5, &n)); /* nothing to write */
    assert_int_equal(n, 4);
    assert_false(utf8_append('b', out, 5, &n));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decodes_each_length),
        cmocka_unit_test(refuses_what_is_no_utf8),
        cmocka_unit_test(a_sequence_is_not_read_past_its_length),
        cmocka_unit_test(every_code_point_survives_the_way_there_and_back),
        cmocka_unit_test(counts_code_points),
        cmocka_unit_test(appends_while_a_nul_still_fits),
    };
    return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
