/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include <stdbool.h>
#include <time.h>

enum { MS_PER_DAY = 24 * 60 * 60 * 1000 };

static int64_t system_now(void *arg)
{
    (void)arg;
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct clock clock_system(void)
{
    return (struct clock){.now_ms = system_now};
}

/* Read n decimal digits. Returns the number, or -1 if another character stands there. */
static int digits(const char *s, int n)
{
    int v = 0;
    for (int i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9')
            return -1;
        v = v * 10 + (s[i] - '0');
    }
    return v;
}

static bool leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_in_month(int year, int month)
{
    static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && leap(year));
}

/* Days from 1970-01-01 to the first day of a year, in the Gregorian calendar carried back to the
 * year 0. */
static int32_t days_to_year(int year)
{
    enum { DAYS_TO_1970 = 719528 }; /* from 0000-01-01 */
    int before = year - 1;
    int leaps = year == 0 ? 0 : before / 4 - before / 100 + before / 400 + 1;
    return year * 365 + leaps - DAYS_TO_1970;
}

int clock_parse_day(const char *s, int32_t *day)
{
    /* Each part is read only after the one before it, so that no octet after the end is touched. */
    int year = digits(s, 4);
    if (year < 0 || s[4] != '-')
        return -1;
    int month = digits(s + 5, 2);
    if (month < 1 || month > 12 || s[7] != '-')
        return -1;
    int mday = digits(s + 8, 2);
    if (mday < 1 || mday > days_in_month(year, month) || s[10] != '\0')
        return -1;
    int32_t n = days_to_year(year) + mday - 1;
    for (int m = 1; m < month; m++)
        n += days_in_month(year, m);
    *day = n;
    return 0;
}

int32_t clock_day(int64_t ms)
{
    int64_t day = ms / MS_PER_DAY;
    return (int32_t)(ms % MS_PER_DAY < 0 ? day - 1 : day);
}
