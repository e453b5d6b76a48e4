/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates, nothing above U+10FFFF. */
#ifndef ML_BASE_UTF8_H
#define ML_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The same as utf8_next where it is no ASCII. */
int utf8_next_long(const char *s, size_t len, uint32_t *cp);

/* Decode the code point at the start of s (len octets). Returns the octets it takes (1-4), 0 if len
 * is 0, -1 if the octets there are not UTF-8. *cp is written only on success. */
static inline int utf8_next(const char *s, size_t len, uint32_t *cp)
{
    if (len == 0 || (uint8_t)*s >= 0x80)
        return utf8_next_long(s, len, cp);
    *cp = (uint8_t)*s;
    return 1;
}

/* Is all of s valid UTF-8? NUL is a valid code point here; callers that forbid it say so
 * themselves. */
bool utf8_valid(const char *s, size_t len);

/* Write cp as UTF-8 into out. Returns the octets written (1-4), 0 if cp is a surrogate or out of
 * range. */
size_t utf8_put(uint32_t cp, char out[4]);

/* Put cp behind the first *n octets of out and count *n up; the caller writes the NUL at the end.
 * Returns false, and changes nothing, if the code point and a NUL would not fit into cap octets. A
 * code point that utf8_put does not write adds nothing. */
bool utf8_append(uint32_t cp, char *out, size_t cap, size_t *n);

/* Code points in s, which must be valid UTF-8. */
size_t utf8_count(const char *s, size_t len);

#endif
