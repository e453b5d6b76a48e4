/* SPDX-License-Identifier: Apache-2.0 */
#include "text/cut_rules.h"

#include <stdbool.h>

#include "base/utf8.h"
#include "text/runes.h"
#include "text/words.h"

enum {
    FORBIDDEN = 0x80,   /* set beside the grade that holds if the rule gives way */
    LONGEST_PIECE = 24, /* code points; the longest E.164 number with separators has about 20 */
    SMALL_DIGITS = 3,   /* a number of so few counts what follows: "2 months", "10 November" */
    NO_BREAK_SPACE = 0xA0,
    MYANMAR_MA = 0x1019 /* by itself the word "not" */
};

/* How far a line has come that may be an option of a list, such as "2 Fees". */
enum line { LINE_BEGUN, LINE_NUMBER, LINE_LABEL, LINE_REST };

/* What stands around an offset. 0 where the text ends. */
struct around {
    enum line line;
    uint32_t before2;
    uint32_t before;
    uint32_t after;
    uint32_t after2;
    unsigned digits;  /* of the number that ends before the offset, or before the blank there */
    bool begins_word; /* a word begins with `before` */
    const char *rest; /* the text from the offset */
    size_t len;       /* its octets */
};

static bool among(uint32_t cp, const uint32_t *set, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (set[i] == cp)
            return true;
    return false;
}

#define AMONG(cp, set) among((cp), (set), sizeof(set) / sizeof((set)[0]))

static bool is_between(uint32_t cp, uint32_t first, uint32_t last)
{
    return cp >= first && cp <= last;
}

/* Marks that never begin a screen. */
static bool is_closing(uint32_t cp)
{
    static const uint32_t closing[] = {
        '.',    ',',    ';',    ':',    '!',    '?',    ')',    ']',    '}',    '%',
        0x2019, 0x201D, 0x2026, 0x0E2F, 0x0EAF, 0x0EC6, 0x104A, 0x104B, 0x17D4, 0x17D5,
        0x17D6, 0x17D7, 0x3001, 0x3002, 0x3009, 0x300B, 0x300D, 0x300F, 0x3011, 0xFF01,
        0xFF05, 0xFF09, 0xFF0C, 0xFF0E, 0xFF1A, 0xFF1B, 0xFF1F, 0xFF3D, 0xFF5D,
    };
    return AMONG(cp, closing);
}

/* Marks that never end a screen. */
static bool is_opening(uint32_t cp)
{
    static const uint32_t opening[] = {
        '(',    '[',    '{',    0x2018, 0x201C, 0x3008, 0x300A,
        0x300C, 0x300E, 0x3010, 0xFF08, 0xFF3B, 0xFF5B,
    };
    return AMONG(cp, opening);
}

/* Marks after which a reader rests. */
static bool is_resting(uint32_t cp)
{
    return is_closing(cp) && cp != '%' && cp != 0x2019 && cp != 0x0E2F && cp != 0x0EAF &&
           cp != 0x0EC6 && cp != 0x17D7;
}

/* Thai and Lao vowels that are written before their consonant. */
static bool is_leading_vowel(uint32_t cp)
{
    return is_between(cp, 0x0E40, 0x0E44) || is_between(cp, 0x0EC0, 0x0EC4);
}

/* Vowels and signs that are graphemes of their own in UAX #29 but belong to what stands before. */
static bool is_following(uint32_t cp)
{
    static const uint32_t following[] = {
        0x0E30, 0x0E32, 0x0E33, 0x0E45, 0x0E46, 0x0EB0, 0x0EB2, 0x0EB3,
        0x0EBD, 0x0EC6, 0x102B, 0x102C, 0x1038, 0x1083, 0x108F,
    };
    return AMONG(cp, following) || is_between(cp, 0x1062, 0x1064) ||
           is_between(cp, 0x1067, 0x106D) || is_between(cp, 0x1087, 0x108C) ||
           is_between(cp, 0x109A, 0x109C);
}

/* Signs that bind two consonants: Burmese virama, Khmer COENG. */
static bool is_stacker(uint32_t cp)
{
    return cp == 0x1039 || cp == 0x17D2;
}

/* Signs that make their consonant the end of the syllable before: asat and virama, the Khmer signs
 * bantoc, robat and toandakhiat, the Thai and Lao cancellation marks. */
