/* SPDX-License-Identifier: Apache-2.0 */
#include "text/words.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ubrk.h>
#include <unicode/utf16.h>

#include "base/utf8.h"
#include "text/cut_rules.h"

/* The text is given to ICU in UTF-16: its dictionaries compare the lengths of words in code units
 * of the text, and find other, worse words in UTF-8. */
struct words {
    UBreakIterator *graphemes;
    UBreakIterator *words;
    UChar *units; /* WORDS_TEXT_MAX; no text has more units than octets */
    int32_t count;
    bool is_plain; /* ASCII without a return: each character is a grapheme */
    /* The last text and its cuts: an SMS is looked at twice, to see if it fits and to count it. */
    size_t last_len; /* 0 for none */
    char *last;
    uint8_t *last_cuts;
};

struct words *words_open(void)
{
    UErrorCode status = U_ZERO_ERROR;
    struct words *w = calloc(1, sizeof(*w));
    if (w == NULL)
        return NULL;
    w->graphemes = ubrk_open(UBRK_CHARACTER, "", NULL, 0, &status);
    w->words = ubrk_open(UBRK_WORD, "", NULL, 0, &status);
    w->units = calloc(WORDS_TEXT_MAX, sizeof *w->units);
    w->last = malloc(WORDS_TEXT_MAX);
    w->last_cuts = malloc(WORDS_TEXT_MAX + 1);
    if (U_SUCCESS(status) && w->units != NULL && w->last != NULL && w->last_cuts != NULL)
        return w;
    words_close(w);
    return NULL;
}

void words_close(struct words *w)
{
    if (w == NULL)
        return;
    if (w->words != NULL)
        ubrk_close(w->words);
    if (w->graphemes != NULL)
        ubrk_close(w->graphemes);
    free(w->units);
    free(w->last);
    free(w->last_cuts);
    free(w);
}

/* What a unit takes in UTF-8; a surrogate pair counts with its first half. */
static size_t octets_of(UChar unit)
{
    if (U16_IS_SURROGATE(unit))
        return U16_IS_LEAD(unit) ? 4 : 0;
    return unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3;
}

/* Set the grade at each boundary where the grade is `from` until now. Returns 0, or -1. */
static int mark(const struct words *w, UBreakIterator *it, enum cut from, uint8_t *cuts)
{
    UErrorCode status = U_ZERO_ERROR;
    size_t octet = 0;
    int32_t unit = 0;
    ubrk_setText(it, w->units, w->count, &status);
    if (U_FAILURE(status))
        return -1;
    for (int32_t at = ubrk_first(it); at != UBRK_DONE; at = ubrk_next(it)) {
        while (unit < at)
            octet += octets_of(w->units[unit++]);
        if (cuts[octet] == from)
            cuts[octet] = (uint8_t)(from + 1);
    }
    return 0;
}

/* Write the text in UTF-16. Returns 0, or -1. */
static int load(struct words *w, const char *text, size_t len)
{
    w->count = 0;
    w->is_plain = true;
    if (len > WORDS_TEXT_MAX)
        return -1;
    for (size_t at = 0; at < len;) {
        uint32_t cp;
        int step = utf8_next(text + at, len - at, &cp);
        if (step <= 0)
            return -1;
        w->is_plain = w->is_plain && cp < 0x80 && cp != '\r';
        if (cp > 0xFFFF)
            w->units[w->count++] = U16_LEAD(cp);
        w->units[w->count++] = cp > 0xFFFF ? U16_TRAIL(cp) : (UChar)cp;
        at += (size_t)step;
    }
    return 0;
}

/* Mark where graphemes begin, and nothing else. Returns 0, or -1. */
static int mark_graphemes(struct words *w, const char *text, size_t len, uint8_t *cuts)
{
    if (load(w, text, len) != 0)
        return -1;
    memset(cuts, w->is_plain ? CUT_GRAPHEME : CUT_NONE, len + 1);
    return w->is_plain ? 0 : mark(w, w->graphemes, CUT_NONE, cuts);
}

int words_graphemes(struct words *w, const char *text, size_t len, uint8_t *cuts)
{
    if (mark_graphemes(w, text, len, cuts) != 0)
        return -1;
    cuts[len] = CUT_LINE;
    cuts[0] = CUT_NONE;
    return 0;
}

static bool is_last(const struct words *w, const char *text, size_t len)
{
    return len > 0 && len == w->last_len && memcmp(text, w->last, len) == 0;
}

static void keep(struct words *w, const char *text, size_t len, const uint8_t *cuts)
{
    memcpy(w->last, text, len);
    memcpy(w->last_cuts, cuts, len + 1);
    w->last_len = len;
}

int words_cuts(struct words *w, const char *lang, const char *text, size_t len, uint8_t *cuts)
{
    (void)
        lang; /* ICU chooses its dictionaries by script, which serves texts of several languages */
    if (is_last(w, text, len)) {
        memcpy(cuts, w->last_cuts, len + 1);
        return 0;
    }
    if (mark_graphemes(w, text, len, cuts) != 0 || mark(w, w->words, CUT_GRAPHEME, cuts) != 0)
        return -1;
    cut_rules_apply(text, len, cuts);
    keep(w, text, len, cuts);
    return 0;
}
