/* SPDX-License-Identifier: Apache-2.0 */
/* /metrics, /healthz, /readyz and /pid over evhttp, on loopback or a Unix socket. Requests are
 * bounded: 8 KiB of headers, no body, GET and HEAD only, 5 s, 64 connections. /healthz: 200 "ok"
 * while the process runs. /readyz: 200 "ready" or 503 with one reason a line. /pid: the number of
 * the process, for who wants to signal it. */
#ifndef ML_IO_HTTP_H
#define ML_IO_HTTP_H

#include <stdio.h>

#include "io/loop.h"

struct http_handlers {
    void *arg;
    int (*metrics)(void *arg, FILE *out);
    /* Write one reason a line; nothing if ready. */
    void (*unready)(void *arg, FILE *out);
};

struct http;

/* Listen on "ADDRESS:PORT" (only 127.0.0.0/8, [::1]; port 0 takes a free one) or on a path (a stale
 * socket is removed; mode 0660). Returns NULL with why, with the remedy. */
struct http *http_new(struct loop *loop, const char *listen, const struct http_handlers *h,
                      char why[256]);

/* The TCP port in use; 0 for a Unix socket. */
int http_port(const struct http *h);

void http_free(struct http *h); /* NULL is fine; removes its socket */

#endif
