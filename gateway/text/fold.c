/* SPDX-License-Identifier: Apache-2.0 */
#include "text/fold.h"

#include <stdint.h>
#include <stdlib.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "base/utf8.h"

/* Whoever writes a keyword is understood without memory too: a short text takes none. */
enum { LENGTH_MAX = 65536, SHORT_MAX = 512, SHORT_ROOM = SHORT_MAX * 4 + 1 };

/* Is every code point below U+0300? Such a text is always in NFC (UAX #15). */
static bool is_plain(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((uint8_t)text[i] >= 0xCC)
            return false;
    return true;
}

bool fold_is_nfc(const char *text, size_t len)
{
    if (is_plain(text, len))
        return true;
    if (len > LENGTH_MAX)
        return false;
    UErrorCode status = U_ZERO_ERROR;
    int32_t n = 0;
    UChar *units = malloc(len * sizeof(*units));
    if (units == NULL)
        return false;
    const UNormalizer2 *nfc = unorm2_getNFCInstance(&status);
    u_strFromUTF8(units, (int32_t)len, &n, text, (int32_t)len, &status);
    bool normal = unorm2_isNormalized(nfc, units, n, &status) && U_SUCCESS(status);
    free(units);
    return normal;
}

/* Two UTF-16 texts that change roles at each step. */
struct scratch {
    UChar *from;
    UChar *to;
    int32_t len; /* of from */
    int32_t cap; /* of each */
};

static void swap(struct scratch *s, int32_t len)
{
    UChar *from = s->from;
    s->from = s->to;
    s->to = from;
    s->len = len;
}

static bool is_dropped(UChar32 cp)
{
    int8_t type = u_charType(cp);
    return type == U_CONTROL_CHAR || type == U_FORMAT_CHAR;
}

/* Copy the text into s->from: digits as ASCII, white space trimmed and made single, what has no
 * width and punctuation at both ends dropped. Returns 0, or -1. */
static int tidy(struct scratch *s, const char *text, size_t len)
{
    bool space = false;
    int32_t kept = 0; /* after the last character that is no punctuation */
    for (size_t at = 0; at < len;) {
        uint32_t cp;
        int step = utf8_next(text + at, len - at, &cp);
        if (step <= 0)
            return -1;
        at += (size_t)step;
        if (u_isUWhiteSpace((UChar32)cp)) {
            space = s->len > 0;
            continue;
        }
        if (is_dropped((UChar32)cp) || (s->len == 0 && u_ispunct((UChar32)cp)))
            continue;
        if (space)
            s->from[s->len++] = ' ';
        space = false;
        int32_t digit = u_charDigitValue((UChar32)cp);
        UChar32 c = digit >= 0 && u_charType((UChar32)cp) == U_DECIMAL_DIGIT_NUMBER ? '0' + digit
                                                                                    : (UChar32)cp;
        U16_APPEND_UNSAFE(s->from, s->len, c);
        if (!u_ispunct((UChar32)cp))
            kept = s->len;
    }
    s->len = kept;
    return 0;
}

/* NFC, case folding, and NFC again, since folding may leave it. */
static void fold(struct scratch *s, UErrorCode *status)
{
    const UNormalizer2 *nfc = unorm2_getNFCInstance(status);
    swap(s, unorm2_normalize(nfc, s->from, s->len, s->to, s->cap, status));
    swap(s, u_strFoldCase(s->to, s->cap, s->from, s->len, U_FOLD_CASE_DEFAULT, status));
    swap(s, unorm2_normalize(nfc, s->from, s->len, s->to, s->cap, status));
}

int fold_keyword(const char *text, size_t len, char *out, size_t cap)
{
    if (len > LENGTH_MAX || cap == 0 || cap > INT32_MAX)
        return -1;
    UErrorCode status = U_ZERO_ERROR;
    int32_t written = 0;
    int32_t room = (int32_t)len * 4 + 1;
    UChar own[SHORT_ROOM * 2];
    UChar *memory = len <= SHORT_MAX ? own : malloc((size_t)room * 2 * sizeof(*memory));
    if (memory == NULL)
        return -1;
    struct scratch s = {.from = memory, .to = memory + room, .cap = room};
    if (tidy(&s, text, len) != 0)
        status = U_INVALID_CHAR_FOUND;
    fold(&s, &status);
    u_strToUTF8(out, (int32_t)cap, &written, s.from, s.len, &status);
    if (memory != own)
        free(memory);
    if (U_FAILURE(status) || (size_t)written >= cap)
        return -1;
    return written;
}

/* Drop the marks of a text in NFD, in place; returns its new length. */
static int32_t drop_marks(UChar *units, int32_t len)
{
    int32_t to = 0;
    for (int32_t from = 0; from < len;) {
        UChar32 cp;
        U16_NEXT(units, from, len, cp);
        if (u_charType(cp) == U_NON_SPACING_MARK)
            continue;
        /* the stroke of U+0110 and U+0111 is no mark of its own */
        cp = cp == 0x0110 ? 'D' : cp == 0x0111 ? 'd' : cp;
        U16_APPEND_UNSAFE(units, to, cp);
    }
    return to;
}

int fold_unmarked(const char *text, size_t len, char *out, size_t cap)
{
    if (len > LENGTH_MAX || cap == 0 || cap > INT32_MAX)
        return -1;
    UErrorCode status = U_ZERO_ERROR;
    int32_t n = 0, written = 0, room = (int32_t)len * 4 + 1;
    UChar *memory = malloc((size_t)room * 2 * sizeof(*memory));
    if (memory == NULL)
        return -1;
    UChar *parts = memory + room;
    u_strFromUTF8(memory, room, &n, text, (int32_t)len, &status);
    n = unorm2_normalize(unorm2_getNFDInstance(&status), memory, n, parts, room, &status);
    if (U_SUCCESS(status))
        u_strToUTF8(out, (int32_t)cap, &written, parts, drop_marks(parts, n), &status);
    free(memory);
    return U_FAILURE(status) || (size_t)written >= cap ? -1 : written;
}
