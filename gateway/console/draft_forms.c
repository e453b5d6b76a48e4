/* SPDX-License-Identifier: Apache-2.0 */
#include "console/draft_forms.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "console/draft_fields.h"
#include "text/fold.h"

enum { FOLDED_MAX = 128 };

struct form_field {
    const char *file, *section, *name;
    enum field_kind kind;
    enum field_need need;
    size_t most;
};

static const struct form_field fields[] = {
#define FIELD(file, section, name, kind, need, most)                                               \
    {file, section, name, FIELD_##kind, FIELD_##need, most},
#include "console/draft_forms.def"
#undef FIELD
};

enum { FIELD_COUNT = sizeof fields / sizeof *fields };

static bool is_of(const struct form_field *f, const struct place_parts *at)
{
    bool texts = !strcmp(f->file, "texts/");
    return !strcmp(f->section, at->section) &&
           (texts ? !strncmp(at->file, "texts/", 6) : !strcmp(f->file, at->file));
}

static int fault_at(struct form_fault *fault, const char *field, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static int fault_at(struct form_fault *fault, const char *field, const char *fmt, ...)
{
    va_list ap;
    snprintf(fault->field, sizeof fault->field, "%s", field);
    va_start(ap, fmt);
    vsnprintf(fault->message, sizeof fault->message, fmt, ap);
    va_end(ap);
    return -1;
}

static bool is_keywords(const struct place_parts *at)
{
    return !strcmp(at->file, "keywords.json");
}

const char *forms_closed(const struct place_parts *at)
{
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (is_of(&fields[i], at))
            return NULL;
    }
    if (is_keywords(at))
        return NULL;
    if (!strcmp(at->file, "facts.json"))
        return "Facts are taken from the report and stay as they are. Attach one, or add a source.";
    return "This is not edited in the console. Ask whoever keeps the content folder.";
}

/* ---- each member by itself ---- */

static int check_unknown(const struct form_entry *e, struct form_fault *fault)
{
    for (const struct tree_node *m = tree_first(e->value); m; m = tree_next(m)) {
        size_t i = 0;
        while (i < FIELD_COUNT &&
               !(is_of(&fields[i], e->at) && !strcmp(fields[i].name, tree_key(m))))
            i++;
        if (i == FIELD_COUNT)
            return fault_at(fault, tree_key(m), "There is no such field here. Load the page anew.");
    }
    return 0;
}

static int check_field(struct draft_index *x, const struct form_entry *e,
                       const struct form_field *f, struct form_fault *fault)
{
    const struct field_world w = {x, e->today, f->most};
    const struct tree_node *n = tree_get(e->value, f->name);
    if (!n || tree_type(n) == JSON_NULL)
        return f->need == FIELD_OPTIONAL || (f->need == FIELD_NULLABLE && n)
                   ? 0
                   : fault_at(fault, f->name, "This is missing. Fill it in.");
    const char *wrong = field_check(f->kind, &w, n);
    return wrong ? fault_at(fault, f->name, "%s", wrong) : 0;
}

static int check_fields(struct draft_index *x, const struct form_entry *e, struct form_fault *fault)
{
    if (tree_type(e->value) != JSON_OBJECT)
        return fault_at(fault, "", "This is no entry. Load the page anew.");
    if (check_unknown(e, fault))
        return -1;
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (is_of(&fields[i], e->at) && check_field(x, e, &fields[i], fault))
            return -1;
    }
    return 0;
}

/* ---- what an entry says as a whole ---- */

static const char *text_of(const struct tree_node *n, const char *member)
{
    const char *s = tree_string(tree_get(n, member));
    return s ? s : "";
}

