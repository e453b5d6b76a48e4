/* SPDX-License-Identifier: Apache-2.0 */
/* The answer to a request of a web_client, as octets (RFC 9112). */
#ifndef ML_IO_WEB_ANSWER_H
#define ML_IO_WEB_ANSWER_H

#include "io/web_client.h"

enum { WEB_ANSWER_MAX = 8192 + WEB_BODY_MAX };

struct evbuffer;

/* Has all come that the headers have announced? Without Content-Length only the end of the stream
 * tells. */
bool web_answer_is_whole(struct evbuffer *in);

/* Read what came until the end of the stream: status, text and len of r, or why. text lies within
 * the octets. */
void web_answer_read(const char *octets, size_t len, struct web_result *r);

#endif
