/* SPDX-License-Identifier: Apache-2.0 */
/* Which lists of entries the files of the content hold. */
#ifndef ML_EDITING_SECTIONS_H
#define ML_EDITING_SECTIONS_H

#include "base/json.h"

enum section_style {
    SECTION_LINES,  /* a list that is empty gets its first entry in one line */
    SECTION_BLOCKS, /* in a block */
    SECTION_SEVERAL /* an entry of several members is a block, one of one member a line */
};

struct section {
    const char *file;      /* "texts/" stands for all below it */
    const char *name;      /* the member of the file's root */
    const char *id_member; /* in an array: the member that holds the entry's id; NULL: an object */
    enum json_type entry;  /* what an entry is */
    enum section_style style;
};

/* The sections of a file, the first one is meant where a place names none. NULL: `after` was the
 * last one, or nothing reads such a file. Begin with NULL. */
const struct section *section_next(const char *file, const struct section *after);

/* The language of a file of texts, "lo" of "texts/lo/ui.json". Returns 0, or -1 if it is none. */
int section_language(const char *file, char language[8]);

#endif
