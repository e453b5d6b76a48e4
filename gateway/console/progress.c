/* SPDX-License-Identifier: Apache-2.0 */
#include "console/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/tree.h"
#include "desk/evidence.h"
#include "desk/pairs.h"
#include "editing/place.h"

int progress_status_of(const char *word)
{
    for (int i = 0; i < ENTRY_STATUS_COUNT; i++) {
        if (!strcmp(evidence_status_name((enum entry_status)i), word))
            return i;
    }
    return -1;
}

/* The texts of a language beside the English ones. */
struct reading {
    struct arena *arena;
    struct pairs pairs;
};

static int reading_open(struct reading *r, const struct files *files, const char *language,
                        struct findings *f)
{
    struct bundle all = {.count = 0};
    /* pairs_open reads the list and never writes it */
    all.files = (struct catalog_file *)files_list(files, &all.count);
    *r = (struct reading){.arena = arena_new()};
    return r->arena ? pairs_open(&r->pairs, r->arena, &all, language, f) : -1;
}

static void reading_close(struct reading *r)
{
    pairs_close(&r->pairs);
    arena_free(r->arena);
}

/* by gets the counts. */
static int put_language(struct json_out *j, const struct files *files, const struct tree_node *e,
                        size_t by[ENTRY_STATUS_COUNT], struct findings *f)
{
    struct reading r;
    const char *code = tree_string(tree_get(e, "code"));
    int rc = reading_open(&r, files, code, f);
    for (size_t i = 0; !rc && i < r.pairs.count; i++)
        by[pair_status(&r.pairs.list[i])]++;
    json_out_open(j, NULL, '{');
    json_out_text(j, "code", code);
    json_out_text(j, "name", tree_string(tree_get(e, "name")));
    json_out_text(j, "latin", tree_string(tree_get(e, "latin")));
    json_out_number(j, "texts", r.pairs.count);
    for (size_t i = 0; i < ENTRY_STATUS_COUNT; i++)
        json_out_number(j, evidence_status_name((enum entry_status)i), by[i]);
    json_out_close(j, '{');
    reading_close(&r);
    return rc;
}

int progress_languages(struct json_out *j, const struct files *files,
                       size_t sum[ENTRY_STATUS_COUNT], struct findings *f)
{
    const struct catalog_file *file = files_find(files, "languages.json");
    struct json_error err;
    struct tree *t = file ? tree_parse(file->text, file->len, &err) : NULL;
    const struct tree_node *list = t ? tree_get(tree_root(t), "languages") : NULL;
    int rc = t ? 0 : -1;
    json_out_open(j, "languages", '[');
    for (const struct tree_node *e = tree_first(list); e; e = tree_next(e)) {
        const char *code = tree_string(tree_get(e, "code"));
        size_t by[ENTRY_STATUS_COUNT] = {0};
        if (code && strcmp(code, "en"))
            rc |= put_language(j, files, e, by, f);
        for (size_t i = 0; sum && i < ENTRY_STATUS_COUNT; i++)
            sum[i] += by[i];
    }
    json_out_close(j, '[');
    tree_free(t);
    return rc;
}

/* Where the translation stands, or will: in the file of the same name as the English one. */
static void place_of(const struct pairs *all, const struct pair *p, char out[PLACE_MAX])
{
    if (p->file)
        snprintf(out, PLACE_MAX, "%s#%s", p->file, p->id);
    else
        snprintf(out, PLACE_MAX, "texts/%s%s#%s", all->language, strrchr(p->english_file, '/'),
                 p->id);
}

static void put_mark(struct json_out *j, const struct files *files, const char *place)
{
    char mark[PLACE_MARK_SIZE];
    char *json = place_get(files, place);
    place_mark(json, mark);
    json_out_text(j, "mark", mark);
    free(json);
}

static void put_text(struct json_out *j, const struct files *files, const struct pairs *all,
                     const struct pair *p)
{
    char place[PLACE_MAX], english[PLACE_MAX];
    place_of(all, p, place);
    snprintf(english, sizeof english, "%s#%s", p->english_file, p->id);
    json_out_open(j, NULL, '{');
    json_out_text(j, "place", place);
    put_mark(j, files, place);
    json_out_text(j, "english_place", english);
    json_out_text(j, "id", p->id);
    json_out_text(j, "kind", tree_string(tree_get(p->english, "kind")));
    json_out_text(j, "status", evidence_status_name(pair_status(p)));
    json_out_text(j, "english", pair_english(p));
    json_out_text(j, "translation", pair_translation(p));
    json_out_text(j, "reviewer", tree_string(tree_get(p->entry, "reviewer")));
    json_out_text(j, "reviewed_on", tree_string(tree_get(p->entry, "reviewed_on")));
    json_out_close(j, '{');
}

static bool fits(const struct progress_wish *w, const struct pair *p)
{
    if (w->status >= 0 && pair_status(p) != (enum entry_status)w->status)
        return false;
    return strcasestr(p->id, w->find) || strcasestr(pair_english(p), w->find) ||
           strcasestr(pair_translation(p), w->find);
}

int progress_texts(struct json_out *j, const struct files *files, const struct progress_wish *w,
                   struct findings *f)
{
    struct reading r;
    size_t total = 0;
    int rc = reading_open(&r, files, w->language, f);
    json_out_open(j, "texts", '[');
    for (size_t i = 0; !rc && i < r.pairs.count; i++) {
        const struct pair *p = &r.pairs.list[i];
        if (!fits(w, p))
            continue;
        if (total >= w->from && total - w->from < w->count)
            put_text(j, files, &r.pairs, p);
        total++;
    }
    json_out_close(j, '[');
    json_out_number(j, "total", total);
    reading_close(&r);
    return rc;
}
