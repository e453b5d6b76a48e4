/* SPDX-License-Identifier: Apache-2.0 */
#include "desk/entry.h"

#include <stdbool.h>
#include <string.h>

#include "base/digest.h"
#include "base/tree.h"
#include "catalog/raw.h"

void entry_mark(const char *english, char hex[ENTRY_MARK_HEX + 1])
{
    uint8_t hash[DIGEST_SIZE];
    digest_sha256(english, strlen(english), hash);
    digest_hex(hash, ENTRY_MARK_HEX / 2, hex);
}

/* Was a translation made from the English text that stands now? */
static bool is_current(const struct catalog *c, const struct text *t, const struct tree_node *entry)
{
    const struct tree_node *source = raw_entry(c, t, catalog_source_language(c));
    const char *english = tree_string(tree_get(source, "text"));
    const char *from = tree_string(tree_get(entry, "from"));
    char hex[ENTRY_MARK_HEX + 1];
    entry_mark(english ? english : "", hex);
    return from && !strcmp(from, hex);
}

enum entry_status entry_status(const struct catalog *c, const struct text *t, size_t lang)
{
    const struct tree_node *entry = raw_entry(c, t, lang);
    const char *status = tree_string(tree_get(entry, "status"));
    if (!entry)
        return ENTRY_MISSING;
    if (lang != catalog_source_language(c) && !is_current(c, t, entry))
        return ENTRY_STALE;
    return status && !strcmp(status, "reviewed") ? ENTRY_REVIEWED : ENTRY_DRAFT;
}
