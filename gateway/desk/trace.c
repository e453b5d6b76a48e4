/* SPDX-License-Identifier: Apache-2.0 */
/* What each text stands on. */
#include "desk/trace.h"

#include <string.h>

#include "catalog/raw.h"

enum { WIDTH = 96 };

/* The report as text under way. */
struct sheet {
    const struct desk *d;
    struct evidence e;
    FILE *out;
};

/* Octets of s that stand on a line of `room` characters: up to a line feed, or to the last blank.
 */
static size_t line_length(const char *s, size_t room)
{
    size_t len = strcspn(s, "\n"), blank = 0, count = 0;
    for (size_t i = 0; i < len; i++) {
        if (s[i] == ' ')
            blank = i;
        count += ((unsigned char)s[i] & 0xC0) != 0x80;
        if (count > room && blank)
            return blank;
    }
    return len;
}

/* Print a text beside a label, its other lines below its first. Nothing if there is no text. */
static void print_text(FILE *out, const char *label, const char *s)
{
    size_t indent = strlen(label);
    if (!s)
        return;
    fputs(label, out);
    for (size_t n = line_length(s, WIDTH - indent); s[n]; n = line_length(s, WIDTH - indent)) {
        fprintf(out, "%.*s\n%*s", (int)n, s, (int)indent, "");
        s += n + 1;
    }
    fprintf(out, "%s\n", s);
}

static const char *or_none(const char *s)
{
    return s ? s : "none";
}

static void print_status(const struct sheet *s, const struct text *t, size_t lang)
{
    const struct catalog *c = s->d->catalog;
    const struct tree_node *entry = raw_entry(c, t, lang);
    enum entry_status status = entry_status(c, t, lang);
    fprintf(s->out, "%s%s %s", lang ? ", " : "  status    ", catalog_language(c, lang)->code,
            evidence_status_name(status));
    if (status == ENTRY_REVIEWED)
        fprintf(s->out, " by %s on %s", or_none(evidence_member(entry, "reviewer")),
                or_none(evidence_member(entry, "reviewed_on")));
}

static void print_fact(const struct sheet *s, const char *id, const char *english)
{
    const struct tree_node *fact = tree_get(s->e.facts, id);
    const char *anchor = evidence_member(fact, "anchor");
    const char *word = evidence_lacks(fact, english);
    const char *kind = evidence_member(fact, "kind");
    fprintf(s->out, "  fact      %s (%s)\n", id, kind ? kind : "of no kind");
    print_text(s->out, "    claim   ", evidence_member(fact, "claim"));
    print_text(s->out, "    caution ", evidence_member(fact, "caution"));
    if (anchor)
        fprintf(s->out, "    phrase  \"%s\"\n", anchor);
    if (word)
        fprintf(s->out, "    look at: it is a %s, but the text has no \"%s\"\n", kind, word);
}

static void print_source(const struct sheet *s, const char *id)
{
    const struct tree_node *source = tree_get(s->e.sources, id);
    const char *url = evidence_member(source, "url");
    fprintf(s->out, "  source    %s (date %s, as of %s, confidence %s)\n", id,
            or_none(evidence_member(source, "date")), or_none(evidence_member(source, "as_of")),
            or_none(evidence_member(source, "confidence")));
    print_text(s->out, "    by      ", evidence_member(source, "publisher"));
    print_text(s->out, "    title   ", evidence_member(source, "title"));
    print_text(s->out, "    caution ", evidence_member(source, "caution"));
    if (url)
        fprintf(s->out, "    url     %s\n", url);
}

static void print_statement(const struct sheet *s, const struct text *t)
{
    const struct catalog *c = s->d->catalog;
    const struct tree_node *entry = evidence_entry(&s->e, t);
    const char *english = evidence_member(entry, "text");
    fprintf(s->out, "%s (%s:%u)\n", t->id, raw_entry_file(c, t, catalog_source_language(c)),
            tree_line(entry));
    print_text(s->out, "  text      ", english);
    fprintf(s->out, "  review by %s%s\n", or_none(evidence_member(entry, "review_by")),
            evidence_past(&s->e, t) ? " PAST" : "");
    for (size_t i = 0; i < catalog_language_count(c); i++)
        print_status(s, t, i);
    fputc('\n', s->out);
    for (const struct tree_node *n = tree_first(tree_get(entry, "facts")); n; n = tree_next(n))
        print_fact(s, tree_string(n), english);
    for (const struct tree_node *n = tree_first(tree_get(entry, "sources")); n; n = tree_next(n))
        print_source(s, tree_string(n));
    fputc('\n', s->out);
}

