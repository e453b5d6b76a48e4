/* SPDX-License-Identifier: Apache-2.0 */
/* The files of a content folder as one immutable set. A set is shared by reference: those who hold
 * one see the same octets for as long as they hold it, in any thread. Sets that differ in one file
 * share the others. */
#ifndef ML_EDITING_FILES_H
#define ML_EDITING_FILES_H

#include <stddef.h>

#include "catalog/content.h"
#include "catalog/finding.h"

enum { FILES_VERSION_SIZE = CATALOG_VERSION_HEX + 1 };

struct files;

/* A set with one reference, of copies. NULL without memory, or if two files have one name. */
struct files *files_new(const struct catalog_file *list, size_t count);

/* The *.json of a folder, as the gateway reads it. NULL with findings if a file cannot be read. */
struct files *files_read(const char *folder, struct findings *findings);

/* References may be taken and given up in any thread. */
struct files *files_ref(struct files *f);
void files_unref(struct files *f); /* NULL is fine; the last one frees */

/* All files in the order of their names. */
const struct catalog_file *files_list(const struct files *f, size_t *count);

/* A file by name, NULL if there is none. */
const struct catalog_file *files_find(const struct files *f, const char *name);

/* As catalog_version of a catalog made of them. */
const char *files_version(const struct files *f);

/* The set with one file in another wording (or a new file); text NULL: without it. The text is
 * copied. NULL without memory. */
struct files *files_with(const struct files *f, const char *name, const char *text, size_t len);

#endif
