/* SPDX-License-Identifier: Apache-2.0 */
/* What each gateway last said of itself (ROOT/gateway/INSTANCE/status, retained): whether it is up,
 * which version it serves, and whether it has refused the one that was published. */
#ifndef ML_CONSOLE_GATEWAYS_H
#define ML_CONSOLE_GATEWAYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json_out.h"
#include "message/content_codec.h"
#include "message/message.h"

enum { GATEWAYS_MAX = 256 };

struct gateway_status {
    char instance[MESSAGE_BRIDGE_MAX + 1];
    char state[16];
    char program[24];                      /* version of the program */
    char content[CONTENT_VERSION_HEX + 1]; /* "" if it says none */
    bool refused;                          /* what was published last is not in force there */
    bool degraded;                         /* something else is away */
    int64_t said_ms; /* when it was heard here; of a retained status: when we connected */
};

struct gateways {
    struct gateway_status list[GATEWAYS_MAX]; /* by name */
    size_t count;
};

/* Take a status. An empty one removes the gateway; what cannot be read changes nothing. Returns
 * true if anything has changed but the time. */
bool gateways_take(struct gateways *g, const char *instance, const char *payload, size_t len,
                   int64_t now_ms);

#endif
