/* SPDX-License-Identifier: Apache-2.0 */
/* Who may ask, and what a field may be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "http/fields.h"
#include "http/guard.h"

static struct web_request asks(const char *peer, const char *header, const char *field)
{
    struct web_request r = {.secret = header};
    strcpy(r.peer, peer);
    if (field)
        r.field[r.fields++] = (struct web_field){.name = "secret", .value = field};
    return r;
}

static bool lets_in(const struct guard *g, const char *peer, const char *header, const char *field)
{
    struct web_request r = asks(peer, header, field);
    return guard_lets_in(g, &r);
}

static void a_secret_in_header_or_field(void **state)
{
    struct guard g = {.secret = "sesame", .allow = ""};
    (void)state;
    assert_true(lets_in(&g, "unix", "sesame", NULL));
    assert_true(lets_in(&g, "10.0.0.1", "", "sesame"));
    assert_false(lets_in(&g, "unix", "", NULL));
    assert_false(lets_in(&g, "unix", "", ""));
    assert_false(lets_in(&g, "unix", "sesam", "sesame2"));
    assert_false(lets_in(&g, "unix", "Sesame", NULL));
}

static void an_address_of_the_list(void **state)
{
    struct guard g = {.allow = " 10.0.0.1  unix 2001:db8::1"};
    (void)state;
    assert_true(lets_in(&g, "unix", "", NULL));
    assert_true(lets_in(&g, "10.0.0.1", "", NULL));
    assert_true(lets_in(&g, "2001:db8::1", "", NULL));
    assert_false(lets_in(&g, "10.0.0.10", "", NULL));
    assert_false(lets_in(&g, "10.0.0", "", NULL));
    assert_false(lets_in(&g, "", "", NULL));
}

static void both_if_both_are_set(void **state)
{
    struct guard g = {.secret = "sesame", .allow = "unix"};
    (void)state;
    assert_true(lets_in(&g, "unix", "sesame", NULL));
    assert_false(lets_in(&g, "unix", "", NULL));
    assert_false(lets_in(&g, "10.0.0.1", "sesame", NULL));
}

static void one_of_them_has_to_be_set(void **state)
{
    struct conf_aggregator c = {.aggregator_name = "laotel"};
    struct guard g;
    char why[CONF_ERROR_MAX], path[] = "/tmp/mekongline-guard-XXXXXX";
    (void)state;
    assert_int_equal(guard_read(&c, &g, why), -1);
    assert_non_null(strstr(why, "set one"));
    strcpy(c.allow, "unix");
    assert_int_equal(guard_read(&c, &g, why), 0);
    int fd = mkstemp(path); /* readable by this user alone */
    assert_int_equal(write(fd, "sesame\n", 7), 7);
    close(fd);
    strcpy(c.secret_file, path);
    assert_int_equal(guard_read(&c, &g, why), 0);
    assert_string_equal(g.secret, "sesame");
    assert_int_equal(chmod(path, 0644), 0);
    assert_int_equal(guard_read(&c, &g, why), -1);
    unlink(path);
    assert_int_equal(guard_read(&c, &g, why), -1);
    assert_string_equal(g.secret, "");
}

static void printable_fields(void **state)
{
    (void)state;
    assert_true(fields_printable("a b~", 4));
    assert_false(fields_printable("a b~!", 4));
    assert_false(fields_printable("", 4));
    assert_false(fields_printable(NULL, 4));
    assert_false(fields_printable("a\nb", 4));
    assert_false(fields_printable("\xC3\xA9", 4));
}

static void fields_by_characters(void **state)
{
    (void)state;
    assert_true(fields_short("", 0));
    assert_true(fields_short("\xE0\xBA\xA5\xE0\xBA\xB2\xE0\xBA\xA7", 3));
    assert_false(fields_short("\xE0\xBA\xA5\xE0\xBA\xB2\xE0\xBA\xA7", 2));
    assert_false(fields_short(NULL, 3));
}

static void numbers_with_and_without_plus(void **state)
{
    char out[MSISDN_MAX + 1];
    (void)state;
    assert_int_equal(fields_msisdn("+8562055512345", out), 0);
    assert_string_equal(out, "8562055512345");
    assert_int_equal(fields_msisdn(" 8562055512345", out), 0); /* a plus sign in a query */
    assert_int_equal(fields_msisdn("8562055512345", out), 0);
    assert_int_equal(fields_msisdn("++8562055512345", out), -1);
    assert_int_equal(fields_msisdn("1234567890123456", out), -1);
    assert_int_equal(fields_msisdn("", out), -1);
    assert_int_equal(fields_msisdn(NULL, out), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_secret_in_header_or_field),
                                       cmocka_unit_test(an_address_of_the_list),
                                       cmocka_unit_test(both_if_both_are_set),
                                       cmocka_unit_test(one_of_them_has_to_be_set),
                                       cmocka_unit_test(printable_fields),
                                       cmocka_unit_test(fields_by_characters),
                                       cmocka_unit_test(numbers_with_and_without_plus)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
