/* SPDX-License-Identifier: Apache-2.0 */
/* The screens that handlers draw (all but menus and articles), found by a walk through a catalog:
 * of each body its view and its words in the source language. It tells where a text is shown that
 * belongs to no node, such as the name of a channel. Views hold in any catalog that has their
 * nodes.
 */
#ifndef ML_EDITING_ATLAS_H
#define ML_EDITING_ATLAS_H

#include "editing/studio.h"

struct atlas;

struct atlas_view {
    struct view view;
    const char *node; /* its id */
    const char *body;
};

/* Walk through a catalog without errors. NULL without memory. */
struct atlas *atlas_new(const struct studio *s, const struct catalog *c);
void atlas_free(struct atlas *a); /* NULL is fine */

size_t atlas_count(const struct atlas *a);
const struct atlas_view *atlas_at(const struct atlas *a, size_t i);

/* The first view from `from` on whose body holds the words, not as a part of longer ones. Returns
 * its index, or atlas_count. */
size_t atlas_find(const struct atlas *a, const char *words, size_t from);

#endif
