/* SPDX-License-Identifier: Apache-2.0 */
#include "desk/evidence.h"

#include <ctype.h>
#include <string.h>

#include "catalog/raw.h"

struct evidence evidence_of(const struct catalog *c, int32_t today)
{
    return (struct evidence){.catalog = c,
                             .facts = tree_get(raw_file(c, "facts.json"), "facts"),
                             .sources = tree_get(raw_file(c, "sources.json"), "sources"),
                             .rules = tree_get(raw_file(c, "fees.json"), "rules"),
                             .channels = tree_get(raw_file(c, "channels.json"), "channels"),
                             .centres = tree_get(raw_file(c, "centres.json"), "centres"),
                             .today = today};
}

const struct tree_node *evidence_entry(const struct evidence *e, const struct text *t)
{
    return raw_entry(e->catalog, t, catalog_source_language(e->catalog));
}

bool evidence_past(const struct evidence *e, const struct text *t)
{
    return t->review_by < e->today;
}

const char *evidence_member(const struct tree_node *n, const char *name)
{
    return tree_string(tree_get(n, name));
}

bool evidence_is(const struct tree_node *n, const char *name, const char *value)
{
    const char *s = evidence_member(n, name);
    return s && !strcmp(s, value);
}

static bool holds(const struct tree_node *list, const char *id)
{
    for (const struct tree_node *n = tree_first(list); n; n = tree_next(n)) {
        if (tree_string(n) && !strcmp(tree_string(n), id))
            return true;
    }
    return false;
}

/* Does a contact of the list come from this source? */
static bool contacts_cite(const struct tree_node *contacts, const char *id)
{
    for (const struct tree_node *n = tree_first(contacts); n; n = tree_next(n)) {
        if (evidence_is(n, "source", id))
            return true;
    }
    return false;
}

bool evidence_used(const struct evidence *e, const char *list, const char *id)
{
    const struct text *t;
    for (size_t i = 0; (t = catalog_text_at(e->catalog, i)); i++) {
        if (t->states && holds(tree_get(evidence_entry(e, t), list), id))
            return true;
    }
    for (const struct tree_node *r = tree_first(e->rules); r; r = tree_next(r)) {
        if (holds(tree_get(r, list), id))
            return true;
    }
    return !strcmp(list, "sources") &&
           (contacts_cite(e->channels, id) || contacts_cite(e->centres, id));
}

/* Does a word of s begin with these letters, small or capital? */
static bool has_word(const char *s, const char *beginning)
{
    for (const char *at = s; (at = strcasestr(at, beginning)); at++) {
        if (at == s || !isalpha((unsigned char)at[-1]))
            return true;
    }
    return false;
}

const char *evidence_lacks(const struct tree_node *fact, const char *english)
{
    static const struct {
        const char *kind, *word;
    } owed[] = {{"recommendation", "recommend"}, {"plan", "plan"}};
    for (size_t i = 0; i < sizeof owed / sizeof owed[0]; i++) {
        if (evidence_is(fact, "kind", owed[i].kind) && !has_word(english, owed[i].word))
            return owed[i].word;
    }
    return NULL;
}

/* Facts of a text whose kind its words do not tell. */
static size_t count_lacks(const struct evidence *e, const struct text *t)
{
    const struct tree_node *entry = evidence_entry(e, t);
    const char *english = evidence_member(entry, "text");
    size_t count = 0;
    for (const struct tree_node *n = tree_first(tree_get(entry, "facts")); n; n = tree_next(n))
        count += evidence_lacks(tree_get(e->facts, tree_string(n)), english) != NULL;
    return count;
}

static void sum_facts(const struct evidence *e, struct evidence_sum *sum)
{
    for (const struct tree_node *f = tree_first(e->facts); f; f = tree_next(f)) {
        bool used = evidence_used(e, "facts", tree_key(f));
        sum->facts_used += used;
        sum->facts_unused += !used;
        sum->recommendations += used && evidence_is(f, "kind", "recommendation");
        sum->plans += used && evidence_is(f, "kind", "plan");
    }
}

struct evidence_sum evidence_sum(const struct evidence *e)
{
    struct evidence_sum sum = {0};
    const struct text *t;
    for (size_t i = 0; (t = catalog_text_at(e->catalog, i)); i++) {
        if (!t->states)
            continue;
        sum.texts++;
        sum.past += evidence_past(e, t);
        sum.look_at += count_lacks(e, t);
    }
    sum_facts(e, &sum);
    for (const struct tree_node *s = tree_first(e->sources); s; s = tree_next(s)) {
        bool used = evidence_used(e, "sources", tree_key(s));
        sum.sources_used += used;
        sum.sources_unused += !used;
    }
    return sum;
}

enum contact_state evidence_contact(const struct tree_node *contact, bool show_unverified)
{
    const char *number = evidence_member(contact, "number");
    if (evidence_is(contact, "confidence", "low"))
        return CONTACT_LOW;
    if (!number || !*number)
        return CONTACT_OFFICE;
    if (evidence_member(contact, "verified_on"))
        return CONTACT_VERIFIED;
    return show_unverified ? CONTACT_UNVERIFIED : CONTACT_WITHHELD;
}

const char *evidence_contact_name(enum contact_state state)
{
    static const char *const names[CONTACT_STATES] = {
        [CONTACT_VERIFIED] = "shown",
        [CONTACT_UNVERIFIED] = "shown, nobody has dialled it",
        [CONTACT_OFFICE] = "shown, without a number",
        [CONTACT_LOW] = "not shown: low",
        [CONTACT_WITHHELD] = "number not shown: nobody has dialled it",
    };
    return names[state];
}

const char *evidence_status_name(enum entry_status status)
{
    static const char *const names[ENTRY_STATUS_COUNT] = {[ENTRY_MISSING] = "missing",
                                                          [ENTRY_STALE] = "stale",
                                                          [ENTRY_DRAFT] = "draft",
                                                          [ENTRY_REVIEWED] = "reviewed"};
    return names[status];
}
