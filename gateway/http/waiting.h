/* SPDX-License-Identifier: Apache-2.0 */
/* Web requests that wait for the settlement of a message. Whoever asks again for the same message
 * waits beside the first. */
#ifndef ML_HTTP_WAITING_H
#define ML_HTTP_WAITING_H

#include "io/web.h"

struct waiting;

/* At most so many requests. NULL without memory. */
struct waiting *waiting_new(struct web *web, size_t requests);
void waiting_free(struct waiting *w); /* NULL is fine */

/* A web request waits for the message of that id. Returns 0, or -1 if too many wait, or without
 * memory. */
int waiting_add(struct waiting *w, const char *id, uint64_t web_id);

/* Answer all that wait for it, and forget them. Returns how many there were. */
size_t waiting_answer(struct waiting *w, const char *id, int status, const char *text);

/* Does anybody wait for it? */
bool waiting_has(const struct waiting *w, const char *id);

/* Whoever asked has gone. */
void waiting_gone(struct waiting *w, uint64_t web_id);

size_t waiting_count(const struct waiting *w);

#endif
