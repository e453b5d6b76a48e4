/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "io/stream_internal.h"

/* Returns 0, or -1 if it is none. */
static int parse_address(struct stream_address *a, const char *text, int port)
{
    memset(a, 0, sizeof *a);
    if (inet_pton(AF_INET, text, &a->v4.sin_addr) == 1) {
        a->v4.sin_family = AF_INET;
        a->v4.sin_port = htons((uint16_t)port);
        a->len = sizeof a->v4;
        return 0;
    }
    if (inet_pton(AF_INET6, text, &a->v6.sin6_addr) != 1)
        return -1;
    a->v6.sin6_family = AF_INET6;
    a->v6.sin6_port = htons((uint16_t)port);
    a->len = sizeof a->v6;
    return 0;
}

static int set_path(struct stream_address *a, const char *path, char why[STREAM_WHY_MAX])
{
    if (strlen(path) >= sizeof a->local.sun_path) {
        snprintf(why, STREAM_WHY_MAX,
                 "the path of the socket is longer than 107 octets; choose a shorter one");
        return -1;
    }
    a->local.sun_family = AF_UNIX;
    strcpy(a->local.sun_path, path);
    a->len = sizeof a->local;
    return 0;
}

int stream_options_check(const struct stream_options *o, struct stream_address *a,
                         char why[STREAM_WHY_MAX])
{
    memset(a, 0, sizeof *a);
    if (!o->host || *o->host == '\0') {
        snprintf(why, STREAM_WHY_MAX, "no host is given; set host");
        return -1;
    }
    if (o->port < 0 || o->port > UINT16_MAX) {
        snprintf(why, STREAM_WHY_MAX, "%d is no port; set port to 1-65535, or 0 for a Unix socket",
                 o->port);
        return -1;
    }
    if (o->tls && o->port == 0 && (!o->tls_name || *o->tls_name == '\0')) {
        snprintf(why, STREAM_WHY_MAX,
                 "a Unix socket has no name to be found in a certificate; set tls_name");
        return -1;
    }
    if (o->port == 0)
        return set_path(a, o->host, why);
    if (parse_address(a, o->host, o->port) < 0)
        a->len = 0;
    return 0;
}
