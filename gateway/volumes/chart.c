/* SPDX-License-Identifier: Apache-2.0 */
/* Bars in the terminal: one for each row, in eighths of a character, over a scale. */
#include <inttypes.h>
#include <string.h>

#include "volumes/write.h"

enum { EIGHTHS = 8, BAR_LEAST = 10, TICK_APART = 12, MARGIN = 3 /* " │" and the last column */ };

struct chart {
    const struct volumes_table *t;
    const struct volumes_query *q;
    int label[QUERY_BY_MAX], labels, number; /* widths of columns; labels: of all of them */
    unsigned bar;                            /* width of the longest bar */
    int64_t most;                            /* its number */
    bool hides;                              /* there is a small number */
    FILE *out;
};

static int64_t shown(const struct chart *c, const struct volumes_row *row)
{
    return veil_shown(row->count[c->q->measure], row->safe[c->q->measure]);
}

static const char *number(const struct chart *c, const struct volumes_row *row,
                          char text[VEIL_TEXT_SIZE])
{
    return veil_text(row->count[c->q->measure], row->safe[c->q->measure], text);
}

static void widen(int *width, const char *text)
{
    int n = (int)strlen(text);
    *width = n > *width ? n : *width;
}

static void measure_row(struct chart *c, const struct volumes_row *row)
{
    char text[VEIL_TEXT_SIZE];
    int64_t n = shown(c, row);
    widen(&c->number, number(c, row, text));
    c->most = n > c->most ? n : c->most;
    c->hides |= n < 0;
}

static void measure(struct chart *c, unsigned width)
{
    char text[VEIL_TEXT_SIZE];
    for (size_t i = 0; i < volumes_table_rows(c->t); i++) {
        const struct volumes_row *row = volumes_table_row(c->t, i);
        measure_row(c, row);
        for (size_t k = 0; k < c->q->by_count; k++)
            widen(&c->label[k], row->label[k]);
    }
    for (size_t k = 0; k < c->q->by_count; k++)
        c->labels += c->label[k] + 1;
    widen(&c->labels, "total ");
    widen(&c->number, number(c, volumes_table_total(c->t), text));
    unsigned used = (unsigned)(c->labels + c->number) + MARGIN;
    c->bar = width > used + BAR_LEAST ? width - used : BAR_LEAST;
}

static void write_title(const struct chart *c)
{
    char zone[8], from[VOLUMES_TIME_SIZE], to[VOLUMES_TIME_SIZE];
    size_t n;
    bool by_hour = false;
    fputs(volumes_measures(c->q, &n)[c->q->measure], c->out);
    for (size_t k = 0; k < c->q->by_count; k++) {
        fprintf(c->out, "%s %s", k > 0 ? "," : " by", volumes_by_name(c->q->by[k]));
        by_hour |= c->q->by[k] == BY_HOUR;
    }
    void (*write)(const struct volumes_query *, int64_t, char *) =
        by_hour ? volumes_write_hour : volumes_write_day;
    write(c->q, c->q->from, from);
    write(c->q, c->q->to - 1, to);
    volumes_write_zone(c->q, zone);
    fprintf(c->out, ": %s%s%s, %s\n", from, strcmp(from, to) ? " to " : "",
            strcmp(from, to) ? to : "", zone);
}

/* n may be -1 for a small number, which has no bar: its length would tell it. */
static void write_bar(const struct chart *c, int64_t n)
{
    static const char *const part[EIGHTHS] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    int64_t eighths = n > 0 ? (n * (int64_t)c->bar * EIGHTHS + c->most / 2) / c->most : 0;
    if (n > 0 && eighths <= 0)
        eighths = 1;
    for (int64_t i = 0; i < eighths / EIGHTHS; i++)
        fputs("█", c->out);
    fputs(part[eighths % EIGHTHS], c->out);
}

/* A day or hour that a row shares with the one above is said once. */
static void write_labels(const struct chart *c, const struct volumes_row *row,
                         const struct volumes_row *above)
{
    bool same = above != NULL;
    int left = c->labels;
    for (size_t k = 0; k < c->q->by_count; k++) {
        same = same && (c->q->by[k] == BY_HOUR || c->q->by[k] == BY_DAY) &&
               k + 1 < c->q->by_count && strcmp(row->label[k], above->label[k]) == 0;
        fprintf(c->out, "%-*s ", c->label[k], same ? "" : row->label[k]);
        left -= c->label[k] + 1;
    }
    fprintf(c->out, "%*s", left, "");
}

static void write_rows(const struct chart *c)
{
    char text[VEIL_TEXT_SIZE];
    const struct volumes_row *above = NULL;
    for (size_t i = 0; i < volumes_table_rows(c->t); i++) {
        const struct volumes_row *row = volumes_table_row(c->t, i);
        write_labels(c, row, above);
        fprintf(c->out, "%*s │", c->number, number(c, row, text));
        write_bar(c, shown(c, row));
        fputc('\n', c->out);
        above = row;
    }
}

/* The step of the scale: 1, 2 or 5 and zeros, so wide that its numbers have room. */
static int64_t step_of(const struct chart *c)
{
    int64_t least = c->most * TICK_APART / c->bar, ten = 1;
    while (ten * 10 <= least)
        ten *= 10;
    for (int64_t by = 1; by <= 5; by += by == 1 ? 1 : 3)
        if (ten * by > least)
            return ten * by;
    return ten * 10;
}

/* In which column stands n? The line between numbers and bars is column 0. */
static int column(const struct chart *c, int64_t n)
{
    return (int)((n * c->bar + c->most / 2) / c->most);
}

static void write_scale(const struct chart *c)
{
    int at = 0, left = c->labels + c->number + 1;
    int64_t step = step_of(c);
    fprintf(c->out, "%*s└", left, "");
    for (int64_t n = step; n <= c->most; n += step) {
        for (; at + 1 < column(c, n); at++)
            fputs("─", c->out);
        fputs("┴", c->out);
        at++;
    }
    for (; at < (int)c->bar; at++)
        fputs("─", c->out);
    fprintf(c->out, "\n%*s", left, "");
    at = 0;
    for (int64_t n = 0; n <= c->most; n += step) {
        char text[VEIL_TEXT_SIZE];
        int len = snprintf(text, sizeof text, "%" PRId64, n), from = column(c, n) - (len - 1) / 2;
        fprintf(c->out, "%*s%s", from > at ? from - at : 0, "", text);
        at = from + len;
    }
    fputc('\n', c->out);
}

void volumes_write_chart(const struct volumes_table *t, unsigned width, FILE *out)
{
    struct chart c = {.t = t, .q = volumes_table_query(t), .out = out};
    char text[VEIL_TEXT_SIZE];
    measure(&c, width);
    write_title(&c);
    write_rows(&c);
    if (c.most > 0)
        write_scale(&c);
    fprintf(out, "%-*s%*s\n", c.labels, "total", c.number,
            number(&c, volumes_table_total(t), text));
    if (c.hides)
        fprintf(out, "<%d has no bar: its length would tell.\n", VEIL_LEAST);
}
