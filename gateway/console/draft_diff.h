/* SPDX-License-Identifier: Apache-2.0 */
/* Which entries two sets of content files do not have in common. */
#ifndef ML_CONSOLE_DRAFT_DIFF_H
#define ML_CONSOLE_DRAFT_DIFF_H

#include "editing/files.h"

/* Strings are borrowed for the call. NULL: the set has no such entry. */
struct draft_difference {
    const char *place;
    const char *before, *after; /* JSON as it stands in the files */
};
typedef void (*draft_difference_fn)(void *arg, const struct draft_difference *d);

/* Tell all of them in the order of their places. Returns 0, or -1 without memory or if a file that
 * differs is no content: then some may have been told. */
int draft_differences(const struct files *before, const struct files *after, draft_difference_fn fn,
                      void *arg);

#endif
