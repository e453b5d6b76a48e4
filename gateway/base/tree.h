/* SPDX-License-Identifier: Apache-2.0 */
/* JSON documents as trees, for content and tools, never for the hot path. The text passes the gate
 * of json.h first; cJSON builds the tree. Each node knows its line, so that messages to authors can
 * name it. The only user of cJSON. */
#ifndef ML_BASE_TREE_H
#define ML_BASE_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json.h"

struct tree;      /* a document; owns all its nodes */
struct tree_node; /* a value in it; valid as long as the document */

/* Parse text. The outermost value must be an object. Returns NULL with *err filled. */
struct tree *tree_parse(const char *text, size_t len, struct json_error *err);

/* Read and parse a file of at most max octets. On failure returns NULL; *err tells why: for a file
 * that cannot be read the detail holds the system's reason, line is 0 and the fault JSON_SYNTAX. */
struct tree *tree_load(const char *path, size_t max, struct json_error *err);

void tree_free(struct tree *t); /* NULL is fine */

const struct tree_node *tree_root(const struct tree *t);

/* The member with that exact key (case-sensitive), or NULL; NULL also if n is NULL or no object. */
const struct tree_node *tree_get(const struct tree_node *n, const char *key);

/* Children of an object or array in order; NULL at the end, or if n is NULL or has none. */
const struct tree_node *tree_first(const struct tree_node *n);
const struct tree_node *tree_next(const struct tree_node *n);
size_t tree_count(const struct tree_node *n);

enum json_type tree_type(const struct tree_node *n); /* JSON_NULL if n is NULL */
unsigned tree_line(const struct tree_node *n);       /* from 1; 0 if n is NULL */
const char *tree_key(const struct tree_node *n);     /* its key in its object, or NULL */

/* The text of a string, or NULL if n is NULL or no string. */
const char *tree_string(const struct tree_node *n);

/* Store an integer that is exact (no fraction, within +-(2^53 - 1)). Returns 0, or -1 if n is none.
 */
int tree_int(const struct tree_node *n, int64_t *out);

/* True only if n is the JSON value true. */
bool tree_true(const struct tree_node *n);

#endif
