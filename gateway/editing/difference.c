/* SPDX-License-Identifier: Apache-2.0 */
#include "editing/difference.h"

#include <stdlib.h>
#include <string.h>

#include "editing/screens.h"
#include "editing/walk.h"

struct difference {
    const struct studio *studio;
    const struct difference_side *before, *after;
    struct json_out *out;
    size_t written, changed;
    uint8_t *alike; /* how many were written: by node of the later version, language, layout */
};

/* A body to draw in one of the versions; node NULL if it has none. */
struct side {
    const struct catalog *catalog;
    const struct node *node;
    size_t lang; /* catalog_drawn_count if the version has not that language */
    const struct view *view;
};

static bool is_plain(const struct catalog *c, size_t lang)
{
    return lang >= catalog_language_count(c);
}

/* The same language in another version. */
static size_t same_language(const struct catalog *c, size_t lang, const struct catalog *other)
{
    size_t n = catalog_drawn_count(other);
    for (size_t i = 0; i < n; i++) {
        if (!strcmp(catalog_language(other, i)->code, catalog_language(c, lang)->code) &&
            is_plain(other, i) == is_plain(c, lang))
            return i;
    }
    return n;
}

static bool is_there(const struct side *s)
{
    return s->node && s->lang < catalog_drawn_count(s->catalog);
}

static void put_side(const struct difference *d, const struct side *s, size_t layout,
                     const char *key)
{
    const struct screens_how how = {
        .studio = d->studio, .catalog = s->catalog, .lang = s->lang, .layout = layout};
    if (is_there(s))
        screens_put(&how, s->view, key, d->out);
    else
        json_out_text(d->out, key, NULL);
}

/* Is there enough of its kind? What only the earlier version has is not counted by kind. */
static bool is_enough(struct difference *d, const struct side *b, size_t layout)
{
    if (!is_there(b))
        return d->written == DIFFERENCE_MAX;
    size_t languages = catalog_drawn_count(b->catalog);
    uint8_t *alike =
        &d->alike[(b->node->index * languages + b->lang) * d->studio->layouts.count + layout];
    if (d->written == DIFFERENCE_MAX || *alike == DIFFERENCE_ALIKE_MAX)
        return true;
    (*alike)++;
    return false;
}

static void report(struct difference *d, const struct side *a, const struct side *b, size_t layout)
{
    const struct side *s = is_there(b) ? b : a;
    d->changed++;
    if (is_enough(d, b, layout))
        return;
    d->written++;
    json_out_open(d->out, NULL, '{');
    json_out_text(d->out, "node", s->node->id);
    json_out_text(d->out, "type", studio_handler(d->studio, s->node)->type);
    json_out_text(d->out, "language", catalog_language(s->catalog, s->lang)->code);
    json_out_bool(d->out, "plain", is_plain(s->catalog, s->lang));
    json_out_number(d->out, "layout", layout);
    put_side(d, a, layout, "before");
    put_side(d, b, layout, "after");
    json_out_close(d->out, '{');
}

/* Are the chains of compiled pages the same? */
static bool same_pages(const struct side *a, const struct side *b, size_t layout)
{
    const struct page *p = catalog_page(a->catalog, a->node, a->lang, layout, 0);
    const struct page *q = catalog_page(b->catalog, b->node, b->lang, layout, 0);
    while (p && q && p->len == q->len && !memcmp(p->text, q->text, p->len)) {
        p = catalog_page(a->catalog, a->node, a->lang, layout, p->next);
        q = catalog_page(b->catalog, b->node, b->lang, layout, q->next);
    }
    return !p && !q;
}

static bool is_compiled(const struct difference *d, const struct side *s)
{
    const struct handler *h = s->node ? studio_handler(d->studio, s->node) : NULL;
    return h && h->compiled;
}

static bool has_pages(const struct difference *d, const struct side *s, size_t layout)
{
    return is_there(s) && is_compiled(d, s) &&
           catalog_page(s->catalog, s->node, s->lang, layout, 0);
}

/* A menu or article in all layouts. A side that has no pages there has no such screen. */
static void compare_compiled(struct difference *d, struct side a, struct side b)
{
    for (size_t i = 0; i < d->studio->layouts.count; i++) {
        struct side x = a, y = b;
        if (!has_pages(d, &a, i))
            x.node = NULL;
        if (!has_pages(d, &b, i))
            y.node = NULL;
        if (x.node && y.node ? !same_pages(&x, &y, i) : x.node != y.node)
            report(d, &x, &y, i);
    }
}

static size_t write_body(const struct difference *d, const struct side *s, size_t layout,
                         struct buf *out)
{
    char foot[2][CATALOG_FOOT_MAX];
    const struct frame frame = {.has_back = true};
    const struct walk w = {
        .catalog = s->catalog, .rules = &d->studio->rules, .lang = s->lang, .layout = layout};
    catalog_footers(s->catalog, s->lang, &frame, foot[0], foot[1]);
    walk_body(&w, s->view, out);
    buf_puts(out, foot[0]);
    return out->len;
}

