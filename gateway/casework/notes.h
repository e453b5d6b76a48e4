/* SPDX-License-Identifier: Apache-2.0 */
/* What case workers note about a case. A note may say as much of a worker as the request did, so it
 * is sealed for the same key, and bound to its case: a box that was moved does not open. Each call
 * is a statement or two; the caller holds the transaction. */
#ifndef ML_CASEWORK_NOTES_H
#define ML_CASEWORK_NOTES_H

#include "base/seal.h"
#include "io/db.h"
#include "message/request.h"

enum { NOTE_ID_MAX = 16, NOTE_TEXT_MAX = 8000, NOTES_MAX = 200 };

struct note {
    const char *id, *case_id; /* 16 hex digits each */
    int64_t who, at_ms;       /* a person of the console */
    const char *text;         /* at most NOTE_TEXT_MAX octets */
};

/* Add a note. DB_OK also if its id is there already: then it stays as it is and *added is false; so
 * is it if the case has NOTES_MAX. DB_FAILED too without memory for the seal. */
enum db_result notes_add(struct db *db, const struct seal_public *key, const struct note *n,
                         bool *added);

/* The notes of a case, the oldest first. text is NULL if the note does not open: another key, or
 * damaged. All is borrowed for the call, and wiped after it. */
typedef void (*note_fn)(void *arg, const struct note *n);
enum db_result notes_read(struct db *db, const struct seal_secret *key, const char *case_id,
                          note_fn fn, void *arg);

#endif
