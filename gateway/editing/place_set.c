/* SPDX-License-Identifier: Apache-2.0 */
/* An entry replaced, added or deleted: one cut in the octets of its file. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "catalog/bundle.h"
#include "editing/entries.h"
#include "editing/house.h"

enum { ENTRY_JSON_MAX = 64 * 1024 };

/* A change under way. */
struct change {
    const struct files *files;
    const struct section *section;
    struct place_parts at;
    char *why;
    char *wrapped;           /* the new entry as the only member of an object */
    struct tree *tree;       /* of it */
    struct house_value json; /* in it */
    struct entries old;
    struct span cut; /* what goes */
    struct buf put;  /* what comes in its place */
    char *made;      /* text of a file that is not there yet */
};

__attribute__((format(printf, 2, 3))) static int refuse(const struct change *c, const char *fmt,
                                                        ...)
{
    va_list args;
    va_start(args, fmt);
    vsnprintf(c->why, PLACE_WHY_MAX, fmt, args);
    va_end(args);
    return -1;
}

static int no_memory(const struct change *c)
{
    return refuse(c, "The computer has no memory left. Try again later.");
}

/* Read the new entry. The gate takes objects alone, so it becomes a member of one. */
static int read_json(struct change *c, const char *json)
{
    struct json_error err;
    struct span_item item;
    size_t len = strlen(json);
    if (len > ENTRY_JSON_MAX)
        return refuse(c, "The entry is longer than %d octets. Make it shorter.", ENTRY_JSON_MAX);
    if (asprintf(&c->wrapped, "{\"\":%s}", json) < 0) {
        c->wrapped = NULL;
        return no_memory(c);
    }
    c->tree = tree_parse(c->wrapped, strlen(c->wrapped), &err);
    if (!c->tree)
        return refuse(c, "The entry is no valid JSON: %s (line %u). Correct it.", err.detail,
                      err.line);
    if (tree_count(tree_root(c->tree)) != 1)
        return refuse(c, "The entry is more than one JSON value. Send one.");
    span_first(c->wrapped, span_root(c->wrapped, strlen(c->wrapped)), &item);
    c->json = (struct house_value){c->wrapped, item.value, tree_first(tree_root(c->tree))};
    return 0;
}

/* Is the new entry what its list holds? */
static int check_json(const struct change *c)
{
    const struct section *s = c->section;
    if (tree_type(c->json.node) != s->entry)
        return refuse(c, "An entry of \"%s\" is %s. Send one.", s->name,
                      s->entry == JSON_OBJECT ? "an object in { }" : "a list in [ ]");
    if (!s->id_member)
        return 0;
    const char *id = tree_string(tree_get(c->json.node, s->id_member));
    if (!id || strcmp(id, c->at.id))
        return refuse(c, "The \"%s\" of the entry must be \"%s\", as its address says.",
                      s->id_member, c->at.id);
    return 0;
}

