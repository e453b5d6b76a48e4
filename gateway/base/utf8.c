/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

#include <string.h>

/* What the first octet says: the length of the sequence and the allowed range of its second octet
 * (RFC 3629 section 4). Returns 0 if no sequence begins with this octet. */
static int lead(uint8_t c, uint8_t *low, uint8_t *high)
{
    *low = 0x80;
    *high = 0xBF;
    if (c >= 0xC2 && c <= 0xDF)
        return 2;
    if (c >= 0xE0 && c <= 0xEF) {
        if (c == 0xE0)
            *low = 0xA0;
        if (c == 0xED)
            *high = 0x9F;
        return 3;
    }
    if (c >= 0xF0 && c <= 0xF4) {
        if (c == 0xF0)
            *low = 0x90;
        if (c == 0xF4)
            *high = 0x8F;
        return 4;
    }
    return 0;
}

int utf8_next_long(const char *s, size_t len, uint32_t *cp)
{
    if (len == 0)
        return 0;
    uint8_t first = (uint8_t)s[0];
    uint8_t low, high;
    int n = lead(first, &low, &high);
    if (n == 0 || (size_t)n > len)
        return -1;
    if ((uint8_t)s[1] < low || (uint8_t)s[1] > high)
        return -1;
    uint32_t v = first & (0x7Fu >> n);
    for (int i = 1; i < n; i++) {
        if (((uint8_t)s[i] & 0xC0) != 0x80)
            return -1;
        v = v << 6 | ((uint8_t)s[i] & 0x3Fu);
    }
    *cp = v;
    return n;
}

bool utf8_valid(const char *s, size_t len)
{
    uint32_t cp;
    for (size_t i = 0; i < len;) {
        int n = utf8_next(s + i, len - i, &cp);
        if (n < 0)
            return false;
        i += (size_t)n;
    }
    return true;
}

size_t utf8_put(uint32_t cp, char out[4])
{
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    if ((cp >= 0xD800 && cp <= 0xDFFF) || cp > 0x10FFFF)
        return 0;
    size_t n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (cp & 0x3F));
        cp >>= 6;
    }
    out[0] = (char)((0xF00u >> n & 0xFFu) | cp);
    return n;
}

bool utf8_append(uint32_t cp, char *out, size_t cap, size_t *n)
{
    char utf8[4];
    size_t octets = utf8_put(cp, utf8);
    if (*n + octets >= cap)
        return false;
    memcpy(out + *n, utf8, octets);
    *n += octets;
    return true;
}

size_t utf8_count(const char *s, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++)
        n += ((uint8_t)s[i] & 0xC0) != 0x80;
    return n;
}
