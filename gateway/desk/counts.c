/* SPDX-License-Identifier: Apache-2.0 */
/* How far each language is, and how much there is. */
#include <stdlib.h>
#include <string.h>

#include "base/json_out.h"
#include "catalog/raw.h"
#include "desk/evidence.h"
#include "desk/reports.h"

static const char *const kinds[] = {"label", "prompt", "statement"};

enum { KINDS = sizeof kinds / sizeof kinds[0] };

/* The texts of a language by status. */
struct progress {
    size_t texts, by[ENTRY_STATUS_COUNT];
};

/* How many entries have a name, and for contacts what is shown of them. */
struct tally {
    const char *name;
    size_t count, by[CONTACT_STATES];
};

/* Tallies in the order in which the names came. */
struct table {
    struct tally *rows;
    size_t count;
};

/* kind: NULL for all. */
static struct progress progress_of(const struct desk *d, size_t lang, const char *kind)
{
    const struct evidence e = evidence_of(d->catalog, d->today);
    struct progress p = {0};
    const struct text *t;
    for (size_t i = 0; (t = catalog_text_at(d->catalog, i)); i++) {
        if (kind && !evidence_is(evidence_entry(&e, t), "kind", kind))
            continue;
        p.texts++;
        p.by[entry_status(d->catalog, t, lang)]++;
    }
    return p;
}

/* Tenths of a percent, rounded down: 100.0 means all. */
static size_t share(size_t part, size_t all)
{
    return all ? 1000 * part / all : 0;
}

/* Texts that say what the English of today says. */
static size_t done(const struct progress *p)
{
    return p->by[ENTRY_DRAFT] + p->by[ENTRY_REVIEWED];
}

static void add(struct table *t, const char *name, enum contact_state state)
{
    size_t i = 0;
    while (i < t->count && strcmp(t->rows[i].name, name))
        i++;
    if (i == t->count)
        t->rows[t->count++] = (struct tally){.name = name};
    t->rows[i].count++;
    t->rows[i].by[state]++;
}

/* Room for one row an entry. Returns 0 or -1. */
static int table_init(struct table *t, size_t entries)
{
    *t = (struct table){.rows = calloc(entries + 1, sizeof *t->rows)};
    return t->rows ? 0 : -1;
}

/* Entries of a list or object by the value of a member. */
static int tally_member(struct table *t, const struct tree_node *list, const char *member)
{
    if (table_init(t, tree_count(list)))
        return -1;
    for (const struct tree_node *n = tree_first(list); n; n = tree_next(n)) {
        const char *name = evidence_member(n, member);
        add(t, name ? name : "", CONTACT_VERIFIED);
    }
    return 0;
}

/* Contacts by country and by what is shown. */
static int tally_contacts(const struct desk *d, struct table *t, const struct tree_node *list)
{
    if (table_init(t, tree_count(list)))
        return -1;
    for (const struct tree_node *n = tree_first(list); n; n = tree_next(n)) {
        const char *country = evidence_member(n, "country");
        add(t, country ? country : "", evidence_contact(n, d->conf->gateway_show_unverified));
    }
    return 0;
}

static size_t hidden(const struct tally *row)
{
    return row->by[CONTACT_LOW] + row->by[CONTACT_WITHHELD];
}

static void print_progress(FILE *out, const char *code, const char *kind, const struct progress *p)
{
    size_t all = share(done(p), p->texts), read = share(p->by[ENTRY_REVIEWED], p->texts);
    fprintf(out, "%-6s %-10s %6zu %8zu %6zu %6zu %8zu %6zu.%zu%% %6zu.%zu%%\n", code, kind,
            p->texts, p->by[ENTRY_REVIEWED], p->by[ENTRY_DRAFT], p->by[ENTRY_STALE],
            p->by[ENTRY_MISSING], all / 10, all % 10, read / 10, read % 10);
}

static void print_language(const struct desk *d, size_t lang, FILE *out)
{
    const char *code = catalog_language(d->catalog, lang)->code;
    struct progress p = progress_of(d, lang, NULL);
    print_progress(out, code, "all", &p);
    for (size_t i = 0; i < KINDS; i++) {
        p = progress_of(d, lang, kinds[i]);
        print_progress(out, code, kinds[i], &p);
    }
}

static void print_languages(const struct desk *d, FILE *out)
{
    fprintf(out,
            "Content version %s. Done are drafts and reviewed texts that say what the\n"
            "English of today says; percent are rounded down.\n\n",
            catalog_version(d->catalog));
    fprintf(out, "%-6s %-10s %6s %8s %6s %6s %8s %9s %9s\n", "", "kind", "texts", "reviewed",
            "draft", "stale", "missing", "done", "reviewed");
    for (size_t i = 0; i < catalog_language_count(d->catalog); i++)
        print_language(d, i, out);
}

