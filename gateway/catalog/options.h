/* SPDX-License-Identifier: Apache-2.0 */
/* What content is loaded from, and how. */
#ifndef ML_CATALOG_OPTIONS_H
#define ML_CATALOG_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/screen.h"

struct catalog;

/* How screens are laid out for one kind of carrier and channel. */
struct layout {
    struct screen_limits limits;
};

/* Keys that footers name. Borrowed; a load needs them until it ends. */
struct keys {
    const char *back, *home, *more, *exit, *sms;
};

/* A file of a content folder in memory. */
struct catalog_file {
    const char *name; /* relative, such as "texts/lo/ui.json" */
    const char *text;
    size_t len;
};

struct catalog_options {
    const char *const *types;      /* names of the handlers, NULL-terminated */
    const char *const *page_types; /* those of them whose screens are compiled; NULL-terminated */
    const struct layout *layouts;
    size_t layout_count;
    struct keys keys;
    int32_t today;    /* day since 1970, for texts past their review */
    bool hide_drafts; /* English instead of translations that no native reader has reviewed */
    bool keep_raw;    /* keep the files' trees for the tools of content staff (raw.h) */
    bool keep_faulty; /* a catalog in spite of errors, if its screens could be compiled. A worker
                         never sees it; but for its compiled pages see catalog_is_whole */
    const struct catalog *like; /* another one of these options, or NULL: screens that would come
                                   out the same are copied from it. Not kept */
};

#endif