/* A ceiling is an amount, and nothing else has one. One rule for each way and cost. */
static int check_rule(struct draft_index *x, const struct form_entry *e, struct form_fault *fault)
{
    const struct tree_node *v = e->value, *amount = tree_get(v, "amount");
    bool ceiling = !strcmp(text_of(v, "verdict"), "ceiling");
    bool has_amount = amount && tree_type(amount) != JSON_NULL;
    if (ceiling && !has_amount)
        return fault_at(fault, "amount", "A ceiling needs its amount. Fill it in.");
    if (!ceiling && has_amount)
        return fault_at(fault, "amount", "Only a ceiling has an amount. Empty it.");
    if (!tree_count(tree_get(v, "facts")) && !tree_count(tree_get(v, "sources")))
        return fault_at(fault, "sources", "A rule needs a fact or a source. Attach one.");
    const struct tree_node *rules = tree_get(index_file(x, "fees.json"), "rules");
    for (const struct tree_node *r = tree_first(rules); r; r = tree_next(r)) {
        if (strcmp(text_of(r, "id"), e->at->id) &&
            !strcmp(text_of(r, "corridor"), text_of(v, "corridor")) &&
            !strcmp(text_of(r, "item"), text_of(v, "item")))
            return fault_at(fault, "item", "\"%.95s\" is the rule for this way and cost already.",
                            text_of(r, "id"));
    }
    return 0;
}

static int check_contact(struct draft_index *x, const struct form_entry *e,
                         struct form_fault *fault)
{
    (void)x;
    bool has_number = *text_of(e->value, "number");
    if (!has_number && *text_of(e->value, "verified_on"))
        return fault_at(fault, "verified_on",
                        "Without a number nobody can have dialled it. Empty the day.");
    if (has_number && !strcmp(e->at->section, "channels") &&
        !tree_count(tree_get(e->value, "dial_from")))
        return fault_at(fault, "dial_from", "Say from which countries it can be dialled.");
    return 0;
}

/* What the first import left open may stay open; what is added now is named in full. */
static int check_source(struct draft_index *x, const struct form_entry *e, struct form_fault *fault)
{
    (void)x;
    if (e->is_new && !*text_of(e->value, "url"))
        return fault_at(fault, "url", "A new source needs the address of its page.");
    if (e->is_new && !*text_of(e->value, "date"))
        return fault_at(fault, "date", "A new source needs its date.");
    return 0;
}

static int check_node(struct draft_index *x, const struct form_entry *e, struct form_fault *fault)
{
    const char *dial = text_of(e->value, "dial");
    const struct tree_node *nodes = tree_get(index_file(x, "menu.json"), "nodes");
    for (const struct tree_node *n = tree_first(nodes); *dial && n; n = tree_next(n)) {
        if (strcmp(tree_key(n), e->at->id) && !strcmp(text_of(n, "dial"), dial))
            return fault_at(fault, "dial", "%s is the code of \"%.95s\" already. Choose another.",
                            dial, tree_key(n));
    }
    return 0;
}

/* Whoever says something about the world says whence, and until when it is to be believed. */
static int check_text(struct draft_index *x, const struct form_entry *e, struct form_fault *fault)
{
    const struct tree_node *v = e->value;
    bool english = !strcmp(e->at->language, DRAFT_SOURCE);
    if (!english && !index_text(x, e->at->id))
        return fault_at(fault, "text", "There is no English text of this name to translate.");
    if (!english || strcmp(text_of(v, "kind"), "statement"))
        return 0;
    if (!tree_count(tree_get(v, "facts")) && !tree_count(tree_get(v, "sources")))
        return fault_at(fault, "sources",
                        "This text says something about the world. Attach a fact or a source.");
    if (!*text_of(v, "review_by"))
        return fault_at(fault, "review_by", "Say until which day this is to be checked again.");
    return 0;
}

/* ---- keywords ---- */

/* A word as it is compared. */
static bool fold(const struct tree_node *n, char out[FOLDED_MAX])
{
    const char *s = tree_string(n);
    return s && fold_keyword(s, strlen(s), out, FOLDED_MAX) > 0;
}

static unsigned count_word(const struct tree_node *list, const char *folded)
{
    char other[FOLDED_MAX];
    unsigned count = 0;
    for (const struct tree_node *w = tree_first(list); w; w = tree_next(w)) {
        if (fold(w, other) && !strcmp(other, folded))
            count++;
    }
    return count;
}

