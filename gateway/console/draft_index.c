/* SPDX-License-Identifier: Apache-2.0 */
#include "console/draft_index.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "catalog/arena.h"
#include "catalog/map.h"

struct draft_index {
    struct arena *arena;
    struct files *files;
    struct tree **trees; /* of the files, in their order; NULL until asked for */
    bool *tried;
    size_t file_count;
    struct index_text *texts;
    size_t count, cap;
    struct map *by_id;
};

const struct tree_node *index_file(struct draft_index *x, const char *name)
{
    const struct catalog_file *list = files_list(x->files, &x->file_count);
    const struct catalog_file *f = files_find(x->files, name);
    struct json_error err;
    if (!f)
        return NULL;
    size_t i = (size_t)(f - list);
    if (!x->tried[i])
        x->trees[i] = tree_parse(f->text, f->len, &err);
    x->tried[i] = true;
    return x->trees[i] ? tree_root(x->trees[i]) : NULL;
}

/* Is the file one of a language's texts? */
static bool is_of(const char *file, const char *language)
{
    size_t n = strlen(language);
    return n && !strncmp(file, "texts/", 6) && !strncmp(file + 6, language, n) &&
           file[6 + n] == '/';
}

static int add_text(struct draft_index *x, const char *file, const struct tree_node *e)
{
    if (x->count == x->cap) {
        size_t cap = x->cap ? 2 * x->cap : 512;
        struct index_text *more = realloc(x->texts, cap * sizeof *more);
        if (!more)
            return -1;
        x->texts = more;
        x->cap = cap;
    }
    x->texts[x->count++] = (struct index_text){.id = tree_key(e), .file = file, .node = e};
    return 0;
}

static int read_english(struct draft_index *x, const char *file)
{
    const struct tree_node *texts = tree_get(index_file(x, file), "texts");
    for (const struct tree_node *e = tree_first(texts); e; e = tree_next(e)) {
        if (tree_key(e) && add_text(x, file, e))
            return -1;
    }
    return 0;
}

/* Only now: until all are there, the list may move. */
static int name_texts(struct draft_index *x)
{
    for (size_t i = 0; i < x->count; i++) {
        if (!map_get(x->by_id, x->texts[i].id) &&
            map_put(x->by_id, x->arena, x->texts[i].id, &x->texts[i]))
            return -1;
    }
    return 0;
}

static void read_other(struct draft_index *x, const char *file)
{
    const struct tree_node *texts = tree_get(index_file(x, file), "texts");
    for (const struct tree_node *e = tree_first(texts); e; e = tree_next(e)) {
        const struct index_text *found = tree_key(e) ? map_get(x->by_id, tree_key(e)) : NULL;
        if (!found || found->other)
            continue;
        struct index_text *t = &x->texts[found - x->texts];
        t->other = e;
        t->other_file = file;
    }
}

static int read_texts(struct draft_index *x, const char *language)
{
    const struct catalog_file *list = files_list(x->files, &x->file_count);
    for (size_t i = 0; i < x->file_count; i++) {
        if (is_of(list[i].name, DRAFT_SOURCE) && read_english(x, list[i].name))
            return -1;
    }
    if (name_texts(x))
        return -1;
    for (size_t i = 0; strcmp(language, DRAFT_SOURCE) && i < x->file_count; i++) {
        if (is_of(list[i].name, language))
            read_other(x, list[i].name);
    }
    return 0;
}

struct draft_index *index_new(struct files *f, const char *language)
{
    struct draft_index *x = calloc(1, sizeof *x);
    if (!x)
        return NULL;
    x->files = files_ref(f);
    (void)files_list(f, &x->file_count);
    x->arena = arena_new();
    x->by_id = map_new();
    x->trees = calloc(x->file_count + 1, sizeof(struct tree *));
    x->tried = calloc(x->file_count + 1, sizeof *x->tried);
    if (x->arena && x->by_id && x->trees && x->tried && !read_texts(x, language))
        return x;
    index_free(x);
    return NULL;
}

void index_free(struct draft_index *x)
{
    if (!x)
        return;
    for (size_t i = 0; x->trees && i < x->file_count; i++)
        tree_free(x->trees[i]);
    free(x->trees);
    free(x->tried);
    free(x->texts);
    map_free(x->by_id);
    arena_free(x->arena);
    files_unref(x->files);
    free(x);
}

const struct index_text *index_texts(const struct draft_index *x, size_t *count)
{
    *count = x->count;
    return x->texts;
}

const struct index_text *index_text(const struct draft_index *x, const char *id)
{
    return map_get(x->by_id, id);
}

const struct tree_node *index_entry(struct draft_index *x, const char *file, const char *section,
                                    const char *id)
{
    const struct tree_node *list = tree_get(index_file(x, file), section);
    if (tree_type(list) == JSON_OBJECT)
        return tree_get(list, id);
    for (const struct tree_node *e = tree_first(list); e; e = tree_next(e)) {
        const char *own = tree_string(tree_get(e, "id"));
        if (own && !strcmp(own, id))
            return e;
    }
    return NULL;
}

bool index_has_language(struct draft_index *x, const char *code)
{
    const struct tree_node *list = tree_get(index_file(x, "languages.json"), "languages");
    for (const struct tree_node *e = tree_first(list); e; e = tree_next(e)) {
        const char *own = tree_string(tree_get(e, "code"));
        if (own && !strcmp(own, code))
            return true;
    }
    return false;
}

void index_translation_file(const struct index_text *t, const char *language, char *out, size_t cap)
{
    if (t->other_file)
        snprintf(out, cap, "%s", t->other_file);
    else
        snprintf(out, cap, "texts/%s/%s", language, strrchr(t->file, '/') + 1);
}
