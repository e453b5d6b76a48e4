/* SPDX-License-Identifier: Apache-2.0 */
/* Bars in the terminal: one for each row, in eighths of a character. */
#include <string.h>

#include "volumes/write.h"

enum { EIGHTHS = 8, BAR_LEAST = 10, LABEL_CAP = 4 * VOLUMES_LABEL_SIZE };

/* The label of a row in one piece. */
static void label_of(const struct volumes_table *t, const struct volumes_row *row,
                     char out[LABEL_CAP])
{
    out[0] = '\0';
    for (size_t k = 0; k < volumes_table_query(t)->by_count; k++) {
        if (k > 0)
            strcat(out, " ");
        strcat(out, row->label[k]);
    }
}

/* n may be -1 for a small number, which has no bar: its length would tell it. */
static void write_bar(int64_t n, int64_t most, unsigned width, FILE *out)
{
    static const char *const part[EIGHTHS] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    int64_t eighths = n > 0 ? (n * (int64_t)width * EIGHTHS + most / 2) / most : 0;
    if (n > 0 && eighths <= 0)
        eighths = 1;
    for (int64_t i = 0; i < eighths / EIGHTHS; i++)
        fputs("█", out);
    fputs(part[eighths % EIGHTHS], out);
}

void volumes_write_chart(const struct volumes_table *t, size_t measure, unsigned width, FILE *out)
{
    const struct volumes_query *q = volumes_table_query(t);
    char label[LABEL_CAP], text[VEIL_TEXT_SIZE], zone[8];
    size_t n, widest = 0, rows = volumes_table_rows(t);
    int64_t most = 0;
    const char *const *name = volumes_measures(q, &n);
    for (size_t i = 0; i < rows; i++) {
        const struct volumes_row *row = volumes_table_row(t, i);
        int64_t shown = veil_shown(row->count[measure], row->safe[measure]);
        label_of(t, row, label);
        widest = strlen(label) > widest ? strlen(label) : widest;
        most = shown > most ? shown : most;
    }
    unsigned used = (unsigned)widest + VEIL_TEXT_SIZE / 2;
    unsigned bar = width > used + BAR_LEAST ? width - used : BAR_LEAST;
    volumes_write_zone(q, zone);
    fprintf(out, "%s, %s\n", name[measure], zone);
    for (size_t i = 0; i < rows; i++) {
        const struct volumes_row *row = volumes_table_row(t, i);
        int64_t shown = veil_shown(row->count[measure], row->safe[measure]);
        label_of(t, row, label);
        fprintf(out, "%-*s ", (int)widest, label);
        write_bar(shown, most, bar, out);
        fprintf(out, "%s%s\n", shown > 0 ? " " : "",
                veil_text(row->count[measure], row->safe[measure], text));
    }
    const struct volumes_row *total = volumes_table_total(t);
    fprintf(out, "%-*s %s\n", (int)widest, "total",
            veil_text(total->count[measure], total->safe[measure], text));
}
