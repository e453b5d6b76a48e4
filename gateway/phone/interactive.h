/* SPDX-License-Identifier: Apache-2.0 */
/* The phone in a terminal: lines typed are keys pressed. */
#ifndef ML_PHONE_INTERACTIVE_H
#define ML_PHONE_INTERACTIVE_H

#include "phone/display.h"

struct interactive_options {
    const char *number;
    const char *code; /* what the command `dial` dials */
};

/* Read lines from standard input until `quit` or its end. Returns the exit status: 0, or 1 on a
 * fault. */
int interactive_run(struct handsets *all, const struct display *d,
                    const struct interactive_options *o);

#endif