static void print_table(const char *heading, const struct table *t, FILE *out)
{
    fprintf(out, "\n%s\n", heading);
    for (size_t i = 0; i < t->count; i++)
        fprintf(out, "%6zu  %s\n", t->rows[i].count, t->rows[i].name);
}

static void print_contacts(const char *heading, const struct table *t, FILE *out)
{
    fprintf(out, "\n%-12s %6s %9s %11s %10s %10s\n", heading, "all", "verified", "unverified",
            "no number", "not shown");
    for (size_t i = 0; i < t->count; i++) {
        const struct tally *row = &t->rows[i];
        fprintf(out, "%-12s %6zu %9zu %11zu %10zu %10zu\n", row->name, row->count,
                row->by[CONTACT_VERIFIED], row->by[CONTACT_UNVERIFIED], row->by[CONTACT_OFFICE],
                hidden(row));
    }
}

static void put_progress(struct json_out *j, const char *key, const struct progress *p)
{
    json_out_open(j, key, '{');
    json_out_number(j, "texts", p->texts);
    for (unsigned i = 0; i < ENTRY_STATUS_COUNT; i++)
        json_out_number(j, evidence_status_name((enum entry_status)i), p->by[i]);
    json_out_tenths(j, "percent_done", share(done(p), p->texts));
    json_out_tenths(j, "percent_reviewed", share(p->by[ENTRY_REVIEWED], p->texts));
    json_out_close(j, '{');
}

static void put_languages(const struct desk *d, struct json_out *j)
{
    json_out_open(j, "languages", '{');
    for (size_t i = 0; i < catalog_language_count(d->catalog); i++) {
        struct progress p = progress_of(d, i, NULL);
        json_out_open(j, catalog_language(d->catalog, i)->code, '{');
        put_progress(j, "all", &p);
        for (size_t k = 0; k < KINDS; k++) {
            p = progress_of(d, i, kinds[k]);
            put_progress(j, kinds[k], &p);
        }
        json_out_close(j, '{');
    }
    json_out_close(j, '{');
}

static void put_table(struct json_out *j, const char *key, const struct table *t)
{
    json_out_open(j, key, '{');
    for (size_t i = 0; i < t->count; i++)
        json_out_number(j, t->rows[i].name, t->rows[i].count);
    json_out_close(j, '{');
}

static void put_contacts(struct json_out *j, const char *key, const struct table *t)
{
    json_out_open(j, key, '{');
    for (size_t i = 0; i < t->count; i++) {
        const struct tally *row = &t->rows[i];
        json_out_open(j, row->name, '{');
        json_out_number(j, "all", row->count);
        json_out_number(j, "verified", row->by[CONTACT_VERIFIED]);
        json_out_number(j, "unverified", row->by[CONTACT_UNVERIFIED]);
        json_out_number(j, "no_number", row->by[CONTACT_OFFICE]);
        json_out_number(j, "not_shown", hidden(row));
        json_out_close(j, '{');
    }
    json_out_close(j, '{');
}

/* All that is counted besides texts. */
struct tables {
    struct table nodes, rules, channels, centres;
};

static void print_all(const struct desk *d, const struct tables *t, FILE *out)
{
    print_languages(d, out);
    print_table("Nodes by type", &t->nodes, out);
    print_table("Fee rules by verdict", &t->rules, out);
    print_contacts("Channels", &t->channels, out);
    print_contacts("Centres", &t->centres, out);
}

static void put_all(const struct desk *d, const struct tables *t, FILE *out)
{
    struct json_out j = {.file = out};
    json_out_open(&j, NULL, '{');
    json_out_text(&j, "version", catalog_version(d->catalog));
    put_languages(d, &j);
    put_table(&j, "nodes", &t->nodes);
    put_table(&j, "rules", &t->rules);
    put_contacts(&j, "channels", &t->channels);
    put_contacts(&j, "centres", &t->centres);
    json_out_close(&j, '{');
    fputc('\n', out);
}

int report_counts(const struct desk *d, FILE *out)
{
    const struct evidence e = evidence_of(d->catalog, d->today);
    const struct tree_node *nodes = tree_get(raw_file(d->catalog, "menu.json"), "nodes");
    struct tables t = {.nodes = {0}};
    int failed =
        tally_member(&t.nodes, nodes, "type") || tally_member(&t.rules, e.rules, "verdict") ||
        tally_contacts(d, &t.channels, e.channels) || tally_contacts(d, &t.centres, e.centres);
    if (!failed && d->json)
        put_all(d, &t, out);
    else if (!failed)
        print_all(d, &t, out);
    free(t.nodes.rows);
    free(t.rules.rows);
    free(t.channels.rows);
    free(t.centres.rows);
    return failed ? -1 : 0;
}
