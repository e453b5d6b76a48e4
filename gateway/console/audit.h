/* SPDX-License-Identifier: Apache-2.0 */
/* The audit log: every change, and every look at a number. A line is added and never changed; each
 * holds the SHA-256 over itself and the line before, so that a line that was altered, put in or
 * taken out shows. Lines taken off the end show by the program's own log, which names the last line
 * and its hash at the start, at the end and each hour (event console_audit). No phone number and no
 * text of a worker belongs into it. */
#ifndef ML_CONSOLE_AUDIT_H
#define ML_CONSOLE_AUDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/digest.h"
#include "console/people.h"
#include "io/db.h"

struct console;

enum {
    AUDIT_ACTION_MAX = 40,   /* octets: "area.what", such as "draft.edit", "number.look" */
    AUDIT_SUBJECT_MAX = 200, /* what it is about: a place, a case's reference, a login */
    AUDIT_DETAIL_MAX = 600   /* longer texts are cut at a character */
};

extern const char audit_tables[];

struct audit_line {
    int64_t seq, at_ms; /* seq from 1, without gaps */
    int64_t person;     /* 0: somebody who is not signed in, or the program */
    const char *name;   /* what the person was called then */
    const char *action, *subject, *detail;
};

/* Add a line: where the change is made, in its transaction. Returns 0, or -1: a fault of the
 * database; the change must then not be committed. person NULL: nobody that is signed in. subject
 * and detail may be NULL. */
int audit_write(struct console *c, const struct person *person, const char *action,
                const char *subject, const char *detail);
enum db_result audit_try(struct console *c, const struct person *person, const char *action,
                         const char *subject, const char *detail);

/* The same below the console. line->seq is set; hash (may be NULL) gets that of the line. */
enum db_result audit_add(struct db *db, struct audit_line *line, uint8_t hash[DIGEST_SIZE]);

/* Which lines; 0 and NULL stand for all. */
struct audit_filter {
    int64_t from_ms, to_ms; /* from <= at < to */
    int64_t before_seq;     /* older ones than this line */
    int64_t person;
    const char *action; /* the beginning of it */
    int64_t limit;
    bool oldest_first;
};
typedef bool (*audit_fn)(void *arg, const struct audit_line *line); /* false: enough */

/* The newest first, unless the filter says otherwise. */
enum db_result audit_list(struct db *db, const struct audit_filter *f, audit_fn fn, void *arg);

/* What stands before the dot in the actions of the log, each once. */
typedef void (*audit_area_fn)(void *arg, const char *area);
enum db_result audit_areas(struct db *db, audit_area_fn fn, void *arg);

struct audit_state {
    int64_t count;     /* lines */
    int64_t wrong_seq; /* of the first line that does not follow from the one before; 0: none */
    char head[2 * DIGEST_SIZE + 1]; /* the hash of the last line, in hex; "" without lines */
};
/* Read all of it again. */
enum db_result audit_check(struct db *db, struct audit_state *out);

/* CSV (RFC 4180) with a line of names, the oldest first; what a spreadsheet would take for a
 * formula gets a ' in front. Look at ferror at the end. */
enum db_result audit_csv(struct db *db, const struct audit_filter *f, FILE *out);

#endif
