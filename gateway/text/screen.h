/* SPDX-License-Identifier: Apache-2.0 */
/* The pager: which part of a text stands on one screen of a phone. A USSD string has at most 160
 * octets (3GPP TS 24.080), that is 182 septets (TS 23.038 section 6.1.2.3) or 80 UTF-16 units;
 * carriers often allow less, so limits are data. An SMS "screen" is one message of up to some
 * segments, cut by the same rules.
 *
 * A screen is: head LF text LF footer, each part present only if not empty. */
#ifndef ML_TEXT_SCREEN_H
#define ML_TEXT_SCREEN_H

#include <stddef.h>

#include "base/buf.h"
#include "text/coding.h"
#include "text/words.h"

struct screen_limits {
    size_t septets;    /* a screen in GSM 7-bit */
    size_t units;      /* a screen in UCS-2, UTF-16 units */
    unsigned segments; /* 0 for USSD; for SMS the most segments of a message, and septets and units
                          are not looked at; parts carry the 8-bit reference */
    unsigned lines;    /* most lines of a list on one screen, 0 for no limit */
};

enum screen_kind {
    SCREEN_PROSE, /* cut at the best place: a line end, phrase, word; a grapheme only in need. An
                     option ("2 Fees") stays whole where that costs no screen */
    SCREEN_LIST   /* cut between lines; inside a line only if one line alone is too long */
};

struct screen_text {
    const char *lang;
    const char *head;      /* a line above, such as an error; "" for none */
    const char *body;      /* valid UTF-8 */
    size_t len;            /* its octets */
    const char *foot_more; /* last line of a screen that is not the last; "" for none */
    const char *foot_last; /* last line of the last screen */
    enum screen_kind kind;
};

struct screen_span {
    size_t start; /* octets: the first one shown */
    size_t end;   /* after the last one shown, white space at the cut left out */
    size_t next;  /* where the next screen starts; == len on the last screen */
};

/* Lay out the screen that starts at octet `start` of the body. Every octet of the body other than
 * white space at cuts is on exactly one screen of the chain start = 0, next, next, … Progress is
 * certain: next > start if start < len. Returns 0, or -1 if even one grapheme does not fit beside
 * head and footer, or without memory. */
int screen_page(struct words *w, const struct screen_text *t, const struct screen_limits *limits,
                size_t start, struct screen_span *out);

/* Write the whole screen, head and footer included. */
void screen_write(const struct screen_text *t, const struct screen_span *span, struct buf *out);

/* Does a finished text fit the limits (for SMS: its segments)? */
int screen_fits(struct words *w, const char *lang, const char *text, size_t len,
                const struct screen_limits *limits);

#endif
