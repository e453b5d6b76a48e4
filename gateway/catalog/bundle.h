/* SPDX-License-Identifier: Apache-2.0 */
/* The files of a content folder in memory, sorted by name. */
#ifndef ML_CATALOG_BUNDLE_H
#define ML_CATALOG_BUNDLE_H

#include <stddef.h>

#include "catalog/arena.h"
#include "catalog/catalog.h"

enum {
    BUNDLE_FILE_MAX = 1 << 20, /* octets of one file */
    BUNDLE_FILES_MAX = 512
};

struct bundle {
    struct catalog_file *files; /* in the arena */
    size_t count;
};

/* Read all *.json of a folder and of the folders in it, two levels down; hidden ones are left out.
 * What cannot be read is told to `findings`. Returns 0, or -1 if anything failed. */
int bundle_read(struct bundle *b, struct arena *a, const char *folder, struct findings *findings);

/* Sort by name and write the version: the first 16 hex digits of struct digest_list's SHA-256 over
 * the files. */
void bundle_version(struct bundle *b, char version[CATALOG_VERSION_HEX + 1]);

#endif
