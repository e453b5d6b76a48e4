/* SPDX-License-Identifier: Apache-2.0 */
#include "sheets/oracle.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/ustring.h>

#include "base/utf8.h"

enum { NUMBER_MAX = 24 /* code points; what is longer is a row of numbers */ };

/* A code point of the text. */
struct letter {
    UChar32 cp;
    size_t at; /* octets */
};

struct oracle {
    struct letter *letters; /* one more than there are: a zero at the end */
    size_t count, len;
    enum place *place; /* by letter, the end included */
};

static bool is_any(UChar32 cp, const UChar32 *set)
{
    while (*set && *set != cp)
        set++;
    return *set != 0;
}

static UChar32 letter(const struct oracle *o, size_t i)
{
    return i < o->count ? o->letters[i].cp : 0;
}

static int read_letters(struct oracle *o, const char *text, size_t len)
{
    o->letters = calloc(len + 1, sizeof *o->letters);
    o->place = calloc(len + 1, sizeof *o->place);
    if (!o->letters || !o->place)
        return -1;
    for (size_t at = 0; at < len;) {
        uint32_t cp;
        int step = utf8_next(text + at, len - at, &cp);
        if (step <= 0)
            return -1;
        o->letters[o->count++] = (struct letter){(UChar32)cp, at};
        at += (size_t)step;
    }
    o->letters[o->count].at = o->len = len;
    return 0;
}

/* The same text for ICU. */
struct units {
    UChar *units;
    int32_t count;
    const char *lang;
};

/* Raise the places where ICU would stop. */
static int raise_stops(struct oracle *o, const struct units *t, UBreakIteratorType kind,
                       enum place from, enum place to)
{
    UErrorCode status = U_ZERO_ERROR;
    UBreakIterator *it = ubrk_open(kind, t->lang, t->units, t->count, &status);
    int32_t unit = 0, stop = U_SUCCESS(status) ? ubrk_first(it) : UBRK_DONE;
    for (size_t i = 0; stop != UBRK_DONE && i <= o->count; i++) {
        if (unit == stop && o->place[i] == from)
            o->place[i] = to;
        while (stop != UBRK_DONE && stop <= unit)
            stop = ubrk_next(it);
        unit += letter(o, i) > 0xFFFF ? 2 : 1;
    }
    if (it)
        ubrk_close(it);
    return U_SUCCESS(status) ? 0 : -1;
}

/* UAX #29 alone. */
static int read_stops(struct oracle *o, const char *lang, const char *text)
{
    UErrorCode status = U_ZERO_ERROR;
    struct units t = {.units = calloc(o->len + 1, sizeof *t.units), .lang = lang};
    int failed = t.units ? 0 : -1;
    if (!failed)
        u_strFromUTF8(t.units, (int32_t)o->len + 1, &t.count, text, (int32_t)o->len, &status);
    failed = failed || U_FAILURE(status) ||
             raise_stops(o, &t, UBRK_CHARACTER, PLACE_GRAPHEME, PLACE_WORD) < 0 ||
             raise_stops(o, &t, UBRK_WORD, PLACE_WORD, PLACE_GOOD) < 0;
    free(t.units);
    return failed ? -1 : 0;
}

static bool is_thai_or_lao_prefix(UChar32 cp)
{
    return (cp >= 0x0E40 && cp <= 0x0E44) || (cp >= 0x0EC0 && cp <= 0x0EC4);
}

static bool is_suffix(UChar32 cp)
{
    static const UChar32 suffixes[] = {0x0E30, 0x0E32, 0x0E33, 0x0E45, 0x0E46, 0x0EB0, 0x0EB2,
                                       0x0EB3, 0x0EBD, 0x0EC6, 0x102B, 0x102C, 0x1038, 0};
    return is_any(cp, suffixes);
}

/* Does a consonant stand here that ends the syllable before it? Burmese asat and virama say so,
 * after a dot below as well, and the silencing signs of Thai, Lao and Khmer. */
static bool is_final(const struct oracle *o, size_t i)
{
    static const UChar32 signs[] = {0x0E4C, 0x0ECC, 0x1039, 0x103A, 0x17CB, 0x17CC, 0x17CD, 0};
    UChar32 sign = letter(o, i + 1);
    return is_any(sign == 0x1037 ? letter(o, i + 2) : sign, signs);
}

