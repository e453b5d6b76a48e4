/* SPDX-License-Identifier: Apache-2.0 */
#include "editing/sights.h"

#include <string.h>

#include "catalog/lists.h"

enum { WORDS_MAX = 512, PARTS_MAX = 4, SAMPLE_AMOUNT = 5000 };

static void add(const struct sights_wish *w, struct sights *out, const struct view *view,
                const char *as)
{
    const struct node *n = catalog_node_by_key(w->catalog, view->node);
    const struct handler *h = n ? studio_handler(w->studio, n) : NULL;
    if (!h || (w->faulty && (!h->compiled || view->notice)))
        return;
    for (size_t i = 0; i < out->count; i++) {
        const struct view *v = &out->list[i].view;
        if (v->node == view->node && v->notice == view->notice && v->form_len == view->form_len &&
            !memcmp(v->form, view->form, view->form_len * sizeof *v->form))
            return;
    }
    if (out->count == SIGHTS_MAX)
        out->more++;
    else
        out->list[out->count++] = (struct sight){.view = *view, .node = n, .as = as};
}

static void add_node(const struct sights_wish *w, struct sights *out, const struct node *n,
                     const char *as)
{
    const struct view view = {.node = n->key};
    add(w, out, &view, as);
}

/* All nodes that list a node. */
static void add_parents(const struct sights_wish *w, struct sights *out, const struct node *child)
{
    for (size_t i = 0; i < catalog_node_count(w->catalog); i++) {
        const struct node *n = catalog_node_at(w->catalog, i);
        for (size_t j = 0; j < n->child_count; j++) {
            if (n->children[j] == child) {
                add_node(w, out, n, "line");
                break;
            }
        }
    }
}

/* The longest piece between placeholders, cut at a character. */
static void longest_piece(const char *text, char out[WORDS_MAX])
{
    const char *best = text;
    size_t most = 0;
    for (const char *s = text; *s; s += *s != '\0') {
        size_t n = strcspn(s, "{}\n");
        if (n > most) {
            most = n;
            best = s;
        }
        s += n;
        if (*s == '{' && strchr(s, '}'))
            s = strchr(s, '}');
    }
    if (most >= WORDS_MAX)
        most = WORDS_MAX - 1;
    while (most > 0 && most < strlen(best) && ((unsigned char)best[most] & 0xC0) == 0x80)
        most--;
    memcpy(out, best, most);
    out[most] = '\0';
    while (most > 0 && out[most - 1] == ' ')
        out[--most] = '\0';
}

/* Screens of handlers that hold a text, as it stood when the atlas was made; of each node at most
 * two, so that several kinds of screens are among them. */
static void add_parts(const struct sights_wish *w, struct sights *out, const struct text *t)
{
    char words[WORDS_MAX];
    const char *last = "";
    size_t of_node = 0, found = 0;
    if (!t || !w->atlas)
        return;
    const char *source = t->in[catalog_source_language(w->base)].utf8;
    longest_piece(source ? source : "", words);
    const char *first = words + strspn(words, " ");
    for (size_t i = atlas_find(w->atlas, first, 0); i < atlas_count(w->atlas);
         i = atlas_find(w->atlas, first, i + 1)) {
        const struct atlas_view *v = atlas_at(w->atlas, i);
        of_node = strcmp(v->node, last) ? 1 : of_node + 1;
        last = v->node;
        if (found < PARTS_MAX && of_node <= 2) {
            add(w, out, &v->view, "part");
            found++;
        } else {
            out->more++;
        }
    }
}

/* A text of the last line, or of the line above a screen. */
static bool add_frame(const struct sights_wish *w, struct sights *out, const char *id)
{
    static const struct {
        const char *id;
        enum notice notice;
    } notices[] = {{"ui.invalid", NOTICE_INVALID},
                   {"ui.unknown-code", NOTICE_UNKNOWN_CODE},
                   {"ui.unknown-word", NOTICE_UNKNOWN_WORD}};
    static const char *const feet[] = {"ui.more", "ui.back", "ui.sms"};
    const struct node *start = catalog_start(w->catalog);
    for (size_t i = 0; start && i < sizeof notices / sizeof *notices; i++) {
        const struct view view = {.node = start->key, .notice = (uint8_t)notices[i].notice};
        if (!strcmp(notices[i].id, id)) {
            add(w, out, &view, "part");
            return true;
        }
    }
    for (size_t i = 0; i < sizeof feet / sizeof *feet; i++) {
        if (strcmp(feet[i], id))
            continue;
        for (size_t j = 0; j < catalog_node_count(w->catalog) && out->count < 2; j++) {
            const struct node *n = catalog_node_at(w->catalog, j);
            if (n->body && n != start)
                add_node(w, out, n, "part");
        }
        return true;
    }
    return false;
}

