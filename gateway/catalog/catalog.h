/* SPDX-License-Identifier: Apache-2.0 */
/* Content, compiled: the files of a folder as one immutable snapshot in which every screen that never changes is already cut into pages,
 * measured and written as JSON for every language and every layout. A step at run time looks pages up.
 *
 * Snapshots are reference counted: a dialogue keeps the version that it began with. */
#ifndef ML_CATALOG_CATALOG_H
#define ML_CATALOG_CATALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "catalog/finding.h"
#include "text/screen.h"

enum {
    CATALOG_LANGUAGES_MAX = 16,
    CATALOG_LAYOUTS_MAX = 8,
    CATALOG_VERSION_HEX = 16,  /* digits of a content version */
    CATALOG_BODY_MAX = 8192    /* octets of one body */
};

/* A text in one language. */
struct wording {
    const char *utf8; /* NULL if this language has none */
    size_t len;
    bool reviewed;
};

struct text {
    const char *id;
    bool states;       /* says something about the world, so it has sources and a review date */
    int32_t review_by; /* day since 1970; INT32_MAX if none */
    struct wording in[CATALOG_LANGUAGES_MAX];
};

struct language {
    const char *code;  /* ISO 639, such as "lo" */
    const char *name;  /* as its speakers write it */
    const char *latin; /* in Latin letters */
    const char *const *countries; /* ISO 3166-1, NULL-terminated */
};

/* A place in the menu tree. */
struct node {
    const char *id;
    uint32_t key;   /* stable across versions: from the id */
    unsigned type;  /* index into the types that were given to catalog_load */
    bool is_private; /* never shown again after a drop, never sent by SMS */
    const char *arg; /* for its handler; "" for none */
    const char *dial; /* deep dial digits; "" for none */
    const struct text *label; /* its line in a menu; NULL if it is in none */
    const struct text *title; /* NULL if none */
    const struct text *body;  /* NULL if none */
    const struct node *parent; /* the first menu that lists it; NULL for roots */
    const struct node *const *children;
    size_t child_count;
    size_t index;
};

/* One screen, ready to send. */
struct page {
    size_t start, next; /* octets of the body; next == len of the body on the last page */
    const char *text;
    size_t len;
    const char *json;   /* as a JSON string with quotes */
    size_t json_len;
    enum coding coding;
    unsigned segments;  /* SMS */
};

/* How screens are laid out for one kind of carrier and channel. */
struct layout {
    struct screen_limits limits;
};

/* Keys that footers name. Borrowed; must live as long as the catalog. */
struct keys {
    const char *back, *home, *more, *exit, *sms;
};

struct catalog_options {
    const char *const *types;      /* names of the handlers, NULL-terminated */
    const char *const *page_types; /* those of them whose screens are compiled; NULL-terminated */
    const struct layout *layouts;
    size_t layout_count;
    struct keys keys;
    int32_t today; /* day since 1970, for texts past their review */
};

struct catalog;

/* Load a folder. All findings of the check are added to `findings` (may be NULL). Returns a catalog with one reference, or NULL if there is an error among them. */
struct catalog *catalog_load(const char *folder, const struct catalog_options *o,
                             struct findings *findings);

struct catalog *catalog_ref(struct catalog *c);
void catalog_unref(struct catalog *c); /* NULL is fine; the last one frees */

/* 16 hex digits: SHA-256 over names and octets of all files. */
const char *catalog_version(const struct catalog *c);

const struct language *catalog_language(const struct catalog *c, size_t i);
size_t catalog_language_count(const struct catalog *c);
int catalog_find_language(const struct catalog *c, const char *code);       /* -1 if none */
int catalog_language_of_country(const struct catalog *c, const char *iso);  /* the source language if none */
size_t catalog_source_language(const struct catalog *c);                    /* English */

const struct node *catalog_start(const struct catalog *c);
const struct node *catalog_node(const struct catalog *c, const char *id);   /* NULL if none */
const struct node *catalog_node_by_key(const struct catalog *c, uint32_t key);
const struct node *catalog_node_by_dial(const struct catalog *c, const char *digits);
const struct node *catalog_node_by_type(const struct catalog *c, unsigned type, const char *arg);
size_t catalog_node_count(const struct catalog *c);
const struct node *catalog_node_at(const struct catalog *c, size_t i);

/* A keyword, folded by fold_keyword: the node that it opens, or *language >= 0 that it chooses. False if it is none. */
struct keyword {
    const struct node *node; /* or NULL */
    int language;            /* or -1 */
};
bool catalog_keyword(const struct catalog *c, const char *folded, struct keyword *out);

/* A text by id, NULL if there is none. */
const struct text *catalog_text(const struct catalog *c, const char *id);

/* The wording in a language, else in the source language. Never NULL for a text of the catalog. */
const struct wording *catalog_wording(const struct catalog *c, const struct text *t, size_t lang);

/* Wording of a text id; "" if there is no such text (the check reports those that handlers name). */
const char *catalog_say(const struct catalog *c, const char *id, size_t lang);

/* Write a text with {name} replaced. pairs: name, value, name, value, NULL. Unknown names stay as they are. */
void catalog_format(const struct catalog *c, const char *id, size_t lang, const char *const *pairs, struct buf *out);

/* The body of a compiled node: title and numbered children, or the text and its numbered children. */
void catalog_body(const struct catalog *c, const struct node *n, size_t lang, struct buf *out);

/* Is the node's text past its review on the day of loading? */
bool catalog_overdue(const struct catalog *c, const struct node *n);

/* The compiled page that starts at `start`, or NULL if none does. */
const struct page *catalog_page(const struct catalog *c, const struct node *n, size_t lang, size_t layout, size_t start);

/* What a screen of this node and language is made of but for head and body: language, footers, kind. */
struct frame {
    bool has_back;
    bool has_sms;
    enum screen_kind kind;
};
enum { CATALOG_FOOT_MAX = 160 };
void catalog_footers(const struct catalog *c, size_t lang, const struct frame *f, char more[CATALOG_FOOT_MAX], char last[CATALOG_FOOT_MAX]);

/* Compiled nodes' frame for a layout. */
struct frame catalog_frame(const struct catalog *c, const struct node *n, size_t layout);

/* ICU's iterators of this snapshot, for screens made at run time. */
struct words *catalog_words(const struct catalog *c);

const struct layout *catalog_layout(const struct catalog *c, size_t i);
const struct keys *catalog_keys(const struct catalog *c);

/* Fee rules, channels, centres: catalog/lists.h. Statistics for metrics. */
struct catalog_counts {
    size_t nodes, texts, wordings, reviewed, drafts, overdue, pages;
};
void catalog_count(const struct catalog *c, struct catalog_counts *out);

#endif
