/* SPDX-License-Identifier: Apache-2.0 */
/* Phone numbers: E.164 digits without the plus sign. */
#ifndef ML_TEXT_MSISDN_H
#define ML_TEXT_MSISDN_H

#include <stdbool.h>
#include <stddef.h>

enum { MSISDN_MAX = 15 };

/* 6-15 ASCII digits. */
bool msisdn_valid(const char *s, size_t len);

/* ISO 3166-1 code of the country by its calling code for the countries of the Mekong (856 LA, 66
 * TH, 855 KH, 95 MM, 84 VN, 86 CN), "" for others. */
const char *msisdn_country(const char *msisdn);

/* The shard: the first octet of SHA-256 over the digits, as two lower-case hex digits and a NUL. */
void msisdn_shard(const char *msisdn, char out[3]);

#endif
