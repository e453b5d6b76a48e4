/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void buf_init(struct buf *b, char *mem, size_t cap)
{
    *b = (struct buf){.data = mem, .cap = cap};
    mem[0] = '\0';
}

void buf_put(struct buf *b, const char *s, size_t n)
{
    if (b->full)
        return;
    if (n > b->cap - 1 - b->len) {
        b->full = true;
        return;
    }
    if (n > 0)
        memcpy(b->data + b->len, s, n);
    b->len += n;
    b->data[b->len] = '\0';
}

void buf_puts(struct buf *b, const char *s)
{
    buf_put(b, s, strlen(s));
}

void buf_putc(struct buf *b, char c)
{
    buf_put(b, &c, 1);
}

void buf_int(struct buf *b, int64_t n)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t rest = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (n < 0)
        digits[--at] = '-';
    buf_put(b, digits + at, sizeof digits - at);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    if (b->full)
        return;
    size_t room = b->cap - b->len;
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(b->data + b->len, room, fmt, args);
    va_end(args);
    if (n < 0 || (size_t)n >= room) {
        b->data[b->len] = '\0';
        b->full = true;
        return;
    }
    b->len += (size_t)n;
}

/* May this octet stand in a JSON string as it is? */
static bool json_plain(char c)
{
    return (uint8_t)c >= 0x20 && c != '"' && c != '\\';
}

/* Append one octet as a JSON escape (RFC 8259 section 7). */
static void put_escape(struct buf *b, char c)
{
    static const char named[] = "\"\\\b\f\n\r\t";
    static const char letter[] = "\"\\bfnrt";
    const char *at = c ? strchr(named, c) : NULL;
    if (at) {
        buf_put(b, (char[]){'\\', letter[at - named]}, 2);
        return;
    }
    static const char hex[] = "0123456789abcdef";
    buf_put(b, (char[]){'\\', 'u', '0', '0', hex[(uint8_t)c >> 4], hex[c & 15]}, 6);
}

void buf_json(struct buf *b, const char *s, size_t n)
{
    size_t start = b->len;
    buf_putc(b, '"');
    for (size_t i = 0; i < n;) {
        size_t run = i;
        while (run < n && json_plain(s[run]))
            run++;
        buf_put(b, s + i, run - i);
        if (run < n)
            put_escape(b, s[run++]);
        i = run;
    }
    buf_putc(b, '"');
    if (b->full) {
        b->len = start;
        b->data[start] = '\0';
    }
}
