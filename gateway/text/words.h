/* SPDX-License-Identifier: Apache-2.0 */
/* Where a text may be cut. Word and grapheme boundaries come from ICU (UAX #29, with its
 * dictionaries for Lao, Thai, Khmer, Burmese and Chinese); on top stand the rules of the scripts
 * that UAX #29 leaves out, and our own: no cut inside a number or an amount. */
#ifndef ML_TEXT_WORDS_H
#define ML_TEXT_WORDS_H

#include <stddef.h>
#include <stdint.h>

/* How good a cut is. A cut at offset i lies before octet i. */
enum cut {
    CUT_NONE,     /* never: inside a code point, grapheme, stacked consonant, number, between an
                     option's number and its label, beside a dependent vowel, or before white space
                     that leads to such a place */
    CUT_GRAPHEME, /* only if there is nothing better */
    CUT_WORD,     /* between words */
    CUT_PHRASE,   /* after a space or a punctuation mark */
    CUT_LINE      /* after a line feed */
};

enum { WORDS_TEXT_MAX = 16384 }; /* octets of a text that can be graded */

struct words; /* ICU's iterators; not for several threads at once */

/* Open the iterators. Returns NULL if ICU's data cannot be opened. */
struct words *words_open(void);
void words_close(struct words *w); /* NULL is fine */

/* Many texts were graded, and few will be for a while: the pages of ICU's dictionaries (3 MiB)
 * leave this process. What is needed again comes back by itself from the page cache. Any thread. */
void words_rest(void);

/* Grade each offset 0..len of text (valid UTF-8, at most WORDS_TEXT_MAX octets) into cuts (len + 1
 * entries of enum cut). lang is an ISO 639 code such as "lo". Offset len is CUT_LINE, offset 0 is
 * CUT_NONE. A stretch of more than 24 code points without a place to cut is no number: in it only
 * graphemes are kept whole. Returns 0, or -1. */
int words_cuts(struct words *w, const char *lang, const char *text, size_t len, uint8_t *cuts);

/* The same by UAX #29 graphemes alone, without the rules: for a stretch that fits nowhere whole. */
int words_graphemes(struct words *w, const char *text, size_t len, uint8_t *cuts);

#endif
