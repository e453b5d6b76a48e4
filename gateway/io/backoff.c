/* SPDX-License-Identifier: Apache-2.0 */
#include "io/backoff.h"

#include <sys/random.h>

int64_t backoff_next(struct backoff *b)
{
    uint32_t random = 0;
    int64_t wait = b->next_ms > b->min_ms ? b->next_ms : b->min_ms;
    if (wait > b->max_ms)
        wait = b->max_ms;
    b->next_ms = wait * 2;
    /* Without random octets the wait is half of the full one, which does no harm. */
    if (getrandom(&random, sizeof random, GRND_NONBLOCK) < 0)
        random = 0;
    return wait / 2 + (int64_t)(random % (uint64_t)(wait / 2 + 1));
}

void backoff_reset(struct backoff *b)
{
    b->next_ms = 0;
}
