/* SPDX-License-Identifier: Apache-2.0 */
/* What stands against a text that is served: nobody has reviewed it, its day of review has passed.
 * For those who count. */
#ifndef ML_CATALOG_MARKS_H
#define ML_CATALOG_MARKS_H

#include "catalog/catalog.h"

enum text_mark { TEXT_UNREVIEWED = 1, TEXT_OVERDUE = 2 };

/* Of the wording that a worker reads, which is English if the language has none. English labels and
 * prompts have no status, so nothing stands against them. t may be NULL. */
unsigned marks_of_text(const struct catalog *c, const struct text *t, size_t lang);

/* Of all that stands in the body of a compiled node, on the day of loading: a look-up. */
unsigned marks_of_node(const struct catalog *c, const struct node *n, size_t lang);

#endif
