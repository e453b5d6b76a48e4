/* SPDX-License-Identifier: Apache-2.0 */
/* Units as CSV (RFC 4180), by libcsv. Columns are found by the names in the first row, so a
 * spreadsheet may put them in another order and add its own. */
#include <csv.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "desk/exchange.h"

enum column { ID, LANGUAGE, STATUS, LIMITS, ENGLISH, TRANSLATION, COMMENT, COLUMNS };

static const struct {
    const char *name;
    bool needed; /* to read */
} columns[COLUMNS] = {
    [ID] = {"id", true},
    [LANGUAGE] = {"language", false},
    [STATUS] = {"status", true},
    [LIMITS] = {"limits", false},
    [ENGLISH] = {"english", true},
    [TRANSLATION] = {"translation", true},
    [COMMENT] = {"comment", false},
};

enum { FIELDS_MAX = 32 };

/* A file as it is read. */
struct sheet {
    struct exchange *x;
    struct findings *f;
    unsigned line;     /* that is being read */
    unsigned row_line; /* where the row began; 0 before its first field */
    const char *fields[FIELDS_MAX];
    size_t count;       /* fields of the row */
    size_t width;       /* fields of the first row; 0 before it */
    size_t at[COLUMNS]; /* the place of each column; FIELDS_MAX if it is not there */
    bool failed;
};

static int put_row(FILE *out, const char *const fields[COLUMNS])
{
    for (int i = 0; i < COLUMNS; i++) {
        if ((i && fputc(',', out) == EOF) || csv_fwrite(out, fields[i], strlen(fields[i])))
            return -1;
    }
    return fputs("\r\n", out) == EOF ? -1 : 0;
}

static int put_rows(const struct exchange *x, FILE *out)
{
    const char *names[COLUMNS];
    for (int i = 0; i < COLUMNS; i++)
        names[i] = columns[i].name;
    int rc = put_row(out, names);
    for (size_t i = 0; i < x->count && !rc; i++) {
        const struct unit *u = &x->units[i];
        const char *const fields[COLUMNS] = {
            [ID] = u->id,           [LANGUAGE] = x->language ? x->language : "",
            [STATUS] = u->status,   [LIMITS] = u->limits,
            [ENGLISH] = u->english, [TRANSLATION] = u->translation,
            [COMMENT] = u->comment,
        };
        rc = put_row(out, fields);
    }
    return rc;
}

int sheet_print(const struct exchange *x, FILE *out, struct findings *f)
{
    return put_rows(x, out) ? exchange_fault(f, 0, "", "No memory.") : 0;
}

/* Copy a field without carriage returns, which spreadsheets put before its line feeds. */
static const char *copy_field(struct arena *a, const char *s, size_t n)
{
    char *copy = arena_copy(a, s, n);
    char *out = copy;
    for (const char *in = copy; in && in < copy + n; in++) {
        if (*in != '\r')
            *out++ = *in;
    }
    if (out)
        *out = '\0';
    return copy;
}

static void on_field(void *text, size_t len, void *arg)
{
    struct sheet *s = arg;
    if (!s->row_line)
        s->row_line = s->line;
    if (s->count < FIELDS_MAX)
        s->fields[s->count] = copy_field(s->x->arena, text, len);
    s->count++;
}

static void fault(struct sheet *s, const char *id, const char *what)
{
    exchange_fault(s->f, s->row_line, id, "%s", what);
    s->failed = true;
}

/* The first row: where is each column? */
static void read_names(struct sheet *s)
{
    s->width = s->count;
    for (int c = 0; c < COLUMNS; c++) {
        s->at[c] = 0;
        while (s->at[c] < s->count && strcmp(s->fields[s->at[c]], columns[c].name))
            s->at[c]++;
        if (s->at[c] == s->count && columns[c].needed) {
            exchange_fault(s->f, s->row_line, "",
                           "The first row has no column \"%s\". Put it back; columns are parted by "
                           "commas.",
                           columns[c].name);
            s->failed = true;
        }
    }
}

/* All rows are of one language, if they say it. */
static bool knows_language(struct sheet *s)
{
    const char *said = s->at[LANGUAGE] < s->count ? s->fields[s->at[LANGUAGE]] : NULL;
    if (!said || (s->x->language && !strcmp(said, s->x->language)))
        return true;
    if (s->x->language) {
        exchange_fault(s->f, s->row_line, s->fields[s->at[ID]],
                       "The row says language \"%.20s\", a row before it \"%.20s\". A file has one "
                       "language.",
                       said, s->x->language);
        s->failed = true;
        return false;
    }
    s->x->language = said;
    return true;
}

static void read_unit(struct sheet *s)
{
    if (!knows_language(s))
        return;
    struct unit u = {
        .id = s->fields[s->at[ID]],
        .status = s->fields[s->at[STATUS]],
        .english = s->fields[s->at[ENGLISH]],
        .translation = s->fields[s->at[TRANSLATION]],
        .limits = "",
        .comment = "",
        .file = "",
        .line = s->row_line,
    };
    u.mark = strncmp(u.status, "stale", 5) ? UNIT_PLAIN : UNIT_STALE;
    if (exchange_add(s->x, &u))
        fault(s, u.id, "No memory to read it.");
}

/* Is the row whole, and every field copied? */
static bool is_whole(struct sheet *s)
{
    if (s->count > FIELDS_MAX) {
        fault(s, "", "The row has too many columns. Export again.");
        return false;
    }
    for (size_t i = 0; i < s->count; i++) {
        if (!s->fields[i]) {
            fault(s, "", "No memory to read it.");
            return false;
        }
    }
    if (s->width && s->count != s->width)
        fault(s, s->fields[0], "The row has not as many columns as the first. Is the file whole?");
    return !s->width || s->count == s->width;
}

static void on_row(int last, void *arg)
{
    (void)last;
    struct sheet *s = arg;
    if (is_whole(s) && !s->width)
        read_names(s);
    else if (!s->failed)
        read_unit(s);
    s->count = 0;
    s->row_line = 0;
}

/* Blanks at the ends of a field are kept. */
static int no_space(unsigned char c)
{
    (void)c;
    return 0;
}

/* Feed the text line by line, so that each row knows its line. Returns 0, or -1 at what is no CSV.
 */
static int feed(struct csv_parser *p, struct sheet *s, const char *text, size_t len)
{
    const char *end = text + len;
    while (text < end) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        size_t n = (size_t)(stop ? stop + 1 - text : end - text);
        if (csv_parse(p, text, n, on_field, on_row, s) != n)
            return -1;
        text += n;
        s->line += stop != NULL;
    }
    return csv_fini(p, on_field, on_row, s);
}

int sheet_parse(struct exchange *x, const char *text, size_t len, struct findings *f)
{
    struct sheet s = {.x = x, .f = f, .line = 1};
    struct csv_parser p;
    if (csv_init(&p, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL))
        return exchange_fault(f, 0, "", "No memory to read it.");
    csv_set_space_func(&p, no_space);
    if (feed(&p, &s, text, len)) {
        unsigned line = s.row_line ? s.row_line : s.line;
        exchange_fault(f, line, "", "No valid CSV in the row of this line: a quote is missing.");
        s.failed = true;
    }
    csv_free(&p);
    if (!s.width && !s.failed)
        return exchange_fault(f, 1, "", "The file is empty. Export again.");
    return s.failed ? -1 : 0;
}
