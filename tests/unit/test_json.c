/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"

/* What one scan told, written down as `key=type:value;`. */
struct transcript {
    struct buf buf;
    char mem[2048];
    const char *stop_at; /* the key at which to stop, or NULL */
};

static int write_member(void *arg, const char *key, size_t key_len, const struct json_value *v)
{
    struct transcript *t = arg;
    assert_int_equal(strlen(key), key_len);
    buf_printf(&t->buf, "%s=", key);
    switch (v->type) {
    case JSON_NULL:
        buf_puts(&t->buf, "null");
        break;
    case JSON_BOOL:
        buf_puts(&t->buf, v->b ? "true" : "false");
        break;
    case JSON_NUMBER:
        if (v->is_int)
            buf_int(&t->buf, v->i);
        else
            buf_printf(&t->buf, "~%.17g", v->d);
        break;
    case JSON_STRING:
        assert_int_equal(strlen(v->str), v->len);
        buf_printf(&t->buf, "'%s'", v->str);
        break;
    case JSON_ARRAY:
        buf_puts(&t->buf, "[]");
        break;
    case JSON_OBJECT:
        buf_puts(&t->buf, "{}");
        break;
    }
    buf_putc(&t->buf, ';');
    return t->stop_at && strcmp(key, t->stop_at) == 0 ? -1 : 0;
}

/* Scan a copy that ends where the text ends, with just the scratch that the contract asks for. */
static int scan(const char *text, size_t len, const struct json_job *job, struct json_error *err)
{
    char *copy = malloc(len ? len : 1);
    char *scratch = malloc(len + 1);
    assert_non_null(copy);
    assert_non_null(scratch);
    memcpy(copy, text, len);
    int rc = json_scan(copy, len, scratch, job, err);
    free(copy);
    free(scratch);
    assert_int_equal(rc, err->fault == JSON_OK ? 0 : -1);
    return rc;
}

static void reads(const char *text, const char *want)
{
    struct transcript t = {.stop_at = NULL};
    struct json_error err;
    struct json_job job = {
        .limits = {.max_len = 4096, .max_depth = 4},
        .member = write_member,
        .arg = &t,
    };
    buf_init(&t.buf, t.mem, sizeof t.mem);
    if (scan(text, strlen(text), &job, &err))
        fail_msg("%s refused: %s", text, err.detail);
    assert_string_equal(t.mem, want);
}

static struct json_error refusal(const char *text, size_t len)
{
    struct json_error err;
    struct json_job job = {.limits = {.max_len = 4096, .max_depth = 4}};
    scan(text, len, &job, &err);
    return err;
}

static void refuses(const char *text, enum json_fault fault, size_t offset)
{
    struct json_error err = refusal(text, strlen(text));
    if (err.fault != fault || err.offset != offset)
        fail_msg("%s: fault %d at %zu (%s)", text, (int)err.fault, err.offset, err.detail);
    assert_true(strlen(err.detail) > 0);
}

/* An object comes as it stands, and can be scanned on its own. */
static int keep_whole(void *arg, const char *key, size_t key_len, const struct json_value *v)
{
    struct json_value *kept = arg;
    (void)key;
    (void)key_len;
    *kept = *v;
    return 0;
}

static void hands_out_objects_and_arrays_as_they_stand(void **state)
{
    (void)state;
    static const char *const texts[][2] = {{"{\"a\": {\"b\":[1, {}]} }", "{\"b\":[1, {}]}"},
                                           {"{\"a\":\n[ \"x\" ]}", "[ \"x\" ]"}};
    char scratch[64];
    struct json_error err;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct json_value v = {.len = 0};
        const struct json_job job = {
            .limits = {.max_len = 99, .max_depth = 4}, .member = keep_whole, .arg = &v};
        assert_int_equal(json_scan(texts[i][0], strlen(texts[i][0]), scratch, &job, &err), 0);
        assert_int_equal(v.len, strlen(texts[i][1]));
        assert_memory_equal(v.str, texts[i][1], v.len);
    }
}

static void hands_out_the_members_in_order(void **state)
{
    (void)state;
    reads("{}", "");
    reads(" \t\r\n{ } \n", "");
    reads("{\"a\":\"x\",\"b\":12,\"c\":true,\"d\":false,\"e\":null,\"f\":[1,{\"g\":2}],\"h\":{}}",
          "a='x';b=12;c=true;d=false;e=null;f=[];h={};");
    reads("{ \"\" : [ ] , \"b\" : [ 1 , 2 ] }", "=[];b=[];");
}

