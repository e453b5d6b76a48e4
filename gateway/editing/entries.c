/* SPDX-License-Identifier: Apache-2.0 */
#include "editing/entries.h"

#include <stdio.h>
#include <string.h>

static const char *id_of(const struct section *s, const struct tree_node *n)
{
    return s->id_member ? tree_string(tree_get(n, s->id_member)) : tree_key(n);
}

int entries_open(struct entries *e, const struct catalog_file *file, const struct section *s,
                 char why[PLACE_WHY_MAX])
{
    struct json_error err;
    struct span_item item;
    enum json_type type = s->id_member ? JSON_ARRAY : JSON_OBJECT;
    *e = (struct entries){.text = file->text, .len = file->len, .section = s};
    e->tree = tree_parse(file->text, file->len, &err);
    if (!e->tree) {
        snprintf(why, PLACE_WHY_MAX,
                 "%s is no valid JSON: %s (line %u). Put an older version back.", file->name,
                 err.detail, err.line);
        return -1;
    }
    struct span root = span_root(e->text, e->len);
    const struct tree_node *n = tree_first(tree_root(e->tree));
    for (bool more = span_first(e->text, root, &item); more && n; n = tree_next(n)) {
        if (!strcmp(tree_key(n), s->name)) {
            e->list = item.value;
            e->node = n;
        }
        more = span_next(e->text, root, &item);
    }
    if (!e->node || tree_type(e->node) == type)
        return 0;
    snprintf(why, PLACE_WHY_MAX,
             "\"%s\" in %s is not a list of entries. Put an older version back.", s->name,
             file->name);
    return -1;
}

void entries_close(struct entries *e)
{
    tree_free(e->tree);
    e->tree = NULL;
}

bool entries_first(const struct entries *e, struct entry *out)
{
    *out = (struct entry){.node = tree_first(e->node)};
    if (!out->node || !span_first(e->text, e->list, &out->item))
        return false;
    out->id = id_of(e->section, out->node);
    return true;
}

bool entries_next(const struct entries *e, struct entry *at)
{
    at->node = tree_next(at->node);
    if (!at->node || !span_next(e->text, e->list, &at->item))
        return false;
    at->id = id_of(e->section, at->node);
    return true;
}

bool entries_find(const struct entries *e, const char *id, struct entry *out)
{
    if (!entries_first(e, out))
        return false;
    do {
        if (out->id && !strcmp(out->id, id))
            return true;
    } while (entries_next(e, out));
    return false;
}
