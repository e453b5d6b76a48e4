/* SPDX-License-Identifier: Apache-2.0 */
#include "series.h"

#include <inttypes.h>
#include <stdlib.h>

enum { TENTH_US = 100000 };

struct tenth {
    uint32_t n[SERIES_COUNTS];
    uint32_t first, latencies; /* in the list of all; time goes on, so they stand together */
    uint32_t waiting;
};

struct series {
    unsigned count;
    struct tenth *tenths;
    uint32_t *us;
    uint32_t used, room;
};

struct series *series_new(unsigned seconds, uint32_t latencies)
{
    struct series *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    *s = (struct series){.count = seconds * 10, .room = latencies};
    s->tenths = calloc(s->count, sizeof *s->tenths);
    s->us = calloc(latencies, sizeof *s->us);
    if (s->tenths && s->us)
        return s;
    series_free(s);
    return NULL;
}

void series_free(struct series *s)
{
    if (!s)
        return;
    free(s->tenths);
    free(s->us);
    free(s);
}

static struct tenth *find(struct series *s, int64_t at_us)
{
    int64_t i = at_us / TENTH_US;
    return at_us >= 0 && i < (int64_t)s->count ? &s->tenths[i] : NULL;
}

void series_add(struct series *s, int64_t at_us, enum series_count what)
{
    struct tenth *t = find(s, at_us);
    if (t)
        t->n[what]++;
}

void series_served(struct series *s, int64_t at_us, uint32_t latency_us)
{
    struct tenth *t = find(s, at_us);
    if (!t || s->used == s->room)
        return;
    if (t->latencies == 0)
        t->first = s->used;
    t->latencies++;
    t->n[SERIES_SERVED]++;
    s->us[s->used++] = latency_us;
}

void series_waiting(struct series *s, int64_t at_us, uint32_t n)
{
    struct tenth *t = find(s, at_us);
    if (t && n > t->waiting)
        t->waiting = n;
}

static int compare(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

void series_write(struct series *s, FILE *out)
{
    for (unsigned i = 0; i < s->count; i++) {
        const struct tenth *t = &s->tenths[i];
        uint32_t *us = s->us + t->first, n = t->latencies, none = 0;
        qsort(us, n, sizeof *us, compare);
        fprintf(out, "%.1f", i / 10.0);
        for (unsigned c = 0; c < SERIES_COUNTS; c++)
            fprintf(out, " %" PRIu32, t->n[c]);
        fprintf(out, " %" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu32 "\n", n ? us[n / 2] : none,
                n ? us[(uint64_t)n * 99 / 100] : none, n ? us[n - 1] : none, t->waiting);
    }
}

void series_write_latencies(struct series *s, unsigned from_s, unsigned to_s, FILE *out)
{
    uint32_t first = 0, n = 0;
    for (unsigned i = from_s * 10; i < to_s * 10 && i < s->count; i++) {
        const struct tenth *t = &s->tenths[i];
        first = n == 0 ? t->first : first;
        n += t->latencies;
    }
    if (n == 0)
        return;
    uint32_t *us = s->us + first;
    qsort(us, n, sizeof *us, compare);
    fprintf(out, " p50=%" PRIu32 " p99=%" PRIu32 " max=%" PRIu32, us[n / 2],
            us[(uint64_t)n * 99 / 100], us[n - 1]);
}
