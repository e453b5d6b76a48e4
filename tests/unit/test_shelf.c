/* SPDX-License-Identifier: Apache-2.0 */
/* The versions that dialogues still go on in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/shelf.h"
#include "support/small_content.h"

enum { UNTIL_MS = 1000 };

static struct catalog *loaded_with(const char *text)
{
    struct small content;
    small_init(&content);
    small_replace(&content, "texts/en/all.json", "Keep your passport with you.", text);
    struct catalog *c = small_load(&content, NULL);
    assert_non_null(c);
    small_free(&content);
    return c;
}

static void an_older_version_stays_until_its_time_is_over(void **state)
{
    (void)state;
    struct catalog *old = small_loaded(), *now = loaded_with("Keep it with you.");
    uint64_t number = catalog_version_number(old);
    struct shelf s;
    shelf_init(&s, old);
    shelf_swap(&s, now, UNTIL_MS);
    assert_ptr_equal(shelf_find(&s, number, UNTIL_MS), old);
    assert_ptr_equal(shelf_find(&s, number, UNTIL_MS + 1), now);
    shelf_fini(&s);
    catalog_unref(old);
    catalog_unref(now);
}

/* A reload compiles the version in force again; a second copy would only take room. */
static void a_version_compiled_anew_takes_its_own_place(void **state)
{
    (void)state;
    struct catalog *old = small_loaded(), *again = small_loaded();
    struct shelf s;
    shelf_init(&s, old);
    shelf_swap(&s, again, UNTIL_MS);
    assert_int_equal(s.old_count, 0);
    assert_ptr_equal(shelf_find(&s, catalog_version_number(old), 0), again);
    shelf_fini(&s);
    catalog_unref(old);
    catalog_unref(again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_older_version_stays_until_its_time_is_over),
        cmocka_unit_test(a_version_compiled_anew_takes_its_own_place),
    };
    return cmocka_run_group_tests_name("shelf", tests, NULL, NULL);
}
