/* SPDX-License-Identifier: Apache-2.0 */
/* Steps: entries anew, in the files and in the log. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/draft_internal.h"

static const char *const action_names[] = {"edit", "discard", "undo", "redo"};

/* Somebody was faster: say who, so that the two can talk. */
static enum draft_result conflict(struct draft *d, const char *place)
{
    char by[DRAFT_NAME_MAX];
    int64_t at_ms;
    int64_t last = draft_last(d, place, by, &at_ms);
    draft_refuse(d, DRAFT_CONFLICT, place, "");
    snprintf(d->problem.why, sizeof d->problem.why,
             "%.100s changed this meanwhile. Compare the two and choose; your words are kept.",
             last ? by : "A new published version");
    if (last) {
        snprintf(d->problem.by, sizeof d->problem.by, "%s", by);
        d->problem.at_ms = at_ms;
    }
    return DRAFT_CONFLICT;
}

static bool is_as_marked(const char *now, const char *mark)
{
    char hex[PLACE_MARK_SIZE];
    place_mark(now, hex);
    return !mark || !strcmp(mark, hex);
}

static bool is_same(const char *a, const char *b)
{
    return a && b ? !strcmp(a, b) : a == b;
}

static enum draft_result write_edit(struct draft *d, const struct draft_change *m,
                                    const char *before, const char *after)
{
    const struct db_value values[] = {DB_I(d->staged.version), DB_S(m->place),
                                      before ? DB_S(before) : DB_NONE,
                                      after ? DB_S(after) : DB_NONE, DB_END};
    struct place_parts parts;
    char why[PLACE_WHY_MAX];
    enum db_result r = db_run(
        d->db, "INSERT INTO draft_edits (step, place, before, after) VALUES (?1, ?2, ?3, ?4)",
        values, NULL, NULL);
    if (r != DB_OK)
        return draft_failed(d, r);
    if (place_parse(m->place, &parts, why))
        return draft_refuse(d, DRAFT_REFUSED, m->place, why);
    return draft_failed(d, draft_keep(d, &d->staged, parts.file));
}

/* Change the entry in the staged files. *changed: it has become another one. */
static enum draft_result change_entry(struct draft *d, const struct draft_change *m,
                                      const char *before, bool *changed)
{
    char why[PLACE_WHY_MAX];
    struct files *next = place_set(d->staged.now, m->place, m->json, why);
    if (!next)
        return draft_refuse(d, DRAFT_REFUSED, m->place, why);
    files_unref(d->staged.now);
    d->staged.now = next;
    char *after = place_get(next, m->place);
    enum draft_result r = DRAFT_OK;
    if (!after && m->json)
        r = draft_no_memory(d);
    else if (!is_same(before, after)) {
        *changed = true;
        r = write_edit(d, m, before, after);
    }
    free(after);
    return r;
}

static enum draft_result take_change(struct draft *d, const struct draft_change *m, bool *changed)
{
    struct place_parts parts;
    char why[PLACE_WHY_MAX];
    if (place_parse(m->place, &parts, why))
        return draft_refuse(d, DRAFT_REFUSED, m->place, why);
    char *before = place_get(d->staged.now, m->place);
    enum draft_result r =
        is_as_marked(before, m->mark) ? change_entry(d, m, before, changed) : conflict(d, m->place);
    free(before);
    return r;
}

static enum draft_result begin_step(struct draft *d, const struct draft_author *who,
                                    enum draft_action action, int64_t takes)
{
    struct draft_state *s = draft_stage(d);
    const struct db_value values[] = {
        DB_I(s->version + 1),       DB_I(who->now_ms), DB_I(who->person), DB_S(who->name),
        DB_S(action_names[action]), DB_I(takes),       DB_S(who->note),   DB_END};
    enum db_result r = db_run(d->db,
                              "INSERT INTO draft_steps (id, at_ms, person, name, action, takes, "
                              "note) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                              values, NULL, NULL);
    if (r == DB_OK)
        s->version++;
    return draft_failed(d, r);
}

/* What a step means for those before it: taken back, taken again, or never to be taken again
 * because the person has gone on. */
static enum draft_result end_step(struct draft *d, const struct draft_author *who,
                                  enum draft_action action, int64_t takes)
{
    if (action == DRAFT_UNDO || action == DRAFT_REDO)
        return draft_failed(
            d, db_run(d->db, "UPDATE draft_steps SET undone = ?2 WHERE id = ?1",
                      (struct db_value[]){DB_I(takes), DB_I(action == DRAFT_UNDO), DB_END}, NULL,
                      NULL));
    return draft_failed(
        d, db_run(d->db, "UPDATE draft_steps SET undone = 2 WHERE person = ?1 AND undone = 1",
                  (struct db_value[]){DB_I(who->person), DB_END}, NULL, NULL));
}

enum draft_result draft_take(struct draft *d, const struct draft_author *who,
                             enum draft_action action, int64_t takes,
                             const struct draft_change *changes, size_t count)
{
    bool changed = false;
    enum draft_result r = begin_step(d, who, action, takes);
    for (size_t i = 0; r == DRAFT_OK && i < count; i++)
        r = take_change(d, &changes[i], &changed);
    if (r == DRAFT_OK && !changed)
        return draft_refuse(d, DRAFT_NOTHING, "", "Nothing has changed.");
    return r == DRAFT_OK ? end_step(d, who, action, takes) : r;
}

enum draft_result draft_edit(struct draft *d, const struct draft_author *who,
                             const struct draft_change *changes, size_t count)
{
    return draft_take(d, who, DRAFT_EDIT, 0, changes, count);
}

enum draft_result draft_discard(struct draft *d, const struct draft_author *who,
                                const struct draft_change *changes, size_t count)
{
    struct draft_change *moves = calloc(count + 1, sizeof *moves);
    char **old = calloc(count + 1, sizeof *old);
    enum draft_result r = DRAFT_FAILED;
    for (size_t i = 0; moves && old && i < count; i++) {
        old[i] = place_get(draft_top(d)->base, changes[i].place);
        moves[i] = (struct draft_change){changes[i].place, old[i], changes[i].mark};
    }
    if (moves && old)
        r = draft_take(d, who, DRAFT_DISCARD, 0, moves, count);
    else
        draft_no_memory(d);
    for (size_t i = 0; old && i < count; i++)
        free(old[i]);
    free(old);
    free(moves);
    return r;
}
