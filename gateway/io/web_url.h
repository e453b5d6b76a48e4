/* SPDX-License-Identifier: Apache-2.0 */
/* The URL of a web_client (RFC 3986). */
#ifndef ML_IO_WEB_URL_H
#define ML_IO_WEB_URL_H

struct web_url {
    char host[256]; /* address or name; the path of a Unix socket with port 0 */
    int port;
    char host_header[272];
    char path[512]; /* escaped, as it goes into the request */
};

/* Returns 0, or -1 with why: a sentence with the remedy. */
int web_url_read(struct web_url *u, const char *text, char why[256]);

#endif
