/* SPDX-License-Identifier: Apache-2.0 */
/* channels.json and centres.json: who can be called or visited. */
#include <string.h>

#include "base/clock.h"
#include "catalog/loading.h"

/* One of the two files on its way in. */
struct table {
    const char *file;
    const char *name;
    const char *const *known;
    struct contact **list;
    size_t *count;
};

/* NULL-terminated copy of the kinds of problem that a channel is for. */
static const char *const *read_kinds(struct loading *l, struct place at, const struct tree_node *e)
{
    static const char *const kinds[] = {"overcharged", "unpaid",    "papers",
                                        "false-terms", "injury",    "violence",
                                        "trafficking", "dismissal", "emergency"};
    const struct tree_node *list = load_children(l, at, e, "kinds", JSON_ARRAY);
    const char **out = arena_array(l->c->arena, tree_count(list) + 1, sizeof *out);
    size_t n = 0;
    if (!out)
        load_no_memory(l);
    for (const struct tree_node *m = tree_first(list); out && m; m = tree_next(m)) {
        size_t i = 0, count = sizeof kinds / sizeof kinds[0];
        const char *s = tree_string(m);
        while (s && i < count && strcmp(kinds[i], s))
            i++;
        at.line = tree_line(m);
        if (s && i < count)
            out[n++] = kinds[i];
        else
            load_report(l, CODE_UNKNOWN_KIND, at, "\"%.40s\" is no kind of problem. Correct it.",
                        s ? s : "(no text)");
    }
    return out;
}

/* NULL-terminated copy of a list of codes of two letters; the member may be missing. */
static const char *const *read_codes(struct loading *l, struct place at, const struct tree_node *e,
                                     const char *name)
{
    const struct tree_node *list = tree_get(e, name);
    const char **out = arena_array(l->c->arena, tree_count(list) + 1, sizeof *out);
    size_t n = 0;
    if (!out)
        load_no_memory(l);
    for (const struct tree_node *m = tree_first(list); out && m; m = tree_next(m)) {
        const char *s = tree_string(m);
        if (s && strlen(s) == 2)
            out[n++] = load_copy(l, s);
        else
            load_report(l, CODE_WRONG_TYPE, at, "\"%s\" must list codes of two letters.", name);
    }
    return out;
}

/* ISO codes separated by spaces. */
static const char *read_dial_from(struct loading *l, struct place at, const struct tree_node *e)
{
    char text[64];
    struct buf b;
    buf_init(&b, text, sizeof text);
    const struct tree_node *list = load_children(l, at, e, "dial_from", JSON_ARRAY);
    for (const struct tree_node *m = tree_first(list); m; m = tree_next(m)) {
        const char *s = tree_string(m);
        buf_puts(&b, b.len ? " " : "");
        buf_puts(&b, s ? s : "");
        if (!s || strlen(s) != 2 || b.full)
            load_report(l, CODE_WRONG_TYPE, at,
                        "\"dial_from\" must list country codes such as \"TH\".");
    }
    return load_copy(l, text);
}

static enum confidence read_confidence(struct loading *l, struct place at,
                                       const struct tree_node *e)
{
    const char *s = load_needed(l, at, e, "confidence");
    if (!strcmp(s, "high"))
        return CONFIDENCE_HIGH;
    if (!strcmp(s, "medium"))
        return CONFIDENCE_MEDIUM;
    if (strcmp(s, "low"))
        load_report(l, CODE_UNKNOWN_CONFIDENCE, at, "\"confidence\" must be high, medium or low.");
    return CONFIDENCE_LOW;
}

/* The year of a contact: of "as_of", else of its source. An "as_of" of null says that nobody knows;
 * then the worker reads "no date". */
