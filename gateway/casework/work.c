/* SPDX-License-Identifier: Apache-2.0 */
#include "casework/work.h"

#include <stdio.h>
#include <string.h>

#include "message/request_codec.h"

#define IN(state) (1u << (state))
enum { OPEN = IN(CASE_NEW) | IN(CASE_TAKEN) | IN(CASE_WAITING) };

/* From which states an action leads to which. */
static const struct {
    const char *name;
    unsigned from;
    enum case_state to;
    bool own;    /* the case must be that of who acts */
    bool nobody; /* the case must be nobody's */
} actions[WORK_ACTIONS] = {
    [WORK_TAKE] = {.name = "take", .from = OPEN, .to = CASE_TAKEN, .nobody = true},
    [WORK_RELEASE] = {.name = "release", .from = OPEN, .to = CASE_NEW, .own = true},
    [WORK_WAIT] = {.name = "wait", .from = OPEN, .to = CASE_WAITING, .own = true},
    [WORK_RESUME] = {.name = "resume", .from = IN(CASE_WAITING), .to = CASE_TAKEN, .own = true},
    [WORK_ASSIGN] = {.name = "assign", .from = OPEN, .to = CASE_TAKEN},
    [WORK_CLOSE] = {.name = "close", .from = OPEN, .to = CASE_CLOSED, .own = true},
    [WORK_REOPEN] = {.name = "reopen", .from = IN(CASE_CLOSED), .to = CASE_TAKEN},
};

const char *const work_outcomes[] = {"helped",    "informed",  "referred", "complaint", "unreached",
                                     "withdrawn", "duplicate", "other",    NULL};

const char *work_action_name(enum work_action a)
{
    return actions[a].name;
}

int work_action_of(const char *name)
{
    for (int i = 0; i < WORK_ACTIONS; i++)
        if (strcmp(actions[i].name, name) == 0)
            return i;
    return -1;
}

bool work_is_outcome(const char *word)
{
    size_t i = 0;
    while (work_outcomes[i] && strcmp(work_outcomes[i], word) != 0)
        i++;
    return work_outcomes[i] != NULL;
}

static bool take_case(void *arg, const struct db_value *c, size_t count)
{
    struct work_case *w = arg;
    (void)count;
    int state = c[0].type == DB_TEXT ? request_codec_state_of(c[0].octets) : -1;
    *w = (struct work_case){.state = state < 0 ? CASE_UNKNOWN : (enum case_state)state,
                            .revision = c[1].num,
                            .assignee = c[2].num,
                            .waiting_until = c[3].num,
                            .closed_by = c[4].num,
                            .removed_ms = c[5].num};
    snprintf(w->outcome, sizeof w->outcome, "%s", c[6].type == DB_TEXT ? c[6].octets : "");
    return false;
}

enum db_result work_look(struct db *db, const char *id, enum work_result *result,
                         struct work_case *there)
{
    *there = (struct work_case){.revision = 0};
    enum db_result r =
        db_run(db,
               "SELECT state, revision, assignee, waiting_until, closed_by, removed_ms, outcome"
               " FROM cases WHERE id = ?1",
               (struct db_value[]){DB_S(id), DB_END}, &(struct db_rows){take_case, there}, NULL);
    *result = there->revision == 0 ? WORK_NO_CASE : WORK_OK;
    return r;
}

/* How the case is to stand. */
static struct work_case wish(const struct work *w, const struct work_case *there)
{
    struct work_case to = {.revision = there->revision + 1,
                           .assignee = w->who,
                           .removed_ms = there->removed_ms,
                           .state = actions[w->action].to};
    if (w->action == WORK_RELEASE)
        to.assignee = 0;
    if (w->action == WORK_ASSIGN)
        to.assignee = w->to;
    if (w->action == WORK_WAIT)
        to.waiting_until = w->until_ms;
    if (w->action != WORK_CLOSE)
        return to;
    to.closed_by = w->who;
    snprintf(to.outcome, sizeof to.outcome, "%s", w->outcome);
    return to;
}

static bool is_same(const struct work_case *a, const struct work_case *b)
{
    return a->state == b->state && a->assignee == b->assignee &&
           a->waiting_until == b->waiting_until && a->closed_by == b->closed_by &&
           strcmp(a->outcome, b->outcome) == 0;
}

static enum work_result judge(const struct work *w, const struct work_case *there,
                              const struct work_case *to)
{
    if (is_same(there, to))
        return WORK_BEFORE;
    if (there->revision != w->revision || !(actions[w->action].from & IN(there->state)))
        return WORK_CONFLICT;
    if (actions[w->action].nobody && there->assignee != 0)
        return WORK_CONFLICT;
    return actions[w->action].own && there->assignee != w->who ? WORK_NOT_YOURS : WORK_OK;
}

static enum db_result store(struct db *db, const char *id, const struct work_case *to,
                            int64_t now_ms)
{
    return db_run(db,
                  "UPDATE cases SET revision = ?2, assignee = ?3, waiting_until = ?4,"
                  " closed_by = ?5, outcome = ?6,"
                  " state_ms = CASE state WHEN ?7 THEN state_ms ELSE ?8 END, state = ?7,"
                  " taken_ms = CASE WHEN taken_ms = 0 AND ?3 <> 0 THEN ?8 ELSE taken_ms END"
                  " WHERE id = ?1",
                  (struct db_value[]){DB_S(id), DB_I(to->revision), DB_I(to->assignee),
                                      DB_I(to->waiting_until), DB_I(to->closed_by),
                                      DB_S(to->outcome), DB_S(request_codec_state_name(to->state)),
                                      DB_I(now_ms), DB_END},
                  NULL, NULL);
}

enum db_result work_do(struct db *db, const struct work *w, int64_t now_ms,
                       enum work_result *result, struct work_case *there)
{
    enum db_result r = work_look(db, w->id, result, there);
    if (r != DB_OK || *result != WORK_OK)
        return r;
    struct work_case to = wish(w, there);
    *result = judge(w, there, &to);
    if (*result != WORK_OK)
        return DB_OK;
    *there = to;
    return store(db, w->id, &to, now_ms);
}
