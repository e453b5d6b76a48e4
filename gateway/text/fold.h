/* SPDX-License-Identifier: Apache-2.0 */
/* Unicode normalization and the folding of what people type. Uses ICU. */
#ifndef ML_TEXT_FOLD_H
#define ML_TEXT_FOLD_H

#include <stdbool.h>
#include <stddef.h>

/* Is the text (valid UTF-8) in Normalization Form C? */
bool fold_is_nfc(const char *text, size_t len);

/* Write a text in Latin letters without marks (Vietnamese without its signs): NFD without the
 * combining marks, and d for the d with stroke. Written to out, NUL-terminated. Returns octets
 * written, or -1 if cap is too small or the text is no valid UTF-8. */
int fold_unmarked(const char *text, size_t len, char *out, size_t cap);

/* Bring typed text to the form in which keywords are compared: NFC, full case folding, native
 * digits as ASCII digits, control and format characters (zero width, bidi) dropped, white space
 * trimmed and inner runs made one space, punctuation at both ends dropped ("Help!"). Written to
 * out, NUL-terminated. Returns octets written, or -1 if cap is too small or the text is no valid
 * UTF-8. */
int fold_keyword(const char *text, size_t len, char *out, size_t cap);

#endif
