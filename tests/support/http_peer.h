/* SPDX-License-Identifier: Apache-2.0 */
/* A bare client of an HTTP server, for what no library would send. All fail the test by themselves
 * (cmocka). */
#ifndef ML_TESTS_SUPPORT_HTTP_PEER_H
#define ML_TESTS_SUPPORT_HTTP_PEER_H

#include <stdbool.h>
#include <stddef.h>

#include "io/loop.h"

struct http_peer {
    int fd;
    size_t len;
    bool ended; /* the server has closed */
    char text[4096];
};

/* Connect to the path of a Unix socket, or ("") to a port of 127.0.0.1. */
void http_peer_open(struct http_peer *p, const char *path, int port);

/* Send. Returns false if the server has closed. */
bool http_peer_send(struct http_peer *p, const char *text, size_t len);

/* Read what is there. Returns whether a whole answer has come, or the end. For server_await. */
bool http_peer_answered(void *peer);
bool http_peer_ended(void *peer);

void http_peer_close(struct http_peer *p); /* an open one, or none */

#endif