/* How often a word stands in the whole file; *where is a place other than the entry's own. */
static unsigned count_everywhere(struct draft_index *x, const struct place_parts *at,
                                 const char *folded, const char **where)
{
    const struct tree_node *root = index_file(x, "keywords.json");
    unsigned count = 0;
    for (const struct tree_node *e = tree_first(tree_get(root, "keywords")); e; e = tree_next(e)) {
        for (const struct tree_node *l = tree_first(e); l; l = tree_next(l)) {
            unsigned n = count_word(l, folded);
            if (n && strcmp(tree_key(e), at->id))
                *where = tree_key(e);
            count += n;
        }
    }
    for (const struct tree_node *l = tree_first(tree_get(root, "languages")); l; l = tree_next(l)) {
        unsigned n = count_word(l, folded);
        if (n && (strcmp(tree_key(l), at->id) || strcmp(at->section, "languages")))
            *where = "the choice of the language";
        count += n;
    }
    return count;
}

static int check_words(struct draft_index *x, const struct form_entry *e,
                       const struct tree_node *list, struct form_fault *fault)
{
    const char *field = tree_key(list) ? tree_key(list) : "words";
    char folded[FOLDED_MAX];
    if (tree_type(list) != JSON_ARRAY || tree_count(list) > 40)
        return fault_at(fault, field, "Write at most 40 words.");
    for (const struct tree_node *w = tree_first(list); w; w = tree_next(w)) {
        const char *where = "this entry";
        if (!fold(w, folded))
            return fault_at(fault, field, "A keyword has 1 to 127 octets that can be seen.");
        if (count_everywhere(x, e->at, folded, &where) > 1)
            return fault_at(fault, field,
                            "\"%.60s\" stands in %.95s already. A word may be there once over all.",
                            tree_string(w), where);
    }
    return 0;
}

static int check_keywords(struct draft_index *x, const struct form_entry *e,
                          struct form_fault *fault)
{
    if (!strcmp(e->at->section, "languages"))
        return check_words(x, e, e->value, fault);
    if (!index_entry(x, "menu.json", "nodes", e->at->id))
        return fault_at(fault, "", "There is no place \"%.95s\" in the menu.", e->at->id);
    for (const struct tree_node *l = tree_first(e->value); l; l = tree_next(l)) {
        if (!index_has_language(x, tree_key(l)))
            return fault_at(fault, "", "There is no language \"%.16s\".", tree_key(l));
        if (check_words(x, e, l, fault))
            return -1;
    }
    return tree_type(e->value) == JSON_OBJECT ? 0 : fault_at(fault, "", "This is no entry.");
}

int forms_check(struct draft_index *x, const struct form_entry *e, struct form_fault *fault)
{
    static const struct {
        const char *section;
        int (*check)(struct draft_index *, const struct form_entry *, struct form_fault *);
    } wholes[] = {{"rules", check_rule},      {"channels", check_contact},
                  {"centres", check_contact}, {"sources", check_source},
                  {"nodes", check_node},      {"texts", check_text}};
    if (is_keywords(e->at))
        return check_keywords(x, e, fault);
    if (check_fields(x, e, fault))
        return -1;
    for (size_t i = 0; i < sizeof wholes / sizeof *wholes; i++) {
        if (!strcmp(wholes[i].section, e->at->section))
            return wholes[i].check(x, e, fault);
    }
    return 0;
}

void forms_choices(struct json_out *out)
{
    const char *file = "";
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        const char *const *list = field_choices(fields[i].kind);
        if (!list)
            continue;
        if (strcmp(file, fields[i].file)) {
            if (*file)
                json_out_close(out, '}');
            file = fields[i].file;
            json_out_open(out, file, '{');
        }
        json_out_open(out, fields[i].name, '[');
        while (*list)
            json_out_text(out, NULL, *list++);
        json_out_close(out, ']');
    }
    json_out_close(out, '}');
}
