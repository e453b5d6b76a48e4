/* SPDX-License-Identifier: Apache-2.0 */
/* The admin that nobody has invited: at the first start, or when the way in is lost. */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "console/audit.h"
#include "console/people_factor.h"
#include "console/people_link.h"
#include "console/people_module.h"

enum { ONCE_MS = 24 * 3600 * 1000 };

static const char login[] = "admin";

static bool take_number(void *arg, const struct db_value *columns, size_t count)
{
    (void)count;
    *(int64_t *)arg = columns[0].num;
    return false;
}

/* An account that is as new. Returns 0, or -1 with the fault in the database. */
static int renew(struct db *db, const struct person *p, const char *stored, int64_t now_ms)
{
    return people_set_password(db, p->id, stored, true, now_ms + ONCE_MS) == PEOPLE_OK &&
                   people_set_roles(db, p->id, p->roles, p->roles | ROLE_ADMIN) == PEOPLE_OK &&
                   people_set_active(db, p->id, true) == PEOPLE_OK &&
                   people_factor_remove(db, p->id) == PEOPLE_OK &&
                   people_link_remove_of(db, p->id) == PEOPLE_OK &&
                   session_end_all(db, p->id, NULL) == DB_OK
               ? 0
               : -1;
}

static int make_or_renew(struct db *db, const char *stored, int64_t now_ms)
{
    struct person p;
    enum people_result r = people_by_login(db, login, &p);
    if (r == PEOPLE_OK)
        return renew(db, &p, stored, now_ms);
    if (r != PEOPLE_UNKNOWN)
        return -1;
    p = (struct person){.name = "Administrator", .roles = ROLE_ADMIN, .must_change = true};
    strcpy(p.login, login);
    return people_add(db, &p, stored, now_ms + ONCE_MS, now_ms) == PEOPLE_OK ? 0 : -1;
}

static void print(FILE *out, const char *password, int64_t now_ms)
{
    char until[32] = "";
    time_t s = (time_t)((now_ms + ONCE_MS) / 1000);
    struct tm tm;
    if (gmtime_r(&s, &tm))
        strftime(until, sizeof until, "%Y-%m-%d %H:%M UTC", &tm);
    fprintf(out,
            "Sign in to the console once with this password, and choose another one then. It is "
            "good until %s.\n  login     %s\n  password  %s\n",
            until, login, password);
    fflush(out);
}

/* In one transaction with its line in the audit log; printed when that is on disk. */
static int give_password(struct db *db, int64_t now_ms, const char *action, FILE *out)
{
    char password[PASSWORD_ONCE_SIZE], stored[PASSWORD_STORED_SIZE];
    struct audit_line line = {
        .at_ms = now_ms, .name = "terminal", .action = action, .subject = login};
    password_invent(password);
    int r = password_make(password, stored);
    if (r == 0 && db_begin(db) != DB_OK)
        r = -1;
    if (r == 0 && (make_or_renew(db, stored, now_ms) < 0 || audit_add(db, &line, NULL) != DB_OK)) {
        db_rollback(db);
        r = -1;
    }
    if (r == 0 && db_commit(db) != DB_OK)
        r = -1;
    if (r == 0)
        print(out, password, now_ms);
    password_wipe(password, sizeof password);
    return r;
}

static int complain(struct db *db, char why[CONF_ERROR_MAX])
{
    const char *said = db_error(db);
    snprintf(why, CONF_ERROR_MAX, "the admin's password was not changed: %s",
             said[0] ? said : "there is no memory; end other programs");
    return -1;
}

int people_first(struct db *db, int64_t now_ms, FILE *out, char why[CONF_ERROR_MAX])
{
    int64_t count = 0;
    struct db_rows rows = {take_number, &count};
    if (db_run(db, "SELECT count(*) FROM people", NULL, &rows, NULL) != DB_OK)
        return complain(db, why);
    if (count > 0 || give_password(db, now_ms, "people.first", out) == 0)
        return 0;
    return complain(db, why);
}

int people_reset_admin(struct db *db, int64_t now_ms, FILE *out, char why[CONF_ERROR_MAX])
{
    if (give_password(db, now_ms, "people.reset_admin", out) == 0)
        return 0;
    return complain(db, why);
}