static const char *read_year(struct loading *l, struct place at, const struct tree_node *e)
{
    const char *source = load_needed(l, at, e, "source");
    const struct tree_node *s = tree_get(l->sources, source);
    const char *when = load_optional(l, at, e, "as_of");
    if (*source && !s)
        load_report(l, CODE_UNKNOWN_SOURCE, at, "\"%.80s\" is not in sources.json. Add it there.",
                    source);
    if (!when)
        when = tree_string(tree_get(s, "as_of"));
    if (!when)
        when = tree_string(tree_get(s, "date"));
    if (!when || strspn(when, "0123456789") < 4) {
        if (!tree_get(e, "as_of") || when)
            load_report(l, CODE_NO_YEAR, at,
                        "Neither \"as_of\" nor its source gives a year to show. Add \"as_of\".");
        return "";
    }
    const char *year = arena_copy(l->c->arena, when, 4);
    if (!year)
        load_no_memory(l);
    return year ? year : "";
}

static bool read_verified(struct loading *l, struct place at, const struct tree_node *e)
{
    const char *day = load_optional(l, at, e, "verified_on");
    int32_t ignored;
    if (!day)
        return false;
    at.line = tree_line(tree_get(e, "verified_on"));
    if (!clock_parse_day(day, &ignored))
        return true;
    load_report(l, CODE_BAD_DAY, at, "\"verified_on\" must be a day written YYYY-MM-DD, or null.");
    return false;
}

static void add_contact(struct loading *l, const struct table *t, const struct tree_node *e)
{
    struct place at = place_of(t->file, e, tree_string(tree_get(e, "id")));
    load_known(l, at, e, t->known);
    const char *number = load_optional(l, at, e, "number");
    struct contact one = {
        .id = load_copy(l, load_needed(l, at, e, "id")),
        .country = load_copy(l, load_needed(l, at, e, "country")),
        .name = load_need_text(l, at, "", load_needed(l, at, e, "name")),
        .number = number ? load_copy(l, number) : "",
        .kinds = read_kinds(l, at, e),
        .languages = read_codes(l, at, e, "languages"),
        .serves = read_codes(l, at, e, "serves"),
        .dial_from = read_dial_from(l, at, e),
        .year = read_year(l, at, e),
        .verified = read_verified(l, at, e),
        .confidence = read_confidence(l, at, e),
    };
    load_need_text(l, at, "country.", one.country);
    for (size_t i = 0; i < *t->count; i++) {
        if (!strcmp((*t->list)[i].id, one.id))
            load_report(l, CODE_DUPLICATE_ENTRY, at,
                        "This id is listed twice. Give one another id.");
    }
    if (one.confidence != CONFIDENCE_LOW)
        (*t->list)[(*t->count)++] = one;
}

static int add_table(struct loading *l, const struct table *t)
{
    const struct tree_node *root = load_file(l, t->file);
    if (!root)
        return 0;
    struct place at = place_of(t->file, root, NULL);
    const char *const known[] = {t->name, NULL};
    load_known(l, at, root, known);
    const struct tree_node *list = load_children(l, at, root, t->name, JSON_ARRAY);
    *t->list = arena_array(l->c->arena, tree_count(list), sizeof **t->list);
    if (!*t->list)
        return load_no_memory(l);
    for (const struct tree_node *e = tree_first(list); e; e = tree_next(e))
        add_contact(l, t, e);
    return 0;
}

int load_contacts(struct loading *l)
{
    static const char *const channel[] = {
        "id",     "country",   "name",   "number", "kinds",       "languages",  "hours",
        "serves", "dial_from", "source", "as_of",  "verified_on", "confidence", NULL};
    static const char *const centre[] = {"id",     "country", "name",        "place",      "number",
                                         "source", "as_of",   "verified_on", "confidence", NULL};
    struct catalog *c = l->c;
    struct table channels = {"channels.json", "channels", channel, &c->channels, &c->channel_count};
    struct table centres = {"centres.json", "centres", centre, &c->centres, &c->centre_count};
    return add_table(l, &channels) || add_table(l, &centres) ? -1 : 0;
}
