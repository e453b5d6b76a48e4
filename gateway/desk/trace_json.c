/* SPDX-License-Identifier: Apache-2.0 */
/* What each text stands on, as JSON. */
#include "base/json_out.h"
#include "catalog/raw.h"
#include "desk/trace.h"

/* The report under way. */
struct sheet {
    const struct desk *d;
    const struct evidence *e;
    struct json_out *j;
};

/* Members of an entry that are texts; null if it has none. names: NULL-terminated. */
static void put_members(struct json_out *j, const struct tree_node *n, const char *const *names)
{
    for (; *names; names++)
        json_out_text(j, *names, evidence_member(n, *names));
}

static void put_language(const struct sheet *s, const struct text *t, size_t lang)
{
    const struct catalog *c = s->d->catalog;
    enum entry_status status = entry_status(c, t, lang);
    static const char *const by[] = {"reviewer", "reviewed_on", NULL};
    json_out_open(s->j, catalog_language(c, lang)->code, '{');
    json_out_text(s->j, "status", evidence_status_name(status));
    if (status == ENTRY_REVIEWED)
        put_members(s->j, raw_entry(c, t, lang), by);
    json_out_close(s->j, '{');
}

static void put_fact(const struct sheet *s, const char *id, const char *english)
{
    static const char *const members[] = {"kind", "caution", "claim", "anchor", NULL};
    const struct tree_node *fact = tree_get(s->e->facts, id);
    json_out_open(s->j, NULL, '{');
    json_out_text(s->j, "id", id);
    put_members(s->j, fact, members);
    json_out_text(s->j, "look_at", evidence_lacks(fact, english));
    json_out_close(s->j, '{');
}

static void put_source(const struct sheet *s, const char *id)
{
    static const char *const members[] = {"publisher", "title",      "url",     "date",
                                          "as_of",     "confidence", "caution", NULL};
    json_out_open(s->j, NULL, '{');
    json_out_text(s->j, "id", id);
    put_members(s->j, tree_get(s->e->sources, id), members);
    json_out_close(s->j, '{');
}

static void put_proof(const struct sheet *s, const struct tree_node *entry)
{
    const char *english = evidence_member(entry, "text");
    json_out_open(s->j, "facts", '[');
    for (const struct tree_node *n = tree_first(tree_get(entry, "facts")); n; n = tree_next(n))
        put_fact(s, tree_string(n), english);
    json_out_close(s->j, '[');
    json_out_open(s->j, "sources", '[');
    for (const struct tree_node *n = tree_first(tree_get(entry, "sources")); n; n = tree_next(n))
        put_source(s, tree_string(n));
    json_out_close(s->j, '[');
}

static void put_statement(const struct sheet *s, const struct text *t)
{
    static const char *const members[] = {"text", "review_by", NULL};
    const struct catalog *c = s->d->catalog;
    const struct tree_node *entry = evidence_entry(s->e, t);
    json_out_open(s->j, NULL, '{');
    json_out_text(s->j, "id", t->id);
    json_out_text(s->j, "file", raw_entry_file(c, t, catalog_source_language(c)));
    json_out_number(s->j, "line", tree_line(entry));
    put_members(s->j, entry, members);
    json_out_bool(s->j, "past", evidence_past(s->e, t));
    json_out_open(s->j, "languages", '{');
    for (size_t i = 0; i < catalog_language_count(c); i++)
        put_language(s, t, i);
    json_out_close(s->j, '{');
    put_proof(s, entry);
    json_out_close(s->j, '{');
}

static void put_ids(struct json_out *j, const char *key, const struct tree_node *list)
{
    json_out_open(j, key, '[');
    for (const struct tree_node *n = tree_first(list); n; n = tree_next(n))
        json_out_text(j, NULL, tree_string(n));
    json_out_close(j, '[');
}

static void put_rule(const struct sheet *s, const struct tree_node *r)
{
    static const char *const members[] = {"id",   "corridor", "item",       "verdict", "currency",
                                          "text", "date",     "confidence", NULL};
    int64_t amount;
    json_out_open(s->j, NULL, '{');
    put_members(s->j, r, members);
    if (!tree_int(tree_get(r, "amount"), &amount) && amount >= 0)
        json_out_number(s->j, "amount", (size_t)amount);
    put_ids(s->j, "facts", tree_get(r, "facts"));
    put_ids(s->j, "sources", tree_get(r, "sources"));
    json_out_close(s->j, '{');
}

static void put_contact(const struct sheet *s, const struct tree_node *n)
{
    static const char *const members[] = {"id",    "country",     "name",       "number", "source",
                                          "as_of", "verified_on", "confidence", NULL};
    enum contact_state state = evidence_contact(n, s->d->conf->gateway_show_unverified);
    json_out_open(s->j, NULL, '{');
    put_members(s->j, n, members);
    json_out_text(s->j, "state", evidence_contact_name(state));
    json_out_close(s->j, '{');
}

static void put_list(const struct sheet *s, const char *key, const struct tree_node *list,
                     void (*put)(const struct sheet *s, const struct tree_node *n))
{
    json_out_open(s->j, key, '[');
    for (const struct tree_node *n = tree_first(list); n; n = tree_next(n))
        put(s, n);
    json_out_close(s->j, '[');
}

/* Ids of the facts or sources that nothing cites. */
static void put_unused(const struct sheet *s, const char *key, const char *list,
                       const struct tree_node *all)
{
    json_out_open(s->j, key, '[');
    for (const struct tree_node *n = tree_first(all); n; n = tree_next(n)) {
        if (!evidence_used(s->e, list, tree_key(n)))
            json_out_text(s->j, NULL, tree_key(n));
    }
    json_out_close(s->j, '[');
}

static void put_summary(const struct sheet *s)
{
    struct evidence_sum sum = evidence_sum(s->e);
    json_out_open(s->j, "summary", '{');
    json_out_number(s->j, "statements", sum.texts);
    json_out_number(s->j, "past", sum.past);
    json_out_number(s->j, "look_at", sum.look_at);
    json_out_number(s->j, "facts_used", sum.facts_used);
    json_out_number(s->j, "facts_unused", sum.facts_unused);
    json_out_number(s->j, "recommendations", sum.recommendations);
    json_out_number(s->j, "plans", sum.plans);
    json_out_number(s->j, "sources_used", sum.sources_used);
    json_out_number(s->j, "sources_unused", sum.sources_unused);
    put_unused(s, "unused_facts", "facts", s->e->facts);
    put_unused(s, "unused_sources", "sources", s->e->sources);
    json_out_close(s->j, '{');
}

void trace_json(const struct desk *d, const struct evidence *e, FILE *out)
{
    struct json_out j = {.file = out};
    struct sheet s = {.d = d, .e = e, .j = &j};
    const struct text *t;
    json_out_open(&j, NULL, '{');
    json_out_text(&j, "version", catalog_version(d->catalog));
    json_out_open(&j, "statements", '[');
    for (size_t i = 0; (t = catalog_text_at(d->catalog, i)); i++) {
        if (t->states)
            put_statement(&s, t);
    }
    json_out_close(&j, '[');
    put_list(&s, "rules", e->rules, put_rule);
    put_list(&s, "channels", e->channels, put_contact);
    put_list(&s, "centres", e->centres, put_contact);
    put_summary(&s);
    json_out_close(&j, '{');
    fputc('\n', out);
}
