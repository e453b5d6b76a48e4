/* SPDX-License-Identifier: Apache-2.0 */
/* Undo and redo: a step like any other, with the entries of an older one the other way round. */
#include <stdlib.h>
#include <string.h>

#include "console/draft_internal.h"

/* The entries of a step. */
struct past {
    struct past_edit {
        char *place, *before, *after;
    } * list;
    size_t count;
    bool failed;
};

static char *copy_of(struct past *p, const struct db_value *v)
{
    const char *s = draft_text(v);
    char *copy = s ? strdup(s) : NULL;
    p->failed |= s && !copy;
    return copy;
}

static bool take_edit(void *arg, const struct db_value *c, size_t count)
{
    struct past *p = arg;
    (void)count;
    struct past_edit *more = realloc(p->list, (p->count + 1) * sizeof *more);
    if (!more)
        return !(p->failed = true);
    p->list = more;
    p->list[p->count++] =
        (struct past_edit){copy_of(p, &c[0]), copy_of(p, &c[1]), copy_of(p, &c[2])};
    return true;
}

static void end_past(struct past *p)
{
    for (size_t i = 0; i < p->count; i++) {
        free(p->list[i].place);
        free(p->list[i].before);
        free(p->list[i].after);
    }
    free(p->list);
}

static enum draft_result read_past(struct draft *d, int64_t step, struct past *p)
{
    struct db_rows rows = {take_edit, p};
    enum db_result r =
        db_run(d->db, "SELECT place, before, after FROM draft_edits WHERE step = ?1 ORDER BY rowid",
               (struct db_value[]){DB_I(step), DB_END}, &rows, NULL);
    return p->failed ? draft_no_memory(d) : draft_failed(d, r);
}

/* Give each entry of the step what it had before it (or, again, after it), last one first. */
static enum draft_result turn(struct draft *d, const struct draft_author *who, int64_t step,
                              bool again)
{
    struct past past = {.count = 0};
    enum draft_result r = read_past(d, step, &past);
    struct draft_change *changes = calloc(past.count + 1, sizeof *changes);
    char(*marks)[PLACE_MARK_SIZE] = calloc(past.count + 1, sizeof *marks);
    if (r == DRAFT_OK && (!changes || !marks))
        r = draft_no_memory(d);
    for (size_t i = 0; r == DRAFT_OK && i < past.count; i++) {
        const struct past_edit *e = &past.list[again ? i : past.count - 1 - i];
        place_mark(again ? e->before : e->after, marks[i]);
        changes[i] = (struct draft_change){e->place, again ? e->after : e->before, marks[i]};
    }
    if (r == DRAFT_OK)
        r = draft_take(d, who, again ? DRAFT_REDO : DRAFT_UNDO, step, changes, past.count);
    free(marks);
    free(changes);
    end_past(&past);
    return r;
}

static bool take_number(void *arg, const struct db_value *c, size_t count)
{
    (void)count;
    *(int64_t *)arg = c[0].num;
    return false;
}

static enum draft_result turn_found(struct draft *d, const struct draft_author *who, int64_t found,
                                    bool again)
{
    if (found < 0)
        return draft_failed(d, DB_FAILED);
    if (!found)
        return draft_refuse(d, DRAFT_NOTHING, "",
                            again ? "There is nothing to do again."
                                  : "There is nothing of yours to undo.");
    return turn(d, who, found, again);
}

/* What is in the base was published; to take it back is a new version, not an undo. */
int64_t draft_undoable(const struct draft *d, int64_t person, int64_t step)
{
    const struct db_value values[] = {DB_I(person), DB_I(draft_top(d)->base_step), DB_I(step),
                                      DB_END};
    int64_t found = 0;
    struct db_rows rows = {take_number, &found};
    enum db_result r =
        db_run(d->db,
               "SELECT id FROM draft_steps WHERE person = ?1 AND id > ?2 AND undone = 0 AND "
               "action IN ('edit', 'discard') AND (?3 = 0 OR id = ?3) ORDER BY id DESC LIMIT 1",
               values, &rows, NULL);
    return r == DB_OK ? found : -1;
}

int64_t draft_redoable(const struct draft *d, int64_t person)
{
    const struct db_value values[] = {DB_I(person), DB_I(draft_top(d)->base_step), DB_END};
    int64_t found = 0;
    struct db_rows rows = {take_number, &found};
    enum db_result r =
        db_run(d->db,
               "SELECT u.takes FROM draft_steps u JOIN draft_steps s ON s.id = u.takes WHERE "
               "u.person = ?1 AND u.action = 'undo' AND s.undone = 1 AND s.id > ?2 "
               "ORDER BY u.id DESC LIMIT 1",
               values, &rows, NULL);
    return r == DB_OK ? found : -1;
}

enum draft_result draft_undo(struct draft *d, const struct draft_author *who, int64_t step)
{
    return turn_found(d, who, draft_undoable(d, who->person, step), false);
}

enum draft_result draft_redo(struct draft *d, const struct draft_author *who)
{
    return turn_found(d, who, draft_redoable(d, who->person), true);
}
