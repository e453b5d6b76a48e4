/* SPDX-License-Identifier: Apache-2.0 */
/* One list of entries of a file, opened: each entry with its id and where it stands. */
#ifndef ML_EDITING_ENTRIES_H
#define ML_EDITING_ENTRIES_H

#include "base/tree.h"
#include "editing/place.h"
#include "editing/sections.h"
#include "editing/span.h"

struct entries {
    const char *text; /* of the file; borrowed */
    size_t len;
    struct tree *tree;
    const struct section *section;
    struct span list;
    const struct tree_node *node; /* of the list */
};

struct entry {
    struct span_item item;
    const struct tree_node *node;
    const char *id; /* NULL if the entry holds none */
};

/* Returns 0, or -1 with why; a file without the list has no entries. entries_close in either
 * case. */
int entries_open(struct entries *e, const struct catalog_file *file, const struct section *s,
                 char why[PLACE_WHY_MAX]);
void entries_close(struct entries *e);

/* The entries in their order; false at the end. */
bool entries_first(const struct entries *e, struct entry *out);
bool entries_next(const struct entries *e, struct entry *at);

/* The first entry with that id. */
bool entries_find(const struct entries *e, const char *id, struct entry *out);

/* The list and the parts of an address. NULL with why. */
const struct section *place_section(const char *place, struct place_parts *out,
                                    char why[PLACE_WHY_MAX]);

#endif
