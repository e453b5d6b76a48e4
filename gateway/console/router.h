/* SPDX-License-Identifier: Apache-2.0 */
/* From a request to its endpoint. Exact paths alone: routes.def lists the endpoints, the embedded
 * files have their own names (assets.h), and no path reaches the file system. */
#ifndef ML_CONSOLE_ROUTER_H
#define ML_CONSOLE_ROUTER_H

#include <stdbool.h>
#include <stddef.h>

#include "console/call.h"

enum route_kind {
    ROUTE_GET,
    ROUTE_POST, /* with a JSON object */
    ROUTE_RAW   /* a POST with a file: call.web has its body and type */
};

struct route {
    enum route_kind kind;
    const char *path;
    unsigned roles; /* any of them may; ROUTE_PUBLIC: nobody has to have signed in; else
                       ROUTE_SIGNED_IN, or ROUTE_ACCOUNT: also with a one-time password */
    void (*fn)(const struct call *call);
};

enum { ROUTE_PUBLIC = 0, ROUTE_SIGNED_IN = 1 << 30, ROUTE_ACCOUNT = 1 << 29 };

/* Answer a request. */
void router_request(struct console *c, const struct web_request *r);

/* The media types of bodies. */
extern const char *const router_types[];

enum { ROUTER_BODY_MAX = 4 << 20 };

#endif
