/* SPDX-License-Identifier: Apache-2.0 */
/* What is read from files, and a few things that are made without any: allocations, fopen, opendir
 * and readdir fail in turn. What was read is whole; else it is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <cjson/cJSON.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/tree.h"
#include "catalog/bundle.h"
#include "support/failing.h"
#include "support/small_content.h"
#include "text/fold.h"
#include "text/zawgyi.h"

enum { SOME = 3, LONG_TEXT = 600 };

FILE *__real_fopen(const char *path, const char *mode);
FILE *__wrap_fopen(const char *path, const char *mode);
DIR *__real_opendir(const char *path);
DIR *__wrap_opendir(const char *path);
struct dirent *__real_readdir(DIR *dir);
struct dirent *__wrap_readdir(DIR *dir);

FILE *__wrap_fopen(const char *path, const char *mode)
{
    return failing_hits() ? NULL : __real_fopen(path, mode);
}

DIR *__wrap_opendir(const char *path)
{
    return failing_hits() ? NULL : __real_opendir(path);
}

struct dirent *__wrap_readdir(DIR *dir)
{
    return failing_hits() ? NULL : __real_readdir(dir);
}

/* A folder with the small content, and how it reads. */
struct shelf {
    char folder[32];
    struct small files;
    size_t count;
    char version[CATALOG_VERSION_HEX + 1];
};

static int read_shelf(const struct shelf *s, struct arena *a, struct findings *f, size_t *count,
                      char version[CATALOG_VERSION_HEX + 1])
{
    struct bundle b;
    if (bundle_read(&b, a, s->folder, f) < 0)
        return -1;
    bundle_version(&b, version);
    *count = b.count;
    return 0;
}

static unsigned run_bundle(void *arg, const struct failing *plan)
{
    const struct shelf *s = arg;
    char version[CATALOG_VERSION_HEX + 1];
    size_t count = 0;
    failing_arm(plan, FAILING_HERE);
    struct findings *f = findings_new();
    struct arena *a = arena_new();
    int r = a ? read_shelf(s, a, f, &count, version) : -1;
    unsigned failed = failing_disarm();
    assert_true(r == 0 || failed > 0);
    if (r == 0) {
        assert_int_equal(count, s->count);
        assert_string_equal(version, s->version);
    }
    arena_free(a);
    findings_free(f);
    return failed;
}

static unsigned run_tree(void *arg, const struct failing *plan)
{
    const struct shelf *s = arg;
    char path[128];
    struct json_error err = {.fault = JSON_OK};
    snprintf(path, sizeof path, "%s/languages.json", s->folder);
    failing_arm(plan, FAILING_HERE);
    struct tree *t = tree_load(path, 1 << 16, &err);
    unsigned failed = failing_disarm();
    assert_true((t != NULL) == (failed == 0));
    assert_true((err.fault == JSON_OK) == (failed == 0));
    tree_free(t);
    return failed;
}

static void content_is_read_whole(void **state)
{
    struct shelf *s = *state;
    failing_both("content folder", SOME, run_bundle, s);
    failing_both("tree from a file", SOME, run_tree, s);
}

/* A model that takes all for Zawgyi, so that the text is converted. */
static void write_model(const char *path)
{
    static const char head[30] = "UZMODEL \0\0\0\2\0\0\0\0BMARKOV \0\0\0\0\0\xE3";
    static const char row[12] = "\0\1\xC2\x48\0\0\0\0\xC2\x48\0\0";
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(head, 1, sizeof head, out), sizeof head);
    for (size_t i = 0; i < 227; i++)
        assert_int_equal(fwrite(row, 1, sizeof row, out), sizeof row);
    assert_int_equal(fclose(out), 0);
}

static unsigned run_zawgyi(void *arg, const struct failing *plan)
{
    static const char text[] = "\u1019\u102D\u102F\u1038";
    char err[ZAWGYI_ERROR_MAX] = "", out[64];
    failing_arm(plan, FAILING_HERE);
    struct zawgyi *z = zawgyi_open(arg, err);
    int n = z ? zawgyi_to_unicode(z, text, sizeof text - 1, out, sizeof out) : -1;
    unsigned failed = failing_disarm();
    assert_true((n > 0) == (failed == 0));
    assert_true(z || *err);
    zawgyi_free(z);
    return failed;
}

static void burmese_without_memory(void **state)
{
    struct shelf *s = *state;
    char path[128];
    snprintf(path, sizeof path, "%s.model", s->folder);
    write_model(path);
    failing_both("Zawgyi's model, a text", SOME, run_zawgyi, path);
    unlink(path);
}

static unsigned run_log(void *arg, const struct failing *plan)
{
    (void)arg;
    failing_arm(plan, FAILING_HERE);
    struct log *l = log_new(-1, LOG_LEVEL_INFO, clock_system());
    unsigned failed = failing_disarm();
    assert_true((l != NULL) == (failed == 0));
    log_free(l);
    return failed;
}

/* Only a long text needs memory. */
static unsigned run_fold(void *arg, const struct failing *plan)
{
    char text[LONG_TEXT], out[LONG_TEXT + 1];
    (void)arg;
    memset(text, 'A', sizeof text);
    failing_arm(plan, FAILING_HERE);
    int n = fold_keyword(text, sizeof text, out, sizeof out);
    unsigned failed = failing_disarm();
    assert_int_equal(n, failed > 0 ? -1 : LONG_TEXT);
    return failed;
}

static void small_things(void **state)
{
    (void)state;
    failing_each("log", 1, run_log, NULL);
    failing_each("a long keyword", 1, run_fold, NULL);
}

static int open_shelf(void **state)
{
    static struct shelf s;
    strcpy(s.folder, "/tmp/nth-files-XXXXXX");
    assert_non_null(mkdtemp(s.folder));
    small_init(&s.files);
    small_write(&s.files, s.folder);
    struct arena *a = arena_new();
    struct findings *f = findings_new();
    assert_int_equal(read_shelf(&s, a, f, &s.count, s.version), 0);
    assert_int_equal(s.count, s.files.count);
    arena_free(a);
    findings_free(f);
    *state = &s;
    return 0;
}

static int close_shelf(void **state)
{
    struct shelf *s = *state;
    small_erase(&s->files, s->folder);
    small_free(&s->files);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(content_is_read_whole, failing_tell),
        cmocka_unit_test_teardown(burmese_without_memory, failing_tell),
        cmocka_unit_test_teardown(small_things, failing_tell),
    };
    cJSON_Hooks hooks = {.malloc_fn = malloc, .free_fn = free};
    cJSON_InitHooks(&hooks);
    return cmocka_run_group_tests_name("nth/files", tests, open_shelf, close_shelf);
}
