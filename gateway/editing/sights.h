/* SPDX-License-Identifier: Apache-2.0 */
/* On which screens an entry of the content is seen: a few views to draw. */
#ifndef ML_EDITING_SIGHTS_H
#define ML_EDITING_SIGHTS_H

#include "editing/atlas.h"
#include "editing/place.h"

enum { SIGHTS_MAX = 8 };

struct sight {
    struct view view; /* language and flags are left to whoever draws it */
    const struct node *node;
    const char *as; /* "screen": its own; "title", "line", "part" of a screen */
};

struct sights {
    struct sight list[SIGHTS_MAX];
    size_t count;
    size_t more; /* screens that are left out */
};

struct sights_wish {
    const struct studio *studio;
    const struct catalog *catalog; /* that the views are for */
    bool faulty;                   /* so only compiled screens may be drawn */
    const struct catalog *base;    /* as it stood before, without errors, and its atlas; or NULL */
    const struct atlas *atlas;
};

/* Where the entry of a place is seen. */
void sights_of(const struct sights_wish *w, const struct place_parts *place, struct sights *out);

#endif
