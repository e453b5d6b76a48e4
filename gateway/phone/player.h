/* SPDX-License-Identifier: Apache-2.0 */
/* Plays a transcript on phones and compares what they get. */
#ifndef ML_PHONE_PLAYER_H
#define ML_PHONE_PLAYER_H

#include "phone/display.h"
#include "phone/record.h"
#include "phone/script.h"

struct player_options {
    const char *number;    /* the phone before a line "phone" */
    bool quiet;            /* draw nothing but a difference */
    struct record *record; /* gets what differs or was not expected; NULL: a difference fails */
};

/* Returns 0 and says how many screens were as expected, or 1 with the first difference on stderr.
 */
int player_run(struct handsets *all, const struct display *d, const struct script *s,
               const struct player_options *o);

#endif
