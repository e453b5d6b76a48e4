/* SPDX-License-Identifier: Apache-2.0 */
/* The receiver while it runs: broker, clock and signals around the intake. */
#ifndef ML_CASEWORK_RECEIVER_H
#define ML_CASEWORK_RECEIVER_H

#include "base/conf.h"

/* Receive until SIGTERM or SIGINT. Returns the exit status: 0 stopped in order, 1 it could not
 * start or go on (said on stderr). */
int receiver_run(const struct conf *c);

#endif
