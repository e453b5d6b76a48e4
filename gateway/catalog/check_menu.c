/* SPDX-License-Identifier: Apache-2.0 */
/* The check of the tree of nodes: texts, children, cycles, ways in. */
#include <limits.h>
#include <string.h>

#include "catalog/loading.h"

enum { CHILDREN_MAX = 9, START_CHILDREN_MAX = 6, DEPTH_MAX = 4 };

static struct place place_of_menu(const struct loading *l, const struct node *n)
{
    return place_of("menu.json", l->nodes[n->index], n->id);
}

static bool is_menu(const struct loading *l, const struct node *n)
{
    return n->type != UINT_MAX && n->type == l->c->menu_type;
}

static void check_children(struct loading *l, const struct node *n)
{
    size_t max = n == l->c->start ? START_CHILDREN_MAX : CHILDREN_MAX;
    struct place at = place_of_menu(l, n);
    if (is_menu(l, n) && !n->child_count)
        load_report(l, CODE_DEAD_END, at,
                    "A menu without children leads nowhere. Add \"children\".");
    if (n->child_count > max)
        load_report(l, CODE_TOO_MANY_CHILDREN, at, "It has %zu children, at most %zu. Group them.",
                    n->child_count, max);
}

static void check_node_texts(struct loading *l, const struct node *n)
{
    struct place at = place_of_menu(l, n);
    if (!n->label && (n->parent || (is_menu(l, n) && !n->title)))
        load_report(l, CODE_MISSING_TEXT, at, "There is no English text \"%s.label\". Write it.",
                    n->id);
    if (!n->body && !is_menu(l, n) && body_is_compiled(l->o, n))
        load_report(l, CODE_MISSING_TEXT, at, "There is no English text \"%s.text\". Write it.",
                    n->id);
    if (n->body && n->type == l->c->article_type && !n->body->states)
        load_report(l, CODE_NOT_A_STATEMENT, place_of_text(l, n->body, l->c->source),
                    "The text of an article must be of kind statement, with facts or sources.");
}

/* How deep a node stands below its outermost parent, which is 1. What goes on from an article is
 * read on the way, so it counts as one with it. A cycle ends the count. */
static unsigned depth_of(const struct loading *l, const struct node *n)
{
    unsigned depth = 1;
    size_t most = l->c->node_count;
    for (size_t i = 0; i <= most && n->parent && n != l->c->start; i++) {
        n = n->parent;
        depth += n->type != l->c->article_type;
    }
    return depth;
}

static void check_depth(struct loading *l, const struct node *n)
{
    unsigned depth = depth_of(l, n);
    if (depth > DEPTH_MAX && depth <= l->c->node_count)
        load_report(l, CODE_TOO_DEEP, place_of_menu(l, n),
                    "It stands %u levels deep, at most %d. Move it up.", depth, DEPTH_MAX);
}

/* A walk without recursion, as menus may be chained as long as the file allows. */
struct walk {
    const struct node **stack;
    bool *seen;
    size_t height;
};

static void visit(struct walk *w, const struct node *n)
{
    if (w->seen[n->index])
        return;
    w->seen[n->index] = true;
    w->stack[w->height++] = n;
}

/* Mark all that can be reached from the nodes on the stack; through menus only if asked. */
static void spread(const struct loading *l, struct walk *w, bool menus_only)
{
    while (w->height) {
        const struct node *n = w->stack[--w->height];
        for (size_t i = 0; i < n->child_count; i++) {
            if (!menus_only || is_menu(l, n->children[i]))
                visit(w, n->children[i]);
        }
    }
}

/* Does a worker get there without coming from another node? */
static bool is_way_in(const struct loading *l, const struct node *n)
{
    static const char *const roots[] = {"language", "help", "stop", "sms_me", "resume"};
    if (n == l->c->start || *n->dial || l->has_keyword[n->index] || n->type == UINT_MAX)
        return true; /* an unknown type has its own finding */
    for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++) {
        if (!strcmp(l->o->types[n->type], roots[i]))
            return true;
    }
    return false;
}

static void check_reach(struct loading *l, struct walk *w)
{
    for (size_t i = 0; i < l->c->node_count; i++) {
        if (is_way_in(l, &l->c->nodes[i]))
            visit(w, &l->c->nodes[i]);
    }
    spread(l, w, false);
    for (size_t i = 0; i < l->c->node_count; i++) {
        const struct node *n = &l->c->nodes[i];
        if (!w->seen[i])
            load_report(l, CODE_UNREACHABLE, place_of_menu(l, n),
                        "No menu, code or keyword leads here. Add it to a menu, or delete it.");
    }
}

/* Does the menu lead back to itself through menus alone? */
static void check_cycle(struct loading *l, struct walk *w, const struct node *n)
{
    memset(w->seen, 0, l->c->node_count * sizeof *w->seen);
    w->stack[w->height++] = n; /* not marked as seen: it is, if it is reached again */
    spread(l, w, true);
    if (w->seen[n->index])
        load_report(l, CODE_MENU_CYCLE, place_of_menu(l, n),
                    "This menu leads back to itself. Take one of its children out.");
}

void check_menu(struct loading *l)
{
    const struct catalog *c = l->c;
    struct walk w = {
        .stack = arena_array(l->scratch, c->node_count + 1, sizeof *w.stack),
        .seen = arena_array(l->scratch, c->node_count, sizeof *w.seen),
    };
    if (!w.stack || !w.seen) {
        load_no_memory(l);
        return;
    }
    check_reach(l, &w);
    for (size_t i = 0; i < c->node_count; i++) {
        const struct node *n = &c->nodes[i];
        check_children(l, n);
        check_node_texts(l, n);
        check_depth(l, n);
        if (is_menu(l, n))
            check_cycle(l, &w, n);
    }
}
