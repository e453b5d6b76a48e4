/* SPDX-License-Identifier: Apache-2.0 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "catalog/bundle.h"
#include "catalog/loading.h"

/* The files outside texts/. Without a needed one there is nothing to load. */
static const struct {
    const char *name;
    bool needed;
} files[] = {
    {"languages.json", true}, {"menu.json", true},     {"keywords.json", false},
    {"facts.json", false},    {"sources.json", false}, {"fees.json", false},
    {"channels.json", false}, {"centres.json", false}, {"glossary.json", false},
};

static const char *const optional_silent = "glossary.json";

static bool is_known_file(const char *name)
{
    if (!strncmp(name, "texts/", 6) && strchr(name + 6, '/'))
        return true;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        if (!strcmp(files[i].name, name))
            return true;
    }
    return false;
}

static void parse_files(struct loading *l)
{
    for (size_t i = 0; i < l->file_count; i++) {
        const struct catalog_file *f = &l->files[i];
        struct json_error err;
        struct place at = {.file = f->name, .line = 1};
        if (!is_known_file(f->name)) {
            load_report(l, CODE_UNKNOWN_FILE, at, "Nothing reads this file. Correct its name.");
            continue;
        }
        l->trees[i] = tree_parse(f->text, f->len, &err);
        at.line = err.line;
        if (!l->trees[i])
            load_report(l, CODE_BAD_JSON, at, "No valid JSON: %s. Correct this line.", err.detail);
    }
}

/* Is a file there, be it good or bad? */
static bool has_file(const struct loading *l, const char *name)
{
    for (size_t i = 0; i < l->file_count; i++) {
        if (!strcmp(l->files[i].name, name))
            return true;
    }
    return false;
}

static void check_files(struct loading *l)
{
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct place at = {.file = files[i].name, .line = 1};
        if (has_file(l, files[i].name) || !strcmp(files[i].name, optional_silent))
            continue;
        if (files[i].needed)
            load_report(l, CODE_MISSING_FILE, at, "The file is missing. Put it back.");
        else
            load_report(l, CODE_ABSENT_FILE, at, "The file is missing; what it lists is empty.");
    }
}

/* Run the steps until one makes the next senseless. */
static void run(struct loading *l)
{
    static int (*const steps[])(struct loading *) = {
        load_languages, load_texts, load_unmarked, hide_drafts,     load_menu,
        load_keywords,  load_fees,  load_contacts, compile_screens, mark_nodes,
    };
    static void (*const checks[])(struct loading *) = {
        check_menu, /* labels and texts that nodes need */
        check_texts,
        check_translations,
        check_screens,
    };
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        if (steps[i](l))
            return;
    }
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        checks[i](l);
        if (i == 0)
            l->c->whole = findings_count(l->findings, FINDING_ERROR) == l->errors_before;
    }
}

static unsigned find_type(const struct catalog_options *o, const char *name)
{
    for (unsigned i = 0; o->types[i]; i++) {
        if (!strcmp(o->types[i], name))
            return i;
    }
    return UINT_MAX;
}

/* An empty snapshot with its maps. */
static struct catalog *catalog_new(const struct catalog_options *o)
{
    struct catalog *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->refs = 1;
    c->arena = arena_new();
    c->texts_by_id = map_new();
    c->nodes_by_id = map_new();
    c->nodes_by_dial = map_new();
    c->keywords = map_new();
    c->words = words_open();
    c->today = o->today;
    c->layout_count = o->layout_count < CATALOG_LAYOUTS_MAX ? o->layout_count : CATALOG_LAYOUTS_MAX;
    if (c->layout_count)
        memcpy(c->layouts, o->layouts, c->layout_count * sizeof *c->layouts);
    c->menu_type = find_type(o, "menu");
    c->article_type = find_type(o, "article");
    if (c->arena && c->texts_by_id && c->nodes_by_id && c->nodes_by_dial && c->keywords && c->words)
        return c;
    catalog_unref(c);
    return NULL;
}

/* Parse, load and check the files of a bundle. */
static void load_bundle(struct loading *l, struct bundle *b)
{
    l->trees = arena_array(l->scratch, b->count, sizeof(struct tree *));
    if (!l->trees) {
        load_no_memory(l);
        return;
    }
    bundle_version(b, l->c->version);
    l->c->version_number = strtoull(l->c->version, NULL, 16);
    l->files = b->files;
    l->file_count = b->count;
    parse_files(l);
    check_files(l);
    l->facts = tree_get(load_file(l, "facts.json"), "facts");
    l->sources = tree_get(load_file(l, "sources.json"), "sources");
    if (load_file(l, "languages.json") && load_file(l, "menu.json"))
        run(l);
}

/* The files go with the load, or stay with the catalog. */
static void end_bundle(struct loading *l, struct arena *scratch)
{
    struct raw raw = {.arena = scratch,
                      .files = l->files,
                      .trees = l->trees,
                      .count = l->file_count,
                      .texts = l->texts};
    if (l->c && l->o->keep_raw)
        l->c->raw = raw;
    else
        raw_free(&raw);
}

/* Load a bundle whose reading may already have found errors. Frees the arena of the bundle. */
static struct catalog *load(struct bundle *b, struct arena *scratch,
                            const struct catalog_options *o, struct findings *findings)
{
    struct loading l = {.o = o,
                        .findings = findings,
                        .errors_before = findings_count(findings, FINDING_ERROR),
                        .scratch = scratch};
    l.c = catalog_new(o);
    if (l.c)
        load_bundle(&l, b);
    else
        load_report(&l, CODE_NO_MEMORY, (struct place){0},
                    "No memory, or the language data of ICU is not installed.");
    end_bundle(&l, scratch);
    return l.c;
}

/* Finish a load: a catalog only if no error was found since there were `before`, or if a faulty one
 * is wanted too. */
static struct catalog *settle(struct catalog *c, const struct catalog_options *o,
                              const struct findings *all, size_t before)
{
    if (c && (findings_count(all, FINDING_ERROR) == before || (o->keep_faulty && c->screens)))
        return c;
    catalog_unref(c);
    return NULL;
}

struct catalog *catalog_load(const char *folder, const struct catalog_options *o,
                             struct findings *findings)
{
    struct findings *all = findings ? findings : findings_new();
    struct arena *scratch = arena_new();
    struct catalog *c = NULL;
    if (all && scratch) {
        size_t before = findings_count(all, FINDING_ERROR);
        struct bundle b;
        if (!bundle_read(&b, scratch, folder, all) || b.count)
            c = settle(load(&b, scratch, o, all), o, all, before);
        else
            arena_free(scratch);
    } else {
        load_no_memory(&(struct loading){.findings = all});
        arena_free(scratch);
    }
    if (!findings)
        findings_free(all);
    return c;
}

struct catalog *catalog_load_files(const struct catalog_file *list, size_t count,
                                   const struct catalog_options *o, struct findings *findings)
{
    struct findings *all = findings ? findings : findings_new();
    struct arena *scratch = arena_new();
    struct bundle b = {.count = count};
    struct catalog *c = NULL;
    if (scratch)
        b.files = arena_array(scratch, count, sizeof *list);
    if (all && b.files) {
        size_t before = findings_count(all, FINDING_ERROR);
        if (count)
            memcpy(b.files, list, count * sizeof *list);
        c = settle(load(&b, scratch, o, all), o, all, before);
    } else {
        load_no_memory(&(struct loading){.findings = all});
        arena_free(scratch);
    }
    if (!findings)
        findings_free(all);
    return c;
}
