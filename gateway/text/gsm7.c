/* SPDX-License-Identifier: Apache-2.0 */
#include "text/gsm7.h"

#include <stdbool.h>
#include <string.h>

#include "base/utf8.h"

enum { ESCAPE = 0x1B, RETURN = 0x0D, TABLE = 128 };

/* TS 23.038 section 6.2.1, by septet. */
static const uint16_t basic[TABLE] = {
    0x0040, 0x00A3, 0x0024, 0x00A5, 0x00E8, 0x00E9, 0x00F9, 0x00EC, 0x00F2, 0x00C7, 0x000A, 0x00D8,
    0x00F8, 0x000D, 0x00C5, 0x00E5, 0x0394, 0x005F, 0x03A6, 0x0393, 0x039B, 0x03A9, 0x03A0, 0x03A8,
    0x03A3, 0x0398, 0x039E, 0x001B, 0x00C6, 0x00E6, 0x00DF, 0x00C9, 0x0020, 0x0021, 0x0022, 0x0023,
    0x00A4, 0x0025, 0x0026, 0x0027, 0x0028, 0x0029, 0x002A, 0x002B, 0x002C, 0x002D, 0x002E, 0x002F,
    0x0030, 0x0031, 0x0032, 0x0033, 0x0034, 0x0035, 0x0036, 0x0037, 0x0038, 0x0039, 0x003A, 0x003B,
    0x003C, 0x003D, 0x003E, 0x003F, 0x00A1, 0x0041, 0x0042, 0x0043, 0x0044, 0x0045, 0x0046, 0x0047,
    0x0048, 0x0049, 0x004A, 0x004B, 0x004C, 0x004D, 0x004E, 0x004F, 0x0050, 0x0051, 0x0052, 0x0053,
    0x0054, 0x0055, 0x0056, 0x0057, 0x0058, 0x0059, 0x005A, 0x00C4, 0x00D6, 0x00D1, 0x00DC, 0x00A7,
    0x00BF, 0x0061, 0x0062, 0x0063, 0x0064, 0x0065, 0x0066, 0x0067, 0x0068, 0x0069, 0x006A, 0x006B,
    0x006C, 0x006D, 0x006E, 0x006F, 0x0070, 0x0071, 0x0072, 0x0073, 0x0074, 0x0075, 0x0076, 0x0077,
    0x0078, 0x0079, 0x007A, 0x00E4, 0x00F6, 0x00F1, 0x00FC, 0x00E0,
};

/* TS 23.038 section 6.2.1.1. The reserved codes (CR2, SS2) are left out. */
static const struct {
    uint8_t septet;
    uint16_t cp;
} extension[] = {
    {0x0A, 0x000C}, {0x14, '^'}, {0x28, '{'}, {0x29, '}'}, {0x2F, '\\'},
    {0x3C, '['},    {0x3D, '~'}, {0x3E, ']'}, {0x40, '|'}, {0x65, 0x20AC},
};

enum { EXTENSIONS = sizeof(extension) / sizeof(extension[0]) };

/* The septet of a code point in the default table, or -1. */
static int find_basic(uint32_t cp)
{
    if (cp > 0x03A9 || cp == ESCAPE)
        return -1;
    if (cp < TABLE && basic[cp] == cp)
        return (int)cp;
    for (int i = 0; i < TABLE; i++)
        if (basic[i] == cp)
            return i;
    return -1;
}

/* The septet that follows the escape, or -1. */
static int find_extension(uint32_t cp)
{
    for (size_t i = 0; i < EXTENSIONS; i++)
        if (extension[i].cp == cp)
            return extension[i].septet;
    return -1;
}

unsigned gsm7_cost(uint32_t cp)
{
    if (find_basic(cp) >= 0)
        return 1;
    return find_extension(cp) >= 0 ? 2 : 0;
}

