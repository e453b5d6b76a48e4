/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP for bridges: a server whose answers may come later, and a client. Bounded: 8 KiB of headers,
 * 64 KiB of body, connections, time (http.h tells why evhttp alone does not do). Behind a reverse
 * proxy that speaks TLS, or on loopback, or on a Unix socket. */
#ifndef ML_IO_WEB_H
#define ML_IO_WEB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/loop.h"

enum { WEB_PEER_MAX = 48, WEB_FIELDS_MAX = 32, WEB_BODY_MAX = 65536 };

/* A request; everything is borrowed for the call. Query and form fields are one list, decoded. */
struct web_field {
    const char *name, *value; /* NUL-terminated UTF-8 */
};
struct web_request {
    uint64_t id;
    bool post;
    const char *path;   /* decoded once; without . and .. parts */
    const char *peer;   /* address, or "unix" */
    const char *secret; /* of the header Authorization: Bearer ..., or "" */
    struct web_field field[WEB_FIELDS_MAX];
    size_t fields;
};

struct web_handlers {
    void *arg;
    /* Answer with web_answer, now or later. */
    void (*request)(void *arg, const struct web_request *r);
    /* Whoever asked has gone, or time is over (503 was sent): the id is void. */
    void (*gone)(void *arg, uint64_t id);
};

struct web_options {
    const char *listen; /* ADDRESS:PORT, port 0 takes a free one; or the path of a Unix socket */
    bool anywhere;      /* addresses other than loopback, too */
    int connections;    /* at most; more wait */
    int64_t answer_ms;  /* how long an answer may take */
};

struct web;

struct web *web_new(struct loop *loop, const struct web_options *o, const struct web_handlers *h,
                    char why[256]);
void web_free(struct web *w); /* NULL is fine; removes its socket */
int web_port(const struct web *w);

/* The value of a field, or NULL. */
const char *web_field(const struct web_request *r, const char *name);

/* Answer. Returns 0, or -1 if the id is void. */
int web_answer(struct web *w, uint64_t id, int status, const char *text, size_t len);

struct web_client;

/* What came back. status is 0 if there was no answer: why says it. text is borrowed. */
struct web_result {
    uint64_t token;
    int status;
    const char *text;
    size_t len;
    const char *why;
};

/* A client of one server (its URL is http://HOST:PORT/PATH, or unix:PATH:/PATH); at most `window`
 * requests at a time, each bounded by ms. NULL with why: a sentence with the remedy. */
struct web_client_options {
    const char *url;
    size_t window;
    int64_t ms;
    void *arg;
    void (*result)(void *arg, const struct web_result *r);
};
struct web_client *web_client_new(struct loop *loop, const struct web_client_options *o,
                                  char why[256]);
void web_client_free(struct web_client *c); /* NULL is fine; tells nothing */

/* GET the URL with these fields as its query. Returns 0, or -1: the window is full, or no memory.
 */
int web_client_get(struct web_client *c, const struct web_field *fields, size_t count,
                   uint64_t token);

#endif
