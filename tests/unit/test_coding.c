/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <string.h>

#include "text/coding.h"

static struct measure measure(const char *text)
{
    struct measure m;
    assert_int_equal(coding_measure(text, strlen(text), &m), 0);
    return m;
}

static void counts_septets(void **state)
{
    (void)state;
    struct measure m = measure("Do not pay a broker. Ask for a receipt.");
    assert_int_equal(m.coding, CODING_GSM7);
    assert_int_equal(m.septets, 39);
    assert_int_equal(m.units, 39);
    assert_int_equal(m.guilty, 0);
    assert_int_equal(coding_octets(&m), 35);
    m = measure("5 € [ok]");
    assert_int_equal(m.septets, 11);
    assert_int_equal(m.units, 8);
    m = measure("");
    assert_int_equal(m.coding, CODING_GSM7);
    assert_int_equal(coding_octets(&m), 0);
}

static void names_the_character_that_costs(void **state)
{
    (void)state;
    struct measure m = measure("it’s 5 €");
    assert_int_equal(m.coding, CODING_UCS2);
    assert_int_equal(m.septets, 0);
    assert_int_equal(m.units, 8);
    assert_int_equal(m.guilty, 0x2019);
    assert_int_equal(m.guilty_at, 2);
    assert_int_equal(coding_octets(&m), 16);
}

static void counts_units(void **state)
{
    (void)state;
    assert_int_equal(measure("Tiếng Việt").units, 10);
    assert_int_equal(measure("ພາສາລາວ").units, 7);
    assert_int_equal(measure("😀😀").units, 4);
}

static void holds_full_screens(void **state)
{
    (void)state;
    struct measure m = {.coding = CODING_GSM7, .septets = 182};
    assert_int_equal(coding_octets(&m), 160);
    m.septets = 160;
    assert_int_equal(coding_octets(&m), 140);
}

static void refuses_what_is_not_utf8(void **state)
{
    (void)state;
    struct measure m;
    assert_int_equal(coding_measure("ab\xC3", 3, &m), -1);
    assert_int_equal(coding_measure("\xED\xA0\x80", 3, &m), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_septets),
        cmocka_unit_test(names_the_character_that_costs),
        cmocka_unit_test(counts_units),
        cmocka_unit_test(holds_full_screens),
        cmocka_unit_test(refuses_what_is_not_utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
