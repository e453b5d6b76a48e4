/* SPDX-License-Identifier: Apache-2.0 */
/* The rules that ICU does not know: which offsets are never a place to cut, and which are better
 * than others. */
#ifndef ML_TEXT_CUT_RULES_H
#define ML_TEXT_CUT_RULES_H

#include <stddef.h>
#include <stdint.h>

/* Refine cuts (len + 1 entries as words_cuts writes them, holding CUT_NONE, CUT_GRAPHEME or
 * CUT_WORD) of valid UTF-8 text. A stretch of more than 24 code points without a place to cut is no
 * number and no word: there the rules give way. */
void cut_rules_apply(const char *text, size_t len, uint8_t *cuts);

#endif
