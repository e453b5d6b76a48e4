/* SPDX-License-Identifier: Apache-2.0 */
/* All screens of compiled nodes, cut, measured and written as JSON once, so that a step at run time
 * only looks them up. */
#include <stdlib.h>
#include <string.h>

#include "catalog/loading.h"
#include "text/segment.h"

enum {
    PAGES_MAX = 128, /* of one body; a body of 8,192 octets in screens of 64 */
    LIST_LINES = 7,  /* a title and six options, if the layout names no limit */
    SEGMENTS_MAX = 64,
    SCREEN_MAX = CATALOG_BODY_MAX + CATALOG_FOOT_MAX,
    JSON_MAX = 2 * SCREEN_MAX + 3 /* line feeds and quotes take two octets */
};

/* Room for one body, too large for the stack of a small thread. */
struct bench {
    char body[CATALOG_BODY_MAX];
    char screen[SCREEN_MAX];
    char json[JSON_MAX];
    char more[CATALOG_FOOT_MAX];
    char last[CATALOG_FOOT_MAX];
    struct page pages[PAGES_MAX];
    struct screen_text text;
    struct screen_limits limits;
    /* the node in the catalog to copy from, and what stands on it */
    const struct node *like;
    size_t like_lang;
    char like_body[CATALOG_BODY_MAX], like_more[CATALOG_FOOT_MAX], like_last[CATALOG_FOOT_MAX];
};

/* Messages that a screen takes; 0 for USSD. */
static unsigned count_segments(struct loading *l, const struct bench *b, size_t len)
{
    struct segment_span spans[SEGMENTS_MAX];
    struct segment_text t = {.lang = b->text.lang, .text = b->screen, .len = len};
    if (!b->limits.segments)
        return 0;
    int n = segment_split(l->c->words, &t, spans, SEGMENTS_MAX);
    return n > 0 ? (unsigned)n : 0;
}

/* Write one screen out into the arena. The page's start is set: the one that led to the span,
 * before white space was skipped, so that the page is found by the `next` of the one before. */
static int make_page(struct loading *l, struct bench *b, const struct screen_span *span,
                     struct page *p)
{
    struct buf screen, json;
    struct measure m;
    buf_init(&screen, b->screen, sizeof b->screen);
    buf_init(&json, b->json, sizeof b->json);
    screen_write(&b->text, span, &screen);
    buf_json(&json, b->screen, screen.len);
    if (screen.full || json.full || coding_measure(b->screen, screen.len, &m))
        return -1;
    *p = (struct page){
        .start = p->start,
        .next = span->next,
        .text = arena_copy(l->c->arena, b->screen, screen.len),
        .len = screen.len,
        .json = arena_copy(l->c->arena, b->json, json.len),
        .json_len = json.len,
        .coding = m.coding,
        .segments = count_segments(l, b, screen.len),
    };
    return p->text && p->json ? 0 : load_no_memory(l);
}

/* Cut the body on the bench. Returns the number of pages, 0 if a screen cannot be made. */
static size_t cut_pages(struct loading *l, struct bench *b)
{
    size_t n = 0;
    for (size_t start = 0; start < b->text.len; n++) {
        struct screen_span span;
        if (n == PAGES_MAX)
            return 0;
        b->pages[n].start = start;
        if (screen_page(l->c->words, &b->text, &b->limits, start, &span) ||
            make_page(l, b, &span, &b->pages[n]))
            return 0;
        start = span.next;
    }
    return n;
}

static void set_bench(const struct loading *l, struct bench *b, const struct node *n, size_t lang,
                      size_t layout)
{
    struct frame frame = catalog_frame(l->c, n, layout);
    catalog_footers(l->c, lang, &frame, b->more, b->last);
    b->text.lang = l->c->languages[lang].code;
    b->text.head = "";
    b->text.body = b->body;
    b->text.foot_more = b->more;
    b->text.foot_last = b->last;
    b->text.kind = frame.kind;
    b->limits = l->c->layouts[layout].limits;
    if (frame.kind == SCREEN_LIST && !b->limits.lines)
        b->limits.lines = LIST_LINES;
}

static struct place place_of_node(const struct loading *l, const struct node *n, size_t lang)
{
    struct place at = place_of("menu.json", l->nodes[n->index], n->id);
    if (n->body)
        at = place_of_text(l, n->body, lang);
    at.lang = l->c->languages[lang].code;
    return at;
}

/* The same language of another catalog, by code and by being without marks; its count of drawn ones
 * if it has none. */
static size_t same_language(const struct catalog *c, size_t lang, const struct catalog *other)
{
    size_t i = 0;
    while (i < other->drawn_count && (strcmp(other->languages[i].code, c->languages[lang].code) ||
                                      (i < other->language_count) != (lang < c->language_count)))
        i++;
    return i;
}

