/* SPDX-License-Identifier: Apache-2.0 */
#include "latency.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int64_t latency_now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t latency_wall_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int compare(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

void latency_print(uint32_t *us, uint32_t count)
{
    qsort(us, count, sizeof us[0], compare);
    printf(" p50=%" PRIu32 " p99=%" PRIu32 " p999=%" PRIu32 " max=%" PRIu32, us[count / 2],
           us[(uint64_t)count * 99 / 100], us[(uint64_t)count * 999 / 1000], us[count - 1]);
}
