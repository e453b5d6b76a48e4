/* SPDX-License-Identifier: Apache-2.0 */
/* An entry of the content with some of its members anew, for changes of the working copy. */
#ifndef ML_CONSOLE_ENTRY_WITH_H
#define ML_CONSOLE_ENTRY_WITH_H

#include <stddef.h>

struct entry_member {
    const char *name;
    const char *json;  /* its value; NULL: the entry is without it */
    const char *after; /* where it goes if the entry lacks it: behind one of the entry, or one
                          earlier in the list; NULL: what the entry lacks it goes on lacking */
};

/* The entry is a valid JSON object. The caller frees; NULL without memory. */
char *entry_with(const char *entry, const struct entry_member *members, size_t count);

/* A text as JSON, with its quotes. The caller frees; NULL without memory. */
char *entry_text(const char *s);

#endif