static bool is_killer(uint32_t cp)
{
    return cp == 0x103A || cp == 0x1039 || is_between(cp, 0x17CB, 0x17CD) || cp == 0x0E4C ||
           cp == 0x0ECC;
}

/* Marks that may stand between a consonant and its killer: Burmese dot below, Thai vowels I and U.
 */
static bool is_between_mark(uint32_t cp)
{
    return cp == 0x1037 || cp == 0x0E34 || cp == 0x0E38;
}

/* Is the consonant after the offset a final one? */
static bool is_final(const struct around *a)
{
    uint32_t first, cp;
    int skip = utf8_next(a->rest, a->len, &first);
    if (skip <= 0 || !is_between_mark(a->after2))
        return is_killer(a->after2);
    const char *mark = a->rest + skip;
    size_t left = a->len - (size_t)skip;
    int step = utf8_next(mark, left, &cp);
    if (step <= 0 || utf8_next(mark + step, left - (size_t)step, &cp) <= 0)
        return false;
    return is_killer(cp);
}

static bool splits_syllable(const struct around *a)
{
    return is_leading_vowel(a->before) || is_following(a->after) || is_stacker(a->before) ||
           is_stacker(a->after) || is_final(a);
}

static bool splits_marks(const struct around *a)
{
    bool quote = (a->after == '"' || a->after == '\'') && !rune_space(a->before);
    return is_closing(a->after) || is_opening(a->before) || quote;
}

static bool is_digit(uint32_t cp)
{
    return rune_digit(cp) >= 0;
}

static bool is_blank(uint32_t cp)
{
    return cp == ' ' || cp == NO_BREAK_SPACE;
}

/* Separators inside amounts, phone numbers, dates, times and service codes such as *384*1#. */
static bool is_separator(uint32_t cp)
{
    static const uint32_t separators[] = {
        ',', '.', ':', '/', '-', '\'', '*', '#', '(', ')', 0x2013, 0x2019, 0xFF0A,
    };
    return AMONG(cp, separators) || is_blank(cp);
}

/* Signs that belong to the number after them. */
static bool is_prefix(uint32_t cp)
{
    static const uint32_t prefixes[] = {
        '+',    '*',    '#',    '-',    '$',    0xA3,   0xA5,   0x0E3F,
        0x17DB, 0x20AB, 0x20AC, 0x20AD, 0xFF03, 0xFF0A, 0xFFE5,
    };
    return AMONG(cp, prefixes);
}

/* Is there a currency word at the offset, or after the blank at the offset? */
static bool currency_follows(const struct around *a)
{
    uint32_t cp;
    int blank = is_blank(a->after) ? utf8_next(a->rest, a->len, &cp) : 0;
    size_t skip = blank > 0 ? (size_t)blank : 0;
    return rune_currency(a->rest + skip, a->len - skip) > 0;
}

static bool splits_number(const struct around *a)
{
    bool digit_before = is_digit(a->before);
    bool digit_after = is_digit(a->after);
    if (digit_before && digit_after)
        return true;
    if (digit_before && is_separator(a->after) && is_digit(a->after2))
        return true;
    if (digit_after && is_separator(a->before) && is_digit(a->before2))
        return true;
    if (digit_after && is_prefix(a->before))
        return true;
    if (digit_before && (a->after == '#' || a->after == 0xFF03))
        return true;
    if (digit_before || (is_blank(a->before) && is_digit(a->before2)))
        return currency_follows(a);
    return false;
}

/* Read on in the line. The label begins after the number and one blank. */
static enum line read_on(enum line line, uint32_t cp)
{
    if (cp == '\n')
        return LINE_BEGUN;
    if (line <= LINE_NUMBER && is_digit(cp))
        return LINE_NUMBER;
    return line == LINE_NUMBER && is_blank(cp) ? LINE_LABEL : LINE_REST;
}

/* Count the digits of the number, and keep them over one blank. */
static unsigned count_digits(const struct around *a)
{
    if (is_digit(a->before))
        return a->digits + 1;
    return is_blank(a->before) && is_digit(a->before2) ? a->digits : 0;
}

/* The grade of white space or punctuation before the offset. A blank between a number and what it
 * counts is no place to pause. */
