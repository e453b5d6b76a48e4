/* SPDX-License-Identifier: Apache-2.0 */
/* Time is injected: whoever needs it holds one of these, and tests give one that they turn by hand.
 */
#ifndef ML_BASE_CLOCK_H
#define ML_BASE_CLOCK_H

#include <stdint.h>

struct clock {
    int64_t (*now_ms)(void *arg); /* ms since 1970-01-01T00:00:00Z */
    void *arg;
};

/* The system's wall clock. */
struct clock clock_system(void);

static inline int64_t clock_now(const struct clock *c)
{
    return c->now_ms(c->arg);
}

/* Days since 1970-01-01 of a calendar day written YYYY-MM-DD. Returns 0, or -1 if s is not such a
 * day. */
int clock_parse_day(const char *s, int32_t *day);

/* The day (UTC) in which an instant lies. */
int32_t clock_day(int64_t ms);

#endif
