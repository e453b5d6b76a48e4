/* SPDX-License-Identifier: Apache-2.0 */
/* The gate for every JSON object that comes from outside: one pass that refuses whatever RFC 8259
 * or this project forbids and hands out the members of the outermost object on the way.
 *
 * Refused: longer than max_len; deeper than max_depth (the outermost
 * object is depth 1); a BOM; anything but one object; trailing octets other than white space;
 * invalid UTF-8; a raw control character or NUL in a string; the escape \u0000; lone surrogates in
 * escapes; a key that occurs twice in one object at any depth (compared after unescaping); numbers
 * that RFC 8259 does not allow (007, 1., +1, NaN) or that no double holds (1e999).
 *
 * A BOM, another value than an object and a forbidden number are JSON_SYNTAX; \u0000 is
 * JSON_CONTROL; a lone surrogate is JSON_UTF8, since UTF-8 cannot hold it. */
#ifndef ML_BASE_JSON_H
#define ML_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum json_type { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

enum json_fault {
    JSON_OK,
    JSON_TOO_LARGE,
    JSON_TOO_DEEP,
    JSON_SYNTAX,
    JSON_UTF8,
    JSON_CONTROL,
    JSON_DUPLICATE,
    JSON_NUMBER_RANGE,
    JSON_TRAILING,
    JSON_STOPPED,  /* the member callback asked to stop */
    JSON_NO_MEMORY /* an object with more keys than fit the stack, and no heap for them */
};

struct json_value {
    enum json_type type;
    const char *str; /* JSON_STRING: unescaped, NUL-terminated, in the caller's scratch;
                        JSON_OBJECT and JSON_ARRAY: as they stand in the text, brackets included */
    size_t len;      /* its octets */
    bool is_int;     /* JSON_NUMBER: written without fraction or exponent and within int64 */
    int64_t i;       /* that integer, exactly */
    double d;        /* JSON_NUMBER as a double */
    bool b;          /* JSON_BOOL */
};

struct json_error {
    enum json_fault fault;
    size_t offset;   /* octets before the place */
    unsigned line;   /* from 1 */
    char detail[96]; /* one sentence without the text's own content, except the key's name for a
                        duplicate key that is plain ASCII */
};

enum { JSON_MAX_DEPTH = 64 }; /* a greater limit counts as this one */

struct json_limits {
    size_t max_len;
    unsigned max_depth; /* at most JSON_MAX_DEPTH */
};

/* Called for each member of the outermost object, in order. Arrays and objects come as they stand
 * in the text (their contents are checked, not handed out; an object can be scanned on its own).
 * key is unescaped and NUL-terminated. Return 0 to go on, -1 to stop. */
typedef int (*json_member_fn)(void *arg, const char *key, size_t key_len,
                              const struct json_value *value);

/* Called for every value, outermost first, in the order of the text (an object before its members),
 * with its line. */
typedef void (*json_visit_fn)(void *arg, unsigned line);

/* What to allow, and whom to tell. */
struct json_job {
    struct json_limits limits;
    json_member_fn member; /* may be NULL */
    json_visit_fn visit;   /* may be NULL */
    void *arg;
};

/* Check text (len octets) against job->limits. scratch is memory of at least len + 1 octets for
 * unescaped strings; what member receives stays valid there until the caller reuses it (the strings
 * of the outermost members do not overwrite each other). Allocates nothing for objects of up to 64
 * keys. Returns 0, or -1 with *err filled. Members may have been handed out before the fault is
 * found: act only on 0. */
int json_scan(const char *text, size_t len, char *scratch, const struct json_job *job,
              struct json_error *err);

#endif
