/* SPDX-License-Identifier: Apache-2.0 */
#include "desk/export.h"

#include "desk/notes.h"
#include "desk/pairs.h"
#include "setup/setup.h"

enum { NOTES_MAX = 6144 };

/* An export under way. */
struct job {
    const struct export_wish *wish;
    struct arena *arena;
    struct pairs pairs;
    int lang; /* in the catalog; -1 without one */
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
    if (j->lang >= 0)
        notes_limits(j->wish->catalog, p->id, (size_t)j->lang, &l);
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

static int collect(struct job *j, struct findings *f)
{
    const struct export_wish *w = j->wish;
    if (pairs_open(&j->pairs, j->arena, w->files, w->language, f))
        return -1;
    j->lang = w->catalog ? catalog_find_language(w->catalog, w->language) : -1;
    j->out =
        (struct exchange){.arena = j->arena, .language = w->language, .version = j->pairs.version};
    for (size_t i = 0; i < j->pairs.count; i++) {
        if (add_unit(j, &j->pairs.list[i]))
            return exchange_fault(f, 0, "", "No memory.");
    }
    return 0;
}

struct catalog *export_compile(const struct bundle *files, const struct conf *conf,
                               const struct handler_table *handlers)
{
    struct setup_layouts layouts;
    struct setup_types types;
    struct catalog_options o;
    if (setup_layouts(conf, &layouts) < 0)
        return NULL;
    setup_catalog_options(conf, &layouts, handlers, &types, &o);
    o.today = setup_today();
    o.hide_drafts = false; /* they are measured, served or not */
    return catalog_load_files(files->files, files->count, &o, NULL);
}

int export_texts(const struct export_wish *w, char **out, size_t *len, struct findings *f)
{
    struct job j = {.wish = w, .arena = arena_new()};
    *out = NULL;
    int rc = j.arena ? collect(&j, f) : exchange_fault(f, 0, "", "No memory.");
    if (!rc)
        rc = exchange_print(&j.out, w->format, out, len, f);
    pairs_close(&j.pairs);
    arena_free(j.arena);
    return rc;
}
