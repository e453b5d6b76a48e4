/* SPDX-License-Identifier: Apache-2.0 */
/* The GSM 7-bit default alphabet and its extension table, 3GPP TS 23.038 section 6.2.1 and 6.2.1.1.
 */
#ifndef ML_TEXT_GSM7_H
#define ML_TEXT_GSM7_H

#include <stddef.h>
#include <stdint.h>

/* Septets that a code point takes: 1 (default table), 2 (escape and extension table), 0 (not in the
 * alphabet). */
unsigned gsm7_cost(uint32_t cp);

/* UTF-8 to septets, one an octet. Returns the septets written, or -1: a character outside the
 * alphabet, invalid UTF-8 or cap too small. */
int gsm7_encode(const char *text, size_t len, uint8_t *out, size_t cap);

/* Septets (one an octet) to UTF-8, NUL-terminated. An escape before an unknown character shows that
 * character of the default table (TS 23.038, 6.2.1.1); a final escape shows a space. Octets above
 * 127 are an error. Returns octets written without the NUL, or -1. */
int gsm7_decode(const uint8_t *septets, size_t n, char *out, size_t cap);

/* Pack septets into octets (section 6.1.2.1). `fill` bits (0-6) are left free before the first
 * septet, as after a user data header. Returns octets written, or -1 if cap is too small. */
int gsm7_pack(const uint8_t *septets, size_t n, unsigned fill, uint8_t *out, size_t cap);

/* Take n septets out of packed octets. Returns 0, or -1 if len octets do not hold them. */
int gsm7_unpack(const uint8_t *octets, size_t len, unsigned fill, uint8_t *septets, size_t n);

/* The same for USSD (section 6.1.2.3): if 7 bits are free in the last octet they hold CR, and a
 * text that ends in CR on an octet boundary gets another CR. */
int gsm7_pack_ussd(const uint8_t *septets, size_t n, uint8_t *out, size_t cap);

/* All septets of a USSD string; the padding CR is dropped. Returns the septets written, or -1 if
 * cap is too small. */
int gsm7_unpack_ussd(const uint8_t *octets, size_t len, uint8_t *septets, size_t cap);

#endif
