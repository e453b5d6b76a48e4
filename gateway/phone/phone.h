/* SPDX-License-Identifier: Apache-2.0 */
/* `mekongline phone`: a phone in the terminal. It speaks the contract over MQTT as the bridge
 * "phone", or runs the same core without any server (--offline); with --script it plays a
 * transcript and checks every screen. */
#ifndef ML_PHONE_PHONE_H
#define ML_PHONE_PHONE_H

#include "core/handler.h"

/* Run with the words of the command line. Returns the exit status: 0 (script: every screen as
 * expected), 1 a screen differed or the gateway did not answer, 2 wrong words. */
int phone_main(int argc, char **argv, const struct handler_table *handlers);

#endif
