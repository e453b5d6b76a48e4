/* SPDX-License-Identifier: Apache-2.0 */
#include "console/people_link.h"

#include <stdio.h>
#include <string.h>

#include "base/digest.h"

enum { SECRET_OCTETS = (LINK_SECRET_SIZE - 1) / 2 };

static bool is_secret(const char *s)
{
    return s && strlen(s) == LINK_SECRET_SIZE - 1 &&
           strspn(s, "0123456789abcdef") == LINK_SECRET_SIZE - 1;
}

static bool take_number(void *arg, const struct db_value *columns, size_t count)
{
    (void)count;
    *(int64_t *)arg = columns[0].num;
    return false;
}

/* How many links may still be made. */
static enum people_result look_for_room(struct db *db)
{
    int64_t n = 0;
    enum db_result r =
        db_run(db, "SELECT count(*) FROM links", NULL, &(struct db_rows){take_number, &n}, NULL);
    if (r != DB_OK)
        return people_of(r);
    return n < LINKS_MAX ? PEOPLE_OK : PEOPLE_TOO_MANY;
}

enum people_result people_link_make(struct db *db, struct people_link *l, int64_t now_ms,
                                    char secret[LINK_SECRET_SIZE])
{
    uint8_t octets[SECRET_OCTETS], hash[DIGEST_SIZE];
    enum people_result r = people_of(people_link_expire(db, now_ms));
    if (r == PEOPLE_OK && l->person > 0)
        r = people_link_remove_of(db, l->person);
    if (r == PEOPLE_OK)
        r = look_for_room(db);
    if (r != PEOPLE_OK)
        return r;
    digest_random(octets, sizeof octets);
    digest_hex(octets, sizeof octets, secret);
    digest_sha256(secret, strlen(secret), hash);
    l->made_ms = now_ms;
    const struct db_value person = l->person > 0 ? DB_I(l->person) : DB_NONE;
    const struct db_value values[] = {DB_B((const char *)hash, sizeof hash),
                                      person,
                                      DB_S(l->name),
                                      DB_I(l->roles),
                                      DB_I(l->made_by),
                                      DB_I(now_ms),
                                      DB_I(l->until_ms),
                                      DB_END};
    return people_of(
        db_run(db,
               "INSERT INTO links (hash, person, name, roles, made_by, made_ms, until_ms)"
               " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
               values, NULL, NULL));
}

#define COLUMNS "SELECT id, person, name, roles, made_by, made_ms, until_ms FROM links"

static void read_link(const struct db_value *c, struct people_link *l)
{
    *l = (struct people_link){.id = c[0].num,
                              .person = c[1].num,
                              .roles = (unsigned)c[3].num & ROLE_ALL,
                              .made_by = c[4].num,
                              .made_ms = c[5].num,
                              .until_ms = c[6].num};
    snprintf(l->name, sizeof l->name, "%s", c[2].type == DB_TEXT ? c[2].octets : "");
}

static bool take_link(void *arg, const struct db_value *columns, size_t count)
{
    (void)count;
    read_link(columns, arg);
    return false;
}

enum people_result people_link_find(struct db *db, const char *secret, int64_t now_ms,
                                    struct people_link *out)
{
    uint8_t hash[DIGEST_SIZE];
    *out = (struct people_link){0};
    if (!is_secret(secret))
        return PEOPLE_UNKNOWN;
    digest_sha256(secret, strlen(secret), hash);
    enum db_result r =
        db_run(db, COLUMNS " WHERE hash = ?1 AND until_ms > ?2",
               (struct db_value[]){DB_B((const char *)hash, sizeof hash), DB_I(now_ms), DB_END},
               &(struct db_rows){take_link, out}, NULL);
    if (r != DB_OK)
        return people_of(r);
    return out->id > 0 ? PEOPLE_OK : PEOPLE_UNKNOWN;
}

enum people_result people_link_remove(struct db *db, int64_t id)
{
    int64_t changed = 0;
    enum db_result r = db_run(db, "DELETE FROM links WHERE id = ?1",
                              (struct db_value[]){DB_I(id), DB_END}, NULL, &changed);
    if (r != DB_OK)
        return people_of(r);
    return changed > 0 ? PEOPLE_OK : PEOPLE_UNKNOWN;
}

enum people_result people_link_remove_of(struct db *db, int64_t person)
{
    return people_of(db_run(db, "DELETE FROM links WHERE person = ?1",
                            (struct db_value[]){DB_I(person), DB_END}, NULL, NULL));
}

enum db_result people_link_expire(struct db *db, int64_t now_ms)
{
    return db_run(db, "DELETE FROM links WHERE until_ms <= ?1",
                  (struct db_value[]){DB_I(now_ms), DB_END}, NULL, NULL);
}

/* Whom to tell of the rows. */
struct listing {
    people_link_fn fn;
    void *arg;
};

static bool take_row(void *arg, const struct db_value *columns, size_t count)
{
    const struct listing *l = arg;
    struct people_link link;
    (void)count;
    read_link(columns, &link);
    l->fn(l->arg, &link);
    return true;
}

enum db_result people_link_list(struct db *db, int64_t now_ms, people_link_fn fn, void *arg)
{
    struct listing l = {fn, arg};
    return db_run(db, COLUMNS " WHERE until_ms > ?1 ORDER BY id",
                  (struct db_value[]){DB_I(now_ms), DB_END}, &(struct db_rows){take_row, &l}, NULL);
}
