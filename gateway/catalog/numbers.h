/* SPDX-License-Identifier: Apache-2.0 */
/* The numbers in a text: amounts, years, days, phone numbers. A translation must hold the same ones
 * as the English text, each as often, in the digits of any script. */
#ifndef ML_CATALOG_NUMBERS_H
#define ML_CATALOG_NUMBERS_H

#include <stdbool.h>

enum { NUMBER_MAX = 24 }; /* octets of a number as it is told, the NUL included */

enum numbers {
    NUMBERS_EQUAL,
    NUMBERS_LOST, /* one of the English text is not in the other */
    NUMBERS_ADDED /* the other has one that the English text has not */
};

/* Compare an English text with a translation, both valid UTF-8. Thousands separators (comma or
 * point before three digits) do not count. A month that is a word in English ("November") and a
 * counting word up to twelve may be a number in the translation. Writes the number in question, in
 * ASCII digits, to `which`. */
enum numbers numbers_compare(const char *english, const char *other, char which[NUMBER_MAX]);

#endif