/* Is there a line feed in the white space before i? No syllable goes on after it. */
static bool begins_line(const struct oracle *o, size_t i)
{
    while (i > 0 && u_isUWhiteSpace(letter(o, i - 1)))
        if (letter(o, --i) == '\n')
            return true;
    return false;
}

/* Would a screen begin with a closing mark, or end with an opening one? */
static bool splits_marks(const struct oracle *o, size_t i)
{
    static const UChar32 closing[] = {',',    '.',    ';',    ':',    '!',    '?',    ')',
                                      0x104A, 0x104B, 0x17D4, 0x17D5, 0x3001, 0x3002, 0x300B,
                                      0xFF01, 0xFF09, 0xFF0C, 0xFF1A, 0xFF1B, 0xFF1F, 0};
    static const UChar32 opening[] = {'(', 0x300A, 0xFF08, 0};
    return is_any(letter(o, i), closing) || is_any(letter(o, i - 1), opening);
}

static bool splits_syllable(const struct oracle *o, size_t i)
{
    UChar32 before = letter(o, i - 1);
    if (begins_line(o, i))
        return false;
    return is_thai_or_lao_prefix(before) || before == 0x17D2 || before == 0x1039 ||
           is_suffix(letter(o, i)) || is_final(o, i);
}

static void lower(struct oracle *o, size_t i, enum place to)
{
    if (o->place[i] > to)
        o->place[i] = to;
}

static void judge_letters(struct oracle *o)
{
    for (size_t i = 1; i < o->count; i++)
        if (splits_syllable(o, i) || (splits_marks(o, i) && !begins_line(o, i)))
            lower(o, i, PLACE_SYLLABLE);
}

static bool is_digit(UChar32 cp)
{
    return cp != 0 && u_charDigitValue(cp) >= 0 && u_charType(cp) == U_DECIMAL_DIGIT_NUMBER;
}

/* The letter after the number that begins at i: digits, joined by single separators. */
static size_t number_end(const struct oracle *o, size_t i)
{
    static const UChar32 joints[] = {' ', 0xA0, ',', '.', '/', ':', '-', '\'', 0};
    while (is_digit(letter(o, i)) || (is_any(letter(o, i), joints) && is_digit(letter(o, i + 1))))
        i++;
    return i;
}

/* The letter after a word for money that begins at i, or i. */
static size_t money_end(const struct oracle *o, size_t i)
{
    static const UChar32 words[][8] = {
        {'b', 'a', 'h', 't'},
        {'B', 'a', 'h', 't'},
        {'T', 'H', 'B'},
        {'L', 'A', 'K'},
        {'K', 'H', 'R'},
        {'M', 'M', 'K'},
        {'V', 'N', 'D'},
        {'C', 'N', 'Y'},
        {'U', 'S', 'D'},
        {0x0E1A, 0x0E32, 0x0E17},         /* Thai: baht */
        {0x0E9A, 0x0EB2, 0x0E94},         /* Lao: baht */
        {0x0E81, 0x0EB5, 0x0E9A},         /* Lao: kip */
        {0x1794, 0x17B6, 0x178F},         /* Khmer: baht */
        {0x179A, 0x17C0, 0x179B},         /* Khmer: riel */
        {0x1018, 0x1010, 0x103A},         /* Burmese: baht */
        {0x1000, 0x103B, 0x1015, 0x103A}, /* Burmese: kyat */
        {0x0111, 0x1ED3, 'n', 'g'},       /* Vietnamese: dong */
        {0x6CF0, 0x94E2},                 /* Chinese: baht */
        {0x5143},                         /* Chinese: yuan */
        {0x0E3F},                         /* signs: baht, kip, riel, dong */
        {0x20AD},
        {0x17DB},
        {0x20AB},
    };
    for (size_t w = 0; w < sizeof words / sizeof *words; w++) {
        size_t n = 0;
        while (words[w][n] && words[w][n] == letter(o, i + n))
            n++;
        if (!words[w][n])
            return i + n;
    }
    return i;
}

