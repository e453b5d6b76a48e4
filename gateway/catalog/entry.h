/* SPDX-License-Identifier: Apache-2.0 */
/* How far a translation is: missing, stale, draft or reviewed. For the check and for the tools of
 * content staff. */
#ifndef ML_CATALOG_ENTRY_H
#define ML_CATALOG_ENTRY_H

#include <stddef.h>

#include "base/tree.h"
#include "catalog/catalog.h"

enum entry_status {
    ENTRY_MISSING, /* the language has no entry */
    ENTRY_STALE,   /* made from another English text than the one that stands now */
    ENTRY_DRAFT,   /* nobody has reviewed it; also an entry without "status" */
    ENTRY_REVIEWED
};

enum { ENTRY_STATUS_COUNT = ENTRY_REVIEWED + 1, ENTRY_MARK_HEX = 8 };

/* The status of a translation's entry; NULL is missing. Stale, reviewed or not, if its "from" is
 * not the mark of the English text. */
enum entry_status entry_compare(const char *english, const struct tree_node *entry);

/* The same for a text of a catalog that was loaded with keep_raw. English itself is never stale. */
enum entry_status entry_status(const struct catalog *c, const struct text *t, size_t lang);

/* The mark of an English text as it stands in the file (keys in braces not filled in): the first 8
 * hex digits of SHA-256 over its octets, and a NUL. */
void entry_mark(const char *english, char hex[ENTRY_MARK_HEX + 1]);

#endif
