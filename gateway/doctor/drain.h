/* SPDX-License-Identifier: Apache-2.0 */
/* `mekongline drain`: the running gateway is asked to leave, and awaited. */
#ifndef ML_DOCTOR_DRAIN_H
#define ML_DOCTOR_DRAIN_H

/* argv[0] is "drain". Returns the exit status: 0 it has left, 1 it was not asked or has not left, 2
 * wrong words or a fault of the configuration. */
int drain_command(int argc, char **argv);

#endif