static const struct node *fees_node(const struct sights_wish *w)
{
    return studio_node(w->studio, w->catalog, "fees");
}

/* What a rule says, and what it says of an amount. */
static void add_rule(const struct sights_wish *w, struct sights *out, const struct fee_rule *r,
                     const char *as)
{
    const struct node *n = fees_node(w);
    if (!n || w->faulty)
        return;
    struct view view = {
        .node = n->key, .form_len = 2, .form = {r->corridor->key, r->item->key, 1, SAMPLE_AMOUNT}};
    add(w, out, &view, as);
    view.form_len = 4;
    add(w, out, &view, as);
}

/* Rules by id, or those that say a text; NULL for whatever they have. */
static void add_rules(const struct sights_wish *w, struct sights *out, const char *id,
                      const struct text *t)
{
    const struct catalog *c = w->catalog;
    for (size_t i = 0; !w->faulty && i < lists_corridor_count(c); i++) {
        for (size_t j = 0; j < lists_item_count(c); j++) {
            const struct fee_rule *r = lists_rule(c, lists_corridor(c, i), lists_item(c, j));
            if (r && (id ? !strcmp(r->id, id) : r->rule == t))
                add_rule(w, out, r, id ? "screen" : "part");
        }
    }
}

static void sights_of_text(const struct sights_wish *w, const char *id, struct sights *out)
{
    const struct text *t = catalog_text(w->catalog, id);
    if (add_frame(w, out, id) || !t)
        return;
    for (size_t i = 0; i < catalog_node_count(w->catalog); i++) {
        const struct node *n = catalog_node_at(w->catalog, i);
        if (n->body == t)
            add_node(w, out, n, "screen");
        if (n->title == t)
            add_node(w, out, n, "title");
        if (n->label == t)
            add_parents(w, out, n);
    }
    add_rules(w, out, NULL, t);
    if (w->base)
        add_parts(w, out, catalog_text(w->base, id));
}

static void sights_of_fees(const struct sights_wish *w, const struct place_parts *p,
                           struct sights *out)
{
    const struct node *n = fees_node(w);
    if (!n || w->faulty)
        return;
    struct view view = {.node = n->key};
    if (!strcmp(p->section, "rules"))
        add_rules(w, out, p->id, NULL);
    else if (!strcmp(p->section, "corridors") || lists_corridor_count(w->catalog) == 0)
        add(w, out, &view, "line");
    else {
        view.form[0] = lists_corridor(w->catalog, 0)->key;
        view.form_len = 1;
        add(w, out, &view, "line");
    }
}

static const struct contact *find_contact(const struct catalog *c, const struct place_parts *p)
{
    bool channel = !strcmp(p->section, "channels");
    size_t count = channel ? lists_channel_count(c) : lists_centre_count(c);
    for (size_t i = 0; i < count; i++) {
        const struct contact *one = channel ? lists_channel(c, i) : lists_centre(c, i);
        if (!strcmp(one->id, p->id))
            return one;
    }
    return NULL;
}

/* By its name, as it stood. A new contact is not in the atlas of what stood, so one of the new
 * catalog is made. */
static void sights_of_contact(const struct sights_wish *w, const struct place_parts *p,
                              struct sights *out)
{
    const struct contact *old = w->atlas ? find_contact(w->base, p) : NULL;
    const struct contact *now = w->faulty ? NULL : find_contact(w->catalog, p);
    if (old && now) {
        add_parts(w, out, old->name);
    } else if (now) {
        struct atlas *atlas = atlas_new(w->studio, w->catalog);
        struct sights_wish own = *w;
        own.base = w->catalog;
        own.atlas = atlas;
        add_parts(&own, out, now->name);
        atlas_free(atlas);
    }
}

void sights_of(const struct sights_wish *w, const struct place_parts *p, struct sights *out)
{
    *out = (struct sights){.count = 0};
    if (!strcmp(p->section, "texts")) {
        sights_of_text(w, p->id, out);
    } else if (!strcmp(p->section, "nodes") || !strcmp(p->section, "keywords")) {
        const struct node *n = catalog_node(w->catalog, p->id);
        if (n)
            add_node(w, out, n, "screen");
        if (n && !strcmp(p->section, "nodes"))
            add_parents(w, out, n);
    } else if (!strcmp(p->file, "languages.json")) {
        const struct node *n = studio_node(w->studio, w->catalog, "language");
        if (n)
            add_node(w, out, n, "line");
    } else if (!strcmp(p->file, "fees.json")) {
        sights_of_fees(w, p, out);
    } else if (!strcmp(p->section, "channels") || !strcmp(p->section, "centres")) {
        sights_of_contact(w, p, out);
    }
}
