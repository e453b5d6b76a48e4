/* SPDX-License-Identifier: Apache-2.0 */
/* The listening socket of listen.c. */
#ifndef ML_IO_LISTEN_SOCKET_H
#define ML_IO_LISTEN_SOCKET_H

#include "io/listen.h"

enum { LISTEN_BACKLOG = 64 };

struct event_base;
struct evconnlistener;

/* NULL with why. */
struct evconnlistener *listen_socket_tcp(struct event_base *base, const char *on, bool anywhere,
                                         char why[LISTEN_WHY_MAX]);

/* A stale socket is removed. NULL with why: then what is at the path is not ours. */
struct evconnlistener *listen_socket_unix(struct event_base *base, const char *path,
                                          char why[LISTEN_WHY_MAX]);

int listen_socket_port(struct evconnlistener *l); /* 0 for a Unix socket */

#endif
