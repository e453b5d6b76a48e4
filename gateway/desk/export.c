/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "desk/content.h"
#include "desk/notes.h"
#include "setup/setup.h"

enum { NOTES_MAX = 6144 };

/* An export under way. */
struct job {
    struct arena *arena;
    struct pairs pairs;
    struct catalog *catalog; /* NULL if the content has errors; then no limits are told */
    size_t lang;             /* in the catalog */
    struct exchange out;
};

/* A copy of lines without the last line end. NULL without memory. */
static const char *keep(struct arena *a, const struct buf *b)
{
    bool ends = b->len && b->data[b->len - 1] == '\n';
    return arena_copy(a, b->data, b->len - ends);
}

static int add_unit(struct job *j, const struct pair *p)
{
    char status[512], limits[512], comment[NOTES_MAX];
    struct buf s, l, c;
    buf_init(&s, status, sizeof status);
    buf_init(&l, limits, sizeof limits);
    buf_init(&c, comment, sizeof comment);
    notes_status(p, &s);
    notes_comment(&j->pairs, p, &c);
    if (j->catalog)
        notes_limits(j->catalog, p->id, j->lang, &l);
    const struct unit u = {
        .id = p->id,
        .english = pair_english(p),
        .translation = pair_translation(p),
        .status = keep(j->arena, &s),
        .limits = keep(j->arena, &l),
        .comment = keep(j->arena, &c),
        .file = p->english_file,
        .line = tree_line(p->english),
        .mark = pair_status(p) == ENTRY_STALE ? UNIT_STALE : UNIT_PLAIN,
    };
    return u.status && u.limits && u.comment ? exchange_add(&j->out, &u) : -1;
}

/* The compiled content tells how long texts are; with errors in it there is none. */
static void compile(struct job *j, const struct content_wish *w)
{
    struct setup_layouts layouts;
    struct setup_types types;
    struct catalog_options o;
    if (setup_layouts(&w->conf, &layouts) < 0)
        return;
    setup_catalog_options(&w->conf, &layouts, w->handlers, &types, &o);
    o.today = setup_today();
    o.hide_drafts = false; /* they are measured, served or not */
    j->catalog = catalog_load(w->conf.gateway_content, &o, NULL);
    if (j->catalog)
        j->lang = (size_t)catalog_find_language(j->catalog, w->language);
    else
        fputs("note: the content has errors (mekongline check), so no limits are told\n", stderr);
}

static int run(struct job *j, const struct content_wish *w, struct findings *f)
{
    if (pairs_open(&j->pairs, j->arena, w->conf.gateway_content, w->language, f))
        return -1;
    compile(j, w);
    j->out =
        (struct exchange){.arena = j->arena, .language = w->language, .version = j->pairs.version};
    for (size_t i = 0; i < j->pairs.count; i++) {
        if (add_unit(j, &j->pairs.list[i]))
            return exchange_fault(f, 0, "", "No memory.");
    }
    return exchange_write(&j->out, (enum exchange_format)w->format, w->file, f);
}

int content_export(const struct content_wish *w)
{
    struct job j = {.arena = arena_new()};
    struct findings *f = findings_new();
    int rc = -1;
    if (j.arena && f)
        rc = run(&j, w, f);
    else
        fputs("mekongline content: no memory\n", stderr);
    if (f)
        findings_print(f, stderr);
    pairs_close(&j.pairs);
    catalog_unref(j.catalog);
    findings_free(f);
    arena_free(j.arena);
    return rc ? 1 : 0;
}
