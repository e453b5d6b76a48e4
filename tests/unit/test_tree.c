/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/tree.h"

static struct tree *parse(const char *text)
{
    struct json_error err;
    struct tree *t = tree_parse(text, strlen(text), &err);
    if (!t)
        fail_msg("refused: line %u: %s", err.line, err.detail);
    return t;
}

static const char menu[] = "{\n"
                           "  \"title\": \"ເມນູ\",\n"
                           "  \"size\": 3,\n"
                           "  \"open\": true,\n"
                           "  \"items\": [\n"
                           "    {\"id\": \"fees\"},\n"
                           "    \"plain\",\n"
                           "    null\n"
                           "  ],\n"
                           "  \"none\": {}\n"
                           "}\n";

static void reads_a_document(void **state)
{
    (void)state;
    struct tree *t = parse(menu);
    const struct tree_node *root = tree_root(t);
    assert_int_equal(tree_type(root), JSON_OBJECT);
    assert_int_equal(tree_count(root), 5);
    assert_string_equal(tree_string(tree_get(root, "title")), "ເມນູ");
    int64_t size;
    assert_int_equal(tree_int(tree_get(root, "size"), &size), 0);
    assert_int_equal(size, 3);
    assert_true(tree_true(tree_get(root, "open")));
    tree_free(t);
}

static void each_value_knows_its_line(void **state)
{
    (void)state;
    struct tree *t = parse(menu);
    const struct tree_node *root = tree_root(t);
    const struct tree_node *items = tree_get(root, "items");
    assert_int_equal(tree_line(root), 1);
    assert_int_equal(tree_line(tree_get(root, "title")), 2);
    assert_int_equal(tree_line(tree_get(root, "open")), 4);
    assert_int_equal(tree_line(items), 5);
    assert_int_equal(tree_line(tree_first(items)), 6);
    assert_int_equal(tree_line(tree_get(tree_first(items), "id")), 6);
    assert_int_equal(tree_line(tree_next(tree_first(items))), 7);
    assert_int_equal(tree_line(tree_get(root, "none")), 10);
    tree_free(t);
}

static void children_come_in_order(void **state)
{
    (void)state;
    struct tree *t = parse(menu);
    static const char *const keys[] = {"title", "size", "open", "items", "none"};
    const struct tree_node *n = tree_first(tree_root(t));
    for (size_t i = 0; i < 5; i++, n = tree_next(n))
        assert_string_equal(tree_key(n), keys[i]);
    assert_null(n);
    assert_null(tree_key(tree_root(t)));
    assert_null(tree_next(tree_root(t)));
    const struct tree_node *items = tree_get(tree_root(t), "items");
    assert_int_equal(tree_count(items), 3);
    assert_null(tree_key(tree_first(items)));
    assert_null(tree_first(tree_get(tree_root(t), "none")));
    assert_null(tree_first(tree_get(tree_root(t), "title")));
    tree_free(t);
}

static void keys_are_exact(void **state)
{
    (void)state;
    struct tree *t = parse("{\"Fee\":1,\"fee\":2,\"\":3}");
    int64_t n;
    assert_int_equal(tree_int(tree_get(tree_root(t), "fee"), &n), 0);
    assert_int_equal(n, 2);
    assert_int_equal(tree_int(tree_get(tree_root(t), ""), &n), 0);
    assert_int_equal(n, 3);
    assert_null(tree_get(tree_root(t), "FEE"));
    assert_null(tree_get(tree_get(tree_root(t), "fee"), "x"));
    tree_free(t);
}

static void every_type_is_told(void **state)
{
    (void)state;
    struct tree *t =
        parse("{\"a\":null,\"b\":false,\"c\":true,\"d\":1,\"e\":\"\",\"f\":[],\"g\":{}}");
    static const enum json_type types[] = {JSON_NULL,   JSON_BOOL,  JSON_BOOL,  JSON_NUMBER,
                                           JSON_STRING, JSON_ARRAY, JSON_OBJECT};
    const struct tree_node *n = tree_first(tree_root(t));
    for (size_t i = 0; i < 7; i++, n = tree_next(n))
        assert_int_equal(tree_type(n), types[i]);
    assert_false(tree_true(tree_get(tree_root(t), "b")));
    assert_false(tree_true(tree_get(tree_root(t), "d")));
    assert_null(tree_string(tree_get(tree_root(t), "a")));
    assert_string_equal(tree_string(tree_get(tree_root(t), "e")), "");
    tree_free(t);
}

static void nothing_is_found_in_nothing(void **state)
{
    (void)state;
    int64_t n = 7;
    assert_null(tree_get(NULL, "a"));
    assert_null(tree_first(NULL));
    assert_null(tree_next(NULL));
    assert_int_equal(tree_count(NULL), 0);
    assert_int_equal(tree_type(NULL), JSON_NULL);
    assert_int_equal(tree_line(NULL), 0);
    assert_null(tree_key(NULL));
    assert_null(tree_string(NULL));
    assert_int_equal(tree_int(NULL, &n), -1);
    assert_int_equal(n, 7);
    assert_false(tree_true(NULL));
    tree_free(NULL);
}

