/* SPDX-License-Identifier: Apache-2.0 */
/* The texts of a set of content files, each English one with its translation, as they stand in the
 * files. A catalog is only there when the content has no error; translators are needed most when an
 * error in a translation keeps it from being served, so this reads the files alone. */
#ifndef ML_DESK_PAIRS_H
#define ML_DESK_PAIRS_H

#include "base/tree.h"
#include "catalog/bundle.h"
#include "catalog/entry.h"
#include "catalog/finding.h"
#include "catalog/map.h"

struct pair {
    const char *id;
    size_t index;                    /* in the list */
    const struct tree_node *english; /* its entry: {"text": …} */
    const char *english_file;        /* such as "texts/en/ui.json" */
    const struct tree_node *entry;   /* the translation; NULL if there is none */
    const char *file;                /* its file; NULL if there is none */
};

struct pairs {
    struct arena *arena; /* the caller's */
    const char *language;
    struct bundle bundle; /* all files, sorted by name; their octets are the caller's */
    struct tree **trees;  /* of those that are read here; else NULL */
    char version[CATALOG_VERSION_HEX + 1];
    struct pair *list; /* English files by name, texts in the order of the file */
    size_t count;
    struct map *by_id;
};

/* Read files for a language other than English. The octets of the files must outlive p. Returns 0,
 * or -1 with findings: the language is not in languages.json, a file is no JSON. pairs_close in
 * either case. */
int pairs_open(struct pairs *p, struct arena *a, const struct bundle *files, const char *language,
               struct findings *f);
void pairs_close(struct pairs *p);

/* The pair of an id, NULL if there is no such text. */
const struct pair *pairs_find(const struct pairs *p, const char *id);

/* The root of a file such as "facts.json" or one of texts/, NULL if there is none. */
const struct tree_node *pairs_file(const struct pairs *p, const char *name);

const char *pair_english(const struct pair *p);
const char *pair_translation(const struct pair *p); /* "" if there is none */

/* As entry_status, for content that may hold errors. */
enum entry_status pair_status(const struct pair *p);

#endif
