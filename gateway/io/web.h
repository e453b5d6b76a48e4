/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP for bridges and the console: a server whose answers may come later. Bounded: 8 KiB of
 * headers, 64 KiB of body unless options say otherwise, connections, time (listen.h tells why
 * evhttp alone does not do). Behind a reverse proxy that speaks TLS, or on loopback, or on a Unix
 * socket.
 *
 * The server answers by itself: 501 to methods other than GET and POST; 413 to a body that is too
 * long; 415 to a body that is no application/x-www-form-urlencoded in UTF-8 and no type that
 * options name; 400 to what is no HTTP, to two of a header that may be there once (Host,
 * Content-Length, Content-Type, Authorization, Cookie, Origin, X-CSRF-Token), to HTTP/1.1 without
 * Host, to a GET with a body, to a path or a field with a bad escape, %00 or invalid UTF-8, to .
 * and .. in a path, to more than 32 fields and to a field that is there twice. Each of these closes
 * the connection; else it may be used again. */
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
    const char *octets;  /* as in struct web_options */
    const char *type;    /* of the body, one of options.types; NULL: it is none, or a form */
    const char *body;    /* with a type: as it came, with a NUL behind it */
    size_t body_len;     /* in octets */
    const void *headers; /* for web_header */
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
    const char *const *types; /* media types of bodies that are taken as they are, NULL-terminated;
                                 or NULL; for as long as the server lives */
    size_t body_max;          /* octets of a body; 0: WEB_BODY_MAX */
    int64_t answer_ms;        /* how long an answer may take */
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

/* The value of a header, in any case of its letters; NULL if it is not there. */
const char *web_header(const struct web_request *r, const char *name);

/* An answer. Everything is borrowed for the call. Content-Length is added, and Cache-Control:
 * no-store unless it is among the headers. */
struct web_header {
    const char *name, *value;
};
struct web_reply {
    int status;
    const char *type; /* Content-Type */
    const char *text;
    size_t len;
    const struct web_header *headers; /* until a name is NULL; or NULL */
};

/* Returns 0, or -1 if the id is void. */
int web_reply(struct web *w, uint64_t id, const struct web_reply *r);

/* Answer with plain text. Returns 0, or -1 if the id is void. */
int web_answer(struct web *w, uint64_t id, int status, const char *text, size_t len);

#endif