/* Find the node of the other catalog whose body is that on the bench. */
static void find_like(const struct loading *l, struct bench *b, const struct node *n, size_t lang)
{
    const struct catalog *other = l->o->like;
    struct buf body;
    b->like = other ? catalog_node(other, n->id) : NULL;
    if (!b->like)
        return;
    b->like_lang = same_language(l->c, lang, other);
    buf_init(&body, b->like_body, sizeof b->like_body);
    if (b->like_lang < other->drawn_count)
        catalog_body(other, b->like, b->like_lang, &body);
    if (b->like_lang == other->drawn_count || body.full || strcmp(b->body, b->like_body))
        b->like = NULL;
}

/* The pages of the other catalog, if all that they are made of is the same. */
static const struct page_set *like_pages(const struct loading *l, struct bench *b, size_t layout)
{
    const struct catalog *other = l->o->like;
    if (!b->like || layout >= other->layout_count)
        return NULL;
    const struct frame frame = catalog_frame(other, b->like, layout);
    const struct screen_limits *a = &l->c->layouts[layout].limits,
                               *o = &other->layouts[layout].limits;
    catalog_footers(other, b->like_lang, &frame, b->like_more, b->like_last);
    if (frame.kind != b->text.kind || strcmp(b->more, b->like_more) ||
        strcmp(b->last, b->like_last) || a->septets != o->septets || a->units != o->units ||
        a->segments != o->segments || a->lines != o->lines)
        return NULL;
    const struct page_set *set = body_pages(other, b->like, b->like_lang, layout);
    return set->count ? set : NULL;
}

static int copy_pages(struct loading *l, const struct page_set *from, struct page_set *to)
{
    struct page *pages = arena_array(l->c->arena, from->count, sizeof *pages);
    if (!pages)
        return load_no_memory(l);
    for (size_t i = 0; i < from->count; i++) {
        const struct page *p = &from->pages[i];
        pages[i] = *p;
        pages[i].text = arena_copy(l->c->arena, p->text, p->len);
        pages[i].json = arena_copy(l->c->arena, p->json, p->json_len);
        if (!pages[i].text || !pages[i].json)
            return load_no_memory(l);
    }
    *to = (struct page_set){.pages = pages, .count = from->count};
    return 0;
}

/* Compile the screens of a body that is on the bench. */
static int compile_layout(struct loading *l, struct bench *b, const struct node *n, size_t lang,
                          size_t layout)
{
    struct page_set *set = body_pages(l->c, n, lang, layout);
    set_bench(l, b, n, lang, layout);
    const struct page_set *like = like_pages(l, b, layout);
    if (like)
        return copy_pages(l, like, set);
    size_t count = cut_pages(l, b);
    if (!count) {
        load_report(l, CODE_DOES_NOT_FIT, place_of_node(l, n, lang),
                    "Layout %zu is too small for \"%.60s\": not one character fits beside the last "
                    "line, or it takes over %d screens. Shorten it, ui.more or ui.back.",
                    layout, n->id, PAGES_MAX);
        return 0;
    }
    struct page *pages = arena_array(l->c->arena, count, sizeof *pages);
    if (!pages)
        return load_no_memory(l);
    memcpy(pages, b->pages, count * sizeof *pages);
    *set = (struct page_set){.pages = pages, .count = count};
    return 0;
}

static int compile_language(struct loading *l, struct bench *b, const struct node *n, size_t lang)
{
    struct buf body;
    buf_init(&body, b->body, sizeof b->body);
    catalog_body(l->c, n, lang, &body);
    b->text.len = body.len;
    if (body.full)
        load_report(l, CODE_TEXT_TOO_LONG, place_of_node(l, n, lang),
                    "The text and its options are longer than %d octets. Cut it in two.",
                    CATALOG_BODY_MAX - 1);
    find_like(l, b, n, lang);
    for (size_t i = 0; body.len && i < l->c->layout_count; i++) {
        if (compile_layout(l, b, n, lang, i))
            return -1;
    }
    return 0;
}

static int compile_node(struct loading *l, struct bench *b, const struct node *n)
{
    for (size_t i = 0; i < l->c->drawn_count; i++) {
        if (compile_language(l, b, n, i))
            return -1;
    }
    return 0;
}

int compile_screens(struct loading *l)
{
    struct catalog *c = l->c;
    c->screens =
        arena_array(c->arena, c->node_count * c->drawn_count * c->layout_count, sizeof *c->screens);
    struct bench *b = arena_alloc(l->scratch, sizeof *b);
    if (!c->screens || !b)
        return load_no_memory(l);
    for (size_t i = 0; i < c->node_count; i++) {
        if (body_is_compiled(l->o, &c->nodes[i]) && compile_node(l, b, &c->nodes[i]))
            return -1;
    }
    return 0;
}
