/* SPDX-License-Identifier: Apache-2.0 */
/* A second opinion on cuts, written without the gateway's text room: ICU is asked directly, and the
 * rules of the scripts stand here once more. */
#ifndef ML_TEST_ORACLE_H
#define ML_TEST_ORACLE_H

#include <stdbool.h>
#include <stddef.h>

/* What a cut before an octet would do, worst first. */
enum place {
    PLACE_GRAPHEME, /* tear a letter as seen apart (UAX #29), or a code point */
    PLACE_SYLLABLE, /* leave a vowel, a final or stacked consonant, or a mark alone */
    PLACE_NUMBER,   /* tear a number or an amount apart, or an option's number from its label */
    PLACE_WORD,     /* tear a word apart that ICU knows */
    PLACE_GOOD
};

struct oracle;

/* Look at a text (valid UTF-8). Returns NULL if ICU's data cannot be opened or without memory. */
struct oracle *oracle_open(const char *lang, const char *text, size_t len);
void oracle_close(struct oracle *o); /* NULL is fine */

enum place oracle_place(const struct oracle *o, size_t at);

/* A cut of a screen or a segment that begins at `start`. Words may be torn if none ends between
 * `room` and the cut, all but graphemes if there is no place for a cut behind `start` at all. */
struct oracle_cut {
    size_t start, room, at;
};

/* What is wrong with the cut, or NULL. */
const char *oracle_fault(const struct oracle *o, const struct oracle_cut *cut);

#endif
