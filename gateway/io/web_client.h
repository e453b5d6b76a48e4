/* SPDX-License-Identifier: Apache-2.0 */
/* A client of one HTTP server, for bridges. */
#ifndef ML_IO_WEB_CLIENT_H
#define ML_IO_WEB_CLIENT_H

#include "io/web.h"

struct web_client;

/* What came back. status is 0 if there was no answer: why says it. text is borrowed. */
struct web_result {
    uint64_t token;
    bool sent; /* the server may have seen the request, and done what it asks */
    int status;
    const char *text;
    size_t len;
    const char *why;
};

/* A client of one server; at most `window` requests at a time, each on a connection of its own and
 * bounded by ms, connecting included. No redirect is followed. An answer with more than 64 KiB of
 * body, or one that is no HTTP, is none: status 0. */
struct web_client_options {
    const char *url; /* http://HOST[:PORT]/PATH, or unix:PATH-OF-SOCKET:/PATH */
    size_t window;
    int64_t ms;
    void *arg;
    /* Once for each request, from the loop. The client may not be freed in here; the next request
     * may be sent. */
    void (*result)(void *arg, const struct web_result *r);
};

/* The URL is borrowed for the call. NULL with why: a sentence with the remedy. */
struct web_client *web_client_new(struct loop *loop, const struct web_client_options *o,
                                  char why[256]);
void web_client_free(struct web_client *c); /* NULL is fine; tells nothing */

/* GET the URL with these fields as its query. Returns 0, or -1: the window is full, or no memory.
 */
int web_client_get(struct web_client *c, const struct web_field *fields, size_t count,
                   uint64_t token);

#endif
