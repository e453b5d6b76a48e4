/* SPDX-License-Identifier: Apache-2.0 */
#include "text/words.h"

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
    if (U_SUCCESS(status) && w->units != NULL)
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
    if (len > WORDS_TEXT_MAX)
        return -1;
    for (size_t at = 0; at < len;) {
        uint32_t cp;
        int step = utf8_next(text + at, len - at, &cp);
        if (step <= 0)
            return -1;
        if (cp > 0xFFFF)
            w->units[w->count++] = U16_LEAD(cp);
        w->units[w->count++] = cp > 0xFFFF ? U16_TRAIL(cp) : (UChar)cp;
        at += (size_t)step;
    }
    return 0;
}

int words_graphemes(struct words *w, const char *text, size_t len, uint8_t *cuts)
{
    memset(cuts, CUT_NONE, len + 1);
    if (load(w, text, len) != 0 || mark(w, w->graphemes, CUT_NONE, cuts) != 0)
        return -1;
    cuts[len] = CUT_LINE;
    cuts[0] = CUT_NONE;
    return 0;
}

int words_cuts(struct words *w, const char *lang, const char *text, size_t len, uint8_t *cuts)
{
    (void)
        lang; /* ICU chooses its dictionaries by script, which serves texts of several languages */
    memset(cuts, CUT_NONE, len + 1);
    if (load(w, text, len) != 0 || mark(w, w->graphemes, CUT_NONE, cuts) != 0 ||
        mark(w, w->words, CUT_GRAPHEME, cuts) != 0)
        return -1;
    cut_rules_apply(text, len, cuts);
    return 0;
}