static void unescapes_strings(void **state)
{
    (void)state;
    reads("{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}", "a='\"\\/\b\f\n\r\t';");
    reads("{\"\\u0061\":\"\\u0E81\\u00e9\\u007F\"}", "a='ກé\x7F';");
    reads("{\"a\":\"\\uD83D\\uDE00\\ud83d\\ude00\"}", "a='😀😀';");
    reads("{\"a\":\"ສະບາຍດີ 😀\"}", "a='ສະບາຍດີ 😀';");
    reads("{\"a\":\"\\uFFFF\\u0001\"}", "a='\xEF\xBF\xBF\x01';");
}

static void keeps_numbers_exact(void **state)
{
    (void)state;
    reads("{\"a\":9007199254740993}", "a=9007199254740993;");
    reads("{\"a\":9223372036854775807,\"b\":-9223372036854775808}",
          "a=9223372036854775807;b=-9223372036854775808;");
    reads("{\"a\":9223372036854775808}", "a=~9.2233720368547758e+18;");
    reads("{\"a\":0,\"b\":-0,\"c\":-1}", "a=0;b=0;c=-1;");
    reads("{\"a\":1.5,\"b\":1e2,\"c\":1E+2,\"d\":25e-1,\"e\":0.0}",
          "a=~1.5;b=~100;c=~100;d=~2.5;e=~0;");
    reads("{\"a\":1.7976931348623157e308}", "a=~1.7976931348623157e+308;");
    reads("{\"a\":1e-999}", "a=~0;");
}

static int keep_value(void *arg, const char *key, size_t key_len, const struct json_value *v)
{
    (void)key;
    (void)key_len;
    *(struct json_value *)arg = *v;
    return 0;
}

static void an_integer_is_a_double_too(void **state)
{
    (void)state;
    struct json_value v;
    struct json_error err;
    struct json_job job = {
        .limits = {.max_len = 99, .max_depth = 1}, .member = keep_value, .arg = &v};
    assert_int_equal(scan("{\"a\":-42}", 9, &job, &err), 0);
    assert_true(v.d == -42.0);
    assert_int_equal(scan("{\"a\":-0}", 8, &job, &err), 0);
    assert_true(v.is_int && v.d == 0.0 && signbit(v.d));
}

static void refuses_numbers_that_json_forbids(void **state)
{
    (void)state;
    refuses("{\"a\":007}", JSON_SYNTAX, 5);
    refuses("{\"a\":-01}", JSON_SYNTAX, 5);
    refuses("{\"a\":1.}", JSON_SYNTAX, 7);
    refuses("{\"a\":.5}", JSON_SYNTAX, 5);
    refuses("{\"a\":+1}", JSON_SYNTAX, 5);
    refuses("{\"a\":-}", JSON_SYNTAX, 6);
    refuses("{\"a\":1e}", JSON_SYNTAX, 7);
    refuses("{\"a\":1e+}", JSON_SYNTAX, 8);
    refuses("{\"a\":NaN}", JSON_SYNTAX, 5);
    refuses("{\"a\":-Infinity}", JSON_SYNTAX, 6);
    refuses("{\"a\":0x10}", JSON_SYNTAX, 6);
    refuses("{\"a\":1", JSON_SYNTAX, 6);
}

static void refuses_numbers_that_no_double_holds(void **state)
{
    (void)state;
    refuses("{\"a\":1e999}", JSON_NUMBER_RANGE, 5);
    refuses("{\"a\":[-1e309]}", JSON_NUMBER_RANGE, 6);
}

