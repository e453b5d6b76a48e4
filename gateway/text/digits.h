/* SPDX-License-Identifier: Apache-2.0 */
/* Digits of any script, as people type them. */
#ifndef ML_TEXT_DIGITS_H
#define ML_TEXT_DIGITS_H

#include <stddef.h>
#include <stdint.h>

/* Copy typed text with every decimal digit (Lao, Thai, Khmer, Myanmar, Myanmar Shan, full-width,
 * Arabic-Indic, Devanagari) as its ASCII digit and full-width * and # as ASCII, white space and
 * zero-width characters trimmed at both ends. NUL-terminated; cut at a character if cap is too
 * small. Returns octets written. */
size_t digits_plain(const char *text, size_t len, char *out, size_t cap);

/* Read a choice such as "3", " ໓ ", "12": only digits after digits_plain, at most 4. Returns the
 * number, or -1. */
int digits_choice(const char *text, size_t len);

/* Read an amount of money in whole units: digits with thousands separators (comma, point, space,
 * no-break space, apostrophe; groups of three), an optional fraction of .0 or .00, and a currency
 * word or sign before or after, which is ignored ("1,500 baht", "฿1500", "๒,๐๐๐", "1.500.000 d"). A
 * "1.5" is ambiguous and refused, and so is "1.500.00". Returns 0, or -1 if it is no amount or
 * above 10^12. */
int digits_amount(const char *text, size_t len, int64_t *out);

/* Write an amount with a separator between groups of three digits, NUL-terminated; out holds 32
 * octets and separator at most 3. */
void digits_group(int64_t amount, const char *separator, char out[32]);

#endif
