/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of a step, for turn.c (which dialogue is it?) and walk.c (where does this answer lead?).
 */
#ifndef ML_CORE_STEP_H
#define ML_CORE_STEP_H

#include "core/turn.h"

enum { TYPED_MAX = 128 };

/* All that one step works with. */
struct step {
    const struct catalog *c;
    const struct turn_rules *rules;
    const struct turn_input *in;
    struct session *s;
    bool sms;
    bool waits; /* for an errand */
    struct turn_trace trace;
    char typed[TYPED_MAX]; /* digits as ASCII, trimmed */
};

/* The node on the screen and what was typed, as handlers see them. */
struct turn step_turn(struct step *st);

/* Show a node from its beginning, with an empty form. */
void step_show(struct step *st, const struct node *n);

/* Show the main menu, with nothing to go back to. */
void step_show_start(struct step *st);

/* What was typed answers the screen that is shown. */
void step_answer(struct step *st);

#endif
