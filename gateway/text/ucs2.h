/* SPDX-License-Identifier: Apache-2.0 */
/* UCS-2 on the wire, 3GPP TS 23.038 section 6.2.3: UTF-16, big-endian; surrogate pairs as phones
 * send them. */
#ifndef ML_TEXT_UCS2_H
#define ML_TEXT_UCS2_H

#include <stddef.h>
#include <stdint.h>

/* UTF-8 to UTF-16BE octets. Returns octets written (even), or -1: invalid UTF-8 or cap too small.
 */
int ucs2_encode(const char *text, size_t len, uint8_t *out, size_t cap);

/* UTF-16BE octets to UTF-8, NUL-terminated. A lone surrogate becomes U+FFFD; an odd last octet is
 * an error. Returns octets written without the NUL, or -1. */
int ucs2_decode(const uint8_t *octets, size_t len, char *out, size_t cap);

#endif
