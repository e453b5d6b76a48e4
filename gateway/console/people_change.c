/* SPDX-License-Identifier: Apache-2.0 */
/* Changes of people. Each that could take away the last admin asks first, in the same transaction.
 */
#include <string.h>

#include "console/people.h"

static bool take_number(void *arg, const struct db_value *columns, size_t count)
{
    (void)count;
    *(int64_t *)arg = columns[0].num;
    return false;
}

/* Is there an admin besides this person that can sign in at any time? A password that ends does not
 * count. */
static enum people_result look_for_admin(struct db *db, int64_t besides)
{
    int64_t n = 0;
    enum db_result r = db_run(db,
                              "SELECT count(*) FROM people WHERE id <> ?1 AND active AND roles & ?2"
                              " AND password <> '' AND until_ms = 0",
                              (struct db_value[]){DB_I(besides), DB_I(ROLE_ADMIN), DB_END},
                              &(struct db_rows){take_number, &n}, NULL);
    if (r != DB_OK)
        return people_of(r);
    return n > 0 ? PEOPLE_OK : PEOPLE_LAST_ADMIN;
}

static enum people_result changed_one(enum db_result r, int64_t changed)
{
    if (r != DB_OK)
        return people_of(r);
    return changed > 0 ? PEOPLE_OK : PEOPLE_UNKNOWN;
}

enum people_result people_add(struct db *db, struct person *p, const char *password,
                              int64_t until_ms, int64_t now_ms)
{
    int64_t count = 0, changed = 0;
    struct db_rows rows = {take_number, &count};
    enum db_result r = db_run(db, "SELECT count(*) FROM people", NULL, &rows, NULL);
    if (r != DB_OK)
        return people_of(r);
    if (count >= PEOPLE_MAX)
        return PEOPLE_TOO_MANY;
    r = db_run(db,
               "INSERT INTO people (login, name, roles, password, until_ms, must_change, made_ms)"
               " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (login) DO NOTHING",
               (struct db_value[]){DB_S(p->login), DB_S(p->name), DB_I(p->roles), DB_S(password),
                                   DB_I(until_ms), DB_I(p->must_change), DB_I(now_ms), DB_END},
               NULL, &changed);
    if (r != DB_OK)
        return people_of(r);
    if (changed == 0)
        return PEOPLE_TAKEN;
    char login[PERSON_LOGIN_SIZE];
    strcpy(login, p->login); /* what is found is written over *p */
    return people_by_login(db, login, p);
}

enum people_result people_set_roles(struct db *db, int64_t id, unsigned was, unsigned roles)
{
    struct person p;
    enum people_result r = people_get(db, id, &p);
    if (r == PEOPLE_OK && p.roles != was)
        r = PEOPLE_STALE;
    if (r == PEOPLE_OK && (was & ROLE_ADMIN) && !(roles & ROLE_ADMIN))
        r = look_for_admin(db, id);
    if (r != PEOPLE_OK)
        return r;
    int64_t changed = 0;
    enum db_result done =
        db_run(db, "UPDATE people SET roles = ?2 WHERE id = ?1",
               (struct db_value[]){DB_I(id), DB_I(roles), DB_END}, NULL, &changed);
    return changed_one(done, changed);
}

enum people_result people_set_active(struct db *db, int64_t id, bool active)
{
    struct person p;
    enum people_result r = people_get(db, id, &p);
    if (r == PEOPLE_OK && !active && (p.roles & ROLE_ADMIN))
        r = look_for_admin(db, id);
    if (r != PEOPLE_OK)
        return r;
    int64_t changed = 0;
    enum db_result done =
        db_run(db, "UPDATE people SET active = ?2 WHERE id = ?1",
               (struct db_value[]){DB_I(id), DB_I(active), DB_END}, NULL, &changed);
    return changed_one(done, changed);
}

enum people_result people_set_password(struct db *db, int64_t id, const char *password,
                                       bool must_change, int64_t until_ms)
{
    int64_t changed = 0;
    enum db_result r = db_run(
        db, "UPDATE people SET password = ?2, must_change = ?3, until_ms = ?4 WHERE id = ?1",
        (struct db_value[]){DB_I(id), DB_S(password), DB_I(must_change), DB_I(until_ms), DB_END},
        NULL, &changed);
    return changed_one(r, changed);
}

enum people_result people_void(struct db *db, int64_t id)
{
    enum people_result r = look_for_admin(db, id);
    struct person p;
    if (r == PEOPLE_LAST_ADMIN) { /* fine for who is no admin anyway */
        r = people_get(db, id, &p);
        if (r == PEOPLE_OK && (p.roles & ROLE_ADMIN) && p.active)
            r = PEOPLE_LAST_ADMIN;
    }
    if (r != PEOPLE_OK)
        return r;
    int64_t changed = 0;
    enum db_result done =
        db_run(db,
               "UPDATE people SET password = '', until_ms = 0, must_change = 0, totp = x'',"
               " totp_asked = x'' WHERE id = ?1",
               (struct db_value[]){DB_I(id), DB_END}, NULL, &changed);
    return changed_one(done, changed);
}

enum people_result people_set_language(struct db *db, int64_t id, const char *language)
{
    int64_t changed = 0;
    enum db_result r =
        db_run(db, "UPDATE people SET language = ?2 WHERE id = ?1",
               (struct db_value[]){DB_I(id), DB_S(language), DB_END}, NULL, &changed);
    return changed_one(r, changed);
}

enum people_result people_note_seen(struct db *db, int64_t id, int64_t now_ms)
{
    int64_t changed = 0;
    enum db_result r = db_run(db, "UPDATE people SET seen_ms = ?2 WHERE id = ?1",
                              (struct db_value[]){DB_I(id), DB_I(now_ms), DB_END}, NULL, &changed);
    return changed_one(r, changed);
}
