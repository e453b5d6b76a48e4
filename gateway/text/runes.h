/* SPDX-License-Identifier: Apache-2.0 */
/* Small questions about code points, shared by the files of this folder. */
#ifndef ML_TEXT_RUNES_H
#define ML_TEXT_RUNES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The value of a decimal digit of the scripts named in digits.h, or -1. */
int rune_digit(uint32_t cp);

/* Property White_Space of Unicode, no-break spaces included. */
bool rune_space(uint32_t cp);

/* A character without width: ZERO WIDTH SPACE and joiners, bidi controls, WORD JOINER, byte order
 * mark. */
bool rune_invisible(uint32_t cp);

/* Is there a currency word or sign at the start of s (valid UTF-8)? Returns its octets, 0 if there
 * is none. A word in Latin letters is one only if no letter follows; its case does not matter. */
size_t rune_currency(const char *s, size_t len);

#endif
