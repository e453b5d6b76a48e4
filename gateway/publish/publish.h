/* SPDX-License-Identifier: Apache-2.0 */
/* Content from a folder to the gateways, by way of the broker (PROTOCOL.md, section 9). */
#ifndef ML_PUBLISH_PUBLISH_H
#define ML_PUBLISH_PUBLISH_H

#include "core/handler.h"

/* Commands of the program; argv[0] is the command's own name. They return the exit status: 0 done,
 * 1 refused, or not every gateway has it, 2 wrong words or a fault of the configuration. */

/* `mekongline content publish`: check a folder, publish it, and wait for the gateways. */
int publish_content(int argc, char **argv, const struct handler_table *handlers);

/* `mekongline content published`: what is retained, and what each gateway serves. */
int publish_show(int argc, char **argv);

#endif
