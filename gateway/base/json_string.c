/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_internal.h"

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* Read \uXXXX at pos and step over it. Returns the UTF-16 unit, or -1 if there is no such escape.
 */
static int32_t read_unit(struct json_scan *s)
{
    const char *p = s->text + s->pos;
    if (s->len - s->pos < 6 || p[0] != '\\' || p[1] != 'u')
        return -1;
    int32_t unit = 0;
    for (int i = 2; i < 6; i++) {
        int digit = hex_digit(p[i]);
        if (digit < 0)
            return -1;
        unit = unit << 4 | digit;
    }
    s->pos += 6;
    return unit;
}

/* Read \uXXXX, or two of them if they are a pair of surrogates (RFC 8259 section 7), and write the
 * character. */
static int unicode_escape(struct json_scan *s)
{
    size_t start = s->pos;
    int32_t unit = read_unit(s);
    if (unit < 0)
        return json_fail(s, JSON_SYNTAX, start, "the escape \\u needs four hexadecimal digits");
    if (unit == 0)
        return json_fail(s, JSON_CONTROL, start, "the escape \\u0000 is not allowed");
    uint32_t cp = (uint32_t)unit;
    if (cp >= 0xD800 && cp <= 0xDBFF) {
        int32_t low = read_unit(s);
        if (low < 0xDC00 || low > 0xDFFF)
            return json_fail(s, JSON_UTF8, start, "an escape is half of a surrogate pair");
        cp = 0x10000 + ((cp - 0xD800) << 10) + ((uint32_t)low - 0xDC00);
    }
    size_t n = utf8_put(cp, s->out);
    if (n == 0)
        return json_fail(s, JSON_UTF8, start, "an escape is half of a surrogate pair");
    s->out += n;
    return 0;
}

/* Read the escape at pos and write what it stands for. */
static int escape(struct json_scan *s)
{
    static const char letter[] = "\"\\/bfnrt";
    static const char meaning[] = "\"\\/\b\f\n\r\t";
    char c = s->pos + 1 < s->len ? s->text[s->pos + 1] : '\0';
    if (c == 'u')
        return unicode_escape(s);
    const char *at = c ? strchr(letter, c) : NULL;
    if (!at)
        return json_fail(s, JSON_SYNTAX, s->pos, "a backslash begins no escape that JSON knows");
    *s->out++ = meaning[at - letter];
    s->pos += 2;
    return 0;
}

/* Copy one character above ASCII. */
static int copy_character(struct json_scan *s)
{
    uint32_t cp;
    int n = utf8_next(s->text + s->pos, s->len - s->pos, &cp);
    if (n < 0)
        return json_fail(s, JSON_UTF8, s->pos, "a string holds octets that are not UTF-8");
    memcpy(s->out, s->text + s->pos, (size_t)n);
    s->out += n;
    s->pos += (size_t)n;
    return 0;
}

/* Copy octets as long as they need no second look. */
static void copy_plain(struct json_scan *s)
{
    const char *p = s->text + s->pos;
    const char *end = s->text + s->len;
    char *out = s->out;
    while (p < end && (uint8_t)*p >= 0x20 && (uint8_t)*p < 0x80 && *p != '"' && *p != '\\')
        *out++ = *p++;
    s->pos = (size_t)(p - s->text);
    s->out = out;
}

int json_string(struct json_scan *s, const char **str, size_t *len)
{
    char *start = s->out;
    s->pos++;
    for (;;) {
        copy_plain(s);
        if (s->pos == s->len)
            return json_fail(s, JSON_SYNTAX, s->pos, "the text ends within a string");
        uint8_t c = (uint8_t)s->text[s->pos];
        if (c == '"')
            break;
        if (c < 0x20)
            return json_fail(s, JSON_CONTROL, s->pos, "a string holds a raw control character");
        if (c == '\\' ? escape(s) : copy_character(s))
            return -1;
    }
    s->pos++;
    *str = start;
    *len = (size_t)(s->out - start);
    *s->out++ = '\0';
    return 0;
}
