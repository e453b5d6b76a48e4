/* SPDX-License-Identifier: Apache-2.0 */
/* Drawing: a view becomes a screen. Compiled pages are looked up; all else is written by its
 * handler and cut by the pager. */
#include <string.h>

#include "catalog/marks.h"
#include "core/turn.h"
#include "text/segment.h"

/* Longer lists are hard to choose from on a small screen; a title and six options. */
enum { SEGMENTS_MAX = 16, LIST_LINES = 7 };

/* A body with all that the pager needs to know of it. */
struct sheet {
    char body[CATALOG_BODY_MAX];
    char more[CATALOG_FOOT_MAX], last[CATALOG_FOOT_MAX];
    struct screen_text text;
};

size_t turn_language(const struct catalog *c, const struct view *view)
{
    int found = catalog_find_language(c, view->lang);
    size_t lang = found < 0 ? catalog_source_language(c) : (size_t)found;
    return view->flags & VIEW_LATIN ? catalog_latin(c, lang) : lang;
}

static struct scene scene_of(const struct catalog *c, const struct turn_draw *how,
                             const struct view *view)
{
    return (struct scene){.catalog = c,
                          .node = catalog_node_by_key(c, view->node),
                          .view = view,
                          .lang = turn_language(c, view),
                          .layout = how->layout,
                          .sms = how->sms,
                          .show_unverified = how->rules->show_unverified,
                          .handlers = how->rules->handlers,
                          .secret = &how->rules->secret};
}

static const char *notice_text(const struct scene *s)
{
    static const char *const id[] = {
        [NOTICE_INVALID] = "ui.invalid",           [NOTICE_UNKNOWN_CODE] = "ui.unknown-code",
        [NOTICE_UNKNOWN_WORD] = "ui.unknown-word", [NOTICE_NOT_A_NUMBER] = "fees.not-a-number",
        [NOTICE_BAD_CASE] = "status.bad-case",     [NOTICE_BAD_PIN] = "status.bad-pin"};
    uint8_t n = s->view->notice;
    return n > NOTICE_NONE && n < sizeof id / sizeof *id ? handler_say(s, id[n]) : "";
}

static void note_marks(const struct scene *s, unsigned marks)
{
    if (s->shown)
        s->shown->marks |= marks;
}

/* Write body and footers. */
static void sheet_fill(struct sheet *sheet, const struct scene *s)
{
    const struct handler *h = handler_of(s->handlers, s->node);
    struct buf body;
    struct frame frame = {.has_back = !h->raw && !h->transient, .kind = h->kind};
    buf_init(&body, sheet->body, sizeof sheet->body);
    if (h->compiled) {
        catalog_body(s->catalog, s->node, s->lang, &body);
        note_marks(s, marks_of_node(s->catalog, s->node, s->lang));
        frame = catalog_frame(s->catalog, s->node, s->layout);
    } else {
        h->body(s, &body);
    }
    sheet->more[0] = sheet->last[0] = '\0';
    catalog_footers(s->catalog, s->lang, &frame, sheet->more, sheet->last);
    if (s->view->flags & VIEW_END)
        sheet->last[0] = '\0';
    sheet->text = (struct screen_text){.lang = catalog_language(s->catalog, s->lang)->code,
                                       .head = notice_text(s),
                                       .body = sheet->body,
                                       .len = body.len,
                                       .foot_more = sheet->more,
                                       .foot_last = sheet->last,
                                       .kind = frame.kind};
}

static int sheet_cut(const struct sheet *sheet, const struct scene *s, size_t start,
                     struct screen_span *span)
{
    struct screen_limits limits = catalog_layout(s->catalog, s->layout)->limits;
    if (limits.lines == 0 && !handler_of(s->handlers, s->node)->raw)
        limits.lines = LIST_LINES;
    return screen_page(catalog_words(s->catalog), &sheet->text, &limits, start, span);
}

/* Coding of a finished text, and what a carrier bills if it is an SMS. */
static void screen_measure(const struct catalog *c, const char *lang, bool sms, struct screen *out)
{
    struct measure m;
    struct segment_span spans[SEGMENTS_MAX];
    struct segment_text t = {.lang = lang, .text = out->text, .len = out->len};
    out->coding = coding_measure(out->text, out->len, &m) == 0 ? m.coding : CODING_UCS2;
    int n = sms ? segment_split(catalog_words(c), &t, spans, SEGMENTS_MAX) : 0;
    out->segments = n > 0 ? (unsigned)n : 1;
}

static void screen_say(const struct scene *s, const char *id, struct screen *out)
{
    out->text = handler_say(s, id);
    out->len = strlen(out->text);
    screen_measure(s->catalog, catalog_language(s->catalog, s->lang)->code, s->sms, out);
}

/* The compiled page of a view, or NULL if it has to be drawn. */
static const struct page *compiled_page(const struct scene *s)
{
    if (s->view->notice != NOTICE_NONE || (s->view->flags & VIEW_END))
        return NULL;
    if (!handler_of(s->handlers, s->node)->compiled)
        return NULL;
    return catalog_page(s->catalog, s->node, s->lang, s->layout, s->view->start);
}

