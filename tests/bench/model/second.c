/* SPDX-License-Identifier: Apache-2.0 */
#include "second.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char *const name[SECOND_COUNTS] = {"dials",     "offered", "served",  "refused",
                                                "timed_out", "cut",     "redials", "repeats",
                                                "finished",  "lost"};

struct seconds {
    FILE *out;
    struct watch *watch;
    uint32_t second;
    uint64_t now[SECOND_COUNTS], all[SECOND_COUNTS];
    uint32_t waiting_most;
    int64_t used_us[WATCH_MAX];
    size_t latencies, room;
    uint32_t *latency_us;
};

struct seconds *seconds_new(FILE *out, struct watch *w)
{
    struct seconds *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->out = out;
    s->watch = w;
    fputs("second", out);
    for (unsigned i = 0; i < SECOND_COUNTS; i++)
        fprintf(out, ",%s", name[i]);
    fputs(",waiting,p50,p99", out);
    for (unsigned i = 0; i < w->count; i++)
        fprintf(out, ",cpu_%s", w->of[i].name);
    fputc('\n', out);
    watch_begin(w);
    return s;
}

void seconds_free(struct seconds *s)
{
    if (s)
        free(s->latency_us);
    free(s);
}

void seconds_count(struct seconds *s, enum second_count what)
{
    s->now[what]++;
}

void seconds_latency(struct seconds *s, int64_t us)
{
    if (s->latencies == s->room) {
        size_t room = s->room ? s->room * 2 : 4096;
        uint32_t *more = realloc(s->latency_us, room * sizeof *more);
        if (!more)
            return;
        s->latency_us = more;
        s->room = room;
    }
    s->latency_us[s->latencies++] = (uint32_t)us;
}

void seconds_waiting(struct seconds *s, uint32_t waiting)
{
    if (waiting > s->waiting_most)
        s->waiting_most = waiting;
}

static int compare(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void write_latencies(struct seconds *s)
{
    size_t n = s->latencies;
    if (n == 0) {
        fputs(",,", s->out);
        return;
    }
    qsort(s->latency_us, n, sizeof s->latency_us[0], compare);
    fprintf(s->out, ",%" PRIu32 ",%" PRIu32, s->latency_us[n / 2], s->latency_us[n * 99 / 100]);
}

/* Processor time since the last second, microseconds. */
static void write_used(struct seconds *s)
{
    watch_end(s->watch);
    for (unsigned i = 0; i < s->watch->count; i++) {
        int64_t used = s->watch->of[i].end_us - s->watch->of[i].begin_us;
        fprintf(s->out, ",%" PRId64, used - s->used_us[i]);
        s->used_us[i] = used;
    }
}

void seconds_end(struct seconds *s)
{
    fprintf(s->out, "%" PRIu32, s->second++);
    for (unsigned i = 0; i < SECOND_COUNTS; i++) {
        fprintf(s->out, ",%" PRIu64, s->now[i]);
        s->all[i] += s->now[i];
    }
    fprintf(s->out, ",%" PRIu32, s->waiting_most);
    write_latencies(s);
    write_used(s);
    fputc('\n', s->out);
    memset(s->now, 0, sizeof s->now);
    s->latencies = 0;
    s->waiting_most = 0;
}

void seconds_print(const struct seconds *s)
{
    for (unsigned i = 0; i < SECOND_COUNTS; i++)
        printf("%s%s=%" PRIu64, i ? " " : "", name[i], s->all[i]);
    putchar('\n');
}
