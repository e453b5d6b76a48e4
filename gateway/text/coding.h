/* SPDX-License-Identifier: Apache-2.0 */
/* Which alphabet a text needs and what it costs: GSM 7-bit default alphabet with its extension
 * table (3GPP TS 23.038 section 6.2.1) or UCS-2 (section 6.2.3), which on today's networks is
 * UTF-16 with surrogates. */
#ifndef ML_TEXT_CODING_H
#define ML_TEXT_CODING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum coding { CODING_GSM7, CODING_UCS2 };

struct measure {
    enum coding coding; /* GSM7 if every character is in the default or extension table */
    size_t septets;   /* the cost in GSM 7-bit, extension characters 2 each; 0 if coding is UCS2 */
    size_t units;     /* the cost in UTF-16 units, whatever the coding */
    uint32_t guilty;  /* the first code point outside GSM 7-bit, 0 if none */
    size_t guilty_at; /* its octet offset */
};

/* Measure UTF-8 text. Returns 0, or -1 if it is not valid UTF-8. */
int coding_measure(const char *text, size_t len, struct measure *out);

/* Octets that a text of that measure takes: ceil(septets * 7 / 8), or units * 2. */
size_t coding_octets(const struct measure *m);

#endif
