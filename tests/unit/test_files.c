/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <pthread.h>
#include <string.h>

#include "catalog/catalog.h"
#include "editing/files.h"

static const struct catalog_file two[] = {
    {"menu.json", "{}", 2},
    {"fees.json", "{ }", 3},
};

static void is_sorted_and_found(void **state)
{
    (void)state;
    size_t count;
    struct files *f = files_new(two, 2);
    const struct catalog_file *list = files_list(f, &count);
    assert_int_equal(count, 2);
    assert_string_equal(list[0].name, "fees.json");
    assert_string_equal(files_find(f, "menu.json")->text, "{}");
    assert_null(files_find(f, "texts/lo/ui.json"));
    files_unref(f);
}

static void keeps_copies(void **state)
{
    (void)state;
    char name[] = "menu.json", text[] = "{}";
    struct files *f = files_new(&(struct catalog_file){name, text, 2}, 1);
    name[0] = text[0] = '!';
    assert_string_equal(files_find(f, "menu.json")->text, "{}");
    files_unref(f);
}

static void refuses_a_name_twice(void **state)
{
    (void)state;
    const struct catalog_file twice[] = {{"a.json", "{}", 2}, {"b.json", "", 0}, {"a.json", "", 0}};
    assert_null(files_new(twice, 3));
}

static void an_empty_set_is_a_set(void **state)
{
    (void)state;
    size_t count;
    struct files *f = files_new(NULL, 0);
    files_list(f, &count);
    assert_int_equal(count, 0);
    assert_null(files_find(f, "menu.json"));
    struct files *g = files_with(f, "menu.json", "{}", 2);
    assert_non_null(files_find(g, "menu.json"));
    files_unref(f);
    files_unref(g);
}

static void changes_one_file_and_shares_the_rest(void **state)
{
    (void)state;
    size_t count;
    struct files *f = files_new(two, 2);
    struct files *g = files_with(f, "fees.json", "{\"a\":1}", 7);
    struct files *h = files_with(g, "glossary.json", "{}", 2);
    struct files *i = files_with(h, "menu.json", NULL, 0);
    assert_string_equal(files_find(f, "fees.json")->text, "{ }");
    assert_string_equal(files_find(g, "fees.json")->text, "{\"a\":1}");
    assert_ptr_equal(files_find(f, "menu.json")->text, files_find(g, "menu.json")->text);
    assert_string_not_equal(files_version(f), files_version(g));
    files_list(h, &count);
    assert_int_equal(count, 3);
    files_unref(f);
    files_unref(g);
    files_unref(h);
    files_list(i, &count);
    assert_int_equal(count, 2);
    assert_null(files_find(i, "menu.json"));
    assert_string_equal(files_find(i, "fees.json")->text, "{\"a\":1}");
    files_unref(i);
}

/* A set has the version of the catalog that is made of it. */
static void has_the_version_of_its_catalog(void **state)
{
    (void)state;
    static const char *const types[] = {"menu",    "article", "fees",     "channels", "centres",
                                        "request", "status",  "language", "help",     "stop",
                                        "sms_me",  "resume",  "request",  NULL};
    static const char *const pages[] = {NULL};
    static const struct layout layout = {.limits = {.septets = 182, .units = 80}};
    const struct catalog_options o = {.types = types,
                                      .page_types = pages,
                                      .layouts = &layout,
                                      .layout_count = 1,
                                      .keys = {"0", "00", "98", "99", "97"},
                                      .today = 20605};
    struct files *f = files_read(CONTENT_DIR, NULL);
    struct catalog *c = catalog_load(CONTENT_DIR, &o, NULL);
    assert_non_null(f);
    assert_non_null(c);
    assert_string_equal(files_version(f), catalog_version(c));
    catalog_unref(c);
    files_unref(f);
}

static void *edit(void *arg)
{
    for (int i = 0; i < 2000; i++) {
        struct files *mine = files_ref(arg);
        struct files *g = files_with(mine, "fees.json", "{}", 2);
        files_unref(mine);
        assert_string_equal(files_find(g, "menu.json")->text, "{}");
        files_unref(g);
    }
    return NULL;
}

static void is_shared_by_threads(void **state)
{
    (void)state;
    pthread_t other;
    struct files *f = files_new(two, 2);
    assert_int_equal(pthread_create(&other, NULL, edit, f), 0);
    edit(f);
    pthread_join(other, NULL);
    files_unref(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_sorted_and_found),
        cmocka_unit_test(keeps_copies),
        cmocka_unit_test(refuses_a_name_twice),
        cmocka_unit_test(an_empty_set_is_a_set),
        cmocka_unit_test(changes_one_file_and_shares_the_rest),
        cmocka_unit_test(has_the_version_of_its_catalog),
        cmocka_unit_test(is_shared_by_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
