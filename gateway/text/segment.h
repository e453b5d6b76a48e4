/* SPDX-License-Identifier: Apache-2.0 */
/* SMS segments: 3GPP TS 23.040 section 9.2.3.24.1. One SMS holds 160 septets or 70 UTF-16 units; a
 * part of a concatenated one 153 or 67 with the 8-bit reference (UDH of 6 octets), 152 or 66 with
 * the 16-bit reference (7 octets). */
#ifndef ML_TEXT_SEGMENT_H
#define ML_TEXT_SEGMENT_H

#include <stddef.h>

#include "text/coding.h"
#include "text/words.h"

enum segment_reference { SEGMENT_REF8, SEGMENT_REF16 };

struct segment_text {
    const char *lang;
    const char *text; /* UTF-8 */
    size_t len;       /* octets */
    enum segment_reference ref;
};

struct segment_span {
    size_t start; /* octets of UTF-8 */
    size_t end;
};

/* Cut text into segments of its coding. Cuts lie at words where that costs no more than a quarter
 * of a segment, else between graphemes; never inside a grapheme, a number, an escape sequence or a
 * surrogate pair. No octet is dropped: the spans join up. An empty text is one empty segment.
 * Returns the number of segments (at most max), or -1 if more than max would be needed, the text is
 * invalid, or without memory. */
int segment_split(struct words *w, const struct segment_text *t, struct segment_span *spans,
                  size_t max);

#endif
