/* SPDX-License-Identifier: Apache-2.0 */
#include "console/step.h"

#include <stdlib.h>

#include "console/audit.h"
#include "console/call.h"
#include "editing/place.h"

/* Somebody was faster: what stands there now, so that the page can show both. */
static void answer_conflict(struct console *c, uint64_t call, const struct draft_problem *problem)
{
    struct reply r;
    char *now = place_get(draft_files(c->draft), problem->place);
    reply_begin(&r);
    json_out_open(&r.json, "error", '{');
    json_out_text(&r.json, "code", "conflict");
    json_out_text(&r.json, "message", problem->why);
    json_out_close(&r.json, '}');
    json_out_text(&r.json, "place", problem->place);
    json_out_raw(&r.json, "now", now);
    json_out_text(&r.json, "by", problem->by);
    json_out_int(&r.json, "at", problem->at_ms);
    reply_send(&r, c, call, 409);
    free(now);
}

/* How a step ended. */
struct outcome {
    enum draft_result draft;
    enum db_result db; /* of what is not the draft's */
};

static bool is_good(const struct outcome *o)
{
    return o->draft == DRAFT_OK && o->db == DB_OK;
}

static void answer(struct console *c, uint64_t call, const struct outcome *o)
{
    const struct draft_problem *problem = draft_problem(c->draft);
    bool full = o->draft == DRAFT_DISK_FULL || o->db == DB_FULL;
    if (o->draft == DRAFT_CONFLICT)
        answer_conflict(c, call, problem);
    else if (o->draft == DRAFT_REFUSED)
        console_fail(c, call, 422, "refused", NULL, "%s", problem->why);
    else
        console_fail(c, call, 503, full ? "disk_full" : "database", NULL, "Nothing was saved. %s",
                     o->draft == DRAFT_OK ? db_error(c->db) : problem->why);
}

/* What belongs to the step besides its changes. */
static enum db_result take_rest(struct console *c, const struct person *p, const struct step *s)
{
    enum db_result r = s->dialled ? dialled_add(c->db, s->dialled) : DB_OK;
    if (r == DB_OK && audit_write(c, p, s->action, s->subject, s->detail))
        r = DB_FAILED;
    return r;
}

/* One transaction, with the first `count` changes. */
static struct outcome take(struct console *c, const struct person *p, const struct step *s,
                           size_t count)
{
    const struct draft_author who = {p->id, p->name, console_now(c), s->note ? s->note : ""};
    struct outcome o = {.draft = DRAFT_OK, .db = db_begin(c->db)};
    if (o.db != DB_OK)
        return o;
    if (count)
        o.draft = draft_edit(c->draft, &who, s->changes, count);
    if (is_good(&o))
        o.db = take_rest(c, p, s);
    if (is_good(&o))
        o.db = db_commit(c->db);
    else
        db_rollback(c->db);
    draft_settle(c->draft, is_good(&o));
    return o;
}

bool step_save(struct console *c, uint64_t call, const struct person *p, const struct step *s)
{
    struct outcome o = take(c, p, s, s->count);
    if (o.draft == DRAFT_NOTHING) /* the rest of the step is worth keeping all the same */
        o = take(c, p, s, 0);
    if (!is_good(&o))
        answer(c, call, &o);
    return is_good(&o);
}
