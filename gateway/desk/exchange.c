/* SPDX-License-Identifier: Apache-2.0 */
#include "desk/exchange.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

static const struct {
    const char *name;
    int (*write)(const struct exchange *x, const char *path, struct findings *f);
    int (*parse)(struct exchange *x, const char *text, size_t len, struct findings *f);
} formats[EXCHANGE_FORMATS] = {
    [EXCHANGE_PO] = {"po", po_write, po_parse},
    [EXCHANGE_CSV] = {"csv", sheet_write, sheet_parse},
};

int exchange_format_named(const char *name)
{
    for (int i = 0; i < EXCHANGE_FORMATS; i++) {
        if (!strcmp(formats[i].name, name))
            return i;
    }
    return -1;
}

int exchange_format_of_file(const char *path)
{
    const char *point = strrchr(path, '.');
    return point ? exchange_format_named(point + 1) : -1;
}

int exchange_add(struct exchange *x, const struct unit *u)
{
    if (x->count == x->cap) {
        size_t cap = x->cap ? 2 * x->cap : 256;
        struct unit *units = arena_array(x->arena, cap, sizeof *units);
        if (!units)
            return -1;
        if (x->count)
            memcpy(units, x->units, x->count * sizeof *units);
        x->units = units;
        x->cap = cap;
    }
    x->units[x->count++] = *u;
    return 0;
}

/* Make a message fit for a terminal: no control characters, no code point cut by the end. */
static void clean(char *s)
{
    size_t len = strlen(s);
    while (len && !utf8_valid(s, len))
        s[--len] = '\0';
    for (; *s; s++) {
        if ((unsigned char)*s < 0x20 || *s == 0x7F)
            *s = '?';
    }
}

int exchange_fault(struct findings *f, unsigned line, const char *id, const char *fmt, ...)
{
    struct finding one = {.level = FINDING_ERROR, .code = "exchange", .line = line};
    va_list args;
    va_start(args, fmt);
    vsnprintf(one.detail, sizeof one.detail, fmt, args);
    va_end(args);
    snprintf(one.id, sizeof one.id, "%s", id);
    clean(one.id);
    clean(one.detail);
    findings_add(f, &one);
    return -1;
}

int exchange_write(const struct exchange *x, enum exchange_format format, const char *path,
                   struct findings *f)
{
    return formats[format].write(x, path, f);
}

/* Refuse octets that are no text, and say in which line they stand. */
static int check_octets(const char *text, size_t len, struct findings *f)
{
    unsigned line = 1;
    uint32_t cp = 0;
    for (size_t i = 0; i < len;) {
        int n = utf8_next(text + i, len - i, &cp);
        if (n < 0)
            return exchange_fault(f, line, "", "This line is not UTF-8. Save the file as UTF-8.");
        if (cp == 0)
            return exchange_fault(f, line, "", "There is a NUL character. Delete it.");
        line += cp == '\n';
        i += (size_t)n;
    }
    return 0;
}

int exchange_parse(struct exchange *x, enum exchange_format format, const char *text, size_t len,
                   struct findings *f)
{
    static const char mark[] = "\xEF\xBB\xBF"; /* spreadsheets begin a file with it */
    if (check_octets(text, len, f))
        return -1;
    size_t skip = len >= 3 && !memcmp(text, mark, 3) ? 3 : 0;
    return formats[format].parse(x, text + skip, len - skip, f);
}

/* Read an open file, and parse it. */
static int read_open(struct exchange *x, enum exchange_format format, FILE *in, struct findings *f)
{
    char *text = malloc(EXCHANGE_FILE_MAX + 1);
    if (!text)
        return exchange_fault(f, 0, "", "No memory to read it.");
    size_t len = fread(text, 1, EXCHANGE_FILE_MAX + 1, in);
    int rc;
    if (ferror(in))
        rc = exchange_fault(f, 0, "", "Cannot be read: %s.", strerror(errno));
    else if (len > EXCHANGE_FILE_MAX)
        rc = exchange_fault(f, 1, "", "The file is larger than %d octets. No export is so large.",
                            EXCHANGE_FILE_MAX);
    else
        rc = exchange_parse(x, format, text, len, f);
    free(text);
    return rc;
}

int exchange_read(struct exchange *x, enum exchange_format format, const char *path,
                  struct findings *f)
{
    FILE *in = fopen(path, "rbe");
    if (!in)
        return exchange_fault(f, 0, "", "Cannot be read: %s.", strerror(errno));
    int rc = read_open(x, format, in, f);
    fclose(in);
    return rc;
}
