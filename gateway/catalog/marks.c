/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/marks.h"

#include "catalog/loading.h"

unsigned marks_of_text(const struct catalog *c, const struct text *t, size_t lang)
{
    if (!t)
        return 0;
    const struct wording *w = catalog_wording(c, t, lang);
    bool has_status = t->states || w != &t->in[c->source];
    return (has_status && !w->reviewed ? TEXT_UNREVIEWED : 0) |
           (t->review_by < c->today ? TEXT_OVERDUE : 0);
}

/* The texts of catalog_body, one by one. */
static unsigned marks_of_body(const struct catalog *c, const struct node *n, size_t lang)
{
    const struct text *title = n->title ? n->title : n->label;
    unsigned marks = marks_of_text(c, n->type == c->menu_type ? title : n->body, lang);
    for (size_t i = 0; i < n->child_count; i++)
        marks |= marks_of_text(c, n->children[i]->label, lang);
    return marks;
}

int mark_nodes(struct loading *l)
{
    struct catalog *c = l->c;
    uint8_t *marks = arena_array(c->arena, c->node_count * c->drawn_count, sizeof *marks);
    if (!marks)
        return load_no_memory(l);
    for (size_t i = 0; i < c->node_count; i++)
        for (size_t lang = 0; lang < c->drawn_count; lang++)
            marks[i * c->drawn_count + lang] = (uint8_t)marks_of_body(c, &c->nodes[i], lang);
    c->marks = marks;
    return 0;
}

unsigned marks_of_node(const struct catalog *c, const struct node *n, size_t lang)
{
    return c->marks && lang < c->drawn_count ? c->marks[n->index * c->drawn_count + lang] : 0;
}
