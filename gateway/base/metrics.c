/* SPDX-License-Identifier: Apache-2.0 */
#include "base/metrics.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    VALUES_MAX = 32, /* label values of a metric; the series after them is "other" */
    LABEL_SIZE = 64,
    BUCKETS = 13,
};

static const char other[] = "other";

static const struct {
    const char *name;
    const char *label; /* NULL: the metric has one series, without a label */
    const char *help;
    enum metric_type type;
} infos[METRIC_COUNT] = {
#define METRIC(id, type, name, label, help) {name, label, help, METRIC_##type},
#include "base/metrics.def"
#undef METRIC
};

static const struct {
    int64_t us;
    const char *seconds;
} bounds[BUCKETS] = {
    {500, "0.0005"}, {1000, "0.001"}, {2000, "0.002"}, {5000, "0.005"}, {10000, "0.01"},
    {20000, "0.02"}, {50000, "0.05"}, {100000, "0.1"}, {200000, "0.2"}, {500000, "0.5"},
    {1000000, "1"},  {2000000, "2"},  {5000000, "5"},
};

struct series {
    char label[LABEL_SIZE];
    bool used;
    int64_t value; /* of a histogram: the number of observations */
    int64_t sum_us;
    int64_t bucket[BUCKETS]; /* each observation counts in the first that holds it */
};

struct metrics {
    struct series series[METRIC_COUNT][VALUES_MAX + 1];
};

struct metrics *metrics_new(void)
{
    return calloc(1, sizeof(struct metrics));
}

void metrics_free(struct metrics *m)
{
    free(m);
}

/* Which series of a metric holds the label value? The first free one if it is new, that of "other"
 * if none is free. */
static size_t series_at(const struct metrics *m, enum metric id, const char *label)
{
    const struct series *s = m->series[id];
    if (!infos[id].label)
        return 0;
    if (!label || strlen(label) >= LABEL_SIZE || strcmp(label, other) == 0)
        return VALUES_MAX;
    size_t i = 0;
    while (i < VALUES_MAX && s[i].used && strcmp(s[i].label, label) != 0)
        i++;
    return i;
}

/* The series to count in, ready for use; NULL if m is NULL. */
static struct series *touch(struct metrics *m, enum metric id, const char *label)
{
    if (!m)
        return NULL;
    size_t at = series_at(m, id, label);
    struct series *s = &m->series[id][at];
    if (!s->used && infos[id].label)
        strcpy(s->label, at == VALUES_MAX ? other : label);
    s->used = true;
    return s;
}

/* Add, but stay at the end of the range rather than run over it. */
static int64_t add(int64_t a, int64_t b)
{
    int64_t sum;
    if (__builtin_add_overflow(a, b, &sum))
        return b > 0 ? INT64_MAX : INT64_MIN;
    return sum;
}

void metrics_add(struct metrics *m, enum metric id, const char *label, int64_t n)
{
    bool fits = metrics_type(id) == METRIC_GAUGE || (metrics_type(id) == METRIC_COUNTER && n >= 0);
    struct series *s = fits ? touch(m, id, label) : NULL;
    if (s)
        s->value = add(s->value, n);
}

void metrics_set(struct metrics *m, enum metric id, const char *label, int64_t value)
{
    struct series *s = metrics_type(id) == METRIC_GAUGE ? touch(m, id, label) : NULL;
    if (s)
        s->value = value;
}

void metrics_clear(struct metrics *m, enum metric id)
{
    if (m)
        memset(m->series[id], 0, sizeof m->series[id]);
}

void metrics_observe_us(struct metrics *m, enum metric id, const char *label, int64_t us)
{
    struct series *s = metrics_type(id) == METRIC_HISTOGRAM ? touch(m, id, label) : NULL;
    if (!s)
        return;
    if (us < 0)
        us = 0; /* the clock was turned back */
    s->value = add(s->value, 1);
    s->sum_us = add(s->sum_us, us);
    size_t i = 0;
    while (i < BUCKETS && us > bounds[i].us)
        i++;
    if (i < BUCKETS)
        s->bucket[i]++;
}

int64_t metrics_get(const struct metrics *m, enum metric id, const char *label)
{
    if (!m)
        return 0;
    const struct series *s = &m->series[id][series_at(m, id, label)];
    bool exact = !infos[id].label || (label && strcmp(s->label, label) == 0);
    return exact ? s->value : 0;
}

/* Write s with backslash and line end escaped, and the quote too if it stands between quotes. */
static void write_escaped(FILE *out, const char *s, bool quotes)
{
    for (; *s; s++) {
        if (*s == '\n')
            fputs("\\n", out);
        else if (*s == '\\' || (quotes && *s == '"'))
            fprintf(out, "\\%c", *s);
        else
            fputc(*s, out);
    }
}

/* Write what stands before the value of a sample: its name and its labels. le is the bound of a
 * bucket, or NULL. */
static void write_name(FILE *out, enum metric id, const struct series *s, const char *suffix,
                       const char *le)
{
    const char *label = infos[id].label;
    fprintf(out, "%s%s", infos[id].name, suffix);
    if (!label && !le)
        return;
    fputc('{', out);
    if (label) {
        fprintf(out, "%s=\"", label);
        write_escaped(out, s->label, true);
        fputc('"', out);
    }
    if (le)
        fprintf(out, "%sle=\"%s\"", label ? "," : "", le);
    fputc('}', out);
}

static void write_histogram(FILE *out, enum metric id, const struct series *s)
{
    int64_t sum = 0;
    for (size_t i = 0; i < BUCKETS; i++) {
        sum = add(sum, s->bucket[i]);
        write_name(out, id, s, "_bucket", bounds[i].seconds);
        fprintf(out, " %" PRId64 "\n", sum);
    }
    write_name(out, id, s, "_bucket", "+Inf");
    fprintf(out, " %" PRId64 "\n", s->value);
    write_name(out, id, s, "_sum", NULL);
    fprintf(out, " %" PRId64 ".%06" PRId64 "\n", s->sum_us / 1000000, s->sum_us % 1000000);
    write_name(out, id, s, "_count", NULL);
    fprintf(out, " %" PRId64 "\n", s->value);
}

static void write_series(FILE *out, enum metric id, const struct series *s)
{
    if (infos[id].type == METRIC_HISTOGRAM) {
        write_histogram(out, id, s);
        return;
    }
    write_name(out, id, s, "", NULL);
    fprintf(out, " %" PRId64 "\n", s->value);
}

static void write_metric(const struct metrics *m, enum metric id, FILE *out)
{
    static const char *const types[] = {"counter", "gauge", "histogram"};
    fprintf(out, "# HELP %s ", infos[id].name);
    write_escaped(out, infos[id].help, false);
    fprintf(out, "\n# TYPE %s %s\n", infos[id].name, types[infos[id].type]);
    for (size_t i = 0; i <= VALUES_MAX; i++) {
        const struct series *s = &m->series[id][i];
        bool shown = s->used || (i == 0 && !infos[id].label && infos[id].type != METRIC_GAUGE);
        if (shown)
            write_series(out, id, s);
    }
}

int metrics_write(const struct metrics *m, FILE *out)
{
    for (int id = 0; id < METRIC_COUNT; id++)
        write_metric(m, (enum metric)id, out);
    return fflush(out) || ferror(out) ? -1 : 0;
}

const char *metrics_name(enum metric id)
{
    return infos[id].name;
}

const char *metrics_help(enum metric id)
{
    return infos[id].help;
}

enum metric_type metrics_type(enum metric id)
{
    return infos[id].type;
}