static void draw_page(const struct page *p, struct screen *out)
{
    out->text = p->text;
    out->len = p->len;
    out->json = p->json;
    out->json_len = p->json_len;
    out->coding = p->coding;
    out->segments = p->segments;
}

/* How many of the numbers that nobody has dialled stand on that screen of the body. */
static unsigned count_unverified(const struct shown *shown, const struct screen_span *span)
{
    unsigned n = 0;
    for (unsigned i = 0; i < shown->count; i++)
        n += shown->numbers[i] >= span->start && shown->numbers[i] < span->end;
    return n;
}

static void draw_sheet(const struct scene *s, char *memory, struct screen *out)
{
    struct sheet sheet;
    struct screen_span span;
    struct buf buf;
    sheet_fill(&sheet, s);
    if (sheet_cut(&sheet, s, s->view->start, &span) < 0) {
        screen_say(s, "ui.failed", out);
        return;
    }
    buf_init(&buf, memory, TURN_SCREEN_MAX);
    screen_write(&sheet.text, &span, &buf);
    out->text = memory;
    out->len = buf.len;
    out->unverified = count_unverified(s->shown, &span);
    screen_measure(s->catalog, sheet.text.lang, s->sms, out);
}

static void draw_screen(const struct scene *s, char *memory, struct screen *out)
{
    if (!s->node) {
        screen_say(s, "ui.bye", out);
        out->end = true;
        return;
    }
    const struct page *page = compiled_page(s);
    if (!page) {
        draw_sheet(s, memory, out);
        return;
    }
    draw_page(page, out);
    note_marks(s, marks_of_node(s->catalog, s->node, s->lang));
}

void turn_draw(const struct catalog *c, const struct turn_draw *how, const struct view *view,
               struct screen *out, struct effects *effects)
{
    struct scene s = scene_of(c, how, view);
    struct shown shown; /* its numbers are not cleared: most screens have none */
    shown.marks = shown.count = 0;
    s.shown = &shown;
    effects->sms = NULL;
    effects->note[0] = '\0';
    *out = (struct screen){.lang = catalog_language(c, s.lang)->code,
                           .end = view->flags & VIEW_END,
                           .silent = view->flags & VIEW_SILENT};
    if (out->silent)
        return;
    draw_screen(&s, how->memory, out);
    out->marks = shown.marks;
    shown.marks = 0;
    const struct handler *h = s.node ? handler_of(s.handlers, s.node) : NULL;
    if (h && h->effects)
        h->effects(&s, effects);
    effects->marks = shown.marks;
}

long turn_next(const struct catalog *c, const struct turn_draw *how, const struct view *view)
{
    struct scene s = scene_of(c, how, view);
    struct sheet sheet;
    struct screen_span span;
    if (!s.node)
        return -1;
    const struct page *page = compiled_page(&s);
    if (page)
        return (long)page->next;
    sheet_fill(&sheet, &s);
    return sheet_cut(&sheet, &s, view->start, &span) < 0 ? -1 : (long)span.next;
}

bool turn_last(const struct catalog *c, const struct turn_draw *how, const struct view *view)
{
    struct scene s = scene_of(c, how, view);
    struct sheet sheet;
    struct screen_span span;
    if (!s.node)
        return true;
    const struct page *page = compiled_page(&s);
    if (page)
        return !catalog_page(s.catalog, s.node, s.lang, s.layout, page->next);
    sheet_fill(&sheet, &s);
    return sheet_cut(&sheet, &s, view->start, &span) < 0 || span.next >= sheet.text.len;
}

struct sms_text turn_sms_text(const struct catalog *c, const struct node *n, size_t lang)
{
    const struct wording *w = n->body ? catalog_wording(c, n->body, lang) : NULL;
    bool overdue = catalog_overdue(c, n);
    return (struct sms_text){.head = overdue ? catalog_say(c, "ui.outdated", lang) : "",
                             .text = w ? w->utf8 : NULL,
                             .len = w ? w->len : 0,
                             .lang = lang,
                             .marks = marks_of_text(c, n->body, lang)};
}

long turn_sms_part(const struct catalog *c, const struct turn_draw *how, const struct sms_text *t,
                   size_t start, struct screen *out)
{
    struct screen_span span;
    struct buf buf;
    if (!t->text)
        return -1;
    struct screen_text text = {.lang = catalog_language(c, t->lang)->code,
                               .head = start == 0 ? t->head : "",
                               .body = t->text,
                               .len = t->len,
                               .foot_more = "",
                               .foot_last = "",
                               .kind = SCREEN_PROSE};
    if (screen_page(catalog_words(c), &text, &catalog_layout(c, how->layout)->limits, start,
                    &span) < 0)
        return -1;
    buf_init(&buf, how->memory, TURN_SCREEN_MAX);
    screen_write(&text, &span, &buf);
    *out =
        (struct screen){.text = how->memory, .len = buf.len, .lang = text.lang, .marks = t->marks};
    screen_measure(c, text.lang, true, out);
    return span.next < t->len ? (long)span.next : 0;
}