int gsm7_encode(const char *text, size_t len, uint8_t *out, size_t cap)
{
    size_t n = 0;
    for (size_t at = 0; at < len;) {
        uint32_t cp;
        int step = utf8_next(text + at, len - at, &cp);
        if (step <= 0)
            return -1;
        unsigned cost = gsm7_cost(cp);
        if (cost == 0 || cap - n < cost)
            return -1;
        if (cost == 2)
            out[n++] = ESCAPE;
        out[n++] = (uint8_t)(cost == 2 ? find_extension(cp) : find_basic(cp));
        at += (size_t)step;
    }
    return (int)n;
}

/* What a phone shows for the septet after an escape. */
static uint32_t show_escaped(uint8_t septet)
{
    for (size_t i = 0; i < EXTENSIONS; i++)
        if (extension[i].septet == septet)
            return extension[i].cp;
    return septet == ESCAPE ? ' ' : basic[septet];
}

/* Read what one or two septets (n, at least 1) show. Returns how many they are, or -1. */
static int show(const uint8_t *septets, size_t n, uint32_t *cp)
{
    if (septets[0] >= TABLE || (n > 1 && septets[0] == ESCAPE && septets[1] >= TABLE))
        return -1;
    if (septets[0] != ESCAPE) {
        *cp = basic[septets[0]];
        return 1;
    }
    *cp = n > 1 ? show_escaped(septets[1]) : ' ';
    return n > 1 ? 2 : 1;
}

int gsm7_decode(const uint8_t *septets, size_t n, char *out, size_t cap)
{
    size_t len = 0;
    if (cap == 0)
        return -1;
    for (size_t i = 0; i < n;) {
        uint32_t cp;
        int used = show(septets + i, n - i, &cp);
        if (used < 0 || !utf8_append(cp, out, cap, &len))
            return -1;
        i += (size_t)used;
    }
    out[len] = '\0';
    return (int)len;
}

int gsm7_pack(const uint8_t *septets, size_t n, unsigned fill, uint8_t *out, size_t cap)
{
    size_t octets = (fill + n * 7 + 7) / 8;
    if (octets > cap)
        return -1;
    if (octets > 0)
        memset(out, 0, octets);
    size_t bit = fill;
    for (size_t i = 0; i < n; i++, bit += 7) {
        unsigned wide = (septets[i] & 0x7Fu) << (bit % 8);
        out[bit / 8] |= (uint8_t)(wide & 0xFF);
        if (bit % 8 > 1)
            out[bit / 8 + 1] |= (uint8_t)(wide >> 8);
    }
    return (int)octets;
}

int gsm7_unpack(const uint8_t *octets, size_t len, unsigned fill, uint8_t *septets, size_t n)
{
    if (n > len * 8 || fill + n * 7 > len * 8)
        return -1;
    size_t bit = fill;
    for (size_t i = 0; i < n; i++, bit += 7) {
        unsigned wide = octets[bit / 8];
        if (bit % 8 > 1)
            wide |= (unsigned)octets[bit / 8 + 1] << 8;
        septets[i] = (uint8_t)(wide >> (bit % 8) & 0x7F);
    }
    return 0;
}

int gsm7_pack_ussd(const uint8_t *septets, size_t n, uint8_t *out, size_t cap)
{
    int octets = gsm7_pack(septets, n, 0, out, cap);
    if (octets < 0)
        return -1;
    if (n % 8 == 7)
        out[octets - 1] |= (uint8_t)(RETURN << 1);
    if (n == 0 || n % 8 != 0 || septets[n - 1] != RETURN)
        return octets;
    if ((size_t)octets == cap)
        return -1;
    out[octets] = RETURN;
    return octets + 1;
}

int gsm7_unpack_ussd(const uint8_t *octets, size_t len, uint8_t *septets, size_t cap)
{
    size_t n = len * 8 / 7;
    uint8_t last = len > 0 ? octets[len - 1] >> 1 : 0;
    if (n > 0 && n % 8 == 0 && last == RETURN)
        n--;
    if (n > cap || gsm7_unpack(octets, len, 0, septets, n) != 0)
        return -1;
    return (int)n;
}