/* What others hang on must be easy to type and to read. */
static int check_new_id(const struct change *c)
{
    const char *id = c->at.id;
    if (!strcmp(c->at.file, "glossary.json"))
        return 0; /* a term is its own id */
    if (strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789.-") == strlen(id))
        return 0;
    return refuse(c, "An id has only a to z, 0 to 9, point and minus. Choose another one.");
}

/* The list as it stands, of a file that may have to be made. */
static int open_list(struct change *c)
{
    const struct catalog_file *found = files_find(c->files, c->at.file);
    struct catalog_file file = {.name = c->at.file};
    if (found) {
        file = *found;
    } else {
        size_t count;
        files_list(c->files, &count);
        if (count >= BUNDLE_FILES_MAX)
            return refuse(c, "There are already %zu files. Use one of them.", count);
        int n = asprintf(&c->made, "{\n  \"%s\": %s\n}\n", c->section->name,
                         c->section->id_member ? "[]" : "{}");
        if (n < 0) {
            c->made = NULL;
            return no_memory(c);
        }
        file.text = c->made;
        file.len = (size_t)n;
    }
    if (entries_open(&c->old, &file, c->section, c->why) < 0)
        return -1;
    if (!c->old.node)
        return refuse(c, "%s has no \"%s\". Put an older version back.", file.name,
                      c->section->name);
    return 0;
}

/* As its like: how a value is written that takes the place of another one, or comes behind it. */
static enum house_style style_of(const struct change *c, const struct span *like)
{
    if (tree_type(c->json.node) != JSON_OBJECT)
        return HOUSE_LINE;
    if (c->section->style == SECTION_SEVERAL)
        return tree_count(c->json.node) > 1 ? HOUSE_BLOCK : HOUSE_LINE;
    if (!like)
        return c->section->style == SECTION_BLOCKS ? HOUSE_BLOCK : HOUSE_LINE;
    return memchr(c->old.text + like->start, '\n', like->end - like->start) ? HOUSE_BLOCK
                                                                            : HOUSE_LINE;
}

static void replace(struct change *c, const struct entry *old)
{
    c->cut = old->item.value;
    house_write(&c->put, &c->json, style_of(c, &old->item.value));
}

/* Behind the last entry, or as the only one. */
static void append(struct change *c)
{
    struct entry e, last = {.id = NULL};
    bool any = entries_first(&c->old, &e);
    for (bool more = any; more; more = entries_next(&c->old, &e))
        last = e;
    if (any)
        c->cut = (struct span){last.item.value.end, last.item.value.end};
    else
        c->cut = (struct span){c->old.list.start + 1, c->old.list.end - 1};
    buf_puts(&c->put, any ? ",\n    " : "\n    ");
    if (!c->section->id_member) {
        buf_json(&c->put, c->at.id, strlen(c->at.id));
        buf_puts(&c->put, ": ");
    }
    house_write(&c->put, &c->json, style_of(c, any ? &last.item.value : NULL));
    buf_puts(&c->put, any ? "" : "\n  ");
}

/* The entry goes with the comma and the white space that set it off. */
static void take_out(struct change *c, const struct entry *old)
{
    struct entry e, before = {.id = NULL}, after = *old;
    bool has_before = false;
    for (bool more = entries_first(&c->old, &e); more && e.node != old->node;
         more = entries_next(&c->old, &e)) {
        before = e;
        has_before = true;
    }
    if (entries_next(&c->old, &after))
        c->cut = (struct span){old->item.key.start, after.item.key.start};
    else if (has_before)
        c->cut = (struct span){before.item.value.end, old->item.value.end};
    else
        c->cut = (struct span){c->old.list.start + 1, c->old.list.end - 1};
}

/* The file with what was put for what was cut. */
static struct files *splice(struct change *c)
{
    const struct entries *old = &c->old;
    size_t tail = old->len - c->cut.end, len = c->cut.start + c->put.len + tail;
    struct json_error err;
    struct files *out = NULL;
    if (len > BUNDLE_FILE_MAX) {
        refuse(c, "%s would be larger than 1 MiB. Put the entry into another file.", c->at.file);
        return NULL;
    }
    char *text = malloc(len + 1);
    if (!text) {
        no_memory(c);
        return NULL;
    }
    memcpy(text, old->text, c->cut.start);
    memcpy(text + c->cut.start, c->put.data, c->put.len);
    memcpy(text + c->cut.start + c->put.len, old->text + c->cut.end, tail);
    struct tree *whole = tree_parse(text, len, &err);
    if (!whole)
        refuse(c, "%s would be no valid JSON: %s. Correct the entry.", c->at.file, err.detail);
    else if (!(out = files_with(c->files, c->at.file, text, len)))
        no_memory(c);
    tree_free(whole);
    free(text);
    return out;
}

static struct files *put_entry(struct change *c, const char *json)
{
    struct entry old;
    size_t cap = house_room(strlen(json)) + house_room(PLACE_ID_MAX);
    char *memory = NULL;
    struct files *out = NULL;
    if (read_json(c, json) < 0 || check_json(c) < 0 || open_list(c) < 0)
        return NULL;
    bool there = entries_find(&c->old, c->at.id, &old);
    if (!there && check_new_id(c) < 0)
        return NULL;
    memory = malloc(cap);
    if (!memory) {
        no_memory(c);
        return NULL;
    }
    buf_init(&c->put, memory, cap);
    if (there)
        replace(c, &old);
    else
        append(c);
    out = c->put.full ? NULL : splice(c);
    free(memory);
    return out;
}

static struct files *delete_entry(struct change *c)
{
    struct entry old;
    char none[1];
    const struct catalog_file *file = files_find(c->files, c->at.file);
    if (file && open_list(c) < 0)
        return NULL;
    if (!file || !entries_find(&c->old, c->at.id, &old))
        return files_ref((struct files *)c->files);
    buf_init(&c->put, none, sizeof none);
    take_out(c, &old);
    return splice(c);
}

struct files *place_set(const struct files *f, const char *place, const char *json,
                        char why[PLACE_WHY_MAX])
{
    struct change c = {.files = f, .why = why};
    struct files *out = NULL;
    c.section = place_section(place, &c.at, why);
    if (c.section)
        out = json ? put_entry(&c, json) : delete_entry(&c);
    entries_close(&c.old);
    tree_free(c.tree);
    free(c.wrapped);
    free(c.made);
    return out;
}
