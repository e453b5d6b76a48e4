/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP for bridges: a server whose answers may come later, and a client. Bounded: 8 KiB of headers,
 * 64 KiB of body, connections, time (listen.h tells why evhttp alone does not do). Behind a reverse
 * proxy that speaks TLS, or on loopback, or on a Unix socket.
 *
 * The server answers by itself: 501 to methods other than GET and POST; 413 to a body that is too
 * long; 415 to a body that is no application/x-www-form-urlencoded in UTF-8; 400 to what is no
 * HTTP, to two of a header that may be there once (Host, Content-Length, Content-Type,
 * Authorization), to HTTP/1.1 without Host, to a GET with a body, to a path or a field with a bad
 * escape, %00 or invalid UTF-8, to . and .. in a path, to more than 32 fields and to a field that
 * is there twice. Each of these closes the connection; else it may be used again. */
#ifndef ML_IO_WEB_H
#define ML_IO_WEB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/loop.h"

enum { WEB_PEER_MAX = 48, WEB_FIELDS_MAX = 32, WEB_NAME_MAX = 64, WEB_BODY_MAX = 65536 };

/* A request; everything is borrowed for the call. Query and form fields are one list, decoded. */
struct web_field {
    const char *name, *value; /* NUL-terminated UTF-8; a name has 1 to 64 octets, no control
                                 characters */
    size_t len;               /* of the value, in octets; set by the server */
};
struct web_request {
    uint64_t id;
    bool post;
    const char *path;        /* decoded once; without . and .. parts and control characters */
    char peer[WEB_PEER_MAX]; /* address (IPv4 as such, even over IPv6), or "unix" */
    const char *secret;      /* of the header Authorization: Bearer ..., or "" */
    struct web_field field[WEB_FIELDS_MAX];
    size_t fields;
    const char *octets; /* as in struct web_options */
};

struct web_handlers {
    void *arg;
    /* Answer with web_answer, now or later. */
    void (*request)(void *arg, const struct web_request *r);
    /* Whoever asked has gone (shutting down the sending side is going, too), or time is over (503
     * was sent): the id is void. Comes from the loop, never from within a call of this header. */
    void (*gone)(void *arg, uint64_t id);
    /* A request was refused with 4xx or 503 and is not told otherwise; why names no value of it.
     * For logs and metrics; may be NULL. What evhttp refuses itself (400, 413, 501) is not told. */
    void (*refused)(void *arg, int status, const char *why);
};

struct web_options {
    const char *listen; /* ADDRESS:PORT, port 0 takes a free one; or the path of a Unix socket */
    bool anywhere;      /* addresses other than loopback, too */
    int connections;    /* at most; more wait */
    const char *octets; /* name of the one field whose value may be any octets, NUL too; or NULL;
                           for as long as the server lives */
    int64_t answer_ms;  /* how long an answer may take */
    int64_t request_ms; /* for a whole request to come, from the connection or the last answer on:
                           an idle client, or one that does not read, is cut off. 0: 5 s */
};

struct web;

struct web *web_new(struct loop *loop, const struct web_options *o, const struct web_handlers *h,
                    char why[256]);
void web_free(struct web *w);      /* NULL is fine; tells nothing; removes its socket */
int web_port(const struct web *w); /* 0 for a Unix socket */

/* The value of a field, or NULL. */
const char *web_field(const struct web_request *r, const char *name);

/* The same with its length. */
const struct web_field *web_octets(const struct web_request *r, const char *name);

/* Answer with plain text. Returns 0, or -1 if the id is void. */
int web_answer(struct web *w, uint64_t id, int status, const char *text, size_t len);

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
