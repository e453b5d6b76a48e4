/* SPDX-License-Identifier: Apache-2.0 */
/* A stream of octets to a server, plain or TLS (1.2 and up), over TCP or a Unix socket. Names are
 * looked up without blocking; all addresses of a name are tried in turn. Bounded: what waits to be
 * written has a limit, and who reads too slowly is not read from.
 *
 * TLS: the certificate must be signed by an authority of ca_file and be for tls_name. A server that
 * does not like our certificate may say so only when its side of the handshake is over: with TLS
 * 1.3 that is after up. */
#ifndef ML_IO_STREAM_H
#define ML_IO_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/loop.h"

/* Strings are borrowed for the call; NULL is as good as "". */
struct stream_options {
    const char *host; /* address, name, or path of a Unix socket with port 0 */
    int port;
    bool tls;
    const char *ca_file, *cert_file, *key_file; /* "" where not used; no ca_file: the system's */
    const char *tls_name;    /* in the certificate; "": host. Needed with a Unix socket */
    int64_t connect_ms;      /* look-up and TLS included */
    size_t write_max;        /* octets that may wait to be written */
    const char *resolv_conf; /* "": /etc/resolv.conf */
};

struct stream_handlers {
    void *arg;
    void (*up)(void *arg); /* connected, and TLS stands */
    /* What came, in pieces of any size; borrowed for the call. */
    void (*input)(void *arg, const uint8_t *octets, size_t len);
    /* Lost, or could not be made; once, and nothing follows. why is a sentence. The stream may not
     * be freed in here. */
    void (*down)(void *arg, const char *why);
};

struct stream;

/* Begin to connect; a failure to connect comes as down, later. NULL with why for what cannot be
 * mended by trying again: an unreadable certificate, a path that is too long, no memory. Handlers
 * are called by the loop alone, never from within a call of this header. */
struct stream *stream_new(struct loop *loop, const struct stream_options *o,
                          const struct stream_handlers *h, char why[256]);

/* Close and free; nothing is told, what waits is not written. NULL is fine. Not from within a
 * handler. */
void stream_free(struct stream *s);

/* Write. Returns 0, or -1 if it is not up or more than write_max would wait: then nothing is
 * written. */
int stream_write(struct stream *s, const uint8_t *octets, size_t len);

size_t stream_waiting(const struct stream *s); /* octets not written yet */

/* Read no more, or again. While more than half of write_max waits, nothing is read in any case.
 * While nothing is read, the end of the stream is not seen. */
void stream_pause(struct stream *s, bool pause);

#endif
