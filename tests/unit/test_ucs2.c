/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <string.h>

#include "text/ucs2.h"

/* The octets come from Python: text.encode("utf-16-be"). */

static void same(const char *text, const char *octets, size_t n)
{
    uint8_t out[64];
    char back[64];
    assert_int_equal(ucs2_encode(text, strlen(text), out, sizeof(out)), n);
    assert_memory_equal(out, octets, n);
    assert_int_equal(ucs2_decode(out, n, back, sizeof(back)), strlen(text));
    assert_string_equal(back, text);
}

static void goes_there_and_back(void **state)
{
    (void)state;
    same("", "", 0);
    same("中文 Việt", "\x4e\x2d\x65\x87\x00\x20\x00\x56\x00\x69\x1e\xc7\x00\x74", 14);
    same("ລາວ😀A", "\x0e\xa5\x0e\xb2\x0e\xa7\xd8\x3d\xde\x00\x00\x41", 12);
}

static void shows(const char *octets, size_t n, const char *text)
{
    char back[64];
    assert_int_equal(ucs2_decode((const uint8_t *)octets, n, back, sizeof(back)), strlen(text));
    assert_string_equal(back, text);
}

static void replaces_lone_surrogates(void **state)
{
    (void)state;
    shows("\xd8\x3d", 2, "\uFFFD");
    shows("\xde\x00\x00\x41", 4,
          "\uFFFD"
          "A");
    shows("\xd8\x3d\x00\x41", 4,
          "\uFFFD"
          "A");
    shows("\xd8\x3d\xd8\x3d\xde\x00", 6, "\uFFFD😀");
}

static void refuses_what_is_wrong(void **state)
{
    (void)state;
    uint8_t out[4];
    char text[4];
    assert_int_equal(ucs2_encode("\xC3", 1, out, sizeof(out)), -1);
    assert_int_equal(ucs2_encode("abc", 3, out, sizeof(out)), -1);
    assert_int_equal(ucs2_encode("a😀", 5, out, sizeof(out)), -1);
    assert_int_equal(ucs2_decode((const uint8_t *)"\0a\0", 3, text, sizeof(text)), -1);
    assert_int_equal(ucs2_decode((const uint8_t *)"\0a\0b\0c\0d", 8, text, sizeof(text)), -1);
    assert_int_equal(ucs2_decode((const uint8_t *)"", 0, text, 0), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goes_there_and_back),
        cmocka_unit_test(replaces_lone_surrogates),
        cmocka_unit_test(refuses_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
