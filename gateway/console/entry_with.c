/* SPDX-License-Identifier: Apache-2.0 */
#include "console/entry_with.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_out.h"
#include "editing/span.h"

/* An entry on its way. */
struct draft_entry {
    const char *text;
    struct json_out out;
    const struct entry_member *members;
    size_t count;
};

/* Is the key at this span, with its quotes, that name? Names of members have no escapes. */
static bool is_key(const char *text, struct span key, const char *name)
{
    size_t n = strlen(name);
    return key.end - key.start == n + 2 && !memcmp(text + key.start + 1, name, n);
}

static bool has(const char *text, const char *name)
{
    struct span root = span_root(text, strlen(text));
    struct span_item at;
    for (bool more = span_first(text, root, &at); more; more = span_next(text, root, &at)) {
        if (is_key(text, at.key, name))
            return true;
    }
    return false;
}

static const struct entry_member *find(const struct draft_entry *e, struct span key)
{
    for (size_t i = 0; i < e->count; i++) {
        if (is_key(e->text, key, e->members[i].name))
            return &e->members[i];
    }
    return NULL;
}

static void put_raw(struct draft_entry *e, struct span at)
{
    fwrite(e->text + at.start, 1, at.end - at.start, e->out.file);
}

static void put_old(struct draft_entry *e, const struct span_item *at)
{
    fputs(e->out.more ? ", " : "", e->out.file);
    put_raw(e, at->key);
    fputs(": ", e->out.file);
    put_raw(e, at->value);
    e->out.more = true;
}

/* Is it one that the entry lacks and that goes behind this name? */
static bool follows(const struct draft_entry *e, const struct entry_member *m, const char *name,
                    size_t len)
{
    return m->json && m->after && strlen(m->after) == len && !memcmp(m->after, name, len) &&
           !has(e->text, m->name);
}

/* Members that the entry lacks, behind the one of this name, and those that go behind them. A
 * member stands behind one that is earlier in the list, so this ends. */
static void put_new(struct draft_entry *e, size_t from, const char *name, size_t len)
{
    for (size_t i = from; i < e->count; i++) {
        const struct entry_member *m = &e->members[i];
        if (!follows(e, m, name, len))
            continue;
        json_out_raw(&e->out, m->name, m->json);
        put_new(e, i + 1, m->name, strlen(m->name));
    }
}

static void put_all(struct draft_entry *e)
{
    struct span root = span_root(e->text, strlen(e->text));
    struct span_item at;
    fputc('{', e->out.file);
    for (bool more = span_first(e->text, root, &at); more; more = span_next(e->text, root, &at)) {
        const struct entry_member *m = find(e, at.key);
        if (!m)
            put_old(e, &at);
        else if (m->json)
            json_out_raw(&e->out, m->name, m->json);
        put_new(e, 0, e->text + at.key.start + 1, at.key.end - at.key.start - 2);
    }
    fputc('}', e->out.file);
}

char *entry_with(const char *entry, const struct entry_member *members, size_t count)
{
    char *text = NULL;
    size_t len;
    struct draft_entry e = {.text = entry, .members = members, .count = count};
    e.out.file = open_memstream(&text, &len);
    if (!e.out.file)
        return NULL;
    put_all(&e);
    bool failed = ferror(e.out.file);
    if (!fclose(e.out.file) && !failed)
        return text;
    free(text);
    return NULL;
}

char *entry_text(const char *s)
{
    char *text = NULL;
    size_t len;
    struct json_out out = {.file = open_memstream(&text, &len)};
    if (!out.file)
        return NULL;
    json_out_text(&out, NULL, s);
    bool failed = ferror(out.file);
    if (!fclose(out.file) && !failed)
        return text;
    free(text);
    return NULL;
}
