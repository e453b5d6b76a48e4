/* SPDX-License-Identifier: Apache-2.0 */
#include "phone/record.h"

#include <stdlib.h>
#include <string.h>

struct piece {
    unsigned after, drop;
    char mark;
    char *text;
};

struct record {
    struct piece *pieces;
    size_t count;
};

struct record *record_new(void)
{
    return calloc(1, sizeof(struct record));
}

void record_free(struct record *r)
{
    for (size_t i = 0; r && i < r->count; i++)
        free(r->pieces[i].text);
    if (r)
        free(r->pieces);
    free(r);
}

int record_put(struct record *r, unsigned after, unsigned drop, char mark, const char *text)
{
    struct piece *more = realloc(r->pieces, (r->count + 1) * sizeof *more);
    if (!more)
        return -1;
    r->pieces = more;
    more += r->count;
    *more = (struct piece){.after = after, .drop = drop, .mark = mark, .text = strdup(text)};
    if (!more->text)
        return -1;
    r->count++;
    return 0;
}

static void write_piece(const struct piece *p, FILE *out)
{
    const char *s = p->text;
    for (size_t n; *s; s += n + (s[n] == '\n')) {
        n = strcspn(s, "\n");
        fprintf(out, "%c %.*s\n", p->mark, (int)n, s);
    }
}

/* Write what comes after a line. Returns how many lines of the file go. */
static unsigned write_after(const struct record *r, unsigned line, FILE *out)
{
    unsigned drop = 0;
    for (size_t i = 0; i < r->count; i++) {
        if (r->pieces[i].after != line)
            continue;
        write_piece(&r->pieces[i], out);
        drop += r->pieces[i].drop;
    }
    return drop;
}

int record_write(const struct record *r, const char *path, FILE *out)
{
    FILE *in = fopen(path, "r");
    char *line = NULL;
    size_t cap = 0;
    unsigned drop = 0;
    if (!in)
        return -1;
    for (unsigned n = 1; getline(&line, &cap, in) > 0; n++) {
        if (drop > 0) {
            drop--;
            continue;
        }
        fputs(line, out);
        drop = write_after(r, n, out);
    }
    free(line);
    fclose(in);
    return ferror(out) ? -1 : 0;
}
