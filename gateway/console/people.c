/* SPDX-License-Identifier: Apache-2.0 */
#include "console/people.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

/* Names instead of numbers where somebody may read the file with other tools. A person is never
 * removed: the audit log, versions and cases name it. */
const char people_tables[] =
    "CREATE TABLE people ("
    " id INTEGER PRIMARY KEY,"
    " login TEXT NOT NULL UNIQUE,"
    " name TEXT NOT NULL,"
    " roles INTEGER NOT NULL,"
    " active INTEGER NOT NULL DEFAULT 1,"
    " password TEXT NOT NULL DEFAULT '',"   /* argon2id; '' while there is none */
    " until_ms INTEGER NOT NULL DEFAULT 0," /* the password is void from then on; 0: never */
    " must_change INTEGER NOT NULL DEFAULT 0,"
    " totp BLOB NOT NULL DEFAULT x'',"       /* key of the second factor */
    " totp_asked BLOB NOT NULL DEFAULT x''," /* a key that is not confirmed yet */
    " totp_last INTEGER NOT NULL DEFAULT 0," /* step of the last code that was used */
    " language TEXT NOT NULL DEFAULT '',"
    " made_ms INTEGER NOT NULL,"
    " seen_ms INTEGER NOT NULL DEFAULT 0) STRICT;"
    /* Links for choosing a password, by the SHA-256 of their secret: an invitation makes a person
     * when it is used, a recovery belongs to one. */
    "CREATE TABLE links ("
    " id INTEGER PRIMARY KEY,"
    " hash BLOB NOT NULL UNIQUE,"
    " person INTEGER REFERENCES people (id),"
    " name TEXT NOT NULL,"
    " roles INTEGER NOT NULL,"
    " made_by INTEGER NOT NULL,"
    " made_ms INTEGER NOT NULL,"
    " until_ms INTEGER NOT NULL) STRICT;";

static const char *const role_names[] = {"viewer",   "operator",   "editor",
                                         "reviewer", "caseworker", "admin"};

enum { ROLES = sizeof role_names / sizeof role_names[0] };

const char *people_role_name(unsigned role)
{
    for (size_t i = 0; i < ROLES; i++)
        if (role == 1u << i)
            return role_names[i];
    return NULL;
}

unsigned people_role_of(const char *name)
{
    for (size_t i = 0; i < ROLES; i++)
        if (strcmp(name, role_names[i]) == 0)
            return 1u << i;
    return 0;
}

void people_roles_text(unsigned roles, char out[64])
{
    size_t n = 0;
    out[0] = '\0';
    for (size_t i = 0; i < ROLES; i++)
        if (roles & 1u << i)
            n += (size_t)snprintf(out + n, 64 - n, "%s%s", n > 0 ? "," : "", role_names[i]);
}

/* Characters that cannot be seen, or that turn the direction of others round, so that a name would
 * pass for another one. */
static bool is_unseen(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0xad || cp == 0x61c ||
           (cp >= 0x200b && cp <= 0x200f) || (cp >= 0x2028 && cp <= 0x202e) ||
           (cp >= 0x2060 && cp <= 0x206f) || cp == 0xfeff || (cp >= 0xe0000 && cp <= 0xe0fff);
}

bool people_is_name(const char *name)
{
    size_t len = strlen(name), count = 0;
    if (len == 0 || len >= PERSON_NAME_SIZE || name[0] == ' ' || name[len - 1] == ' ')
        return false;
    for (size_t i = 0; i < len; count++) {
        uint32_t cp = 0;
        int n = utf8_next(name + i, len - i, &cp);
        if (n <= 0 || is_unseen(cp))
            return false;
        i += (size_t)n;
    }
    return count <= 60;
}

bool people_is_login(const char *login)
{
    size_t len = strlen(login);
    return len >= 2 && len < PERSON_LOGIN_SIZE &&
           strspn(login, "abcdefghijklmnopqrstuvwxyz0123456789.-_@") == len;
}

