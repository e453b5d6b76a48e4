/* SPDX-License-Identifier: Apache-2.0 */
/* `mekongline doctor`: what a gateway needs is looked at, one thing a line, with what to do. */
#ifndef ML_DOCTOR_DOCTOR_H
#define ML_DOCTOR_DOCTOR_H

#include "core/handler.h"

/* argv[0] is "doctor". Returns the exit status: 0 all is well, 1 something is not, 2 wrong words or
 * a fault of the configuration. */
int doctor_command(int argc, char **argv, const struct handler_table *handlers);

#endif
