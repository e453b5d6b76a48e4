/* SPDX-License-Identifier: Apache-2.0 */
/* A step of the working copy that is more than an edit: with a line of its own in the audit log,
 * perhaps with a call to a number, all in one transaction. Failures are answered here. */
#ifndef ML_CONSOLE_STEP_H
#define ML_CONSOLE_STEP_H

#include "console/console.h"
#include "console/dialled.h"
#include "console/draft.h"
#include "console/people.h"

/* All borrowed. */
struct step {
    const struct draft_change *changes; /* none, or such that change nothing, are fine */
    size_t count;
    const char *note;                      /* why, in the log of the working copy; NULL for none */
    const char *action, *subject, *detail; /* of the audit log */
    const struct dialled *dialled;         /* NULL for none */
};

/* True once all of it is on disk; false after a failure was answered: nothing is kept. */
bool step_save(struct console *c, uint64_t call, const struct person *p, const struct step *s);

#endif
