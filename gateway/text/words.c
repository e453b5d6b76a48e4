/* SPDX-License-Identifier: Apache-2.0 */
#include "text/words.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/ubrk.h>
#include <unicode/utext.h>

#include "text/cut_rules.h"

enum { TEXT_MAX = 16384 };

struct words {
    UBreakIterator *graphemes;
    UBreakIterator *words;
    UText *text;
};

struct words *words_open(void)
{
    UErrorCode status = U_ZERO_ERROR;
    struct words *w = calloc(1, sizeof(*w));
    if (w == NULL)
        return NULL;
    w->graphemes = ubrk_open(UBRK_CHARACTER, "", NULL, 0, &status);
    w->words = ubrk_open(UBRK_WORD, "", NULL, 0, &status);
    w->text = utext_openUTF8(NULL, "", 0, &status);
    if (U_SUCCESS(status))
        return w;
    words_close(w);
    return NULL;
}

void words_close(struct words *w)
{
    if (w == NULL)
        return;
    if (w->text != NULL)
        utext_close(w->text);
    if (w->words != NULL)
        ubrk_close(w->words);
    if (w->graphemes != NULL)
        ubrk_close(w->graphemes);
    free(w);
}

/* Set the grade at each boundary where the grade is `from` until now. Returns 0, or -1. */
static int mark(UBreakIterator *it, UText *text, enum cut from, uint8_t *cuts)
{
    UErrorCode status = U_ZERO_ERROR;
    ubrk_setUText(it, text, &status);
    if (U_FAILURE(status))
        return -1;
    for (int32_t at = ubrk_first(it); at != UBRK_DONE; at = ubrk_next(it))
        if (cuts[at] == from)
            cuts[at] = (uint8_t)(from + 1);
    return 0;
}

/* Let w->text show the text. Returns 0, or -1. */
static int load(struct words *w, const char *text, size_t len)
{
    UErrorCode status = U_ZERO_ERROR;
    if (len > TEXT_MAX)
        return -1;
    utext_openUTF8(w->text, text, (int64_t)len, &status);
    return U_SUCCESS(status) ? 0 : -1;
}

int words_graphemes(struct words *w, const char *text, size_t len, uint8_t *cuts)
{
    memset(cuts, CUT_NONE, len + 1);
    if (load(w, text, len) != 0 || mark(w->graphemes, w->text, CUT_NONE, cuts) != 0)
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
    if (load(w, text, len) != 0 || mark(w->graphemes, w->text, CUT_NONE, cuts) != 0 ||
        mark(w->words, w->text, CUT_GRAPHEME, cuts) != 0)
        return -1;
    cut_rules_apply(text, len, cuts);
    return 0;
}
