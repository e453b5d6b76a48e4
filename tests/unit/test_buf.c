/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <string.h>

#include "base/buf.h"

static void appends_in_order(void **state)
{
    (void)state;
    char mem[64];
    struct buf b;
    buf_init(&b, mem, sizeof mem);
    buf_puts(&b, "balance ");
    buf_int(&b, -12);
    buf_putc(&b, ' ');
    buf_put(&b, "kipkip", 3);
    buf_printf(&b, " %s %d", "no.", 7);
    assert_string_equal(b.data, "balance -12 kip no. 7");
    assert_int_equal(b.len, strlen(b.data));
    assert_false(b.full);
}

static void writes_the_ends_of_int64(void **state)
{
    (void)state;
    char mem[64];
    struct buf b;
    buf_init(&b, mem, sizeof mem);
    buf_int(&b, INT64_MIN);
    buf_putc(&b, ' ');
    buf_int(&b, 0);
    buf_putc(&b, ' ');
    buf_int(&b, INT64_MAX);
    assert_string_equal(b.data, "-9223372036854775808 0 9223372036854775807");
}

static void fills_to_the_last_octet(void **state)
{
    (void)state;
    char mem[4];
    struct buf b;
    buf_init(&b, mem, sizeof mem);
    buf_puts(&b, "abc");
    assert_false(b.full);
    buf_putc(&b, 'd');
    assert_true(b.full);
    assert_string_equal(b.data, "abc");
    buf_init(&b, mem, 1);
    buf_puts(&b, "");
    assert_false(b.full);
    buf_puts(&b, "x");
    assert_true(b.full);
    assert_string_equal(b.data, "");
}

static void a_piece_that_does_not_fit_leaves_nothing(void **state)
{
    (void)state;
    char mem[8];
    struct buf b;
    buf_init(&b, mem, sizeof mem);
    buf_puts(&b, "abcd");
    buf_printf(&b, "%s", "efgh");
    assert_true(b.full);
    assert_int_equal(b.len, 4);
    assert_string_equal(b.data, "abcd");
    buf_putc(&b, 'e'); /* after the gap nothing more is written */
    assert_string_equal(b.data, "abcd");
}

static void printf_fits_exactly_or_not(void **state)
{
    (void)state;
    char mem[5];
    struct buf b;
    buf_init(&b, mem, sizeof mem);
    buf_printf(&b, "%d", 1234);
    assert_false(b.full);
    assert_string_equal(b.data, "1234");
    buf_init(&b, mem, sizeof mem);
    buf_printf(&b, "%d", 12345);
    assert_true(b.full);
    assert_string_equal(b.data, "");
}

static void json_is(const char *in, size_t n, const char *want)
{
    char mem[128];
    struct buf b;
    buf_init(&b, mem, sizeof mem);
    buf_json(&b, in, n);
    assert_string_equal(b.data, want);
    assert_false(b.full);
}

static void json_escapes_what_it_must(void **state)
{
    (void)state;
    json_is("", 0, "\"\"");
    json_is("say \"hi\" \\ /", 12, "\"say \\\"hi\\\" \\\\ /\"");
    json_is("\b\f\n\r\t", 5, "\"\\b\\f\\n\\r\\t\"");
    json_is("a\0b", 3, "\"a\\u0000b\"");
    json_is("\x01\x1F\x7F", 3, "\"\\u0001\\u001f\x7F\"");
    json_is("ລາວ", 9, "\"ລາວ\"");
}

static void json_is_all_or_nothing(void **state)
{
    (void)state;
    for (size_t cap = 1; cap <= 12; cap++) {
        char mem[12];
        struct buf b;
        buf_init(&b, mem, cap);
        buf_json(&b, "ab\ncd\x01", 6);
        assert_true(b.full);
        assert_int_equal(b.len, 0);
        assert_string_equal(b.data, "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appends_in_order),
        cmocka_unit_test(writes_the_ends_of_int64),
        cmocka_unit_test(fills_to_the_last_octet),
        cmocka_unit_test(a_piece_that_does_not_fit_leaves_nothing),
        cmocka_unit_test(printf_fits_exactly_or_not),
        cmocka_unit_test(json_escapes_what_it_must),
        cmocka_unit_test(json_is_all_or_nothing),
    };
    return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
