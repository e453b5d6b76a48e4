/* SPDX-License-Identifier: Apache-2.0 */
/* What somebody answers to a screen. */
#ifndef ML_SIMULATION_TALK_H
#define ML_SIMULATION_TALK_H

#include <stdbool.h>

#include "simulation/phone.h"

enum { TALK_MAX = 300 };

/* Begin: the code that is dialled, or the first SMS. */
void talk_dial(struct sim *s, struct phone *p, char out[TALK_MAX]);
void talk_first_sms(struct sim *s, struct phone *p, char out[TALK_MAX]);

/* Answer the screen. False: nothing more, hang up. */
bool talk_answer(struct sim *s, struct phone *p, char out[TALK_MAX]);

/* Note what an answer says about a request. */
void talk_note(struct sim *s, struct phone *p, const char *typed);

#endif