void people_login_fold(const char *in, char out[PERSON_LOGIN_SIZE])
{
    size_t len = strlen(in);
    if (len >= PERSON_LOGIN_SIZE)
        len = 0;
    for (size_t i = 0; i < len; i++)
        out[i] = (char)(in[i] >= 'A' && in[i] <= 'Z' ? in[i] - 'A' + 'a' : in[i]);
    out[len] = '\0';
}

#define COLUMNS                                                                                    \
    "id, login, name, roles, active, password <> '', must_change, totp <> x'', language,"          \
    " made_ms, seen_ms"

static void copy_text(const struct db_value *v, char *out, size_t cap)
{
    snprintf(out, cap, "%s", v->type == DB_TEXT ? v->octets : "");
}

static void read_person(const struct db_value *c, struct person *p)
{
    *p = (struct person){.id = c[0].num,
                         .roles = (unsigned)c[3].num & ROLE_ALL,
                         .active = c[4].num != 0,
                         .has_password = c[5].num != 0,
                         .must_change = c[6].num != 0,
                         .totp = c[7].num != 0};
    copy_text(&c[1], p->login, sizeof p->login);
    copy_text(&c[2], p->name, sizeof p->name);
    copy_text(&c[8], p->language, sizeof p->language);
}

static bool take_person(void *arg, const struct db_value *columns, size_t count)
{
    (void)count;
    read_person(columns, arg);
    return false;
}

/* What a search that gave r has found. */
static enum people_result found(enum db_result r, const struct person *p)
{
    if (r != DB_OK)
        return people_of(r);
    return p->id > 0 ? PEOPLE_OK : PEOPLE_UNKNOWN;
}

enum people_result people_get(struct db *db, int64_t id, struct person *out)
{
    *out = (struct person){0};
    return found(db_run(db, "SELECT " COLUMNS " FROM people WHERE id = ?1",
                        (struct db_value[]){DB_I(id), DB_END}, &(struct db_rows){take_person, out},
                        NULL),
                 out);
}

enum people_result people_by_login(struct db *db, const char *login, struct person *out)
{
    *out = (struct person){0};
    return found(db_run(db, "SELECT " COLUMNS " FROM people WHERE login = ?1",
                        (struct db_value[]){DB_S(login), DB_END},
                        &(struct db_rows){take_person, out}, NULL),
                 out);
}

/* A text of the only row, and where it goes. */
struct copy {
    char *out;
    size_t cap;
    bool found;
};

static bool take_copy(void *arg, const struct db_value *columns, size_t count)
{
    struct copy *c = arg;
    (void)count;
    copy_text(&columns[0], c->out, c->cap);
    c->found = true;
    return false;
}

enum people_result people_password(struct db *db, int64_t id, int64_t now_ms, char *out, size_t cap)
{
    struct copy copy = {.out = out, .cap = cap};
    out[0] = '\0';
    enum db_result r = db_run(
        db, "SELECT iif(until_ms = 0 OR until_ms > ?2, password, '') FROM people WHERE id = ?1",
        (struct db_value[]){DB_I(id), DB_I(now_ms), DB_END}, &(struct db_rows){take_copy, &copy},
        NULL);
    if (r != DB_OK)
        return people_of(r);
    return copy.found ? PEOPLE_OK : PEOPLE_UNKNOWN;
}

/* Whom to tell of the rows. */
struct listing {
    person_fn fn;
    void *arg;
};

static bool take_row(void *arg, const struct db_value *columns, size_t count)
{
    const struct listing *l = arg;
    struct person p;
    (void)count;
    read_person(columns, &p);
    l->fn(l->arg, &p, columns[9].num, columns[10].num);
    return true;
}

enum db_result people_list(struct db *db, person_fn fn, void *arg)
{
    struct listing l = {fn, arg};
    return db_run(db, "SELECT " COLUMNS " FROM people ORDER BY name, id", NULL,
                  &(struct db_rows){take_row, &l}, NULL);
}
