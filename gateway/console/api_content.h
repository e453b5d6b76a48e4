/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the endpoints of the working copy. */
#ifndef ML_CONSOLE_API_CONTENT_H
#define ML_CONSOLE_API_CONTENT_H

#include "console/call.h"
#include "console/draft.h"
#include "console/draft_index.h"
#include "editing/place.h"

/* Answer to a step that was not taken. */
void content_fail(const struct call *call, enum draft_result r);

/* 409: somebody was faster; with what stands there now, by whom, and since when. */
void content_conflict(const struct call *call, const char *place, const char *why);

/* Write {"place", "mark", "entry", "base", "changed", "by", "at"} of an entry of the working copy
 * as a member; entry and base are null where there is none. Returns the place's JSON, the caller's
 * to free; NULL if it is not there. */
char *content_entry_out(struct json_out *out, const char *key, struct draft *d, const char *place);

/* The working copy opened for reading, with the translations of a language (NULL or "": none). NULL
 * after a failure was answered. */
struct draft_index *content_index(const struct call *call, const char *language);

#endif
