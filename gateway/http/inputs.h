/* SPDX-License-Identifier: Apache-2.0 */
/* What a subscriber has just typed, out of the whole input so far. A session remembers the input
 * before, because an input may hold a * itself; bounded in number and time, the oldest leave first.
 */
#ifndef ML_HTTP_INPUTS_H
#define ML_HTTP_INPUTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct inputs;

/* now: ms of a clock that does not go back. NULL without memory. */
struct inputs *inputs_new(size_t sessions, int64_t keep_ms, int64_t now);
void inputs_free(struct inputs *i); /* NULL is fine */

struct input {
    bool begin;       /* the session was not known */
    const char *text; /* the new part of `whole`; of a begin all of it: a deep dial */
};

/* Take the whole input of a session. A session that is not known begins; unless this process is
 * younger than keep_ms and the input is not empty: then the session may be older than the process,
 * and the last part is taken. The same whole input again gives the same. Returns 0, or -1 without
 * memory. */
int inputs_take(struct inputs *i, const char *session, const char *whole, int64_t now,
                struct input *out);

#endif
