/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files of this room that load and check: the state of a load, and its steps. */
#ifndef ML_CATALOG_LOADING_H
#define ML_CATALOG_LOADING_H

#include "base/tree.h"
#include "catalog/internal.h"

/* Where a thing stands in the files. */
struct place {
    const char *file;
    unsigned line;
    const char *id;
    const char *lang;
};

#define CODE(name, text, level) CODE_##name,
enum code {
#include "catalog/codes.def"
    CODE_COUNT
};
#undef CODE

enum text_kind { KIND_LABEL, KIND_PROMPT, KIND_STATEMENT, KIND_NONE };

/* Where the wordings of a text come from; node NULL if a language has none. */
struct origin {
    enum text_kind kind;
    const char *file[CATALOG_LANGUAGES_MAX];
    const struct tree_node *node[CATALOG_LANGUAGES_MAX];
};

/* A load under way. */
struct loading {
    struct catalog *c;
    const struct catalog_options *o;
    struct findings *findings;
    size_t errors_before;             /* the load began */
    struct arena *scratch;            /* gone after the load */
    const struct catalog_file *files; /* sorted by name */
    struct tree **trees;              /* of the files; NULL if bad */
    size_t file_count;
    const struct tree_node *languages[CATALOG_LANGUAGES_MAX]; /* entries of languages.json */
    struct origin *texts;                                     /* by text */
    const struct tree_node **nodes;                           /* by node: its entry in menu.json */
    bool *has_keyword;                                        /* by node */
    const struct tree_node *facts, *sources;
};

/* report.c: tell what was found. lang and id of a place may be NULL. */
void load_report(struct loading *l, enum code code, struct place at, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
int load_no_memory(struct loading *l); /* returns -1 */
struct place place_of(const char *file, const struct tree_node *n, const char *id);
struct place place_of_text(const struct loading *l, const struct text *t, size_t lang);

/* members.c: read checked members of an entry. */
const struct tree_node *load_file(const struct loading *l, const char *name); /* NULL if none */
void load_known(struct loading *l, struct place at, const struct tree_node *object,
                const char *const *known);
const char *load_optional(struct loading *l, struct place at, const struct tree_node *object,
                          const char *name); /* NULL if absent or null */
const char *load_needed(struct loading *l, struct place at, const struct tree_node *object,
                        const char *name); /* "" after a finding */
const struct tree_node *load_children(struct loading *l, struct place at,
                                      const struct tree_node *object, const char *name,
                                      enum json_type type); /* the array or object, or NULL */
int load_wording(struct loading *l, struct place at, struct wording *w,
                 const char *raw);                       /* a copy with the keys filled in */
const char *load_copy(struct loading *l, const char *s); /* "" without memory, and a finding */
const struct text *load_text(const struct loading *l, const char *prefix, const char *suffix);
const struct text *load_need_text(struct loading *l, struct place at, const char *prefix,
                                  const char *id); /* NULL after a finding */
bool load_is_id(const char *s);
void load_references(struct loading *l, struct place at, const struct tree_node *entry);

/* The steps of a load, in this order. -1 only if the next steps make no sense. */
int load_languages(struct loading *l);
int load_texts(struct loading *l);
int load_unmarked(struct loading *l);
int hide_drafts(struct loading *l);
int load_menu(struct loading *l);
int load_keywords(struct loading *l);
int load_fees(struct loading *l);
int load_contacts(struct loading *l);
int compile_screens(struct loading *l);
int mark_nodes(struct loading *l);

/* The check: what was loaded, looked at as a whole. */
void check_texts(struct loading *l);
void check_translations(struct loading *l);
void check_terms(struct loading *l, struct place at, const char *english, const char *other);
void check_menu(struct loading *l);
void check_screens(struct loading *l);

#endif
