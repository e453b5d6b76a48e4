/* SPDX-License-Identifier: Apache-2.0 */
/* The files of a catalog as they were read, for the tools of content staff: evidence, status,
 * places in files, all that a step at run time does not need. Only of a catalog that was loaded
 * with keep_raw; else every answer is NULL. All of it lives as long as the catalog. */
#ifndef ML_CATALOG_RAW_H
#define ML_CATALOG_RAW_H

#include "base/tree.h"
#include "catalog/catalog.h"

/* The root of a file, such as "facts.json". NULL if there is none, or it is no JSON. */
const struct tree_node *raw_file(const struct catalog *c, const char *name);

/* All files in the order of their names; NULL at the end. */
const struct catalog_file *raw_file_at(const struct catalog *c, size_t i);

/* The entry of a text in a language, as {"text": …, "status": …, …}. NULL if the language has none.
 */
const struct tree_node *raw_entry(const struct catalog *c, const struct text *t, size_t lang);

/* The file of that entry, such as "texts/lo/ui.json". */
const char *raw_entry_file(const struct catalog *c, const struct text *t, size_t lang);

#endif
