/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/raw.h"

#include <string.h>

#include "catalog/loading.h"

void raw_free(struct raw *r)
{
    for (size_t i = 0; r->trees && i < r->count; i++)
        tree_free(r->trees[i]);
    arena_free(r->arena);
    *r = (struct raw){0};
}

const struct tree_node *raw_file(const struct catalog *c, const char *name)
{
    for (size_t i = 0; i < c->raw.count; i++) {
        if (!strcmp(c->raw.files[i].name, name))
            return c->raw.trees[i] ? tree_root(c->raw.trees[i]) : NULL;
    }
    return NULL;
}

const struct catalog_file *raw_file_at(const struct catalog *c, size_t i)
{
    return i < c->raw.count ? &c->raw.files[i] : NULL;
}

static const struct origin *origin_of(const struct catalog *c, const struct text *t)
{
    return c->raw.texts ? &c->raw.texts[t - c->texts] : NULL;
}

const struct tree_node *raw_entry(const struct catalog *c, const struct text *t, size_t lang)
{
    const struct origin *from = origin_of(c, t);
    return from && lang < CATALOG_LANGUAGES_MAX ? from->node[lang] : NULL;
}

const char *raw_entry_file(const struct catalog *c, const struct text *t, size_t lang)
{
    const struct origin *from = origin_of(c, t);
    return from && lang < CATALOG_LANGUAGES_MAX ? from->file[lang] : NULL;
}
