/* SPDX-License-Identifier: Apache-2.0 */
/* How the house writes an entry of a content file: in one line, or one line a member. */
#ifndef ML_EDITING_HOUSE_H
#define ML_EDITING_HOUSE_H

#include "base/buf.h"
#include "base/tree.h"
#include "editing/span.h"

enum house_style { HOUSE_LINE, HOUSE_BLOCK };

/* A value in its text, and the same as a tree. */
struct house_value {
    const char *text;
    struct span at;
    const struct tree_node *node;
};

/* Write a value: strings with no more escapes than needed, numbers as they were written. In a block
 * the members of the outermost object stand in lines of their own. */
void house_write(struct buf *out, const struct house_value *v, enum house_style style);

/* Octets that suffice for any value of len octets. */
size_t house_room(size_t len);

#endif
