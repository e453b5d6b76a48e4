/* SPDX-License-Identifier: Apache-2.0 */
/* How long to wait before connecting again: doubled each time up to a bound, with jitter, so that
 * many clients of a server that comes back do not arrive at once. */
#ifndef ML_IO_BACKOFF_H
#define ML_IO_BACKOFF_H

#include <stdint.h>

struct backoff {
    int64_t min_ms, max_ms;
    int64_t next_ms; /* the next wait without jitter; 0 after a reset */
};

/* The next wait: between half of the full wait and the full wait. */
int64_t backoff_next(struct backoff *b);

/* The connection stands: begin anew with min_ms. */
void backoff_reset(struct backoff *b);

#endif