static void refuses_broken_structure(void **state)
{
    (void)state;
    refuses("", JSON_SYNTAX, 0);
    refuses("  ", JSON_SYNTAX, 2);
    refuses("{", JSON_SYNTAX, 1);
    refuses("{\"a\"", JSON_SYNTAX, 4);
    refuses("{\"a\" 1}", JSON_SYNTAX, 5);
    refuses("{\"a\":}", JSON_SYNTAX, 5);
    refuses("{\"a\":1,}", JSON_SYNTAX, 7);
    refuses("{,}", JSON_SYNTAX, 1);
    refuses("{a:1}", JSON_SYNTAX, 1);
    refuses("{'a':1}", JSON_SYNTAX, 1);
    refuses("{\"a\":[1,]}", JSON_SYNTAX, 8);
    refuses("{\"a\":[1 2]}", JSON_SYNTAX, 8);
    refuses("{\"a\":[1}", JSON_SYNTAX, 7);
    refuses("{\"a\":tru}", JSON_SYNTAX, 5);
    refuses("{\"a\":truex}", JSON_SYNTAX, 9);
    refuses("{\"a\":nul", JSON_SYNTAX, 5);
    refuses("{\"a\":True}", JSON_SYNTAX, 5);
    refuses("{/**/}", JSON_SYNTAX, 1);
    refuses("{\"a\":\"b", JSON_SYNTAX, 7);
    refuses("{\"a\":\"\\x\"}", JSON_SYNTAX, 6);
    refuses("{\"a\":\"\\", JSON_SYNTAX, 6);
    refuses("{\"a\":\"\\u12g4\"}", JSON_SYNTAX, 6);
    refuses("{\"a\":\"\\u12", JSON_SYNTAX, 6);
}

static void only_an_object_will_do(void **state)
{
    (void)state;
    refuses("[]", JSON_SYNTAX, 0);
    refuses("\"a\"", JSON_SYNTAX, 0);
    refuses("1", JSON_SYNTAX, 0);
    refuses("null", JSON_SYNTAX, 0);
}

static void refuses_a_byte_order_mark(void **state)
{
    (void)state;
    refuses("\xEF\xBB\xBF{}", JSON_SYNTAX, 0);
    assert_non_null(strstr(refusal("\xEF\xBB\xBF{}", 5).detail, "byte order mark"));
}

static void refuses_trailing_text(void **state)
{
    (void)state;
    refuses("{} x", JSON_TRAILING, 3);
    refuses("{}{}", JSON_TRAILING, 2);
    refuses("{}}", JSON_TRAILING, 2);
    assert_int_equal(refusal("{}\0", 3).fault, JSON_TRAILING);
}

static void refuses_octets_that_are_not_utf8(void **state)
{
    (void)state;
    refuses("{\"a\":\"x\xFF\"}", JSON_UTF8, 7);
    refuses("{\"a\":\"\xC0\xAF\"}", JSON_UTF8, 6);
    refuses("{\"a\":\"\xED\xA0\x80\"}", JSON_UTF8, 6);
    refuses("{\"\xE0\xBA\":1}", JSON_UTF8, 2);
    refuses("{\"a\":\xFF}", JSON_UTF8, 5);
    refuses("{\"a\":\"\xE0\xBA", JSON_UTF8, 6);
}

static void refuses_control_characters(void **state)
{
    (void)state;
    refuses("{\"a\":\"x\ny\"}", JSON_CONTROL, 7);
    refuses("{\"a\":\"\t\"}", JSON_CONTROL, 6);
    refuses("{\"a\x1F\":1}", JSON_CONTROL, 3);
    refuses("{\"a\":\"\\u0000\"}", JSON_CONTROL, 6);
    refuses("{\"a\\u0000b\":1}", JSON_CONTROL, 3);
    assert_int_equal(refusal("{\"a\":\"x\0y\"}", 11).fault, JSON_CONTROL);
}

static void refuses_lone_surrogates(void **state)
{
    (void)state;
    refuses("{\"a\":\"\\uD800\"}", JSON_UTF8, 6);
    refuses("{\"a\":\"\\uDC00\"}", JSON_UTF8, 6);
    refuses("{\"a\":\"\\uD800x\"}", JSON_UTF8, 6);
    refuses("{\"a\":\"\\uD800\\u0041\"}", JSON_UTF8, 6);
    refuses("{\"a\":\"\\uD800\\uD800\"}", JSON_UTF8, 6);
    refuses("{\"a\":\"\\uDE00\\uD83D\"}", JSON_UTF8, 6);
}