/* The first letter of the amount: the signs before its digits belong to it. */
static size_t number_start(const struct oracle *o, size_t i)
{
    static const UChar32 signs[] = {'+', '*', '#', '$', 0x0E3F, 0x20AD, 0x17DB, 0x20AB, 0xA5, 0};
    return i > 0 && is_any(letter(o, i - 1), signs) ? i - 1 : i;
}

/* The letter after the amount whose digits end at i: "#" of a code, or the word for its money. */
static size_t amount_end(const struct oracle *o, size_t i)
{
    if (letter(o, i) == '#')
        return i + 1;
    size_t word = letter(o, i) == ' ' ? i + 1 : i;
    return money_end(o, word) > word ? word + 1 : i;
}

/* "3 Fees": the number of an option at the beginning of a line, and where its label begins. */
static size_t label_start(const struct oracle *o, size_t first, size_t end)
{
    bool begins = first == 0 || letter(o, first - 1) == '\n';
    return begins && end - first <= 2 && letter(o, end) == ' ' ? end + 2 : end;
}

static void judge_numbers(struct oracle *o)
{
    for (size_t i = 0; i < o->count; i++) {
        if (!is_digit(letter(o, i)))
            continue;
        size_t first = number_start(o, i), end = number_end(o, i);
        size_t stop = amount_end(o, end), label = label_start(o, first, end);
        if (label > stop)
            stop = label;
        for (size_t k = first + 1; end - first <= NUMBER_MAX && k < stop; k++)
            lower(o, k, PLACE_NUMBER);
        i = end - 1;
    }
}

/* White space is left out at a cut: where none may be after it, none may be before it. */
static void judge_spaces(struct oracle *o)
{
    for (size_t i = o->count; i-- > 0;)
        if (u_isUWhiteSpace(letter(o, i)) && o->place[i] != PLACE_GRAPHEME &&
            o->place[i + 1] < PLACE_WORD)
            lower(o, i, o->place[i + 1] == PLACE_GRAPHEME ? PLACE_SYLLABLE : o->place[i + 1]);
}

struct oracle *oracle_open(const char *lang, const char *text, size_t len)
{
    struct oracle *o = calloc(1, sizeof *o);
    if (o && read_letters(o, text, len) == 0 && read_stops(o, lang, text) == 0) {
        judge_letters(o);
        judge_numbers(o);
        judge_spaces(o);
        return o;
    }
    oracle_close(o);
    return NULL;
}

void oracle_close(struct oracle *o)
{
    if (!o)
        return;
    free(o->letters);
    free(o->place);
    free(o);
}

/* The letter that begins at an octet; o->count + 1 if none does. */
static size_t find(const struct oracle *o, size_t at)
{
    size_t low = 0, high = o->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (o->letters[middle].at < at)
            low = middle + 1;
        else
            high = middle;
    }
    return o->letters[low].at == at ? low : o->count + 1;
}

enum place oracle_place(const struct oracle *o, size_t at)
{
    size_t i = find(o, at);
    return i > o->count ? PLACE_GRAPHEME : o->place[i];
}

/* Is there something to read between two octets, and then a place as good as that? */
static bool has_place(const struct oracle *o, const struct oracle_cut *cut, size_t from,
                      enum place least)
{
    bool seen = false;
    for (size_t i = find(o, cut->start); i < o->count && o->letters[i].at < cut->at; i++) {
        if (seen && o->letters[i].at >= from && o->place[i] >= least)
            return true;
        seen = seen || !u_isUWhiteSpace(o->letters[i].cp);
    }
    return false;
}

const char *oracle_fault(const struct oracle *o, const struct oracle_cut *cut)
{
    switch (oracle_place(o, cut->at)) {
    case PLACE_GRAPHEME:
        return "inside a grapheme";
    case PLACE_SYLLABLE:
        return has_place(o, cut, cut->start, PLACE_WORD) ? "inside a syllable or beside a mark"
                                                         : NULL;
    case PLACE_NUMBER:
        return has_place(o, cut, cut->start, PLACE_WORD) ? "inside a number" : NULL;
    case PLACE_WORD:
        return has_place(o, cut, cut->room, PLACE_GOOD) ? "inside a word" : NULL;
    case PLACE_GOOD:
        break;
    }
    return NULL;
}
