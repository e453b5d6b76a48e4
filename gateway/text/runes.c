/* SPDX-License-Identifier: Apache-2.0 */
#include "text/runes.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* The zero of each block of ten digits beyond ASCII. */
static const uint32_t zeros[] = {
    0x0660, 0x06F0, 0x0966, 0x0E50, 0x0ED0, 0x1040, 0x1090, 0x17E0, 0xFF10,
};

/* The longer one first where one begins with another. */
static const char *const currencies[] = {
    "baht", "bath",  "thb",  "kip",    "lak",  "riels", "riel", "khr",     "kyats",  "kyat",  "mmk",
    "ks",   "dong",  "vnd",  "d",      "yuan", "cny",   "rmb",  "dollars", "dollar", "usd",   "฿",
    "₭",    "៛",     "₫",    "¥",      "￥",   "$",     "€",    "đồng",    "Đồng",   "ĐỒNG",  "đ",
    "Đ",    "บาท",   "กีบ",   "ดอลลาร์", "ບາດ",  "ກີບ",    "ໂດລາ", "បាត",     "រៀល",    "ដុល្លារ", "ဘတ်",
    "ကျပ်",  "ဒေါ်လာ", "泰铢", "人民币", "美元", "元",    "块",
};

int rune_digit(uint32_t cp)
{
    if (cp < 0x80)
        return cp >= '0' && cp <= '9' ? (int)(cp - '0') : -1;
    for (size_t i = 0; i < sizeof(zeros) / sizeof(zeros[0]); i++)
        if (cp >= zeros[i] && cp - zeros[i] < 10)
            return (int)(cp - zeros[i]);
    return -1;
}

bool rune_space(uint32_t cp)
{
    if (cp < 0x80)
        return cp == ' ' || (cp >= '\t' && cp <= '\r');
    return cp == 0x85 || cp == 0xA0 || cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200A) ||
           cp == 0x2028 || cp == 0x2029 || cp == 0x202F || cp == 0x205F || cp == 0x3000;
}

bool rune_invisible(uint32_t cp)
{
    return (cp >= 0x200B && cp <= 0x200F) || (cp >= 0x202A && cp <= 0x202E) ||
           (cp >= 0x2060 && cp <= 0x2069) || cp == 0xFEFF || cp == 0x00AD;
}

/* Does s begin with a Latin letter or a combining mark, so that a word goes on there? Octets C3 to
 * CD begin U+00C0 to U+037F; E1 BA and E1 BB begin the letters of Vietnamese with two marks. */
static bool goes_on(const char *s, size_t len)
{
    unsigned char first = len > 0 ? (unsigned char)s[0] : 0;
    unsigned char second = len > 1 ? (unsigned char)s[1] : 0;
    if ((first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z'))
        return true;
    return (first >= 0xC3 && first <= 0xCD) ||
           (first == 0xE1 && (second == 0xBA || second == 0xBB));
}

/* The same first octet, small or capital? Most places are told by it. */
static bool begins_alike(char a, char b)
{
    return a == b || ((a ^ b) == 0x20 && isalpha((unsigned char)a));
}

size_t rune_currency(const char *s, size_t len)
{
    for (size_t i = 0; len > 0 && i < sizeof(currencies) / sizeof(currencies[0]); i++) {
        if (!begins_alike(s[0], currencies[i][0]))
            continue;
        size_t n = strlen(currencies[i]);
        if (n > len || strncasecmp(s, currencies[i], n) != 0)
            continue;
        if (!goes_on(currencies[i], n) || !goes_on(s + n, len - n))
            return n;
    }
    return 0;
}