static void refuses_a_key_that_occurs_twice(void **state)
{
    (void)state;
    refuses("{\"a\":1,\"a\":2}", JSON_DUPLICATE, 7);
    refuses("{\"a\":1,\"\\u0061\":2}", JSON_DUPLICATE, 7);
    refuses("{\"\":1,\"\":2}", JSON_DUPLICATE, 6);
    refuses("{\"x\":{\"a\":1,\"b\":2,\"a\":3}}", JSON_DUPLICATE, 18);
    refuses("{\"x\":[{\"k\":1},{\"k\":1,\"k\":2}]}", JSON_DUPLICATE, 21);
    refuses("{\"ກ\":1,\"\\u0e81\":2}", JSON_DUPLICATE, 9);
    reads("{\"a\":1,\"A\":2,\"b\":{\"a\":1},\"c\":[{\"a\":1},{\"a\":1}]}", "a=1;A=2;b={};c=[];");
}

static void names_the_key_that_occurs_twice_if_it_is_ascii(void **state)
{
    (void)state;
    const char *plain = "{\"fee\":1,\"fee\":2}";
    assert_string_equal(refusal(plain, strlen(plain)).detail, "the key \"fee\" occurs twice");
    const char *lao = "{\"ກ\":1,\"ກ\":2}";
    assert_string_equal(refusal(lao, strlen(lao)).detail, "a key occurs twice");
    const char *control = "{\"\\n\":1,\"\\n\":2}";
    assert_string_equal(refusal(control, strlen(control)).detail, "a key occurs twice");
}

/* An object of n keys k0, k1 ...; the key at `again` stands once more at the end, if it is not
 * negative. */
static char *many_keys(int n, int again, size_t *len)
{
    size_t cap = (size_t)n * 16 + 64;
    char *text = malloc(cap);
    assert_non_null(text);
    struct buf b;
    buf_init(&b, text, cap);
    buf_putc(&b, '{');
    for (int i = 0; i < n; i++)
        buf_printf(&b, "%s\"k%d\":%d", i ? "," : "", i, i);
    if (again >= 0)
        buf_printf(&b, ",\"k%d\":0", again);
    buf_putc(&b, '}');
    assert_false(b.full);
    *len = b.len;
    return text;
}

static void finds_a_key_twice_among_many(void **state)
{
    (void)state;
    static const int sizes[] = {1, 63, 64, 65, 127, 128, 129, 1000, 20000};
    struct json_job job = {.limits = {.max_len = 1000000, .max_depth = 1}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct json_error err;
        size_t len;
        char *text = many_keys(sizes[i], -1, &len);
        assert_int_equal(scan(text, len, &job, &err), 0);
        free(text);
        text = many_keys(sizes[i], sizes[i] / 2, &len);
        assert_int_equal(scan(text, len, &job, &err), -1);
        assert_int_equal(err.fault, JSON_DUPLICATE);
        free(text);
    }
}

static void refuses_more_depth_than_allowed(void **state)
{
    (void)state;
    reads("{\"a\":[[{}]]}", "a=[];");
    refuses("{\"a\":[[[[]]]]}", JSON_TOO_DEEP, 8);
    refuses("{\"a\":{\"b\":{\"c\":{\"d\":{}}}}}", JSON_TOO_DEEP, 20);
    reads("{\"a\":[[]],\"b\":[[]],\"c\":[[]]}", "a=[];b=[];c=[];");
}

static void no_limit_goes_beyond_64(void **state)
{
    (void)state;
    char text[512] = "{\"a\":";
    memset(text + 5, '[', 64);
    struct json_job job = {.limits = {.max_len = 4096, .max_depth = 1000}};
    struct json_error err;
    scan(text, 5 + 64, &job, &err);
    assert_int_equal(err.fault, JSON_TOO_DEEP);
    assert_int_equal(err.offset, 5 + 63);
}

static void refuses_a_longer_text_than_allowed(void **state)
{
    (void)state;
    struct json_job job = {.limits = {.max_len = 7, .max_depth = 4}};
    struct json_error err;
    assert_int_equal(scan("{\"a\":1}", 7, &job, &err), 0);
    assert_int_equal(scan("{\"a\":1} ", 8, &job, &err), -1);
    assert_int_equal(err.fault, JSON_TOO_LARGE);
}

static void stops_when_told(void **state)
{
    (void)state;
    struct transcript t = {.stop_at = "b"};
    struct json_error err;
    struct json_job job = {
        .limits = {.max_len = 99, .max_depth = 4}, .member = write_member, .arg = &t};
    buf_init(&t.buf, t.mem, sizeof t.mem);
    const char *text = "{\"a\":1,\"b\":2,\"c\":3}";
    assert_int_equal(scan(text, strlen(text), &job, &err), -1);
    assert_int_equal(err.fault, JSON_STOPPED);
    assert_string_equal(t.mem, "a=1;b=2;");
}

