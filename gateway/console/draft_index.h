/* SPDX-License-Identifier: Apache-2.0 */
/* A set of content files opened for reading: which texts there are, in English and in one other
 * language, and the roots of the other files. Content may hold errors; what cannot be read is left
 * out. */
#ifndef ML_CONSOLE_DRAFT_INDEX_H
#define ML_CONSOLE_DRAFT_INDEX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/tree.h"
#include "editing/files.h"

/* The language that others are made from. */
#define DRAFT_SOURCE "en"

struct draft_index;

struct index_text {
    const char *id;
    const char *file;             /* of the English text */
    const struct tree_node *node; /* {"text": …} */
    const char *other_file;       /* of the translation; NULL if there is none */
    const struct tree_node *other;
};

/* language: that of the translations; English or "" for none. Holds a reference to the files. NULL
 * without memory. */
struct draft_index *index_new(struct files *f, const char *language);
void index_free(struct draft_index *x); /* NULL is fine */

/* All English texts, files by name, texts in the order of their file. */
const struct index_text *index_texts(const struct draft_index *x, size_t *count);
const struct index_text *index_text(const struct draft_index *x, const char *id);

/* The root of a file, such as "menu.json"; NULL if there is none, or it is no JSON. Parsed when it
 * is first asked for. */
const struct tree_node *index_file(struct draft_index *x, const char *name);

/* Is there an entry? In an object by its key, in an array by its "id". */
const struct tree_node *index_entry(struct draft_index *x, const char *file, const char *section,
                                    const char *id);

/* Does languages.json name it? */
bool index_has_language(struct draft_index *x, const char *code);

/* The file in which the translation of a text stands or will stand: that of the same name as in
 * English. */
void index_translation_file(const struct index_text *t, const char *language, char *out,
                            size_t cap);

#endif
