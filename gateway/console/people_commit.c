/* SPDX-License-Identifier: Apache-2.0 */
#include "console/people_commit.h"

#include "console/audit.h"

static const struct {
    int status;
    const char *code, *field, *message;
} says[] = {
    [PEOPLE_UNKNOWN] = {404, "not_found", NULL, "This is no longer there. Load the page again."},
    [PEOPLE_TAKEN] = {409, "taken", "login", "Somebody signs in with that name. Take another one."},
    [PEOPLE_LAST_ADMIN] = {409, "last_admin", NULL,
                           "Nobody else could manage people then. Make somebody else an "
                           "administrator who has signed in, then try again."},
    [PEOPLE_STALE] = {409, "conflict", NULL,
                      "Somebody else has changed this person meanwhile. Load the page again."},
    [PEOPLE_TOO_MANY] = {409, "too_many", NULL,
                         "There are too many. Withdraw invitations that nobody will use."},
};

static void fail_database(struct console *c, uint64_t call, enum db_result r)
{
    console_fail(c, call, 503, r == DB_FULL ? "disk_full" : "database", NULL,
                 "Nothing was saved. %s", db_error(c->db));
}

void people_fail(struct console *c, uint64_t call, enum people_result r)
{
    if (r == PEOPLE_FULL || r == PEOPLE_FAULT)
        fail_database(c, call, r == PEOPLE_FULL ? DB_FULL : DB_FAILED);
    else
        console_fail(c, call, says[r].status, says[r].code, says[r].field, "%s", says[r].message);
}

bool people_begin(const struct people_change *x)
{
    enum db_result r = db_begin(x->console->db);
    if (r != DB_OK)
        fail_database(x->console, x->call, r);
    return r == DB_OK;
}

bool people_commit(const struct people_change *x, enum people_result r)
{
    struct console *c = x->console;
    if (r == PEOPLE_OK)
        r = people_of(audit_try(c, x->by, x->action, x->subject, x->detail));
    if (r != PEOPLE_OK) {
        db_rollback(c->db);
        people_fail(c, x->call, r);
        return false;
    }
    enum db_result done = db_commit(c->db);
    if (done != DB_OK)
        fail_database(c, x->call, done);
    return done == DB_OK;
}
