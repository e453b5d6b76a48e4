/* SPDX-License-Identifier: Apache-2.0 */
/* How long a translation may be: the pages that the catalog has cut, and the room beside them. */
#include <string.h>

#include "desk/notes.h"
#include "text/coding.h"

enum { SCREENS_MAX = 4 }; /* what a worker reads of one article (content/README.md) */

/* What a text costs on a screen: septets if the whole screen is GSM 7-bit, else units. */
static size_t cost(const char *text, enum coding coding)
{
    struct measure m;
    if (coding_measure(text, strlen(text), &m))
        return 0;
    return coding == CODING_GSM7 ? m.septets : m.units;
}

static size_t capacity(const struct screen_limits *limits, enum coding coding)
{
    return coding == CODING_GSM7 ? limits->septets : limits->units;
}

/* Of a text that is not there yet the worst is expected. */
static enum coding coding_of(const char *text)
{
    struct measure m;
    return !*text || coding_measure(text, strlen(text), &m) ? CODING_UCS2 : m.coding;
}

/* A node in a language and layout. */
struct view {
    const struct catalog *c;
    const struct node *node;
    size_t lang, layout;
};

static const struct screen_limits *limits_of(const struct view *v)
{
    return &catalog_layout(v->c, v->layout)->limits;
}

static size_t minus(size_t a, size_t b)
{
    return a > b ? a - b : 0;
}

/* Pages of an article, and about how many signs still go onto those that are left. */
static void put_screens(const struct view *v, struct buf *out)
{
    char more[CATALOG_FOOT_MAX], last[CATALOG_FOOT_MAX];
    const struct frame frame = catalog_frame(v->c, v->node, v->layout);
    const struct page *end = NULL;
    size_t count = 0;
    for (const struct page *p = catalog_page(v->c, v->node, v->lang, v->layout, 0); p;
         p = catalog_page(v->c, v->node, v->lang, v->layout, p->next)) {
        end = p;
        count++;
    }
    if (!end)
        return;
    catalog_footers(v->c, v->lang, &frame, more, last);
    size_t whole = capacity(limits_of(v), end->coding);
    size_t each = minus(whole, cost(more, end->coding) + 1);
    size_t left = minus(whole, cost(end->text, end->coding)) + minus(SCREENS_MAX, count) * each;
    if (count > SCREENS_MAX)
        buf_printf(out, "%zu of %d screens, %zu too many\n", count, SCREENS_MAX,
                   count - SCREENS_MAX);
    else
        buf_printf(out, "%zu of %d screens, %zu left, about %zu characters left\n", count,
                   SCREENS_MAX, SCREENS_MAX - count, left);
}

/* Screens on the usual carrier: layout 0 is that of the defaults. */
static void put_article(const struct catalog *c, const struct node *n, const struct text *t,
                        size_t lang, struct buf *out)
{
    const struct view v = {.c = c, .node = n, .lang = lang};
    const struct page *first = catalog_page(c, n, lang, 0, 0);
    if (limits_of(&v)->segments || !first)
        return;
    if (t->in[lang].utf8)
        put_screens(&v, out);
    else
        buf_printf(out, "at most %d screens, each of about %zu characters\n", SCREENS_MAX,
                   minus(limits_of(&v)->units, 10));
}

/* What a line of the menu may take, with its number above the footer; the least of all layouts. */
static size_t line_room(const struct view *v, enum coding coding, size_t least)
{
    char more[CATALOG_FOOT_MAX], last[CATALOG_FOOT_MAX];
    const struct frame frame = catalog_frame(v->c, v->node, v->layout);
    catalog_footers(v->c, v->lang, &frame, more, last);
    if (*more && coding_of(more) == CODING_UCS2)
        coding = CODING_UCS2;
    size_t room = minus(capacity(limits_of(v), coding), cost(more, coding) + strlen("9 \n"));
    return room < least ? room : least;
}

static bool lists(const struct node *menu, const struct text *label)
{
    for (size_t i = 0; i < menu->child_count; i++) {
        if (menu->children[i]->label == label)
            return true;
    }
    return false;
}

static void put_label(const struct catalog *c, const struct text *t, size_t lang, struct buf *out)
{
    const char *now = t->in[lang].utf8 ? t->in[lang].utf8 : "";
    size_t room = SIZE_MAX;
    struct view v = {.c = c, .lang = lang};
    for (size_t i = 0; i < catalog_node_count(c); i++) {
        v.node = catalog_node_at(c, i);
        for (v.layout = 0; lists(v.node, t) && catalog_layout(c, v.layout); v.layout++) {
            if (!limits_of(&v)->segments)
                room = line_room(&v, coding_of(now), room);
        }
    }
    size_t taken = cost(now, CODING_UCS2);
    if (room != SIZE_MAX)
        buf_printf(out, "line of a menu: %zu of at most %zu characters, %zu left\n", taken, room,
                   minus(room, taken));
}

void notes_limits(const struct catalog *c, const char *id, size_t lang, struct buf *out)
{
    const struct text *t = catalog_text(c, id);
    if (!t)
        return;
    for (size_t i = 0; i < catalog_node_count(c); i++) {
        const struct node *n = catalog_node_at(c, i);
        if (n->body == t)
            put_article(c, n, t, lang, out);
    }
    put_label(c, t, lang, out);
}
