/* SPDX-License-Identifier: Apache-2.0 */
/* SMS to an aggregator that speaks Kannel's sendsms, and its receipts. Each SMS is sent until it is
 * accepted, refused, or too old; a receipt names it by its id. Bounded.
 *
 * Kannel answers 202 (accepted, or queued) or 503 (temporary). 5xx and 429 are temporary, because a
 * proxy may stand before it; 4xx and all else are final. */
#ifndef ML_HTTP_SENDER_H
#define ML_HTTP_SENDER_H

#include "http/kind.h"

struct sender;

/* NULL with why: a sentence with the remedy. */
struct sender *sender_new(const struct kind_world *w, char why[CONF_ERROR_MAX]);
void sender_free(struct sender *s); /* NULL is fine */

/* Take an SMS. One that is known already is not sent twice. Returns false for an answer if the
 * queue is full, or without memory: it comes again. An SMS of the gateway's own does not, and where
 * aggregator.send_url is empty nothing can be sent: the gateway is told that it was rejected. */
bool sender_take(struct sender *s, const struct answer *a);

/* A request for the part "receipt". Returns false if it is for another part, or send_url is empty.
 */
bool sender_request(struct sender *s, const char *part, const struct web_request *r);

size_t sender_waiting(const struct sender *s); /* SMS not accepted yet */

#endif
