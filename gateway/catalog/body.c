/* SPDX-License-Identifier: Apache-2.0 */
/* What stands on the screens of compiled nodes: body, footers, frame. */
#include <limits.h>
#include <string.h>

#include "catalog/internal.h"

/* The value of the name that s begins with, up to its closing brace; NULL if pairs has none. */
static const char *pair_value(const char *const *pairs, const char *s, size_t n)
{
    for (; pairs[0]; pairs += 2) {
        if (strlen(pairs[0]) == n && !memcmp(pairs[0], s, n))
            return pairs[1];
    }
    return NULL;
}

void body_format(struct buf *out, const char *text, size_t len, const char *const *pairs)
{
    const char *end = text + len;
    while (text < end) {
        const char *open = memchr(text, '{', (size_t)(end - text));
        const char *close = open ? memchr(open, '}', (size_t)(end - open)) : NULL;
        if (!close) {
            buf_put(out, text, (size_t)(end - text));
            return;
        }
        const char *value = pair_value(pairs, open + 1, (size_t)(close - open - 1));
        buf_put(out, text, (size_t)(open - text));
        if (value)
            buf_puts(out, value);
        else
            buf_putc(out, '{'); /* the rest follows as it is: it may hold another name */
        text = value ? close + 1 : open + 1;
    }
}

void catalog_format(const struct catalog *c, const char *id, size_t lang, const char *const *pairs,
                    struct buf *out)
{
    const char *text = catalog_say(c, id, lang);
    body_format(out, text, strlen(text), pairs);
}

static void put_text(const struct catalog *c, const struct text *t, size_t lang, struct buf *out)
{
    if (!t)
        return;
    const struct wording *w = catalog_wording(c, t, lang);
    buf_put(out, w->utf8, w->len);
}

/* Title of a menu, or the text of any other node with the warning above it. */
static void put_head(const struct catalog *c, const struct node *n, size_t lang, struct buf *out)
{
    if (n->type == c->menu_type) {
        put_text(c, n->title ? n->title : n->label, lang, out);
        return;
    }
    if (catalog_overdue(c, n)) {
        buf_puts(out, catalog_say(c, "ui.outdated", lang));
        buf_putc(out, '\n');
    }
    put_text(c, n->body, lang, out);
}

void catalog_body(const struct catalog *c, const struct node *n, size_t lang, struct buf *out)
{
    size_t before = out->len;
    put_head(c, n, lang, out);
    for (size_t i = 0; i < n->child_count; i++) {
        if (out->len > before)
            buf_putc(out, '\n');
        buf_int(out, (int64_t)i + 1);
        buf_putc(out, ' ');
        put_text(c, n->children[i]->label, lang, out);
    }
}

bool catalog_overdue(const struct catalog *c, const struct node *n)
{
    return n->body && n->body->review_by < c->today;
}

/* Append a footer's part, joined by a space. */
static void put_part(const struct catalog *c, const char *id, size_t lang, struct buf *out)
{
    const char *s = catalog_say(c, id, lang);
    if (out->len && *s)
        buf_putc(out, ' ');
    buf_puts(out, s);
}

void catalog_footers(const struct catalog *c, size_t lang, const struct frame *f,
                     char more[CATALOG_FOOT_MAX], char last[CATALOG_FOOT_MAX])
{
    struct buf m, e;
    buf_init(&m, more, CATALOG_FOOT_MAX);
    buf_init(&e, last, CATALOG_FOOT_MAX);
    put_part(c, "ui.more", lang, &m);
    if (f->has_sms)
        put_part(c, "ui.sms", lang, &e);
    if (f->has_back) {
        put_part(c, "ui.back", lang, &m);
        put_part(c, "ui.back", lang, &e);
    }
}

struct frame catalog_frame(const struct catalog *c, const struct node *n, size_t layout)
{
    return (struct frame){
        .has_back = n != c->start,
        .has_sms =
            n->type == c->article_type && !n->is_private && c->layouts[layout].limits.segments == 0,
        .kind = n->type == c->menu_type ? SCREEN_LIST : SCREEN_PROSE,
    };
}

bool body_is_compiled(const struct catalog_options *o, const struct node *n)
{
    for (const char *const *t = o->page_types; n->type != UINT_MAX && *t; t++) {
        if (!strcmp(*t, o->types[n->type]))
            return true;
    }
    return false;
}

struct page_set *body_pages(const struct catalog *c, const struct node *n, size_t lang,
                            size_t layout)
{
    return &c->screens[(n->index * c->drawn_count + lang) * c->layout_count + layout];
}

const struct page *catalog_page(const struct catalog *c, const struct node *n, size_t lang,
                                size_t layout, size_t start)
{
    if (lang >= c->drawn_count || layout >= c->layout_count)
        return NULL;
    const struct page_set *set = body_pages(c, n, lang, layout);
    for (size_t i = 0; i < set->count; i++) {
        if (set->pages[i].start == start)
            return &set->pages[i];
    }
    return NULL;
}
