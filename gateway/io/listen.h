/* SPDX-License-Identifier: Apache-2.0 */
/* An evhttp server that strangers may talk to, for http.c and web.c. evhttp alone restarts its
 * timeout with every octet and knows no bound for connections. So each connection has a deadline,
 * and while as many as allowed are open, none is accepted; what is read ahead is bounded too. */
#ifndef ML_IO_LISTEN_H
#define ML_IO_LISTEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/loop.h"

enum { LISTEN_HEADERS_MAX = 8192, LISTEN_WHY_MAX = 256 };

struct evhttp_request;
struct listen;
struct listen_conn; /* one connection; void when it has closed */

struct listen_options {
    struct loop *loop;
    const char *on;   /* ADDRESS:PORT (port 0 takes a free one), or the path of a Unix socket */
    bool anywhere;    /* addresses other than 127.0.0.0/8 and [::1], too */
    int connections;  /* at most; more wait */
    int64_t ms;       /* for a whole request to come; listen_conn_allow gives more */
    size_t body_max;  /* octets; more are answered with 413 */
    uint16_t methods; /* of evhttp; others are answered with 501 */
    void *arg;
    /* A whole request. c is NULL if there was no memory to know the connection. */
    void (*request)(void *arg, struct evhttp_request *req, struct listen_conn *c);
    /* Time is over. True if the owner answers now; else the connection is shut down. May be NULL */
    bool (*late)(void *arg, struct listen_conn *c);
    /* It closes, having sent a request before. May be NULL. */
    void (*closed)(void *arg, struct listen_conn *c);
};

/* NULL with why, with the remedy. A stale socket is removed; a new one has mode 0660. */
struct listen *listen_new(const struct listen_options *o, char why[LISTEN_WHY_MAX]);

/* Close all connections, telling nothing, and remove our socket. NULL is fine. */
void listen_free(struct listen *l);

int listen_port(const struct listen *l); /* 0 for a Unix socket */

/* A number of the owner's, 0 at first. */
uint64_t listen_conn_tag(const struct listen_conn *c);
void listen_conn_set_tag(struct listen_conn *c, uint64_t tag);

/* Another deadline, from now. */
void listen_conn_allow(struct listen_conn *c, int64_t ms);

/* While a request waits for its answer evhttp does not look at the connection: close it (closed is
 * called) if the client goes, which shutting down its side for writing is, too. */
void listen_conn_watch(struct listen_conn *c);
void listen_conn_unwatch(struct listen_conn *c);

/* Send an answer with its length, after the caller's own headers; for HEAD without the text. */
void listen_reply(struct evhttp_request *req, int status, const char *text, size_t len);

#endif
