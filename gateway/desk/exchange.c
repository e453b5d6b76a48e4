/* SPDX-License-Identifier: Apache-2.0 */
#include "desk/exchange.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

static const struct {
    const char *name;
    int (*print)(const struct exchange *x, FILE *out, struct findings *f);
    int (*parse)(struct exchange *x, const char *text, size_t len, struct findings *f);
} formats[EXCHANGE_FORMATS] = {
    [EXCHANGE_PO] = {"po", po_print, po_parse},
    [EXCHANGE_CSV] = {"csv", sheet_print, sheet_parse},
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

static void tell(struct findings *f, struct finding *one, const char *id, const char *fmt,
                 va_list args)
{
    vsnprintf(one->detail, sizeof one->detail, fmt, args);
    snprintf(one->code, sizeof one->code, "exchange");
    snprintf(one->id, sizeof one->id, "%s", id);
    clean(one->id);
    clean(one->detail);
    findings_add(f, one);
}

int exchange_fault(struct findings *f, unsigned line, const char *id, const char *fmt, ...)
{
    struct finding one = {.level = FINDING_ERROR, .line = line};
    va_list args;
    va_start(args, fmt);
    tell(f, &one, id, fmt, args);
    va_end(args);
    return -1;
}

void exchange_warn(struct findings *f, unsigned line, const char *id, const char *fmt, ...)
{
    struct finding one = {.level = FINDING_WARNING, .line = line};
    va_list args;
    va_start(args, fmt);
    tell(f, &one, id, fmt, args);
    va_end(args);
}

int exchange_foreign(struct findings *f, unsigned line)
{
    return exchange_fault(f, line, "",
                          "This file is no export of these texts: its header has no "
                          "X-Content-Version. Export the language, and translate that file.");
}

int exchange_print(const struct exchange *x, enum exchange_format format, char **out, size_t *len,
                   struct findings *f)
{
    *out = NULL;
    FILE *memory = open_memstream(out, len);
    if (!memory)
        return exchange_fault(f, 0, "", "No memory.");
    int rc = formats[format].print(x, memory, f);
    bool failed = ferror(memory);
    if (!fclose(memory) && !failed && !rc)
        return 0;
    free(*out);
    *out = NULL;
    return rc ? rc : exchange_fault(f, 0, "", "No memory.");
}

/* Do the last octets begin a character that does not end? */
static bool ends_within(const char *s, size_t n)
{
    unsigned char first = (unsigned char)*s;
    size_t needs = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    bool begins = first >= 0xC2 && first <= 0xF4 && n < needs;
    for (size_t i = 1; i < n && begins; i++)
        begins = ((unsigned char)s[i] & 0xC0) == 0x80;
    return begins;
}

/* Refuse octets that are no text, and say in which line they stand. */
static int check_octets(const char *text, size_t len, struct findings *f)
{
    unsigned line = 1;
    uint32_t cp = 0;
    for (size_t i = 0; i < len;) {
        int n = utf8_next(text + i, len - i, &cp);
        if (n < 0 && ends_within(text + i, len - i))
            return exchange_fault(f, line, "",
                                  "The file ends within a character: it is not whole. "
                                  "Send all of it, or export again.");
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
    if (len > EXCHANGE_FILE_MAX)
        return exchange_fault(f, 1, "", "The file is larger than %d octets. No export is so large.",
                              EXCHANGE_FILE_MAX);
    if (check_octets(text, len, f))
        return -1;
    size_t skip = len >= 3 && !memcmp(text, mark, 3) ? 3 : 0;
    return formats[format].parse(x, text + skip, len - skip, f);
}
