/* SPDX-License-Identifier: Apache-2.0 */
#include "editing/atlas.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "catalog/arena.h"
#include "editing/walk.h"

struct atlas {
    struct arena *arena; /* of the words */
    struct atlas_view *list;
    size_t count, cap;
    const struct studio *studio;
    bool failed;
};

static void add(struct atlas *a, const struct walk_screen *s)
{
    if (a->count == a->cap) {
        size_t cap = a->cap ? 2 * a->cap : 256;
        struct atlas_view *list = realloc(a->list, cap * sizeof *list);
        if (!list) {
            a->failed = true;
            return;
        }
        a->list = list;
        a->cap = cap;
    }
    const char *node = arena_copy(a->arena, s->node->id, strlen(s->node->id));
    const char *body = arena_copy(a->arena, s->body, s->len);
    a->failed |= !node || !body;
    if (!a->failed)
        a->list[a->count++] = (struct atlas_view){.view = *s->view, .node = node, .body = body};
}

static void look(void *arg, const struct walk_screen *s)
{
    struct atlas *a = arg;
    const struct handler *h = studio_handler(a->studio, s->node);
    if (h && !h->compiled && s->view->start == 0 && !a->failed)
        add(a, s);
}

struct atlas *atlas_new(const struct studio *s, const struct catalog *c)
{
    struct atlas *a = calloc(1, sizeof *a);
    const struct walk w = {
        .catalog = c, .rules = &s->rules, .lang = catalog_source_language(c), .layout = 0};
    if (!a)
        return NULL;
    a->studio = s;
    a->arena = arena_new();
    if (a->arena && walk_all(&w, look, a) >= 0 && !a->failed)
        return a;
    atlas_free(a);
    return NULL;
}

void atlas_free(struct atlas *a)
{
    if (!a)
        return;
    arena_free(a->arena);
    free(a->list);
    free(a);
}

size_t atlas_count(const struct atlas *a)
{
    return a->count;
}

const struct atlas_view *atlas_at(const struct atlas *a, size_t i)
{
    return &a->list[i];
}

/* English is plain ASCII, and letters of other scripts are none that words could be a part of. */
static bool is_letter(char c)
{
    return isalnum((unsigned char)c) != 0;
}

static bool holds(const char *body, const char *words)
{
    size_t n = strlen(words);
    for (const char *at = strstr(body, words); at; at = strstr(at + 1, words)) {
        if ((at == body || !is_letter(at[-1]) || !is_letter(*at)) &&
            (!is_letter(at[n]) || !is_letter(at[n - 1])))
            return true;
    }
    return false;
}

size_t atlas_find(const struct atlas *a, const char *words, size_t from)
{
    while (*words && from < a->count && !holds(a->list[from].body, words))
        from++;
    return *words ? from : a->count;
}
