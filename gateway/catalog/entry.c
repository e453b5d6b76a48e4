/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/entry.h"

#include <stdbool.h>
#include <string.h>

#include "base/digest.h"
#include "catalog/raw.h"

void entry_mark(const char *english, char hex[ENTRY_MARK_HEX + 1])
{
    uint8_t hash[DIGEST_SIZE];
    digest_sha256(english, strlen(english), hash);
    digest_hex(hash, ENTRY_MARK_HEX / 2, hex);
}

/* Was a translation made from this English text? */
static bool is_current(const char *english, const struct tree_node *entry)
{
    const char *from = tree_string(tree_get(entry, "from"));
    char hex[ENTRY_MARK_HEX + 1];
    entry_mark(english, hex);
    return from && !strcmp(from, hex);
}

static enum entry_status review_of(const struct tree_node *entry)
{
    const char *status = tree_string(tree_get(entry, "status"));
    return status && !strcmp(status, "reviewed") ? ENTRY_REVIEWED : ENTRY_DRAFT;
}

enum entry_status entry_compare(const char *english, const struct tree_node *entry)
{
    if (!entry)
        return ENTRY_MISSING;
    return is_current(english, entry) ? review_of(entry) : ENTRY_STALE;
}

enum entry_status entry_status(const struct catalog *c, const struct text *t, size_t lang)
{
    size_t source = catalog_source_language(c);
    const struct tree_node *entry = raw_entry(c, t, lang);
    const char *english = tree_string(tree_get(raw_entry(c, t, source), "text"));
    if (entry && lang == source)
        return review_of(entry);
    return entry_compare(english ? english : "", entry);
}
