/* SPDX-License-Identifier: Apache-2.0 */
#include "text/ucs2.h"

#include "base/utf8.h"

enum { REPLACEMENT = 0xFFFD };

static void put_unit(uint8_t *out, uint32_t unit)
{
    out[0] = (uint8_t)(unit >> 8);
    out[1] = (uint8_t)(unit & 0xFF);
}

int ucs2_encode(const char *text, size_t len, uint8_t *out, size_t cap)
{
    size_t n = 0;
    for (size_t at = 0; at < len;) {
        uint32_t cp;
        int step = utf8_next(text + at, len - at, &cp);
        size_t octets = step > 3 ? 4 : 2;
        if (step <= 0 || cap - n < octets)
            return -1;
        if (octets == 4) {
            put_unit(out + n, 0xD800 + ((cp - 0x10000) >> 10));
            put_unit(out + n + 2, 0xDC00 + ((cp - 0x10000) & 0x3FF));
        } else {
            put_unit(out + n, cp);
        }
        n += octets;
        at += (size_t)step;
    }
    return (int)n;
}

static uint32_t unit_at(const uint8_t *octets)
{
    return (uint32_t)octets[0] << 8 | octets[1];
}

/* Read one code point from len octets (even, at least 2). Returns the octets it takes. */
static size_t next_cp(const uint8_t *octets, size_t len, uint32_t *cp)
{
    uint32_t high = unit_at(octets);
    *cp = high;
    if (high < 0xD800 || high > 0xDFFF)
        return 2;
    *cp = REPLACEMENT;
    if (high > 0xDBFF || len < 4)
        return 2;
    uint32_t low = unit_at(octets + 2);
    if (low < 0xDC00 || low > 0xDFFF)
        return 2;
    *cp = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    return 4;
}

int ucs2_decode(const uint8_t *octets, size_t len, char *out, size_t cap)
{
    if (len % 2 != 0 || cap == 0)
        return -1;
    size_t n = 0;
    for (size_t at = 0; at < len;) {
        uint32_t cp;
        at += next_cp(octets + at, len - at, &cp);
        if (!utf8_append(cp, out, cap, &n))
            return -1;
    }
    out[n] = '\0';
    return (int)n;
}
