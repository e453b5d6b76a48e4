/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/address.h"

static void a_list_is_read_one_by_one(void **state)
{
    static const char list[] = "  10.0.0.1:26379, [fd00::1]:1,/run/s.sock  ";
    char text[ADDRESS_TEXT_SIZE];
    struct address a;
    (void)state;
    assert_int_equal(address_at(list, 0, &a), 1);
    assert_string_equal(a.host, "10.0.0.1");
    assert_int_equal(a.port, 26379);
    assert_int_equal(address_at(list, 1, &a), 1);
    assert_string_equal(a.host, "fd00::1");
    address_write(&a, text);
    assert_string_equal(text, "[fd00::1]:1");
    assert_int_equal(address_at(list, 2, &a), 1);
    assert_int_equal(a.port, 0);
    address_write(&a, text);
    assert_string_equal(text, "/run/s.sock");
    assert_int_equal(address_at(list, 3, &a), 0);
    assert_true(address_list_is_good(list));
    assert_true(address_list_is_good(""));
}

static void what_is_no_address_is_refused(void **state)
{
    static const char *const bad[] = {
        "10.0.0.1",       "10.0.0.1:",  "10.0.0.1:0",   "10.0.0.1:65536", "10.0.0.1:-1",
        "10.0.0.1:1x",    "10.0.0:1",   "localhost:1",  "fd00::1:26379",  "[fd00::1]",
        "[]:1",           "[fd00::1:1", ":1",           "1.1.1.1:1 x",    "10.0.0.1:000001",
        "[10.0.0.1]]:26", "[:26379",    "1.1.1.1:1;x:2"};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (address_list_is_good(bad[i]))
            fail_msg("%s", bad[i]);
}

static void a_path_has_the_length_that_a_socket_can_have(void **state)
{
    char path[ADDRESS_HOST_MAX + 2];
    struct address a;
    (void)state;
    memset(path, '/', sizeof path);
    path[ADDRESS_HOST_MAX + 1] = '\0';
    assert_int_equal(address_at(path, 0, &a), -1);
    path[ADDRESS_HOST_MAX] = '\0';
    assert_int_equal(address_at(path, 0, &a), 1);
    assert_string_equal(a.host, path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_is_read_one_by_one),
        cmocka_unit_test(what_is_no_address_is_refused),
        cmocka_unit_test(a_path_has_the_length_that_a_socket_can_have),
    };
    return cmocka_run_group_tests_name("unit/address", tests, NULL, NULL);
}
