/* SPDX-License-Identifier: Apache-2.0 */
#include "console/dialled.h"

#include <string.h>

const char dialled_tables[] = "CREATE TABLE dialled ("
                              " id INTEGER NOT NULL PRIMARY KEY,"
                              " place TEXT NOT NULL,"
                              " number TEXT NOT NULL,"
                              " person INTEGER NOT NULL,"
                              " name TEXT NOT NULL,"
                              " at_ms INTEGER NOT NULL,"
                              " answered INTEGER NOT NULL CHECK (answered IN (0, 1)),"
                              " languages TEXT NOT NULL,"
                              " hours TEXT NOT NULL,"
                              " note TEXT NOT NULL) STRICT;"
                              "CREATE INDEX dialled_place ON dialled (place, id);";

enum db_result dialled_add(struct db *db, const struct dialled *c)
{
    const struct db_value values[] = {
        DB_S(c->place),    DB_S(c->number),    DB_I(c->person), DB_S(c->name), DB_I(c->at_ms),
        DB_I(c->answered), DB_S(c->languages), DB_S(c->hours),  DB_S(c->note), DB_END};
    return db_run(db,
                  "INSERT INTO dialled (place, number, person, name, at_ms, answered, languages, "
                  "hours, note) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                  values, NULL, NULL);
}

struct listing {
    dialled_fn fn;
    void *arg;
};

static bool on_call(void *arg, const struct db_value *v, size_t count)
{
    (void)count;
    const struct listing *l = arg;
    const struct dialled call = {.place = v[0].octets,
                                 .number = v[1].octets,
                                 .person = v[2].num,
                                 .name = v[3].octets,
                                 .at_ms = v[4].num,
                                 .answered = v[5].num != 0,
                                 .languages = v[6].octets,
                                 .hours = v[7].octets,
                                 .note = v[8].octets};
    return l->fn(l->arg, &call);
}

enum db_result dialled_list(struct db *db, const char *place, dialled_fn fn, void *arg)
{
    struct listing l = {fn, arg};
    return db_run(db,
                  "SELECT place, number, person, name, at_ms, answered, languages, hours, note "
                  "FROM dialled WHERE place = ?1 ORDER BY id DESC",
                  (struct db_value[]){DB_S(place), DB_END}, &(struct db_rows){on_call, &l}, NULL);
}

static bool on_sum(void *arg, const struct db_value *v, size_t count)
{
    (void)count;
    struct dialled_sum *out = arg;
    *out = (struct dialled_sum){.calls = v[0].num, .unanswered = v[1].num, .last_ms = v[2].num};
    return false;
}

enum db_result dialled_sum(struct db *db, const char *place, const char *number,
                           struct dialled_sum *out)
{
    *out = (struct dialled_sum){.calls = 0};
    return db_run(
        db,
        "SELECT count(*), count(*) FILTER (WHERE id > (SELECT coalesce(max(id), 0) FROM "
        "dialled WHERE place = ?1 AND number = ?2 AND answered)), coalesce(max(at_ms), 0) "
        "FROM dialled WHERE place = ?1 AND number = ?2",
        (struct db_value[]){DB_S(place), DB_S(number), DB_END}, &(struct db_rows){on_sum, out},
        NULL);
}
