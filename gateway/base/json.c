/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_internal.h"
#include "base/utf8.h"

static int scan_value(struct json_scan *s, struct json_value *v);

/* The octet at pos; NUL at the end (a NUL in the text is a fault at every place where this is
 * asked). */
static char peek(const struct json_scan *s)
{
    return s->pos < s->len ? s->text[s->pos] : '\0';
}

static void skip_space(struct json_scan *s)
{
    for (; s->pos < s->len; s->pos++) {
        char c = s->text[s->pos];
        if (c == '\n')
            s->line++;
        else if (c != ' ' && c != '\t' && c != '\r')
            return;
    }
}

/* Refuse what stands at pos: its octets if they are no text at all, else its place. */
static int fail_here(struct json_scan *s, const char *detail)
{
    uint32_t cp;
    int n = utf8_next(s->text + s->pos, s->len - s->pos, &cp);
    if (n < 0)
        return json_fail(s, JSON_UTF8, s->pos, "the text holds octets that are not UTF-8");
    return json_fail(s, JSON_SYNTAX, s->pos, n == 0 ? "the text ends too early" : detail);
}

/* Step over decimal digits. Returns how many there were. */
static size_t skip_digits(struct json_scan *s)
{
    size_t start = s->pos;
    while (peek(s) >= '0' && peek(s) <= '9')
        s->pos++;
    return s->pos - start;
}

/* Step over a fraction and an exponent, if any. Sets *whole to false if there was one. */
static int skip_tail(struct json_scan *s, bool *whole)
{
    if (peek(s) == '.') {
        *whole = false;
        s->pos++;
        if (skip_digits(s) == 0)
            return fail_here(s, "a number has no digit after its point");
    }
    if (peek(s) == 'e' || peek(s) == 'E') {
        *whole = false;
        s->pos++;
        if (peek(s) == '+' || peek(s) == '-')
            s->pos++;
        if (skip_digits(s) == 0)
            return fail_here(s, "a number has no digit in its exponent");
    }
    return 0;
}

/* Fill v from the number's n octets at start, which RFC 8259 allows. The free scratch serves to end
 * them with a NUL. */
static int convert_number(struct json_scan *s, size_t start, bool whole, struct json_value *v)
{
    size_t n = s->pos - start;
    memcpy(s->out, s->text + start, n);
    s->out[n] = '\0';
    int kept = errno;
    errno = 0;
    long long i = whole ? strtoll(s->out, NULL, 10) : 0;
    v->type = JSON_NUMBER;
    v->is_int = whole && errno == 0;
    v->i = v->is_int ? i : 0;
    v->d = v->is_int && i != 0 ? (double)i : strtod(s->out, NULL);
    errno = kept;
    if (isinf(v->d))
        return json_fail(s, JSON_NUMBER_RANGE, start, "a number is too large");
    return 0;
}

static int scan_number(struct json_scan *s, struct json_value *v)
{
    size_t start = s->pos;
    if (peek(s) == '-')
        s->pos++;
    bool zero = peek(s) == '0';
    size_t n = skip_digits(s);
    if (n == 0)
        return fail_here(s, "a minus sign stands before no digit");
    if (zero && n > 1)
        return json_fail(s, JSON_SYNTAX, start, "a number begins with a needless zero");
    bool whole = true;
    if (skip_tail(s, &whole))
        return -1;
    return convert_number(s, start, whole, v);
}

static int scan_word(struct json_scan *s, const char *word, struct json_value *v)
{
    size_t n = strlen(word);
    if (s->len - s->pos < n || memcmp(s->text + s->pos, word, n) != 0)
        return fail_here(s, "this is no value");
    s->pos += n;
    v->type = word[0] == 'n' ? JSON_NULL : JSON_BOOL;
    v->b = word[0] == 't';
    return 0;
}

/* Step over the opening bracket. */
static int enter(struct json_scan *s)
{
    if (s->depth == s->max_depth)
        return json_fail(s, JSON_TOO_DEEP, s->pos, "objects and arrays are nested too deep");
    s->depth++;
    s->pos++;
    skip_space(s);
    return 0;
}

/* After an element: step over the comma or the closing bracket. Returns 1 if one more element must
 * follow, 0 at the end, -1 on a fault. */
static int more(struct json_scan *s, char close)
{
    skip_space(s);
    char c = peek(s);
    if (c != ',' && c != close)
        return fail_here(s, "a comma or a closing bracket is missing");
    s->pos++;
    if (c == close)
        return 0;
    skip_space(s);
    return 1;
}

static bool printable(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (s[i] < 0x20 || s[i] > 0x7E)
            return false;
    }
    return true;
}