static int int_of(const char *number, int64_t *out)
{
    char text[128];
    snprintf(text, sizeof text, "{\"n\":%s}", number);
    struct tree *t = parse(text);
    int rc = tree_int(tree_get(tree_root(t), "n"), out);
    tree_free(t);
    return rc;
}

static void integers_are_exact_or_refused(void **state)
{
    (void)state;
    int64_t n;
    assert_int_equal(int_of("9007199254740991", &n), 0);
    assert_true(n == 9007199254740991);
    assert_int_equal(int_of("-9007199254740991", &n), 0);
    assert_true(n == -9007199254740991);
    assert_int_equal(int_of("1e3", &n), 0);
    assert_int_equal(n, 1000);
    assert_int_equal(int_of("9007199254740992", &n), -1);
    assert_int_equal(int_of("9007199254740993", &n), -1);
    assert_int_equal(int_of("1e300", &n), -1);
    assert_int_equal(int_of("1.5", &n), -1);
    assert_int_equal(int_of("\"1\"", &n), -1);
    assert_int_equal(int_of("true", &n), -1);
}

static void the_gate_stands_before_it(void **state)
{
    (void)state;
    struct json_error err;
    static const char twice[] = "{\n\"a\":1,\n\"a\":2}";
    assert_null(tree_parse(twice, sizeof twice - 1, &err));
    assert_int_equal(err.fault, JSON_DUPLICATE);
    assert_int_equal(err.line, 3);
    assert_null(tree_parse("{} x", 4, &err));
    assert_int_equal(err.fault, JSON_TRAILING);
    assert_null(tree_parse("[]", 2, &err));
    assert_int_equal(err.fault, JSON_SYNTAX);
    assert_null(tree_parse("{\"a\":\"\\u0000\"}", 14, &err));
    assert_int_equal(err.fault, JSON_CONTROL);
    assert_null(tree_parse("{\"a\":1e999}", 11, &err));
    assert_int_equal(err.fault, JSON_NUMBER_RANGE);
}

static void many_values_keep_their_lines(void **state)
{
    (void)state;
    enum { N = 3000 };
    char *text = malloc(N * 4 + 32);
    assert_non_null(text);
    size_t len = (size_t)sprintf(text, "{\"a\":[0");
    for (int i = 1; i < N; i++)
        len += (size_t)sprintf(text + len, ",\n%d", i % 10);
    sprintf(text + len, "]}");
    struct tree *t = parse(text);
    unsigned line = 1;
    const struct tree_node *n = tree_first(tree_get(tree_root(t), "a"));
    for (; n; n = tree_next(n), line++)
        assert_int_equal(tree_line(n), line);
    assert_int_equal(line, N + 1);
    tree_free(t);
    free(text);
}

/* A file in a private folder, for the tests of tree_load. */
struct folder {
    char dir[32];
    char path[64];
};

static int make_folder(void **state)
{
    struct folder *f = calloc(1, sizeof *f);
    if (!f)
        return -1;
    strcpy(f->dir, "/tmp/test-tree-XXXXXX");
    *state = f;
    if (!mkdtemp(f->dir))
        return -1;
    snprintf(f->path, sizeof f->path, "%s/a.json", f->dir);
    return 0;
}

static int remove_folder(void **state)
{
    struct folder *f = *state;
    unlink(f->path);
    rmdir(f->dir);
    free(f);
    return 0;
}

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static void loads_a_file(void **state)
{
    struct folder *f = *state;
    struct json_error err;
    write_file(f->path, "{\"a\":\n1}");
    struct tree *t = tree_load(f->path, 8, &err);
    assert_non_null(t);
    assert_int_equal(tree_line(tree_get(tree_root(t), "a")), 2);
    tree_free(t);
    assert_null(tree_load(f->path, 7, &err));
    assert_int_equal(err.fault, JSON_TOO_LARGE);
    write_file(f->path, "{\n\n,}");
    assert_null(tree_load(f->path, 100, &err));
    assert_int_equal(err.fault, JSON_SYNTAX);
    assert_int_equal(err.line, 3);
}

static void a_file_that_cannot_be_read_tells_why(void **state)
{
    struct folder *f = *state;
    struct json_error err;
    assert_null(tree_load(f->path, 100, &err));
    assert_string_equal(err.detail, "No such file or directory");
    assert_int_equal(err.line, 0);
    assert_int_not_equal(err.fault, JSON_OK);
    assert_null(tree_load(f->dir, 100, &err));
    assert_string_equal(err.detail, "Is a directory");
    assert_int_equal(err.line, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_document),
        cmocka_unit_test(each_value_knows_its_line),
        cmocka_unit_test(children_come_in_order),
        cmocka_unit_test(keys_are_exact),
        cmocka_unit_test(every_type_is_told),
        cmocka_unit_test(nothing_is_found_in_nothing),
        cmocka_unit_test(integers_are_exact_or_refused),
        cmocka_unit_test(the_gate_stands_before_it),
        cmocka_unit_test(many_values_keep_their_lines),
        cmocka_unit_test_setup_teardown(loads_a_file, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_file_that_cannot_be_read_tells_why, make_folder,
                                        remove_folder),
    };
    return cmocka_run_group_tests_name("tree", tests, NULL, NULL);
}
