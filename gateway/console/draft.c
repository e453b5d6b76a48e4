/* SPDX-License-Identifier: Apache-2.0 */
#include "console/draft.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/draft_internal.h"
#include "console/draft_presence.h"

/* Files are kept whole: an entry is found in them by its address, so the log of steps needs no
 * other copy of what stands around it. draft_files holds only what differs from the base; a text
 * that is NULL is a file that is gone. */
const char draft_tables[] =
    "CREATE TABLE draft_stand ("
    " id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),"
    " step INTEGER NOT NULL," /* later steps are not in the base */
    " at_ms INTEGER NOT NULL) STRICT;"
    "CREATE TABLE draft_base (name TEXT NOT NULL PRIMARY KEY, text TEXT NOT NULL) STRICT;"
    "CREATE TABLE draft_files (name TEXT NOT NULL PRIMARY KEY, text TEXT) STRICT;"
    "CREATE TABLE draft_steps ("
    " id INTEGER NOT NULL PRIMARY KEY,"
    " at_ms INTEGER NOT NULL,"
    " person INTEGER NOT NULL,"
    " name TEXT NOT NULL,"                /* as the person was called then */
    " action TEXT NOT NULL,"              /* edit, discard, undo, redo */
    " takes INTEGER NOT NULL,"            /* the step that it takes back or again; 0 if none */
    " undone INTEGER NOT NULL DEFAULT 0," /* 1: taken back, 2: and not to be taken again */
    " note TEXT NOT NULL) STRICT;"
    "CREATE INDEX draft_steps_person ON draft_steps (person, id);"
    "CREATE TABLE draft_edits ("
    " step INTEGER NOT NULL REFERENCES draft_steps (id),"
    " place TEXT NOT NULL,"
    " before TEXT," /* the entry's JSON; NULL: it was not there */
    " after TEXT,"
    " PRIMARY KEY (step, place)) STRICT;"
    "CREATE INDEX draft_edits_place ON draft_edits (place, step);";

const char *draft_text(const struct db_value *v)
{
    return v->type == DB_TEXT ? v->octets : NULL;
}

const struct draft_state *draft_top(const struct draft *d)
{
    return d->staged.now ? &d->staged : &d->seen;
}

struct draft_state *draft_stage(struct draft *d)
{
    if (!d->staged.now) {
        d->staged = d->seen;
        files_ref(d->staged.base);
        files_ref(d->staged.now);
    }
    return &d->staged;
}

static void drop(struct draft_state *s)
{
    files_unref(s->base);
    files_unref(s->now);
    *s = (struct draft_state){.base = NULL};
}

void draft_settle(struct draft *d, bool committed)
{
    if (!d->staged.now)
        return;
    if (!committed) {
        drop(&d->staged);
        return;
    }
    drop(&d->seen);
    d->seen = d->staged;
    d->staged = (struct draft_state){.base = NULL};
}

enum draft_result draft_refuse(struct draft *d, enum draft_result result, const char *place,
                               const char *why)
{
    d->problem = (struct draft_problem){.at_ms = 0};
    snprintf(d->problem.place, sizeof d->problem.place, "%s", place);
    snprintf(d->problem.why, sizeof d->problem.why, "%s", why);
    return result;
}

enum draft_result draft_no_memory(struct draft *d)
{
    return draft_refuse(d, DRAFT_FAILED, "", "There is no memory left. Try again later.");
}

enum draft_result draft_failed(struct draft *d, enum db_result r)
{
    if (r == DB_OK)
        return DRAFT_OK;
    return draft_refuse(d, r == DB_FULL ? DRAFT_DISK_FULL : DRAFT_FAILED, "", db_error(d->db));
}

struct files *draft_files(const struct draft *d)
{
    return d->seen.now;
}

struct files *draft_base(const struct draft *d)
{
    return d->seen.base;
}

struct presence *draft_present(const struct draft *d)
{
    return d->present;
}

int64_t draft_version(const struct draft *d)
{
    return d->seen.version;
}

int64_t draft_staged_version(const struct draft *d)
{
    return draft_top(d)->version;
}

const struct draft_problem *draft_problem(const struct draft *d)
{
    return &d->problem;
}

void draft_close(struct draft *d)
{
    if (!d)
        return;
    drop(&d->seen);
    drop(&d->staged);
    presence_free(d->present);
    free(d);
}
