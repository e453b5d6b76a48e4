/* SPDX-License-Identifier: Apache-2.0 */
#include "base/tree.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A node is a cJSON item. Its line stands in `valueint`, which nothing here uses otherwise: numbers
 * are read from `valuedouble`. */
struct tree {
    cJSON *root;
};

/* The lines of all values in the order of the text. */
struct lines {
    unsigned *at;
    size_t count;
    size_t cap;
    bool no_memory;
};

static void add_line(void *arg, unsigned line)
{
    struct lines *l = arg;
    if (l->count == l->cap) {
        size_t cap = l->cap ? 2 * l->cap : 256;
        unsigned *at = realloc(l->at, cap * sizeof *at);
        if (!at) {
            l->no_memory = true;
            return;
        }
        l->at = at;
        l->cap = cap;
    }
    l->at[l->count++] = line;
}

static struct tree *fail(struct json_error *err, enum json_fault fault, const char *detail)
{
    *err = (struct json_error){.fault = fault};
    snprintf(err->detail, sizeof err->detail, "%s", detail);
    return NULL;
}

/* Pass text through the gate and collect its lines. Returns 0 or -1. */
static int gate(const char *text, size_t len, struct lines *lines, struct json_error *err)
{
    char *scratch = malloc(len + 1);
    if (!scratch) {
        fail(err, JSON_NO_MEMORY, "no memory");
        return -1;
    }
    struct json_job job = {
        .limits = {.max_len = len, .max_depth = JSON_MAX_DEPTH},
        .visit = add_line,
        .arg = lines,
    };
    int rc = json_scan(text, len, scratch, &job, err);
    free(scratch);
    return rc;
}

/* Give an item and all below it their lines: the same order as that of the gate. Depth is bounded
 * by the gate. */
static void set_lines(cJSON *item, const unsigned **line)
{
    item->valueint = (int)*(*line)++;
    for (cJSON *child = item->child; child; child = child->next)
        set_lines(child, line);
}

/* Build the tree of a text that passed the gate. */
static struct tree *build(const char *text, size_t len, const struct lines *lines)
{
    struct tree *t = malloc(sizeof *t);
    if (!t)
        return NULL;
    t->root = cJSON_ParseWithLength(text, len);
    if (!t->root) {
        free(t);
        return NULL;
    }
    const unsigned *line = lines->at;
    set_lines(t->root, &line);
    return t;
}

struct tree *tree_parse(const char *text, size_t len, struct json_error *err)
{
    struct lines lines = {.at = NULL};
    struct tree *t = NULL;
    if (gate(text, len, &lines, err) == 0) {
        if (!lines.no_memory)
            t = build(text, len, &lines);
        if (!t)
            fail(err, JSON_NO_MEMORY, "no memory");
    }
    free(lines.at);
    return t;
}

/* Read f to its end into text (max + 1 octets). Returns 0 or -1 with *err filled. */
static int read_all(FILE *f, char *text, size_t max, size_t *len, struct json_error *err)
{
    errno = 0;
    *len = fread(text, 1, max + 1, f);
    if (ferror(f)) {
        fail(err, JSON_SYNTAX, strerror(errno));
        return -1;
    }
    if (*len > max) {
        fail(err, JSON_TOO_LARGE, "the file is too long");
        return -1;
    }
    return 0;
}

struct tree *tree_load(const char *path, size_t max, struct json_error *err)
{
    struct tree *t = NULL;
    size_t len;
    FILE *f = fopen(path, "rbe");
    if (!f)
        return fail(err, JSON_SYNTAX, strerror(errno));
    char *text = malloc(max + 1);
    if (!text)
        fail(err, JSON_NO_MEMORY, "no memory");
    else if (read_all(f, text, max, &len, err) == 0)
        t = tree_parse(text, len, err);
    free(text);
    fclose(f);
    return t;
}

void tree_free(struct tree *t)
{
    if (!t)
        return;
    cJSON_Delete(t->root);
    free(t);
}

static const cJSON *item_of(const struct tree_node *n)
{
    return (const cJSON *)n;
}

static const struct tree_node *node_of(const cJSON *item)
{
    return (const struct tree_node *)item;
}

const struct tree_node *tree_root(const struct tree *t)
{
    return node_of(t->root);
}

const struct tree_node *tree_get(const struct tree_node *n, const char *key)
{
    if (!cJSON_IsObject(item_of(n)))
        return NULL;
    return node_of(cJSON_GetObjectItemCaseSensitive(item_of(n), key));
}

const struct tree_node *tree_first(const struct tree_node *n)
{
    return n ? node_of(item_of(n)->child) : NULL;
}

const struct tree_node *tree_next(const struct tree_node *n)
{
    return n ? node_of(item_of(n)->next) : NULL;
}

size_t tree_count(const struct tree_node *n)
{
    size_t count = 0;
    for (const struct tree_node *c = tree_first(n); c; c = tree_next(c))
        count++;
    return count;
}

enum json_type tree_type(const struct tree_node *n)
{
    const cJSON *item = item_of(n);
    if (cJSON_IsBool(item))
        return JSON_BOOL;
    if (cJSON_IsNumber(item))
        return JSON_NUMBER;
    if (cJSON_IsString(item))
        return JSON_STRING;
    if (cJSON_IsArray(item))
        return JSON_ARRAY;
    return cJSON_IsObject(item) ? JSON_OBJECT : JSON_NULL;
}

unsigned tree_line(const struct tree_node *n)
{
    return n ? (unsigned)item_of(n)->valueint : 0;
}

const char *tree_key(const struct tree_node *n)
{
    return n ? item_of(n)->string : NULL;
}

const char *tree_string(const struct tree_node *n)
{
    return cJSON_IsString(item_of(n)) ? item_of(n)->valuestring : NULL;
}

int tree_int(const struct tree_node *n, int64_t *out)
{
    /* 2^53 itself is refused: 2^53 + 1 rounds to it, so it may not be what the author wrote. */
    const double limit = 9007199254740992.0;
    if (!cJSON_IsNumber(item_of(n)))
        return -1;
    double d = item_of(n)->valuedouble;
    if (!(fabs(d) < limit) || d != (double)(int64_t)d)
        return -1;
    *out = (int64_t)d;
    return 0;
}

bool tree_true(const struct tree_node *n)
{
    return cJSON_IsTrue(item_of(n));
}
