/* SPDX-License-Identifier: Apache-2.0 */
/* The files of the web application in the program: each is found under its own name alone, pages
 * are there, what is not for browsers is not, and the same sources make the same octets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <string.h>

#include "console/assets.h"

static void every_file_is_found_under_its_name(void **state)
{
    (void)state;
    assert_true(console_assets_count > 40);
    for (size_t i = 0; i < console_assets_count; i++) {
        const struct asset *a = &console_assets[i];
        assert_ptr_equal(asset_find(a->path), a);
        assert_int_equal(a->path[0], '/');
        assert_true(i == 0 || strcmp(console_assets[i - 1].path, a->path) < 0);
        assert_true(a->len > 0);
        assert_int_equal(strlen(a->etag), 18);
    }
}

static void pages_are_the_same_file(void **state)
{
    (void)state;
    const struct asset *first = asset_find("/");
    static const char *const pages[] = {"/sign-in", "/account", "/fees", "/simulator"};
    assert_non_null(first);
    assert_string_equal(first->type, "text/html; charset=utf-8");
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        assert_non_null(asset_find(pages[i]));
        assert_ptr_equal(asset_find(pages[i])->octets, first->octets);
    }
}

static void nothing_else_is_there(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "",           "/README.md",   "/package.json", "/package-lock.json",
        "/embed.mjs", "/embed.cmake", "/ui/",          "/pages",
        "/fees/",     "//",           "/../app.js",    "/ui/../app.js",
        "/APP.JS",    "/app.js ",     "app.js",
    };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        assert_null(asset_find(paths[i]));
}

/* A time or a name in gzip's header would differ from build to build. */
static void packed_octets_name_no_time(void **state)
{
    (void)state;
    size_t packed = 0;
    for (size_t i = 0; i < console_assets_count; i++) {
        const struct asset *a = &console_assets[i];
        if (!a->gzip)
            continue;
        packed++;
        assert_true(a->len > 18);
        assert_memory_equal(a->octets, "\x1f\x8b\x08\0\0\0\0\0", 8);
    }
    assert_true(packed > 30);
    assert_false(asset_find("/fonts/noto-sans-lao-lao-400-normal.woff2")->gzip);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file_is_found_under_its_name),
        cmocka_unit_test(pages_are_the_same_file),
        cmocka_unit_test(nothing_else_is_there),
        cmocka_unit_test(packed_octets_name_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
