/* SPDX-License-Identifier: Apache-2.0 */
/* Content, compiled: the files of a folder as one immutable snapshot in which every screen that
 * never changes is already cut into pages, measured and written as JSON for every language and
 * every layout. A step at run time looks pages up.
 *
 * Snapshots are reference counted: a dialogue keeps the version that it began with. */
#ifndef ML_CATALOG_CATALOG_H
#define ML_CATALOG_CATALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "catalog/content.h"
#include "catalog/finding.h"
#include "text/words.h"

enum { CATALOG_FOOT_MAX = 160 }; /* octets of a footer, the NUL included */

struct catalog;

/* Load a folder. All findings of the check are added to `findings` (may be NULL). Returns a catalog
 * with one reference, or NULL if there is an error among them. */
struct catalog *catalog_load(const char *folder, const struct catalog_options *o,
                             struct findings *findings);

/* The same for files in memory, which may go afterwards. */
struct catalog *catalog_load_files(const struct catalog_file *files, size_t count,
                                   const struct catalog_options *o, struct findings *findings);

/* Of a catalog that was kept in spite of errors: were they found by the check alone, so that
 * nothing is missing and all its screens may be drawn? */
bool catalog_is_whole(const struct catalog *c);

/* Not for several threads at once. */
struct catalog *catalog_ref(struct catalog *c);
void catalog_unref(struct catalog *c); /* NULL is fine; the last one frees */

/* 16 hex digits: SHA-256 over names and octets of all files. */
const char *catalog_version(const struct catalog *c);

/* The same as a number, as sessions keep it. */
uint64_t catalog_version_number(const struct catalog *c);

/* The languages that a worker can choose. Behind them stand the forms without marks, which have the
 * code of their language and are drawn like a language. */
const struct language *catalog_language(const struct catalog *c, size_t i);
size_t catalog_language_count(const struct catalog *c);
size_t catalog_drawn_count(const struct catalog *c); /* with the forms without marks */

/* The language for a phone that shows boxes: the form without marks, else English. */
size_t catalog_latin(const struct catalog *c, size_t lang);
int catalog_find_language(const struct catalog *c, const char *code); /* -1 if none */
int catalog_language_of_country(const struct catalog *c,
                                const char *iso);        /* the source language if none */
size_t catalog_source_language(const struct catalog *c); /* English */

const struct node *catalog_start(const struct catalog *c);
const struct node *catalog_node(const struct catalog *c, const char *id); /* NULL if none */
const struct node *catalog_node_by_key(const struct catalog *c, uint32_t key);
const struct node *catalog_node_by_dial(const struct catalog *c, const char *digits);
const struct node *catalog_node_by_type(const struct catalog *c, unsigned type, const char *arg);
size_t catalog_node_count(const struct catalog *c);
const struct node *catalog_node_at(const struct catalog *c, size_t i);

/* A keyword, folded by fold_keyword. False if it is none. */
bool catalog_keyword(const struct catalog *c, const char *folded, struct keyword *out);

/* A text by id, NULL if there is none. */
const struct text *catalog_text(const struct catalog *c, const char *id);

/* All texts, English files in the order of their names, texts in the order of the file. */
size_t catalog_text_count(const struct catalog *c);
const struct text *catalog_text_at(const struct catalog *c, size_t i); /* NULL at the end */

/* The wording in a language, else in the source language. Never NULL for a text of the catalog. */
const struct wording *catalog_wording(const struct catalog *c, const struct text *t, size_t lang);

/* Wording of a text id; "" if there is no such text (the check reports those that handlers name).
 */
const char *catalog_say(const struct catalog *c, const char *id, size_t lang);

/* Write a text with {name} replaced. pairs: name, value, name, value, NULL. Unknown names stay as
 * they are. */
void catalog_format(const struct catalog *c, const char *id, size_t lang, const char *const *pairs,
                    struct buf *out);

/* The body of a compiled node: title and numbered children, or the text and its numbered children.
 */
void catalog_body(const struct catalog *c, const struct node *n, size_t lang, struct buf *out);

/* Is the node's text past its review on the day of loading? */
bool catalog_overdue(const struct catalog *c, const struct node *n);

/* The compiled page that starts at `start`, or NULL if none does. */
const struct page *catalog_page(const struct catalog *c, const struct node *n, size_t lang,
                                size_t layout, size_t start);

/* The last line of a screen that goes on, and of the last screen of a body. */
void catalog_footers(const struct catalog *c, size_t lang, const struct frame *f,
                     char more[CATALOG_FOOT_MAX], char last[CATALOG_FOOT_MAX]);

/* Compiled nodes' frame for a layout. */
struct frame catalog_frame(const struct catalog *c, const struct node *n, size_t layout);

/* ICU's iterators of this snapshot, for screens made at run time. */
struct words *catalog_words(const struct catalog *c);

const struct layout *catalog_layout(const struct catalog *c, size_t i);

/* Fee rules, channels, centres: catalog/lists.h. */

/* How much there is. */
void catalog_count(const struct catalog *c, struct catalog_counts *out);

#endif
