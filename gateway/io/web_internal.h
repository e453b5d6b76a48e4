/* SPDX-License-Identifier: Apache-2.0 */
/* web_read.c and web_headers.c read a request for web.c, without memory of their own. */
#ifndef ML_IO_WEB_INTERNAL_H
#define ML_IO_WEB_INTERNAL_H

#include "io/web.h"

enum { WEB_WHY_MAX = 128 };

/* The path of a request target, and its query or NULL, both ended by NUL in place. Returns -1 if it
 * is neither /PATH nor http://HOST/PATH. */
int web_read_target(char *target, char **path, char **query);

/* Decode in place. Returns 0, or -1 with why. */
int web_read_path(char *path, char why[WEB_WHY_MAX]);

/* Add the fields of a query or form to r; the text is decoded in place and stays in use. Returns 0,
 * or -1 with why, which names the field and not its value. */
int web_read_fields(struct web_request *r, char *text, char why[WEB_WHY_MAX]);

struct evhttp_request;

/* Read method and headers into r. types: of bodies that are taken as they are, or NULL. Returns 0,
 * or the status to refuse with. */
int web_read_headers(struct evhttp_request *req, const char *const *types, struct web_request *r,
                     char why[WEB_WHY_MAX]);

/* Who asks: an address, or "unix". */
void web_read_peer(struct evhttp_request *req, char out[WEB_PEER_MAX]);

/* The secret of the header Authorization, or "". */
const char *web_bearer(const struct web_request *r);

#endif
