/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the JSON gate share: the scan's state, strings (json_string.c) and sets of keys
 * (json_keys.c). */
#ifndef ML_BASE_JSON_INTERNAL_H
#define ML_BASE_JSON_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/json.h"

struct json_scan {
    const char *text;
    size_t len;
    size_t pos;
    unsigned line;  /* of pos; white space alone moves it, since strings hold no raw line ends */
    unsigned depth; /* objects and arrays open at pos */
    unsigned max_depth;
    char *out; /* the free part of the scratch; each string takes fewer octets here than in the
                  text, so all fit */
    const struct json_job *job;
    struct json_error *err;
};

/* Fill the error with the current line. Returns -1. */
static inline int json_fail(struct json_scan *s, enum json_fault fault, size_t offset,
                            const char *detail)
{
    s->err->fault = fault;
    s->err->offset = offset;
    s->err->line = s->line;
    snprintf(s->err->detail, sizeof s->err->detail, "%s", detail);
    return -1;
}

/* Read the string whose opening quote stands at pos; *str is unescaped, NUL-terminated and lies in
 * the scratch. Returns 0, or -1 with the error filled. */
int json_string(struct json_scan *s, const char **str, size_t *len);

struct json_key {
    const char *str; /* in the scratch; NULL marks a free slot of a table */
    size_t len;
};

/* The keys of one object. Up to 64 lie here in a plain list; more go to a hash table on the heap,
 * so that an object with very many keys takes no quadratic time. */
struct json_keys {
    struct json_key *table; /* NULL while the list is enough */
    size_t mask;            /* slots of the table - 1; a power of 2 - 1 */
    size_t count;
    struct json_key list[64];
};

enum json_keys_result { JSON_KEYS_NEW, JSON_KEYS_TWICE, JSON_KEYS_NO_MEMORY };

void json_keys_init(struct json_keys *k);
void json_keys_free(struct json_keys *k);

/* Add a key; the string must outlive the set. */
enum json_keys_result json_keys_add(struct json_keys *k, const char *str, size_t len);

#endif
