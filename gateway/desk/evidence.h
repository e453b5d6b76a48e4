/* SPDX-License-Identifier: Apache-2.0 */
/* What the content stands on: facts, sources, and the entries that cite them, as their files say.
 * Needs a catalog that was loaded with keep_raw. */
#ifndef ML_DESK_EVIDENCE_H
#define ML_DESK_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/tree.h"
#include "catalog/catalog.h"
#include "catalog/entry.h"

/* The lists and objects of the files; NULL where the folder has none. Borrowed from the catalog. */
struct evidence {
    const struct catalog *catalog;
    const struct tree_node *facts, *sources; /* objects by id */
    const struct tree_node *rules, *channels, *centres;
    int32_t today; /* day since 1970 */
};

/* Whom a worker can call or visit, and what is shown of it. */
enum contact_state {
    CONTACT_VERIFIED,   /* its number was dialled; shown */
    CONTACT_UNVERIFIED, /* nobody has dialled its number; shown */
    CONTACT_OFFICE,     /* has no number; shown */
    CONTACT_LOW,        /* confidence low; not shown */
    CONTACT_WITHHELD    /* nobody has dialled it, and the configuration hides such numbers */
};

enum { CONTACT_STATES = CONTACT_WITHHELD + 1 };

struct evidence_sum {
    size_t texts, past, look_at; /* statements; past their review; to be looked at */
    size_t facts_used, facts_unused, sources_used, sources_unused;
    size_t recommendations, plans; /* among the facts used */
};

struct evidence evidence_of(const struct catalog *c, int32_t today);
struct evidence_sum evidence_sum(const struct evidence *e);

/* The English entry of a text. */
const struct tree_node *evidence_entry(const struct evidence *e, const struct text *t);

/* Is its day of review before today? */
bool evidence_past(const struct evidence *e, const struct text *t);

/* Does any statement, fee rule, channel or centre cite it? list: "facts" or "sources". */
bool evidence_used(const struct evidence *e, const char *list, const char *id);

/* The word that an English text must have because it cites this fact and has not: "recommend" of a
 * recommendation, "plan" of a plan. NULL if none. */
const char *evidence_lacks(const struct tree_node *fact, const char *english);

/* A member of a tree as text; NULL if it is null or absent. */
const char *evidence_member(const struct tree_node *n, const char *name);

bool evidence_is(const struct tree_node *n, const char *name, const char *value);

enum contact_state evidence_contact(const struct tree_node *contact, bool show_unverified);

/* Words for a report: "verified", "not shown: low" and so on; "draft" and so on. */
const char *evidence_contact_name(enum contact_state state);
const char *evidence_status_name(enum entry_status status);

#endif
