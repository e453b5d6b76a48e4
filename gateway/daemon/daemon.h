/* SPDX-License-Identifier: Apache-2.0 */
/* `mekongline serve`: the gateway as a daemon. */
#ifndef ML_DAEMON_DAEMON_H
#define ML_DAEMON_DAEMON_H

#include "core/handler.h"

/* Run with a configuration file until SIGTERM or SIGINT. Returns the exit status: 0 stopped in
 * order, 1 it could not start (the reason was logged), 2 a fault of the configuration (printed). */
int daemon_serve(const char *conf_path, const struct handler_table *handlers);

#endif
