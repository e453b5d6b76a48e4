/* SPDX-License-Identifier: Apache-2.0 */
#include "text/digits.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "text/runes.h"

enum { CHOICE_MAX = 4, AMOUNT_MAX = 96, REPLACEMENT = 0xFFFD };

static const int64_t amount_limit = 1000000000000;

/* Like utf8_next, but an octet that is not UTF-8 reads as U+FFFD: what a person typed is never
 * lost. */
static size_t next_typed(const char *s, size_t len, uint32_t *cp)
{
    int step = utf8_next(s, len, cp);
    if (step > 0)
        return (size_t)step;
    *cp = REPLACEMENT;
    return 1;
}

static uint32_t to_ascii(uint32_t cp)
{
    int digit = rune_digit(cp);
    if (digit >= 0)
        return '0' + (uint32_t)digit;
    if (cp == 0xFF0A)
        return '*';
    return cp == 0xFF03 ? '#' : cp;
}

/* Find the part between the white space at both ends. */
static void trim(const char *text, size_t len, size_t *start, size_t *end)
{
    *start = len;
    *end = len;
    for (size_t at = 0; at < len;) {
        uint32_t cp;
        size_t step = next_typed(text + at, len - at, &cp);
        if (!rune_space(cp) && !rune_invisible(cp)) {
            if (*start == len)
                *start = at;
            *end = at + step;
        }
        at += step;
    }
}

size_t digits_plain(const char *text, size_t len, char *out, size_t cap)
{
    size_t at, end, n = 0;
    if (cap == 0)
        return 0;
    trim(text, len, &at, &end);
    while (at < end) {
        uint32_t cp;
        at += next_typed(text + at, end - at, &cp);
        if (!utf8_append(to_ascii(cp), out, cap, &n))
            break;
    }
    out[n] = '\0';
    return n;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

int digits_choice(const char *text, size_t len)
{
    char plain[4 * CHOICE_MAX];
    size_t n = digits_plain(text, len, plain, sizeof(plain));
    int value = 0;
    if (n < 1 || n > CHOICE_MAX)
        return -1;
    for (size_t i = 0; i < n; i++) {
        if (!is_digit(plain[i]))
            return -1;
        value = value * 10 + (plain[i] - '0');
    }
    return value;
}

/* What is left to read of an amount. */
struct cursor {
    const char *s;
    const char *end;
};

static size_t left(const struct cursor *c)
{
    return (size_t)(c->end - c->s);
}

static void skip_spaces(struct cursor *c)
{
    uint32_t cp;
    int step;
    while ((step = utf8_next(c->s, left(c), &cp)) > 0 && rune_space(cp))
        c->s += step;
}

/* Skip a currency word or sign and the spaces on both sides of it. */
static bool skip_currency(struct cursor *c)
{
    skip_spaces(c);
    size_t n = rune_currency(c->s, left(c));
    c->s += n;
    skip_spaces(c);
    return n > 0;
}

/* Octets of a thousands separator at the cursor, 0 if there is none. */
static size_t separator(const struct cursor *c)
{
    uint32_t cp;
    int step = utf8_next(c->s, left(c), &cp);
    if (step <= 0)
        return 0;
    bool found =
        cp == ',' || cp == '.' || cp == '\'' || cp == 0x2019 || (rune_space(cp) && cp >= ' ');
    return found ? (size_t)step : 0;
}

/* Read a run of digits onto *value, which stops growing above the limit. Returns how many. */
static size_t read_run(struct cursor *c, int64_t *value)
{
    size_t n = 0;
    for (; c->s < c->end && is_digit(*c->s); c->s++, n++)
        if (*value <= amount_limit)
            *value = *value * 10 + (*c->s - '0');
    return n;
}

/* Read ",500" again and again, always with the same separator. Returns the number of groups. */
static size_t read_groups(struct cursor *c, int64_t *value)
{
    const char *first = c->s;
    size_t width = separator(c);
    size_t groups = 0;
    while (width > 0 && left(c) >= width && memcmp(c->s, first, width) == 0) {
        struct cursor ahead = {c->s + width, c->end};
        int64_t grown = *value;
        if (read_run(&ahead, &grown) != 3)
            break;
        *value = grown;
        *c = ahead;
        groups++;
    }
    return groups;
}

/* Skip ".0" or ".00". */
static void skip_fraction(struct cursor *c)
{
    size_t n = 1;
    if (c->s == c->end || *c->s != '.')
        return;
    while (n < left(c) && c->s[n] == '0')
        n++;
    if (n == 2 || n == 3)
        c->s += n;
}

/* Read "1,500.00". Returns 0, or -1 if no number stands there or its groups are wrong. */
static int read_number(struct cursor *c, int64_t *value)
{
    const char *first = c->s;
    size_t digits = read_run(c, value);
    if (digits == 0)
        return -1;
    const char *mark = c->s;
    size_t groups = digits <= 3 ? read_groups(c, value) : 0;
    if (groups > 0 && *first == '0')
        return -1;
    /* "1.500.00" may be a slip of the thumb for 1.500.000: a fraction needs another mark. */
    if (groups == 0 || *mark != '.')
        skip_fraction(c);
    return 0;
}

int digits_amount(const char *text, size_t len, int64_t *out)
{
    char plain[AMOUNT_MAX + 8];
    size_t n = digits_plain(text, len, plain, sizeof(plain));
    if (n < 1 || n > AMOUNT_MAX)
        return -1;
    struct cursor c = {plain, plain + n};
    int64_t value = 0;
    bool before = skip_currency(&c);
    if (read_number(&c, &value) != 0)
        return -1;
    if (!before)
        skip_currency(&c);
    if (c.s != c.end || value > amount_limit)
        return -1;
    *out = value;
    return 0;
}

void digits_group(int64_t amount, const char *separator, char out[32])
{
    char plain[24];
    struct buf b;
    int n = snprintf(plain, sizeof plain, "%lld", (long long)amount);
    buf_init(&b, out, 32);
    for (int i = 0; i < n; i++) {
        bool starts_group = i > 0 && (n - i) % 3 == 0 && plain[i - 1] != '-';
        buf_puts(&b, starts_group ? separator : "");
        buf_putc(&b, plain[i]);
    }
}
