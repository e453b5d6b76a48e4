/* SPDX-License-Identifier: Apache-2.0 */
/* What case workers do with a case. Whoever acts names the revision that they saw: if somebody else
 * was faster nothing is changed, and they are told who has the case now. An action whose outcome is
 * there already is done: a browser may send it twice.
 *
 *                 take                    wait
 *        new ─────────────> taken <──────────────> waiting
 *         ^     release       │       resume          │
 *         └───────────────────┼───────────────────────┤
 *                             │ close                 │ close
 *              reopen         v                       v
 *        taken <───────────────── closed <────────────┘
 *
 * Each call is a statement or two in the caller's transaction. */
#ifndef ML_CASEWORK_WORK_H
#define ML_CASEWORK_WORK_H

#include "io/db.h"
#include "message/request.h"

enum work_action {
    WORK_TAKE,    /* a case that nobody has */
    WORK_RELEASE, /* give an own case back to the queue */
    WORK_WAIT,    /* an own case waits for somebody else's answer, until `until_ms` */
    WORK_RESUME,  /* and waits no more */
    WORK_ASSIGN,  /* whoever has it, or nobody: it is the case of person `to` now */
    WORK_CLOSE,   /* an own case, with an outcome */
    WORK_REOPEN,  /* a closed one: it is the case of whoever opens it */
    WORK_ACTIONS
};

const char *work_action_name(enum work_action a); /* "take", ... */
int work_action_of(const char *name);             /* -1 if it is none */

/* Ends with NULL. The words are part of the stored cases and of statistics. */
extern const char *const work_outcomes[];
bool work_is_outcome(const char *word);

struct work {
    const char *id; /* of the case */
    int64_t revision;
    enum work_action action;
    int64_t who, to;     /* people of the console, not 0 */
    int64_t until_ms;    /* WORK_WAIT; 0: no day */
    const char *outcome; /* WORK_CLOSE: one of work_outcomes */
};

enum work_result {
    WORK_OK,
    WORK_BEFORE,   /* it is so already; nothing was changed */
    WORK_CONFLICT, /* the case has changed since that revision, or its state does not allow it */
    WORK_NOT_YOURS,
    WORK_NO_CASE
};

/* How a case stands: after the action, or what was in its way. */
struct work_case {
    int64_t revision, assignee, waiting_until, closed_by, removed_ms;
    enum case_state state;
    char outcome[24];
};

enum db_result work_do(struct db *db, const struct work *w, int64_t now_ms,
                       enum work_result *result, struct work_case *there);

/* Look without changing anything; WORK_OK or WORK_NO_CASE. */
enum db_result work_look(struct db *db, const char *id, enum work_result *result,
                         struct work_case *there);

#endif
