/* SPDX-License-Identifier: Apache-2.0 */
#include "volumes/write.h"

#include <inttypes.h>
#include <string.h>

#include "base/json_out.h"

enum { NUMBER_WIDTH = 9 };

void volumes_write_zone(const struct volumes_query *q, char out[8])
{
    snprintf(out, 8, q->zone == 0 ? "UTC" : "UTC%+d", q->zone % 100);
}

static bool is_time(enum volumes_by by)
{
    return by == BY_HOUR || by == BY_DAY;
}

void volumes_write_csv(const struct volumes_table *t, FILE *out)
{
    const struct volumes_query *q = volumes_table_query(t);
    char zone[8], text[VEIL_TEXT_SIZE];
    size_t n;
    const char *const *measure = volumes_measures(q, &n);
    volumes_write_zone(q, zone);
    for (size_t i = 0; i < q->by_count; i++) {
        fprintf(out, "%s%s", i ? "," : "", volumes_by_name(q->by[i]));
        if (is_time(q->by[i]))
            fprintf(out, " (%s)", zone);
    }
    for (size_t m = 0; m < n; m++)
        fprintf(out, ",%s", measure[m]);
    fputs("\r\n", out);
    for (size_t i = 0; i < volumes_table_rows(t); i++) {
        const struct volumes_row *row = volumes_table_row(t, i);
        for (size_t k = 0; k < q->by_count; k++)
            fprintf(out, "%s%s", k ? "," : "", row->label[k]);
        for (size_t m = 0; m < n; m++)
            fprintf(out, ",%s", veil_text(row->count[m], row->safe[m], text));
        fputs("\r\n", out);
    }
}

static void write_counts(struct json_out *j, const struct volumes_row *row,
                         const char *const *measure, size_t n)
{
    char text[VEIL_TEXT_SIZE];
    for (size_t m = 0; m < n; m++) {
        int64_t shown = veil_shown(row->count[m], row->safe[m]);
        if (shown < 0)
            json_out_text(j, measure[m], veil_text(row->count[m], row->safe[m], text));
        else
            json_out_int(j, measure[m], shown);
    }
}

static void write_question(struct json_out *j, const struct volumes_table *t)
{
    const struct volumes_query *q = volumes_table_query(t);
    char from[VOLUMES_TIME_SIZE], until[VOLUMES_TIME_SIZE];
    volumes_write_hour(q, q->from, from);
    volumes_write_hour(q, q->to, until);
    json_out_text(j, "from", from);
    json_out_text(j, "until", until);
    json_out_int(j, "zone", q->zone);
    json_out_number(j, "hours", (size_t)(q->to - q->from));
    json_out_number(j, "kept", volumes_table_hours(t));
    json_out_number(j, "unread", volumes_table_unread(t));
    json_out_bool(j, "cut", volumes_table_is_cut(t));
    json_out_open(j, "by", '[');
    for (size_t i = 0; i < q->by_count; i++)
        json_out_text(j, NULL, volumes_by_name(q->by[i]));
    json_out_close(j, ']');
}

void volumes_write_json(const struct volumes_table *t, FILE *out)
{
    const struct volumes_query *q = volumes_table_query(t);
    struct json_out j = {.file = out};
    size_t n;
    const char *const *measure = volumes_measures(q, &n);
    json_out_open(&j, NULL, '{');
    write_question(&j, t);
    json_out_open(&j, "measures", '[');
    for (size_t m = 0; m < n; m++)
        json_out_text(&j, NULL, measure[m]);
    json_out_close(&j, ']');
    json_out_open(&j, "rows", '[');
    for (size_t i = 0; i < volumes_table_rows(t); i++) {
        const struct volumes_row *row = volumes_table_row(t, i);
        json_out_open(&j, NULL, '{');
        for (size_t k = 0; k < q->by_count; k++)
            json_out_text(&j, volumes_by_name(q->by[k]), row->label[k]);
        write_counts(&j, row, measure, n);
        json_out_close(&j, '}');
    }
    json_out_close(&j, ']');
    json_out_open(&j, "total", '{');
    write_counts(&j, volumes_table_total(t), measure, n);
    json_out_close(&j, '}');
    json_out_close(&j, '}');
}

/* How wide is the column of a label? */
static int width_of(const struct volumes_table *t, size_t k)
{
    size_t width = strlen(volumes_by_name(volumes_table_query(t)->by[k]));
    for (size_t i = 0; i < volumes_table_rows(t); i++) {
        size_t n = strlen(volumes_table_row(t, i)->label[k]);
        width = n > width ? n : width;
    }
    return (int)width;
}

static void write_numbers(const struct volumes_row *row, size_t n, FILE *out)
{
    char text[VEIL_TEXT_SIZE];
    for (size_t m = 0; m < n; m++)
        fprintf(out, " %*s", NUMBER_WIDTH, veil_text(row->count[m], row->safe[m], text));
    fputc('\n', out);
}

void volumes_write_columns(const struct volumes_table *t, FILE *out)
{
    const struct volumes_query *q = volumes_table_query(t);
    int width[QUERY_BY_MAX], all = -1;
    size_t n;
    const char *const *measure = volumes_measures(q, &n);
    for (size_t k = 0; k < q->by_count; k++) {
        width[k] = width_of(t, k);
        all += width[k] + 1;
        fprintf(out, "%s%-*s", k ? " " : "", width[k], volumes_by_name(q->by[k]));
    }
    for (size_t m = 0; m < n; m++)
        fprintf(out, " %*s", NUMBER_WIDTH, measure[m]);
    fputc('\n', out);
    for (size_t i = 0; i < volumes_table_rows(t); i++) {
        const struct volumes_row *row = volumes_table_row(t, i);
        for (size_t k = 0; k < q->by_count; k++)
            fprintf(out, "%s%-*s", k ? " " : "", width[k], row->label[k]);
        write_numbers(row, n, out);
    }
    fprintf(out, "%-*s", all, "total");
    write_numbers(volumes_table_total(t), n, out);
}
