/* SPDX-License-Identifier: Apache-2.0 */
/* How far the languages are, and what is due, from content files alone: files with an error have
 * progress, too. Pure; for the thread of the workbench, because it reads all texts. */
#ifndef ML_CONSOLE_PROGRESS_H
#define ML_CONSOLE_PROGRESS_H

#include <stddef.h>
#include <stdint.h>

#include "base/json_out.h"
#include "catalog/entry.h"
#include "catalog/finding.h"
#include "editing/files.h"

/* "languages": one object each, in the order of languages.json, English left out: code, name,
 * latin, texts, and how many of them are reviewed, draft, stale and missing. What all languages
 * have of each is added to sum (may be NULL). Returns 0, or -1 with findings. */
int progress_languages(struct json_out *j, const struct files *files,
                       size_t sum[ENTRY_STATUS_COUNT], struct findings *f);

enum { PROGRESS_PAGE_MAX = 200 };

/* Which texts of a language. */
struct progress_wish {
    const char *language;
    int status;         /* enum entry_status; -1: all */
    const char *find;   /* those with these letters in id, English or translation; "" for all */
    size_t from, count; /* a page of them */
};

/* "total" and "texts": place (where the translation stands, or will), mark ("" if it is missing),
 * english_place, id, kind, status, english, translation, reviewer, reviewed_on. Returns 0, or -1
 * with findings. */
int progress_texts(struct json_out *j, const struct files *files, const struct progress_wish *w,
                   struct findings *f);

/* "overdue" and "due": statements whose day of review is over, and those whose day is at most
 * `ahead` days away, the oldest first: place, id, text, review_by. today is a day since 1970.
 * Returns 0, or -1 without memory. */
int progress_due(struct json_out *j, const struct files *files, int32_t today, int32_t ahead);

/* The word of a status, and back: -1 if there is none. */
int progress_status_of(const char *word);

#endif