static uint8_t grade_pause(const struct around *a)
{
    bool after_number = is_blank(a->before) && is_digit(a->before2);
    if (after_number && a->digits <= SMALL_DIGITS)
        return CUT_GRAPHEME;
    bool before_number = is_blank(a->before) && is_digit(a->after) && !is_resting(a->before2);
    return after_number || before_number ? CUT_WORD : CUT_PHRASE;
}

/* Is the word before the offset the Burmese "not", which means nothing without the next one? */
static bool splits_negation(const struct around *a)
{
    return a->before == MYANMAR_MA && a->begins_word && is_between(a->after, 0x1000, 0x102A);
}

static bool is_latin_letter(uint32_t cp)
{
    return is_between(cp, 'a', 'z') || is_between(cp, 'A', 'Z');
}

/* Most offsets are between two letters of a Latin word, of which only the rule of labels has
 * something to say. */
static bool is_inside_latin(const struct around *a)
{
    return is_latin_letter(a->before) && is_latin_letter(a->after) && a->after2 < 0x80;
}

/* The grade of an offset by all rules, from the grade that ICU gave it. */
static uint8_t regrade(const struct around *a, uint8_t grade)
{
    if (grade == CUT_NONE)
        return CUT_NONE;
    if (a->before == '\n')
        return CUT_LINE;
    if (is_inside_latin(a))
        return a->line == LINE_LABEL ? grade | FORBIDDEN : grade;
    if (grade == CUT_WORD && (rune_space(a->before) || is_resting(a->before)))
        grade = grade_pause(a);
    bool forbidden = splits_syllable(a) || splits_marks(a) || splits_number(a) ||
                     splits_negation(a) || a->line == LINE_LABEL;
    return forbidden ? grade | FORBIDDEN : grade;
}

/* Read the code point at the offset and the one after it. Returns the octets of the first. */
static size_t look(const char *text, size_t len, struct around *a)
{
    a->rest = text;
    a->len = len;
    a->after = 0;
    a->after2 = 0;
    int step = utf8_next(text, len, &a->after);
    if (step <= 0)
        return 1;
    if (utf8_next(text + step, len - (size_t)step, &a->after2) <= 0)
        a->after2 = 0;
    return (size_t)step;
}

/* White space at a cut is left out, so a cut before it is as bad as the one after it. */
static void carry_back(const char *text, size_t len, uint8_t *cuts)
{
    for (size_t i = len; i-- > 1;) {
        uint32_t cp;
        int step = cuts[i] == CUT_NONE ? 0 : utf8_next(text + i, len - i, &cp);
        if (step <= 0 || !rune_space(cp))
            continue;
        uint8_t after = cuts[i + (size_t)step];
        if (after == CUT_NONE || after & FORBIDDEN)
            cuts[i] |= FORBIDDEN;
        else if (after < cuts[i] && cuts[i] < CUT_LINE)
            cuts[i] = after;
    }
}

/* Take the marks FORBIDDEN off from start to end: the rules hold, or give way. */
static void settle(uint8_t *cuts, size_t start, size_t end, bool hold)
{
    for (size_t i = start; i < end; i++) {
        if (!(cuts[i] & FORBIDDEN))
            continue;
        cuts[i] = hold ? CUT_NONE : cuts[i] & (uint8_t)~FORBIDDEN;
    }
}

static void settle_all(const char *text, size_t len, uint8_t *cuts)
{
    size_t start = 0, points = 0;
    for (size_t i = 1; i <= len; i++) {
        if (((uint8_t)text[i - 1] & 0xC0) != 0x80)
            points++;
        if (cuts[i] == CUT_NONE || cuts[i] & FORBIDDEN)
            continue;
        settle(cuts, start, i, points <= LONGEST_PIECE);
        start = i;
        points = 0;
    }
}

void cut_rules_apply(const char *text, size_t len, uint8_t *cuts)
{
    struct around a = {0};
    bool word_begins = true;
    size_t at = len > 0 ? look(text, len, &a) : 0;
    while (at < len) {
        a.before2 = a.before;
        a.before = a.after;
        a.line = read_on(a.line, a.before);
        a.digits = count_digits(&a);
        a.begins_word = word_begins;
        size_t step = look(text + at, len - at, &a);
        word_begins = cuts[at] >= CUT_WORD;
        cuts[at] = regrade(&a, cuts[at]);
        at += step;
    }
    cuts[len] = CUT_LINE;
    cuts[0] = CUT_NONE;
    carry_back(text, len, cuts);
    settle_all(text, len, cuts);
}
