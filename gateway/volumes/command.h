/* SPDX-License-Identifier: Apache-2.0 */
/* `mekongline volumes`: how much was served, by hour, carrier, language, … */
#ifndef ML_VOLUMES_COMMAND_H
#define ML_VOLUMES_COMMAND_H

/* argv[0] is "volumes". Returns the exit status: 0 printed, 1 Redis could not be asked, 2 wrong
 * words. */
int volumes_command(int argc, char **argv);

#endif