static void print_ids(FILE *out, const char *label, const struct tree_node *list)
{
    fputs(label, out);
    for (const struct tree_node *n = tree_first(list); n; n = tree_next(n))
        fprintf(out, " %s", or_none(tree_string(n)));
    fputs(tree_first(list) ? "\n" : " none\n", out);
}

static void print_rule(const struct sheet *s, const struct tree_node *r)
{
    int64_t amount;
    fprintf(s->out, "%s: %s, %s: %s", or_none(evidence_member(r, "id")),
            or_none(evidence_member(r, "corridor")), or_none(evidence_member(r, "item")),
            or_none(evidence_member(r, "verdict")));
    if (!tree_int(tree_get(r, "amount"), &amount))
        fprintf(s->out, " %lld %s", (long long)amount, or_none(evidence_member(r, "currency")));
    fprintf(s->out, "; text %s; date %s; confidence %s\n", or_none(evidence_member(r, "text")),
            or_none(evidence_member(r, "date")), or_none(evidence_member(r, "confidence")));
    print_ids(s->out, "  facts    ", tree_get(r, "facts"));
    print_ids(s->out, "  sources  ", tree_get(r, "sources"));
}

static void print_contact(const struct sheet *s, const struct tree_node *n)
{
    enum contact_state state = evidence_contact(n, s->d->conf->gateway_show_unverified);
    const char *number = evidence_member(n, "number");
    fprintf(s->out, "%s (%s): %s; source %s, as of %s; verified on %s; confidence %s; %s\n",
            or_none(evidence_member(n, "id")), or_none(evidence_member(n, "country")),
            number && *number ? number : "no number", or_none(evidence_member(n, "source")),
            or_none(evidence_member(n, "as_of")), or_none(evidence_member(n, "verified_on")),
            or_none(evidence_member(n, "confidence")), evidence_contact_name(state));
}

/* A heading and the entries of a list. */
static void print_list(const struct sheet *s, const char *heading, const struct tree_node *list,
                       void (*print)(const struct sheet *s, const struct tree_node *n))
{
    fprintf(s->out, "== %s\n\n", heading);
    for (const struct tree_node *n = tree_first(list); n; n = tree_next(n))
        print(s, n);
    fputc('\n', s->out);
}

/* Facts or sources that nothing cites. */
static void print_unused(const struct sheet *s, const char *label, const char *list,
                         const struct tree_node *all)
{
    for (const struct tree_node *n = tree_first(all); n; n = tree_next(n)) {
        if (!evidence_used(&s->e, list, tree_key(n)))
            fprintf(s->out, "  unused %s %s\n", label, tree_key(n));
    }
}

static void print_summary(const struct sheet *s)
{
    struct evidence_sum sum = evidence_sum(&s->e);
    fprintf(s->out, "== Summary\n\n");
    fprintf(s->out, "statements %zu, past their review %zu, to look at %zu\n", sum.texts, sum.past,
            sum.look_at);
    fprintf(s->out, "facts used %zu, unused %zu; used recommendations %zu, plans %zu\n",
            sum.facts_used, sum.facts_unused, sum.recommendations, sum.plans);
    fprintf(s->out, "sources used %zu, unused %zu\n", sum.sources_used, sum.sources_unused);
    print_unused(s, "fact", "facts", s->e.facts);
    print_unused(s, "source", "sources", s->e.sources);
}

static void print_all(const struct sheet *s)
{
    const struct text *t;
    fprintf(s->out, "== Statements, content version %s\n\n", catalog_version(s->d->catalog));
    for (size_t i = 0; (t = catalog_text_at(s->d->catalog, i)); i++) {
        if (t->states)
            print_statement(s, t);
    }
    print_list(s, "Fee rules", s->e.rules, print_rule);
    print_list(s, "Channels", s->e.channels, print_contact);
    print_list(s, "Centres", s->e.centres, print_contact);
    print_summary(s);
}

int report_trace(const struct desk *d, FILE *out)
{
    struct sheet s = {.d = d, .e = evidence_of(d->catalog, d->today), .out = out};
    if (d->json)
        trace_json(d, &s.e, out);
    else
        print_all(&s);
    return 0;
}
