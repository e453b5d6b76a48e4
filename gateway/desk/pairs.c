/* SPDX-License-Identifier: Apache-2.0 */
#include "desk/pairs.h"

#include <stdio.h>
#include <string.h>

/* Tell of a file of the content. Returns -1. */
static int fault(struct findings *f, const char *file, unsigned line, const char *what,
                 const char *detail)
{
    struct finding one = {.level = FINDING_ERROR, .code = "content", .line = line};
    snprintf(one.file, sizeof one.file, "%s", file);
    snprintf(one.detail, sizeof one.detail, "%s%s", what, detail);
    findings_add(f, &one);
    return -1;
}

/* Does a file hold texts of that language? */
static bool holds_language(const char *name, const char *code)
{
    size_t n = strlen(code);
    return !strncmp(name, "texts/", 6) && !strncmp(name + 6, code, n) && name[6 + n] == '/';
}

static bool is_read(const struct pairs *p, const char *name)
{
    static const char *const others[] = {"languages.json", "facts.json", "glossary.json"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (!strcmp(others[i], name))
            return true;
    }
    return holds_language(name, "en") || holds_language(name, p->language);
}

static int parse_files(struct pairs *p, struct findings *f)
{
    int rc = 0;
    for (size_t i = 0; i < p->bundle.count; i++) {
        const struct catalog_file *one = &p->bundle.files[i];
        struct json_error err;
        if (!is_read(p, one->name))
            continue;
        p->trees[i] = tree_parse(one->text, one->len, &err);
        if (!p->trees[i])
            rc = fault(f, one->name, err.line, "No valid JSON: ", err.detail);
    }
    return rc;
}

static bool knows_language(const struct pairs *p)
{
    const struct tree_node *list = tree_get(pairs_file(p, "languages.json"), "languages");
    for (const struct tree_node *e = tree_first(list); e; e = tree_next(e)) {
        const char *code = tree_string(tree_get(e, "code"));
        if (code && !strcmp(code, p->language))
            return true;
    }
    return false;
}

/* The texts of the i-th file if it is of that language. */
static const struct tree_node *texts_of(const struct pairs *p, size_t i, const char *code)
{
    bool has = p->trees[i] && holds_language(p->bundle.files[i].name, code);
    return has ? tree_get(tree_root(p->trees[i]), "texts") : NULL;
}

static int add_english(struct pairs *p, const struct tree_node *e, const char *file)
{
    if (!tree_string(tree_get(e, "text")) || pairs_find(p, tree_key(e)))
        return 0; /* the check tells of it */
    struct pair *one = &p->list[p->count];
    *one = (struct pair){.id = tree_key(e), .index = p->count, .english = e, .english_file = file};
    p->count++;
    return map_put(p->by_id, p->arena, one->id, one);
}

static int add_all(struct pairs *p)
{
    size_t most = 0;
    for (size_t i = 0; i < p->bundle.count; i++)
        most += tree_count(texts_of(p, i, "en"));
    p->list = arena_array(p->arena, most, sizeof *p->list);
    if (!p->list)
        return -1;
    for (size_t i = 0; i < p->bundle.count; i++) {
        for (const struct tree_node *e = tree_first(texts_of(p, i, "en")); e; e = tree_next(e)) {
            if (add_english(p, e, p->bundle.files[i].name))
                return -1;
        }
    }
    return 0;
}

static void add_translations(struct pairs *p)
{
    for (size_t i = 0; i < p->bundle.count; i++) {
        const struct tree_node *texts = texts_of(p, i, p->language);
        for (const struct tree_node *e = tree_first(texts); e; e = tree_next(e)) {
            const struct pair *found = pairs_find(p, tree_key(e));
            if (found && !found->entry) {
                p->list[found->index].entry = e;
                p->list[found->index].file = p->bundle.files[i].name;
            }
        }
    }
}

/* The caller's list stays as it is; ours is sorted. */
static int copy_list(struct pairs *p, const struct bundle *files)
{
    p->bundle.files = arena_array(p->arena, files->count, sizeof *files->files);
    if (!p->bundle.files)
        return -1;
    if (files->count)
        memcpy(p->bundle.files, files->files, files->count * sizeof *files->files);
    p->bundle.count = files->count;
    return 0;
}

int pairs_open(struct pairs *p, struct arena *a, const struct bundle *files, const char *language,
               struct findings *f)
{
    *p = (struct pairs){.arena = a, .language = language};
    if (!strcmp(language, "en"))
        return fault(f, "", 0, "English is what the other languages are made from. Name another.",
                     "");
    p->trees = arena_array(a, files->count, sizeof(struct tree *));
    p->by_id = map_new();
    if (!p->trees || !p->by_id || copy_list(p, files))
        return fault(f, "", 0, "No memory.", "");
    bundle_version(&p->bundle, p->version);
    if (parse_files(p, f))
        return -1;
    if (!knows_language(p))
        return fault(f, "languages.json", 1, "There is no such language: ", language);
    if (add_all(p))
        return fault(f, "", 0, "No memory.", "");
    add_translations(p);
    return 0;
}

void pairs_close(struct pairs *p)
{
    for (size_t i = 0; p->trees && i < p->bundle.count; i++)
        tree_free(p->trees[i]);
    map_free(p->by_id);
}

const struct pair *pairs_find(const struct pairs *p, const char *id)
{
    return map_get(p->by_id, id);
}

const struct tree_node *pairs_file(const struct pairs *p, const char *name)
{
    for (size_t i = 0; i < p->bundle.count; i++) {
        if (p->trees[i] && !strcmp(p->bundle.files[i].name, name))
            return tree_root(p->trees[i]);
    }
    return NULL;
}

const char *pair_english(const struct pair *p)
{
    return tree_string(tree_get(p->english, "text"));
}

const char *pair_translation(const struct pair *p)
{
    const char *s = tree_string(tree_get(p->entry, "text"));
    return s ? s : "";
}

enum entry_status pair_status(const struct pair *p)
{
    return entry_compare(pair_english(p), p->entry);
}
