/* SPDX-License-Identifier: Apache-2.0 */
/* `mekongline support`: what somebody who helps needs to know, and nothing about people. */
#ifndef ML_DOCTOR_SUPPORT_H
#define ML_DOCTOR_SUPPORT_H

#include "core/handler.h"

/* argv[0] is "support". Returns the exit status: 0 printed, 2 wrong words or a fault of the
 * configuration. */
int support_command(int argc, char **argv, const struct handler_table *handlers);

#endif