static void tells_the_line_of_a_fault(void **state)
{
    (void)state;
    assert_int_equal(refusal("{x", 2).line, 1);
    const char *text = "{\n \"a\": 1,\r\n\n \"b\": tru\n}";
    assert_int_equal(refusal(text, strlen(text)).line, 4);
    assert_int_equal(refusal("{}\n\nx", 5).line, 3);
}

static void write_line(void *arg, unsigned line)
{
    buf_printf(arg, "%u ", line);
}

static void visits_every_value_with_its_line(void **state)
{
    (void)state;
    char mem[256];
    struct buf b;
    buf_init(&b, mem, sizeof mem);
    struct json_error err;
    struct json_job job = {
        .limits = {.max_len = 999, .max_depth = 9}, .visit = write_line, .arg = &b};
    const char *text = "\n{ \"a\":\n 1,\n \"b\": [\n  true,\n  {\"c\": null} ],\n \"d\": \"x\"}";
    assert_int_equal(scan(text, strlen(text), &job, &err), 0);
    assert_string_equal(mem, "2 3 4 5 6 6 7 ");
}

static int keep_string(void *arg, const char *key, size_t key_len, const struct json_value *v)
{
    const char **kept = arg;
    (void)key_len;
    kept[key[0] - 'a'] = v->str;
    return 0;
}

static void strings_stay_valid_after_the_scan(void **state)
{
    (void)state;
    const char *text = "{\"a\":\"one\",\"b\":\"t\\u0077o\",\"c\":12345,\"d\":\"four\"}";
    const char *kept[4] = {NULL};
    char scratch[128];
    struct json_error err;
    struct json_job job = {
        .limits = {.max_len = 99, .max_depth = 1}, .member = keep_string, .arg = kept};
    assert_int_equal(json_scan(text, strlen(text), scratch, &job, &err), 0);
    assert_string_equal(kept[0], "one");
    assert_string_equal(kept[1], "two");
    assert_null(kept[2]);
    assert_string_equal(kept[3], "four");
}

/* No prefix of a good text is good, and none is read past its end. */
static void every_cut_text_is_refused(void **state)
{
    (void)state;
    const char *text =
        "{\"a\":\"\\uD83D\\uDE00ກ\",\"b\":[-1.5e+3,true,null],\"c\":{\"d\":\"\\n\"}}";
    for (size_t len = 0; len < strlen(text); len++)
        assert_int_not_equal(refusal(text, len).fault, JSON_OK);
    assert_int_equal(refusal(text, strlen(text)).fault, JSON_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hands_out_the_members_in_order),
        cmocka_unit_test(hands_out_objects_and_arrays_as_they_stand),
        cmocka_unit_test(unescapes_strings),
        cmocka_unit_test(keeps_numbers_exact),
        cmocka_unit_test(an_integer_is_a_double_too),
        cmocka_unit_test(refuses_numbers_that_json_forbids),
        cmocka_unit_test(refuses_numbers_that_no_double_holds),
        cmocka_unit_test(refuses_broken_structure),
        cmocka_unit_test(only_an_object_will_do),
        cmocka_unit_test(refuses_a_byte_order_mark),
        cmocka_unit_test(refuses_trailing_text),
        cmocka_unit_test(refuses_octets_that_are_not_utf8),
        cmocka_unit_test(refuses_control_characters),
        cmocka_unit_test(refuses_lone_surrogates),
        cmocka_unit_test(refuses_a_key_that_occurs_twice),
        cmocka_unit_test(names_the_key_that_occurs_twice_if_it_is_ascii),
        cmocka_unit_test(finds_a_key_twice_among_many),
        cmocka_unit_test(refuses_more_depth_than_allowed),
        cmocka_unit_test(no_limit_goes_beyond_64),
        cmocka_unit_test(refuses_a_longer_text_than_allowed),
        cmocka_unit_test(stops_when_told),
        cmocka_unit_test(tells_the_line_of_a_fault),
        cmocka_unit_test(visits_every_value_with_its_line),
        cmocka_unit_test(strings_stay_valid_after_the_scan),
        cmocka_unit_test(every_cut_text_is_refused),
    };
    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
