/* SPDX-License-Identifier: Apache-2.0 */
/* The working copy: the content as editors change it, before it is published. It stands on a base,
 * the version that is published (at the first run: the content folder). Every step is kept with
 * who, when, and what stood there before, so that it can be told, and taken back.
 *
 * Whoever edits names the mark of the entry that they had before their eyes. If the entry is
 * another one by then, nothing is changed and draft_problem says what stands there now: nobody's
 * words are written over unseen.
 *
 * A step belongs to a transaction of the caller on the same database (so that its line in the audit
 * log is in the same one). Its end is told to draft_settle; until then readers see the old files.
 */
#ifndef ML_CONSOLE_DRAFT_H
#define ML_CONSOLE_DRAFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "editing/files.h"
#include "io/db.h"

enum { DRAFT_PLACE_MAX = 256, DRAFT_NAME_MAX = 128, DRAFT_WHY_MAX = 320 };

/* The tables, for the console's list of scripts. */
extern const char draft_tables[];

struct draft;

enum draft_result {
    DRAFT_OK,
    DRAFT_CONFLICT,  /* the entry has changed since; see draft_problem */
    DRAFT_REFUSED,   /* no such place, no JSON, a file that becomes too large; see draft_problem */
    DRAFT_NOTHING,   /* nothing to do: the same as now, or nothing to undo */
    DRAFT_DISK_FULL, /* nothing is kept */
    DRAFT_FAILED     /* the database or memory; draft_problem is a sentence */
};

/* Open the working copy of a database whose tables are there. At the first run the files of
 * `folder` become base and working copy. NULL with why: a sentence with the remedy. */
struct draft *draft_open(struct db *db, const char *folder, int64_t now_ms,
                         char why[DRAFT_WHY_MAX]);
void draft_close(struct draft *d); /* NULL is fine */

/* The working copy and what it stands on, as last committed. Borrowed until the next draft_settle:
 * whoever keeps them longer takes a reference (files_ref). */
struct files *draft_files(const struct draft *d);
struct files *draft_base(const struct draft *d);

/* The number of the last committed step: it rises with each. */
int64_t draft_version(const struct draft *d);

/* Who takes a step. Strings are borrowed for the call. */
struct draft_author {
    int64_t person;
    const char *name;
    int64_t now_ms;
    const char *note; /* why; "" for none */
};

/* One entry anew. json NULL deletes it. mark NULL: over whatever stands there now. */
struct draft_change {
    const char *place; /* see editing/place.h */
    const char *json;
    const char *mark; /* place_mark() of what the editor read; "" for an entry that was not there */
};

/* One step with all these changes, or none of them. Entries are kept as they are given (see
 * draft_rules.h for what an editor's words entail). Changes that change nothing are left out. */
enum draft_result draft_edit(struct draft *d, const struct draft_author *who,
                             const struct draft_change *changes, size_t count);

/* Take an own step back, or take what was taken back again: step 0 is the newest. Refused
 * (CONFLICT) if somebody has changed one of its entries since. */
enum draft_result draft_undo(struct draft *d, const struct draft_author *who, int64_t step);
enum draft_result draft_redo(struct draft *d, const struct draft_author *who);

/* The step that the person would take back (0: the newest), or again: its number, 0 if there is
 * none, -1 if the database fails. */
int64_t draft_undoable(const struct draft *d, int64_t person, int64_t step);
int64_t draft_redoable(const struct draft *d, int64_t person);

/* Give entries back what the base has, if each still has its mark. A step like another, so that it
 * can be taken back. json of the changes is not looked at. */
enum draft_result draft_discard(struct draft *d, const struct draft_author *who,
                                const struct draft_change *changes, size_t count);

/* The working copy stands on other files from now on (published or rolled back to): what differs
 * from them are the changes that are not published. No word of the working copy changes. `step` is
 * draft_version() of the moment when the published files were taken, so that what was edited since
 * still has its authors; draft_version() for a version from elsewhere. */
enum draft_result draft_rebase(struct draft *d, struct files *base, int64_t step, int64_t now_ms);

/* Tell how the caller's transaction has ended. */
void draft_settle(struct draft *d, bool committed);

/* What the last call that did not say DRAFT_OK was about. */
struct draft_problem {
    char place[DRAFT_PLACE_MAX];
    char why[DRAFT_WHY_MAX]; /* a sentence for the person */
    char by[DRAFT_NAME_MAX]; /* CONFLICT: who changed it last; "" if nobody since the base */
    int64_t at_ms;           /* and when */
};
const struct draft_problem *draft_problem(const struct draft *d);

/* The number of the last step of the place's entry, with who and when; 0 if it has none since the
 * base. */
int64_t draft_last(struct draft *d, const char *place, char by[DRAFT_NAME_MAX], int64_t *at_ms);

/* All people who had a hand in what differs from the base now, each once. 0, or -1. */
typedef void (*draft_author_fn)(void *arg, int64_t person, const char *name);
int draft_authors(struct draft *d, draft_author_fn fn, void *arg);

#endif
