/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files of this room: the snapshot's body. */
#ifndef ML_CATALOG_INTERNAL_H
#define ML_CATALOG_INTERNAL_H

#include "catalog/arena.h"
#include "catalog/catalog.h"
#include "catalog/lists.h"
#include "catalog/map.h"

/* The pages of one node in one language and layout. */
struct page_set {
    const struct page *pages;
    size_t count;
};

/* The files of a catalog, kept if asked for. */
struct raw {
    struct arena *arena; /* owns names, octets and the arrays */
    const struct catalog_file *files;
    struct tree **trees; /* of the files; NULL if bad */
    size_t count;
    const struct origin *texts; /* by text */
};

struct catalog {
    size_t refs;
    bool whole;          /* neither a step of the load nor the check of the menu found an error */
    struct arena *arena; /* owns all below but the maps and the iterators */
    struct map *texts_by_id, *nodes_by_id, *nodes_by_dial, *keywords;
    struct words *words;
    char version[CATALOG_VERSION_HEX + 1];
    uint64_t version_number;
    int32_t today;
    struct layout layouts[CATALOG_LAYOUTS_MAX];
    size_t layout_count;
    struct language languages[CATALOG_LANGUAGES_MAX];
    size_t language_count, source;
    size_t drawn_count; /* languages, then their forms without marks */
    struct text *texts;
    size_t text_count;
    struct node *nodes;
    size_t node_count;
    const struct node **by_key; /* sorted */
    const struct node *start;
    unsigned menu_type, article_type; /* UINT_MAX if there is none */
    struct page_set *screens;         /* by node, language, layout */
    const uint8_t *marks;             /* by node, language: enum text_mark */
    struct corridor *corridors;
    struct fee_item *items;
    struct fee_rule *rules;
    struct contact *channels, *centres;
    size_t corridor_count, item_count, rule_count, channel_count, centre_count;
    struct raw raw; /* empty if not kept */
};

/* body.c: replace {name} by the values of pairs. */
void body_format(struct buf *out, const char *text, size_t len, const char *const *pairs);
bool body_is_compiled(const struct catalog_options *o, const struct node *n);
struct page_set *body_pages(const struct catalog *c, const struct node *n, size_t lang,
                            size_t layout);

/* raw.c */
void raw_free(struct raw *r);

#endif