static int fail_twice(struct json_scan *s, size_t offset, const char *key, size_t len)
{
    char detail[sizeof s->err->detail];
    if (len > 60 || !printable(key, len))
        snprintf(detail, sizeof detail, "a key occurs twice");
    else
        snprintf(detail, sizeof detail, "the key \"%s\" occurs twice", key);
    return json_fail(s, JSON_DUPLICATE, offset, detail);
}

/* Read a key and the colon after it. */
static int scan_key(struct json_scan *s, struct json_keys *keys, struct json_key *key)
{
    size_t start = s->pos;
    if (peek(s) != '"')
        return fail_here(s, "a key is missing");
    if (json_string(s, &key->str, &key->len))
        return -1;
    switch (json_keys_add(keys, key->str, key->len)) {
    case JSON_KEYS_NEW:
        break;
    case JSON_KEYS_TWICE:
        return fail_twice(s, start, key->str, key->len);
    case JSON_KEYS_NO_MEMORY:
        return json_fail(s, JSON_NO_MEMORY, start, "no memory for the keys of an object");
    }
    skip_space(s);
    if (peek(s) != ':')
        return fail_here(s, "a colon is missing after a key");
    s->pos++;
    skip_space(s);
    return 0;
}

static int scan_member(struct json_scan *s, struct json_keys *keys)
{
    struct json_key key;
    struct json_value v;
    if (scan_key(s, keys, &key))
        return -1;
    size_t start = s->pos;
    if (scan_value(s, &v))
        return -1;
    if (s->depth > 1 || !s->job->member)
        return 0;
    if (v.type == JSON_OBJECT || v.type == JSON_ARRAY) {
        v.str = s->text + start;
        v.len = s->pos - start;
    }
    if (s->job->member(s->job->arg, key.str, key.len, &v))
        return json_fail(s, JSON_STOPPED, s->pos, "the reader asked to stop");
    return 0;
}

static int scan_members(struct json_scan *s, struct json_keys *keys)
{
    if (peek(s) == '}') {
        s->pos++;
        return 0;
    }
    int next;
    do {
        if (scan_member(s, keys))
            return -1;
        next = more(s, '}');
    } while (next > 0);
    return next;
}

static int scan_object(struct json_scan *s, struct json_value *v)
{
    if (enter(s))
        return -1;
    struct json_keys keys;
    json_keys_init(&keys);
    int rc = scan_members(s, &keys);
    json_keys_free(&keys);
    s->depth--;
    v->type = JSON_OBJECT;
    return rc;
}

static int scan_array(struct json_scan *s, struct json_value *v)
{
    if (enter(s))
        return -1;
    int next = 1;
    if (peek(s) == ']') {
        s->pos++;
        next = 0;
    }
    while (next > 0) {
        struct json_value element;
        if (scan_value(s, &element))
            return -1;
        next = more(s, ']');
    }
    s->depth--;
    v->type = JSON_ARRAY;
    return next;
}

static int scan_value(struct json_scan *s, struct json_value *v)
{
    *v = (struct json_value){.type = JSON_NULL};
    if (s->job->visit)
        s->job->visit(s->job->arg, s->line);
    char c = peek(s);
    if (c == '-' || (c >= '0' && c <= '9'))
        return scan_number(s, v);
    switch (c) {
    case '{':
        return scan_object(s, v);
    case '[':
        return scan_array(s, v);
    case '"':
        v->type = JSON_STRING;
        return json_string(s, &v->str, &v->len);
    case 't':
        return scan_word(s, "true", v);
    case 'f':
        return scan_word(s, "false", v);
    case 'n':
        return scan_word(s, "null", v);
    default:
        return fail_here(s, "this is no value");
    }
}

static int scan_text(struct json_scan *s)
{
    if (s->len > s->job->limits.max_len)
        return json_fail(s, JSON_TOO_LARGE, 0, "the text is too long");
    if (s->len >= 3 && memcmp(s->text, "\xEF\xBB\xBF", 3) == 0)
        return json_fail(s, JSON_SYNTAX, 0, "the text begins with a byte order mark");
    skip_space(s);
    if (peek(s) != '{')
        return fail_here(s, "the text is not an object");
    struct json_value v;
    if (scan_value(s, &v))
        return -1;
    skip_space(s);
    if (s->pos < s->len)
        return json_fail(s, JSON_TRAILING, s->pos, "the text goes on after the object");
    return 0;
}

int json_scan(const char *text, size_t len, char *scratch, const struct json_job *job,
              struct json_error *err)
{
    *err = (struct json_error){.fault = JSON_OK, .line = 1};
    unsigned max_depth =
        job->limits.max_depth < JSON_MAX_DEPTH ? job->limits.max_depth : JSON_MAX_DEPTH;
    struct json_scan s = {
        .text = text,
        .len = len,
        .line = 1,
        .max_depth = max_depth,
        .out = scratch,
        .job = job,
        .err = err,
    };
    return scan_text(&s);
}
