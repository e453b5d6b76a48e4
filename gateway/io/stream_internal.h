/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of a stream share: stream.c has its life, stream_options.c checks what it is
 * made from, stream_dns.c finds addresses, stream_tls.c alone knows OpenSSL. */
#ifndef ML_IO_STREAM_INTERNAL_H
#define ML_IO_STREAM_INTERNAL_H

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "io/stream.h"

enum { STREAM_WHY_MAX = 256, STREAM_ADDRESSES_MAX = 8 };

struct bufferevent;
struct event_base;

struct stream_address {
    socklen_t len;
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
        struct sockaddr_un local;
    };
};

/* Check the options without those of TLS. a gets what needs no look-up, an address or a path; its
 * length is 0 for a name. Returns 0, or -1 with why. */
int stream_options_check(const struct stream_options *o, struct stream_address *a,
                         char why[STREAM_WHY_MAX]);

/* A look-up of a name under way. */
struct stream_lookup;

struct stream_lookup_options {
    struct loop *loop;
    const char *host;
    int port;
    const char *resolv_conf;
    void *arg;
    /* Called once, by the loop. The addresses are borrowed; if there are none, why says why. */
    void (*found)(void *arg, const struct stream_address *a, size_t count, const char *why);
};

/* NULL without memory. It frees itself after found. */
struct stream_lookup *stream_lookup_new(const struct stream_lookup_options *o);

/* Nothing is found any more; it frees itself at the loop's next turn. */
void stream_lookup_cancel(struct stream_lookup *l);

/* The certificates of one stream. */
struct stream_tls;

/* NULL with why. */
struct stream_tls *stream_tls_new(const struct stream_options *o, char why[STREAM_WHY_MAX]);
void stream_tls_free(struct stream_tls *t); /* NULL is fine */

/* Begin the handshake on a connected socket, which is the bufferevent's from now on. NULL without
 * memory: then the socket is still the caller's. */
struct bufferevent *stream_tls_open(struct stream_tls *t, struct event_base *base, int fd);

/* What went wrong, as a sentence. */
void stream_tls_why(const struct stream_tls *t, struct bufferevent *bev, char why[STREAM_WHY_MAX]);

/* Tell the peer that nothing follows; before the bufferevent is freed. */
void stream_tls_close(struct bufferevent *bev);

#endif
