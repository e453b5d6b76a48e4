/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ML_CONSOLE_PROGRAM_H
#define ML_CONSOLE_PROGRAM_H

#include "console/console.h"

/* Run the console by the configuration at path until SIGTERM. Returns the exit status: 0 stopped, 1
 * it could not run, 2 the configuration has a fault, which was printed. */
int program_serve(const char *path, const struct handler_table *handlers);

/* Give the account `admin` a one-time password, which is printed. The console may be running.
 * Returns the exit status as above. */
int program_reset_admin(const char *path);

#endif
