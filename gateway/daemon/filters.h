/* SPDX-License-Identifier: Apache-2.0 */
/* What a gateway subscribes to. */
#ifndef ML_DAEMON_FILTERS_H
#define ML_DAEMON_FILTERS_H

#include "base/conf.h"

/* The topic filters of a configuration, NULL-terminated; one block, the caller's to free. NULL
 * without memory. */
const char **filters_new(const struct conf *c);

#endif
