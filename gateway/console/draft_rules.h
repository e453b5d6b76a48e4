/* SPDX-License-Identifier: Apache-2.0 */
/* What an editor's words entail. A text whose words have changed is a draft again: only a named
 * native reader makes it "reviewed", elsewhere. A translation is marked with the English text that
 * it was made from. Evidence and review day stay with an English text unless the editor changes
 * them. */
#ifndef ML_CONSOLE_DRAFT_RULES_H
#define ML_CONSOLE_DRAFT_RULES_H

#include <stddef.h>

#include "base/tree.h"

/* JSON of any value of a tree; the caller's to free. NULL without memory, or for a number that is
 * no integer. */
char *rules_json(const struct tree_node *n);

/* The entry of a text anew: `old` (NULL: there was none) with the members that `value` gives; null
 * takes one away. english is the text that a translation is made from, NULL if this is English
 * itself. status, from, reviewer and reviewed_on of value are not looked at. As rules_json; NULL
 * also if either is no object. */
char *rules_text(const struct tree_node *old, const struct tree_node *value, const char *english);

#endif
