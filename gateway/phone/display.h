/* SPDX-License-Identifier: Apache-2.0 */
/* What the phone shows, drawn in a terminal: a small screen in a frame, and below it what the text
 * costs on the air. */
#ifndef ML_PHONE_DISPLAY_H
#define ML_PHONE_DISPLAY_H

#include <stdbool.h>
#include <stdio.h>

#include "base/conf.h"
#include "phone/handset.h"
#include "text/words.h"

enum { DISPLAY_COLUMNS = 26 };

struct display {
    FILE *out;
    struct words *words;                /* borrowed */
    const struct conf_carrier *carrier; /* the limits that the status line names */
    const char *more;                   /* the key for the next screen */
};

/* A USSD screen with its status line. ended: it has no reply box. */
void display_screen(const struct display *d, const char *text, bool ended);

/* An SMS in the inbox, with sender and segments. */
void display_sms(const struct display *d, const struct handset_sms *sms);

/* A text in a frame and nothing else. Lines are cut between words; a mark that combines takes no
 * column. */
void display_box(const struct display *d, const char *title, const char *text);

/* One sentence on the outcome of a message that brought neither a screen nor an SMS; nothing else
 * is said. */
void display_outcome(const struct display *d, const struct handset *h);

#endif
