/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/shards.h"

static void a_list_is_a_set(void **state)
{
    char text[SHARDS_TEXT_SIZE];
    struct shards s;
    (void)state;
    assert_int_equal(shards_read("  00-0f a8  ff ", &s), 18);
    assert_true(s.has[0x00] && s.has[0x0f] && s.has[0xa8] && s.has[0xff]);
    assert_false(s.has[0x10] || s.has[0xa7] || s.has[0xa9]);
    shards_write(&s, true, text);
    assert_string_equal(text, "00-0f a8 ff");
    shards_write(&s, false, text);
    assert_string_equal(text, "10-a7 a9-fe");
    assert_int_equal(shards_read("00-ff", &s), SHARDS_ALL);
    shards_write(&s, false, text);
    assert_string_equal(text, "");
    assert_int_equal(shards_read("", &s), 0);
    shards_write(&s, false, text);
    assert_string_equal(text, "00-ff");
}

static void neighbours_become_one_range(void **state)
{
    char text[SHARDS_TEXT_SIZE];
    struct shards s, more;
    (void)state;
    assert_int_equal(shards_read("80-ff 00 01 02-7e", &s), 255);
    assert_int_equal(shards_read("7f 80", &more), 2);
    shards_add(&s, &more);
    shards_write(&s, true, text);
    assert_string_equal(text, "00-ff");
}

static void the_longest_list_fits(void **state)
{
    char text[SHARDS_TEXT_SIZE];
    struct shards s = {{false}}, again;
    int count = 0;
    (void)state;
    for (int i = 0; i < SHARDS_ALL; i++)
        count += s.has[i] = i % 3 != 2;
    shards_write(&s, true, text);
    assert_int_equal(shards_read(text, &again), count);
    assert_memory_equal(&s, &again, sizeof s);
}

static void what_is_no_list_is_refused(void **state)
{
    static const char *const bad[] = {"0",     "000",      "0g",   "A0",     "7f-00",  "00-",
                                      "-7f",   "00--7f",   "00-7", "00-7f-", "00,01",  "00 - 7f",
                                      "00 00", "00-7f 40", "all",  "*",      "00-100", "0x00"};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (shards_list_is_good(bad[i]))
            fail_msg("%s", bad[i]);
    assert_true(shards_list_is_good(""));
    assert_true(shards_list_is_good("00-ff"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_is_a_set),
        cmocka_unit_test(neighbours_become_one_range),
        cmocka_unit_test(the_longest_list_fits),
        cmocka_unit_test(what_is_no_list_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
