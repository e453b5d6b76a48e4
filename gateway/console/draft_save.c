/* SPDX-License-Identifier: Apache-2.0 */
#include "console/draft_save.h"

#include <stdio.h>
#include <string.h>

#include "console/audit.h"
#include "console/draft_internal.h"
#include "console/draft_log.h"

static const char *const audit_actions[] = {"draft.edit", "draft.discard", "draft.undo",
                                            "draft.redo"};

int draft_start(struct console *c, char why[CONF_ERROR_MAX])
{
    char reason[DRAFT_WHY_MAX];
    c->draft = draft_open(c->db, c->conf->gateway_content, console_now(c), reason);
    if (!c->draft)
        snprintf(why, CONF_ERROR_MAX, "%.*s", (int)CONF_ERROR_MAX - 1, reason);
    return c->draft ? 0 : -1;
}

void draft_stop(struct console *c)
{
    draft_close(c->draft);
    c->draft = NULL;
}

static enum draft_result take(struct draft *d, const struct draft_author *who,
                              const struct draft_order *o)
{
    switch (o->what) {
    case DRAFT_ORDER_EDIT:
        return draft_edit(d, who, o->changes, o->count);
    case DRAFT_ORDER_DISCARD:
        return draft_discard(d, who, o->changes, o->count);
    case DRAFT_ORDER_UNDO:
        return draft_undo(d, who, o->step);
    case DRAFT_ORDER_REDO:
        break;
    }
    return draft_redo(d, who);
}

/* The log of the working copy has every word; the audit log names the step. */
static int audit(struct console *c, const struct person *person, const struct draft_order *o)
{
    char place[DRAFT_PLACE_MAX], detail[AUDIT_DETAIL_MAX];
    int64_t step = draft_staged_version(c->draft);
    (void)draft_place_of(c->draft, step, place);
    snprintf(detail, sizeof detail, "step %lld%s%.400s", (long long)step,
             o->note && *o->note ? ": " : "", o->note ? o->note : "");
    return audit_write(c, person, audit_actions[o->what], place, detail);
}

enum draft_result draft_save(struct console *c, const struct person *person,
                             const struct draft_order *o)
{
    struct draft *d = c->draft;
    const struct draft_author who = {person->id, person->name, console_now(c),
                                     o->note ? o->note : ""};
    enum db_result begun = db_begin(c->db);
    if (begun != DB_OK)
        return draft_failed(d, begun);
    enum draft_result r = take(d, &who, o);
    if (r == DRAFT_OK && audit(c, person, o))
        r = draft_failed(d, DB_FAILED);
    if (r == DRAFT_OK) {
        enum db_result committed = db_commit(c->db);
        r = committed == DB_OK ? DRAFT_OK : draft_failed(d, committed);
    } else {
        db_rollback(c->db);
    }
    draft_settle(d, r == DRAFT_OK);
    return r;
}
