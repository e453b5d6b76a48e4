/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/numbers.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "text/digits.h"

enum { PLAIN_MAX = 4096 };

/* Words of English that another language may write as a number. The place is the number. */
static const char *const months[] = {"",        "January",  "February", "March",  "April",
                                     "May",     "June",     "July",     "August", "September",
                                     "October", "November", "December"};
static const char *const counts[] = {"",      "one",   "two",  "three", "four",   "five",  "six",
                                     "seven", "eight", "nine", "ten",   "eleven", "twelve"};

static bool starts_group(const char *s)
{
    return (*s == ',' || *s == '.') && isdigit((unsigned char)s[1]) &&
           isdigit((unsigned char)s[2]) && isdigit((unsigned char)s[3]) &&
           !isdigit((unsigned char)s[4]);
}

/* Read the next number at or after *s: its digits without separators, NUL-terminated. False at the
 * end of the text. */
static bool next_number(const char **s, char out[NUMBER_MAX])
{
    struct buf b;
    buf_init(&b, out, NUMBER_MAX);
    while (**s && !isdigit((unsigned char)**s))
        (*s)++;
    for (; isdigit((unsigned char)**s) || (b.len && starts_group(*s)); (*s)++) {
        if (**s != ',' && **s != '.')
            buf_putc(&b, **s);
    }
    return b.len > 0;
}

/* How often a number stands in a text of ASCII digits. */
static unsigned count_number(const char *text, const char *number)
{
    char one[NUMBER_MAX];
    unsigned n = 0;
    while (next_number(&text, one))
        n += !strcmp(one, number);
    return n;
}

/* How often a word stands in a text, in any case. */
static unsigned count_word(const char *text, const char *word)
{
    size_t len = strlen(word);
    unsigned n = 0;
    for (const char *s = text; *s; s++) {
        bool begins = s == text || !isalpha((unsigned char)s[-1]);
        n += begins && !strncasecmp(s, word, len) && !isalpha((unsigned char)s[len]);
    }
    return n;
}

/* How often the English text says a number by a word. */
static unsigned count_words(const char *english, const char *number)
{
    for (unsigned i = 1; i < sizeof months / sizeof *months; i++) {
        char digits[NUMBER_MAX];
        snprintf(digits, sizeof digits, "%u", i);
        if (!strcmp(digits, number))
            return count_word(english, months[i]) + count_word(english, counts[i]);
    }
    return 0;
}

enum numbers numbers_compare(const char *english, const char *other, char which[NUMBER_MAX])
{
    char source[PLAIN_MAX], plain[PLAIN_MAX];
    digits_plain(english, strlen(english), source, sizeof source);
    digits_plain(other, strlen(other), plain, sizeof plain);
    for (const char *s = source; next_number(&s, which);) {
        if (count_number(plain, which) < count_number(source, which))
            return NUMBERS_LOST;
    }
    for (const char *s = plain; next_number(&s, which);) {
        unsigned most = count_number(source, which) + count_words(source, which);
        if (count_number(plain, which) > most)
            return NUMBERS_ADDED;
    }
    return NUMBERS_EQUAL;
}
