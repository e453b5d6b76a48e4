/* SPDX-License-Identifier: Apache-2.0 */
/* Exercises the JSON gate (json_scan) and the tree behind it: whatever the gate accepts the tree
 * accepts too, with a line for each value, and what the gate hands out is valid UTF-8 without NUL
 * and lies in the scratch. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/tree.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
    const char *scratch;
    size_t size;
    size_t values;
    unsigned line;
};

/* Not assert(): the check must hold in every build. */
static void must(int holds)
{
    if (!holds)
        abort();
}

static void check_text(const struct seen *s, const char *text, size_t len)
{
    must(text >= s->scratch && len < s->size && text + len < s->scratch + s->size);
    must(strlen(text) == len && utf8_valid(text, len));
}

static int on_member(void *arg, const char *key, size_t key_len, const struct json_value *value)
{
    const struct seen *s = arg;
    check_text(s, key, key_len);
    if (value->type == JSON_STRING)
        check_text(s, value->str, value->len);
    return 0;
}

static void on_value(void *arg, unsigned line)
{
    struct seen *s = arg;
    must(line >= s->line);
    s->line = line;
    s->values++;
}

/* Count the values of a tree; the gate bounds the depth. */
static size_t count(const struct tree_node *n)
{
    size_t values = 1;
    must(tree_line(n) >= 1);
    for (const struct tree_node *c = tree_first(n); c; c = tree_next(c))
        values += count(c);
    return values;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *scratch = malloc(size + 1);
    if (!scratch)
        return 0;
    struct seen seen = {.scratch = scratch, .size = size + 1};
    struct json_job job = {
        .limits = {.max_len = size, .max_depth = JSON_MAX_DEPTH},
        .member = on_member,
        .visit = on_value,
        .arg = &seen,
    };
    struct json_error err;
    int rc = json_scan((const char *)data, size, scratch, &job, &err);
    must((rc == 0) == (err.fault == JSON_OK) && err.offset <= size && err.line >= 1);
    struct tree *t = tree_parse((const char *)data, size, &err);
    must((rc == 0) == (t != NULL));
    if (t)
        must(count(tree_root(t)) == seen.values);
    tree_free(t);
    free(scratch);
    return 0;
}
