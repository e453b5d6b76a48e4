/* SPDX-License-Identifier: Apache-2.0 */
/* Which screens come out another way in another version of the content: what a reviewer looks at
 * besides the entries that were changed. */
#ifndef ML_EDITING_DIFFERENCE_H
#define ML_EDITING_DIFFERENCE_H

#include "base/json_out.h"
#include "editing/atlas.h"

/* How many are written: a change of "back" changes every screen, one of a channel those of each
 * pair of countries. */
enum { DIFFERENCE_MAX = 600, DIFFERENCE_ALIKE_MAX = 4 /* of one node, language and layout */ };

/* A version. The catalog may be kept in spite of errors; the atlas is then NULL, and what handlers
 * draw is left out. */
struct difference_side {
    const struct catalog *catalog;
    const struct atlas *atlas;
};

/* Write into an open object, in the order of menus, then languages, then layouts:
 *   screens   [{node, type, language, plain, layout, before, after}]; before and after are all
 *             screens of a body (screens_put), or null where a version has none
 *   changed   how many there are, those that were left out included
 *   partly    screens that handlers draw could not be compared
 * Returns 0, or -1 without memory. */
int difference_screens(const struct studio *s, const struct difference_side *before,
                       const struct difference_side *after, struct json_out *out);

#endif
