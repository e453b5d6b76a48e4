/* SPDX-License-Identifier: Apache-2.0 */
/* menu.json: the nodes, their children, and the codes to dial. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "catalog/loading.h"

static const char file[] = "menu.json";

static unsigned read_type(struct loading *l, struct place at, const struct tree_node *entry)
{
    const char *name = load_needed(l, at, entry, "type");
    for (unsigned i = 0; l->o->types[i]; i++) {
        if (!strcmp(l->o->types[i], name))
            return i;
    }
    if (*name)
        load_report(l, CODE_UNKNOWN_TYPE, at, "Nothing draws the type \"%.40s\". Correct \"type\".",
                    name);
    return UINT_MAX;
}

static void read_private(struct loading *l, struct place at, struct node *n,
                         const struct tree_node *entry)
{
    const struct tree_node *m = tree_get(entry, "private");
    n->is_private = tree_true(m);
    at.line = tree_line(m);
    if (m && tree_type(m) != JSON_BOOL)
        load_report(l, CODE_WRONG_TYPE, at, "\"private\" must be true or false.");
}

static int read_dial(struct loading *l, struct place at, struct node *n,
                     const struct tree_node *entry)
{
    const char *dial = load_optional(l, at, entry, "dial");
    n->dial = dial ? load_copy(l, dial) : "";
    if (!dial)
        return 0;
    at.line = tree_line(tree_get(entry, "dial"));
    size_t digits = strspn(dial, "0123456789");
    if (!digits || digits > 3 || dial[digits]) {
        load_report(l, CODE_BAD_DIAL, at, "\"dial\" must be one to three digits.");
        return 0;
    }
    const struct node *old = map_get(l->c->nodes_by_dial, dial);
    if (old) {
        load_report(l, CODE_DUPLICATE_DIAL, at, "%s is the code of \"%s\" already. Choose another.",
                    dial, old->id);
        return 0;
    }
    return map_put(l->c->nodes_by_dial, l->c->arena, n->dial, n);
}

static int add_node(struct loading *l, const struct tree_node *entry)
{
    static const char *const known[] = {"type", "children", "dial", "arg", "private", NULL};
    struct catalog *c = l->c;
    struct node *n = &c->nodes[c->node_count];
    const char *id = tree_key(entry);
    struct place at = place_of(file, entry, id);
    if (!load_is_id(id))
        load_report(l, CODE_BAD_ID, at, "An id is made of a-z, 0-9, point and hyphen, at most 95.");
    load_known(l, at, entry, known);
    n->id = load_copy(l, id);
    n->key = (uint32_t)digest_fnv(id, strlen(id));
    n->index = c->node_count;
    n->type = read_type(l, at, entry);
    const char *arg = load_optional(l, at, entry, "arg");
    n->arg = arg ? load_copy(l, arg) : "";
    n->label = load_text(l, id, ".label");
    n->title = load_text(l, id, ".title");
    n->body = load_text(l, id, ".text");
    read_private(l, at, n, entry);
    l->nodes[c->node_count++] = entry;
    if (read_dial(l, at, n, entry) || map_put(c->nodes_by_id, c->arena, n->id, n))
        return load_no_memory(l);
    return 0;
}

/* Name the parent: the first menu that lists the child, else the first other node. */
static void adopt(struct loading *l, const struct node *parent, const struct node *child)
{
    struct node *n = &l->c->nodes[child->index];
    bool is_menu = parent->type == l->c->menu_type;
    if (!n->parent || (is_menu && n->parent->type != l->c->menu_type))
        n->parent = parent;
}

static int add_children(struct loading *l, struct node *n)
{
    const struct tree_node *entry = l->nodes[n->index];
    struct place at = place_of(file, entry, n->id);
    const struct tree_node *list = load_children(l, at, entry, "children", JSON_ARRAY);
    const struct node **children =
        arena_array(l->c->arena, tree_count(list), sizeof(const struct node *));
    if (!children)
        return load_no_memory(l);
    for (const struct tree_node *e = tree_first(list); e; e = tree_next(e)) {
        const char *id = tree_string(e);
        const struct node *child = id ? catalog_node(l->c, id) : NULL;
        at.line = tree_line(e);
        if (!child) {
            load_report(l, CODE_UNKNOWN_CHILD, at, "There is no node \"%.80s\". Correct the id.",
                        id ? id : "(no text)");
            continue;
        }
        children[n->child_count++] = child;
        adopt(l, n, child);
    }
    n->children = children;
    return 0;
}

static int by_key(const void *a, const void *b)
{
    const struct node *x = *(const struct node *const *)a;
    const struct node *y = *(const struct node *const *)b;
    return (x->key > y->key) - (x->key < y->key);
}

/* Sort the nodes by key; two of one key, or the key 0, would mix up records of sessions. */
static int sort_keys(struct loading *l)
{
    struct catalog *c = l->c;
    c->by_key = arena_array(c->arena, c->node_count, sizeof *c->by_key);
    if (!c->by_key)
        return load_no_memory(l);
    for (size_t i = 0; i < c->node_count; i++)
        c->by_key[i] = &c->nodes[i];
    qsort(c->by_key, c->node_count, sizeof *c->by_key, by_key);
    for (size_t i = 0; i < c->node_count; i++) {
        const struct node *n = c->by_key[i];
        if (!n->key || (i && c->by_key[i - 1]->key == n->key))
            load_report(l, CODE_KEY_COLLISION, place_of(file, l->nodes[n->index], n->id),
                        "Its key is taken by another node. Give it another id.");
    }
    return 0;
}

static int find_start(struct loading *l, const struct tree_node *root)
{
    struct place at = place_of(file, root, NULL);
    const char *id = load_needed(l, at, root, "start");
    l->c->start = catalog_node(l->c, id);
    at.line = tree_line(tree_get(root, "start"));
    if (!l->c->start)
        load_report(l, CODE_UNKNOWN_START, at, "There is no node \"%.80s\" to start with.", id);
    return l->c->start ? 0 : -1;
}

int load_menu(struct loading *l)
{
    static const char *const known[] = {"start", "nodes", NULL};
    const struct tree_node *root = load_file(l, file);
    struct place at = place_of(file, root, NULL);
    load_known(l, at, root, known);
    const struct tree_node *nodes = load_children(l, at, root, "nodes", JSON_OBJECT);
    size_t count = tree_count(nodes);
    l->c->nodes = arena_array(l->c->arena, count, sizeof *l->c->nodes);
    l->nodes = arena_array(l->scratch, count, sizeof *l->nodes);
    l->has_keyword = arena_array(l->scratch, count, sizeof *l->has_keyword);
    if (!l->c->nodes || !l->nodes || !l->has_keyword)
        return load_no_memory(l);
    for (const struct tree_node *e = tree_first(nodes); e; e = tree_next(e)) {
        if (add_node(l, e))
            return -1;
    }
    for (size_t i = 0; i < l->c->node_count; i++) {
        if (add_children(l, &l->c->nodes[i]))
            return -1;
    }
    return sort_keys(l) || find_start(l, root) ? -1 : 0;
}
