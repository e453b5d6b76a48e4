/* SPDX-License-Identifier: Apache-2.0 */
/* The check of compiled screens: labels on one line, articles that go on for too long. */
#include <stdio.h>
#include <string.h>

#include "catalog/loading.h"
#include "text/coding.h"

enum { ARTICLE_PAGES_MAX = 4, USSD_UNITS = 80, USSD_SEPTETS = 182 };
enum { LINE_MAX_OCTETS = CATALOG_BODY_MAX + CATALOG_FOOT_MAX };

/* A label as a line of the screen of a node. */
struct label_line {
    const struct node *node;
    size_t number; /* from 1 */
    size_t lang;
};

/* Write the line, alone or above the footer that it shares a screen with. */
static void put_line(const struct loading *l, const struct label_line *line, const char *foot,
                     struct buf *out)
{
    const struct text *t = line->node->children[line->number - 1]->label;
    buf_printf(out, "%zu %s%s%s", line->number, catalog_wording(l->c, t, line->lang)->utf8,
               *foot ? "\n" : "", foot);
}

/* Does the line, with the footer, stand on one screen of that layout? Tells if not. */
static bool fits_layout(struct loading *l, const struct label_line *line, size_t layout)
{
    char text[LINE_MAX_OCTETS], more[CATALOG_FOOT_MAX], last[CATALOG_FOOT_MAX];
    struct buf b;
    struct measure m;
    const struct frame frame = catalog_frame(l->c, line->node, layout);
    const struct screen_limits *limits = &l->c->layouts[layout].limits;
    const char *code = l->c->languages[line->lang].code;
    catalog_footers(l->c, line->lang, &frame, more, last);
    buf_init(&b, text, sizeof text);
    put_line(l, line, more, &b);
    if (b.full || screen_fits(l->c->words, code, text, b.len, limits))
        return true;
    buf_init(&b, text, sizeof text);
    put_line(l, line, "", &b);
    if (coding_measure(text, b.len, &m))
        return true;
    const struct text *t = line->node->children[line->number - 1]->label;
    load_report(
        l, CODE_LABEL_TOO_LONG, place_of_text(l, t, line->lang),
        "As line %zu of the screen \"%.60s\" it takes %zu %s; with the last line that is more "
        "than a screen of layout %zu holds. Shorten it.",
        line->number, line->node->id, m.coding == CODING_GSM7 ? m.septets : m.units,
        m.coding == CODING_GSM7 ? "septets" : "UTF-16 units", layout);
    return false;
}

static void check_labels(struct loading *l, const struct node *n, size_t lang)
{
    for (size_t i = 0; i < n->child_count; i++) {
        struct label_line line = {.node = n, .number = i + 1, .lang = lang};
        const struct text *t = n->children[i]->label;
        /* a language without wording shows the English one, which is looked at as English */
        if (!t || !t->in[lang].utf8)
            continue;
        for (size_t j = 0; j < l->c->layout_count; j++) {
            if (!fits_layout(l, &line, j))
                break;
        }
    }
}

/* Does the text say why it is long? */
static bool has_reason(const struct loading *l, const struct node *n, size_t lang)
{
    const struct origin *from = &l->texts[n->body - l->c->texts];
    return tree_string(tree_get(from->node[l->c->source], "long")) ||
           tree_string(tree_get(from->node[lang], "long"));
}

/* A layout that uses all of a USSD string. On a smaller one an article may be longer than we would
 * like, but that is the carrier's doing. */
static bool is_full(const struct screen_limits *limits)
{
    return limits->units >= USSD_UNITS && limits->septets >= USSD_SEPTETS;
}

/* A text past its review has the warning above it, which may take a screen. It is not judged then:
 * no content may turn from good to bad by time alone, or a gateway would not start again. */
static bool has_length(const struct loading *l, const struct node *n, size_t lang)
{
    return n->body && n->type == l->c->article_type && n->body->in[lang].utf8 &&
           !catalog_overdue(l->c, n) && !has_reason(l, n, lang);
}

static void check_length(struct loading *l, const struct node *n, size_t lang)
{
    for (size_t i = 0; i < l->c->layout_count; i++) {
        const struct screen_limits *limits = &l->c->layouts[i].limits;
        size_t pages = body_pages(l->c, n, lang, i)->count;
        if (limits->segments || pages <= ARTICLE_PAGES_MAX)
            continue;
        load_report(
            l, is_full(limits) ? CODE_LONG_ARTICLE : CODE_LONG_HERE,
            place_of_text(l, n->body, lang),
            "It takes %zu screens of %zu septets or %zu units; at most %d are read. Shorten "
            "it, or say why in \"long\".",
            pages, limits->septets, limits->units, ARTICLE_PAGES_MAX);
    }
}

void check_screens(struct loading *l)
{
    for (size_t i = 0; i < l->c->node_count; i++) {
        const struct node *n = &l->c->nodes[i];
        for (size_t lang = 0; lang < l->c->drawn_count; lang++) {
            check_labels(l, n, lang);
            if (has_length(l, n, lang))
                check_length(l, n, lang);
        }
    }
}