/* What a handler draws is cut only if its words differ. */
static bool same_bodies(const struct difference *d, const struct side *a, const struct side *b,
                        size_t layout)
{
    char x[CATALOG_BODY_MAX + CATALOG_FOOT_MAX], y[CATALOG_BODY_MAX + CATALOG_FOOT_MAX];
    struct buf m, n;
    buf_init(&m, x, sizeof x);
    buf_init(&n, y, sizeof y);
    return write_body(d, a, layout, &m) == write_body(d, b, layout, &n) && !memcmp(x, y, m.len);
}

static void compare_drawn(struct difference *d, const struct side *a, const struct side *b)
{
    for (size_t i = 0; i < d->studio->layouts.count; i++) {
        if (!is_there(a) || !is_there(b) || !same_bodies(d, a, b, i))
            report(d, a, b, i);
    }
}

/* Compare one body in all languages of one version, or in those that the other one has not. */
static void compare_languages(struct difference *d, struct side a, struct side b, bool compiled,
                              bool second)
{
    const struct catalog *c = second ? b.catalog : a.catalog;
    for (size_t lang = 0; lang < catalog_drawn_count(c); lang++) {
        size_t other = same_language(c, lang, second ? a.catalog : b.catalog);
        if (second && other < catalog_drawn_count(a.catalog))
            continue; /* it was compared the first time */
        a.lang = second ? other : lang;
        b.lang = second ? lang : other;
        if (compiled)
            compare_compiled(d, a, b);
        else
            compare_drawn(d, &a, &b);
    }
}

static void compare_sides(struct difference *d, const struct side *a, const struct side *b,
                          bool compiled)
{
    compare_languages(d, *a, *b, compiled, false);
    compare_languages(d, *a, *b, compiled, true);
}

/* A menu or article of either version. */
static void compare_node(struct difference *d, const char *id)
{
    struct side a = {.catalog = d->before->catalog, .node = catalog_node(d->before->catalog, id)};
    struct side b = {.catalog = d->after->catalog, .node = catalog_node(d->after->catalog, id)};
    const struct view view = {.node = a.node ? a.node->key : b.node->key};
    a.view = b.view = &view;
    if (is_compiled(d, &a) || is_compiled(d, &b))
        compare_sides(d, &a, &b, true);
}

static void compare_nodes(struct difference *d)
{
    const struct catalog *a = d->before->catalog, *b = d->after->catalog;
    for (size_t i = 0; i < catalog_node_count(b); i++)
        compare_node(d, catalog_node_at(b, i)->id);
    for (size_t i = 0; i < catalog_node_count(a); i++) {
        if (!catalog_node(b, catalog_node_at(a, i)->id))
            compare_node(d, catalog_node_at(a, i)->id);
    }
}

static bool same_view(const struct view *a, const struct view *b)
{
    return a->node == b->node && a->form_len == b->form_len &&
           !memcmp(a->form, b->form, a->form_len * sizeof *a->form);
}

/* Both are made by the same walk, so the same view is near the same place in both. */
static bool has_view(const struct atlas *a, const struct view *v, size_t near)
{
    size_t n = atlas_count(a);
    for (size_t i = 0; i < n; i++) {
        if (same_view(&atlas_at(a, (near + i) % n)->view, v))
            return true;
    }
    return false;
}

/* Bodies that handlers draw, of one version, or those that the other one has not. */
static void compare_views(struct difference *d, bool second)
{
    const struct atlas *mine = second ? d->before->atlas : d->after->atlas;
    const struct atlas *other = second ? d->after->atlas : d->before->atlas;
    for (size_t i = 0; i < atlas_count(mine); i++) {
        const struct atlas_view *v = atlas_at(mine, i);
        bool both = has_view(other, &v->view, i);
        if (second && both)
            continue;
        struct side a = {.catalog = d->before->catalog, .view = &v->view};
        struct side b = {.catalog = d->after->catalog, .view = &v->view};
        if (both || second)
            a.node = catalog_node(a.catalog, v->node);
        if (both || !second)
            b.node = catalog_node(b.catalog, v->node);
        compare_sides(d, &a, &b, false);
    }
}

int difference_screens(const struct studio *s, const struct difference_side *before,
                       const struct difference_side *after, struct json_out *out)
{
    struct difference d = {.studio = s, .before = before, .after = after, .out = out};
    bool drawn = before->atlas && after->atlas;
    d.alike = calloc(catalog_node_count(after->catalog) * catalog_drawn_count(after->catalog) *
                             s->layouts.count +
                         1,
                     sizeof *d.alike);
    if (!d.alike)
        return -1;
    json_out_open(out, "screens", '[');
    compare_nodes(&d);
    if (drawn) {
        compare_views(&d, false);
        compare_views(&d, true);
    }
    json_out_close(out, '[');
    json_out_number(out, "changed", d.changed);
    json_out_bool(out, "partly", !drawn);
    free(d.alike);
    return 0;
}
