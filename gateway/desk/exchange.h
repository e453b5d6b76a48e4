/* SPDX-License-Identifier: Apache-2.0 */
/* Texts on their way to translators and back: plain data, and the two formats of file in which they
 * travel. PO is that of GNU gettext (po.c), CSV that of RFC 4180 with a header row (csv.c). */
#ifndef ML_DESK_EXCHANGE_H
#define ML_DESK_EXCHANGE_H

#include <stddef.h>
#include <stdio.h>

#include "catalog/arena.h"
#include "catalog/finding.h"

enum { EXCHANGE_FILE_MAX = 4 << 20 }; /* octets of a file that is read */

enum exchange_format { EXCHANGE_PO, EXCHANGE_CSV, EXCHANGE_FORMATS };

/* What a file says about a translation besides its words. */
enum unit_mark {
    UNIT_PLAIN,
    UNIT_STALE, /* CSV: its status still says "stale", so the same words confirm nothing */
    UNIT_FUZZY  /* PO: flagged fuzzy, so it is not taken */
};

/* A text and its translation. Strings are never NULL. */
struct unit {
    const char *id;
    const char *english;
    const char *translation; /* "" if there is none */
    const char *status;      /* in words; begins with "stale" if the mark is UNIT_STALE */
    const char *limits;      /* how long it may be, in words, lines without a last line end */
    const char *comment;     /* what else a translator needs, likewise */
    const char *file;        /* to write: where the English text stands in the content */
    unsigned line;           /* to write: there; when read: the line of the PO or CSV file */
    enum unit_mark mark;
};

struct exchange {
    struct arena *arena;  /* owns all strings; the caller's */
    const char *language; /* ISO 639; NULL if a file that was read does not say it */
    const char *version;  /* of the content; NULL likewise */
    struct unit *units;
    size_t count, cap;
};

/* Add a copy of a unit, whose strings must live as long as the arena. Returns 0, -1 without memory.
 */
int exchange_add(struct exchange *x, const struct unit *u);

/* Add an error about a line (0 for none) of the file that is exchanged. Its member `file` is "".
 * Control characters of a text become question marks. Returns -1. */
int exchange_fault(struct findings *f, unsigned line, const char *id, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* The same, a warning. */
void exchange_warn(struct findings *f, unsigned line, const char *id, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* Add the fault that it is the file of another project, in one sentence. Returns -1. */
int exchange_foreign(struct findings *f, unsigned line);

/* The format that a name stands for ("po", "csv"), or that a file's name ends with. Returns -1 if
 * it is none. */
int exchange_format_named(const char *name);
int exchange_format_of_file(const char *path);

/* Write into memory, which the caller frees. Returns 0, or -1 with a fault. The gettext library has
 * state of its own, so one thread of a process at a time writes and reads. */
int exchange_print(const struct exchange *x, enum exchange_format format, char **out, size_t *len,
                   struct findings *f);

/* Read at most EXCHANGE_FILE_MAX octets of valid UTF-8 without NUL. Adds its units to x, its
 * language and version. Returns 0, or -1 with a fault for each line that is not good. */
int exchange_parse(struct exchange *x, enum exchange_format format, const char *text, size_t len,
                   struct findings *f);

/* The formats, for exchange.c. Text is valid UTF-8 without NUL and byte order mark. The failures of
 * `out` are its owner's. */
int po_print(const struct exchange *x, FILE *out, struct findings *f);
int po_parse(struct exchange *x, const char *text, size_t len, struct findings *f);
int sheet_print(const struct exchange *x, FILE *out, struct findings *f);
int sheet_parse(struct exchange *x, const char *text, size_t len, struct findings *f);

#endif
