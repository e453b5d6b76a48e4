/* SPDX-License-Identifier: Apache-2.0 */
#include "console/versions.h"

#include <string.h>

#include "console/versions_internal.h"

/* Names beside the numbers of people: what was signed stays as it was, whatever somebody is called
 * later. States are words, so that the tables explain themselves. */
const char version_tables[] = "CREATE TABLE versions ("
                              " id INTEGER NOT NULL PRIMARY KEY,"
                              " request TEXT," /* NULL: no page has asked for it */
                              " hash TEXT NOT NULL,"
                              " base TEXT NOT NULL,"
                              " step INTEGER NOT NULL,"
                              " origin TEXT NOT NULL,"
                              " state TEXT NOT NULL,"
                              " note TEXT NOT NULL,"
                              " by INTEGER NOT NULL,"
                              " by_name TEXT NOT NULL,"
                              " at_ms INTEGER NOT NULL,"
                              " decided_by INTEGER NOT NULL DEFAULT 0,"
                              " decided_name TEXT NOT NULL DEFAULT '',"
                              " decided_ms INTEGER NOT NULL DEFAULT 0,"
                              " decision_note TEXT NOT NULL DEFAULT '',"
                              " UNIQUE (by, request)) STRICT;"
                              "CREATE INDEX versions_hash ON versions (hash);"
                              "CREATE TABLE version_authors ("
                              " version INTEGER NOT NULL REFERENCES versions (id),"
                              " person INTEGER NOT NULL,"
                              " name TEXT NOT NULL,"
                              " PRIMARY KEY (version, person, name)) STRICT, WITHOUT ROWID;"
                              "CREATE TABLE version_texts ("
                              " sha TEXT NOT NULL PRIMARY KEY,"
                              " text TEXT NOT NULL) STRICT;"
                              "CREATE TABLE version_files ("
                              " version INTEGER NOT NULL REFERENCES versions (id),"
                              " name TEXT NOT NULL,"
                              " sha TEXT NOT NULL REFERENCES version_texts (sha),"
                              " PRIMARY KEY (version, name)) STRICT, WITHOUT ROWID;"
                              "CREATE TABLE publications ("
                              " id INTEGER NOT NULL PRIMARY KEY,"
                              " version INTEGER NOT NULL REFERENCES versions (id),"
                              " request TEXT,"
                              " kind TEXT NOT NULL,"
                              " state TEXT NOT NULL,"
                              " by INTEGER NOT NULL,"
                              " by_name TEXT NOT NULL,"
                              " why TEXT NOT NULL,"
                              " at_ms INTEGER NOT NULL,"
                              " due_ms INTEGER NOT NULL," /* 0: at once */
                              " previous TEXT NOT NULL DEFAULT '',"
                              " sent_ms INTEGER NOT NULL DEFAULT 0," /* the `at` of the bundle */
                              " force_ms INTEGER NOT NULL DEFAULT 0,"
                              " ended_ms INTEGER NOT NULL DEFAULT 0,"
                              " end_name TEXT NOT NULL DEFAULT '',"
                              " end_why TEXT NOT NULL DEFAULT '',"
                              " UNIQUE (by, request)) STRICT;"
                              "CREATE INDEX publications_state ON publications (state, due_ms);"
                              "CREATE INDEX publications_version ON publications (version);";

enum version_result version_fault(enum db_result r)
{
    return r == DB_OK ? VERSION_OK : r == DB_FULL ? VERSION_FULL : VERSION_FAILED;
}

enum version_result versions_begin(struct db *db)
{
    return version_fault(db_begin(db));
}

enum version_result versions_end(struct db *db, enum version_result r)
{
    if (r == VERSION_OK)
        return version_fault(db_commit(db));
    db_rollback(db);
    return r;
}

const char *version_text(const struct db_value *v)
{
    return v->type == DB_TEXT ? v->octets : "";
}

bool version_take_number(void *arg, const struct db_value *columns, size_t count)
{
    (void)count;
    *(int64_t *)arg = columns[0].num;
    return false;
}

/* Look for a version with that request, or one whose files need not be submitted again. */
static enum version_result find_same(struct db *db, const struct version_new *v, const char *hash,
                                     int64_t *id)
{
    *id = 0;
    if (v->request[0]) {
        enum db_result r = db_run(db, "SELECT id FROM versions WHERE request = ?1 AND by = ?2",
                                  (struct db_value[]){DB_S(v->request), DB_I(v->by.id), DB_END},
                                  &(struct db_rows){version_take_number, id}, NULL);
        if (r != DB_OK || *id)
            return r == DB_OK ? VERSION_REPEATED : version_fault(r);
    }
    enum db_result r = db_run(
        db,
        "SELECT id FROM versions v WHERE hash = ?1 AND (state IN ('submitted', 'approved')"
        " OR EXISTS (SELECT 1 FROM publications p WHERE p.version = v.id"
        "  AND p.state = 'in-force'))",
        (struct db_value[]){DB_S(hash), DB_END}, &(struct db_rows){version_take_number, id}, NULL);
    return r != DB_OK ? version_fault(r) : *id ? VERSION_SAME : VERSION_OK;
}

static enum db_result add_author(struct db *db, int64_t id, const struct version_person *p)
{
    return db_run(db,
                  "INSERT INTO version_authors (version, person, name) VALUES (?1, ?2, ?3)"
                  " ON CONFLICT DO NOTHING",
                  (struct db_value[]){DB_I(id), DB_I(p->id), DB_S(p->name), DB_END}, NULL, NULL);
}

static enum db_result add_row(struct db *db, const struct version_new *v, const char *hash,
                              int64_t *id)
{
    bool ours = strcmp(v->origin, "console") == 0;
    const struct db_value values[] = {
        v->request[0] ? DB_S(v->request) : DB_NONE,
        DB_S(hash),
        DB_S(v->base),
        DB_I(v->step),
        DB_S(v->origin),
        DB_S(version_state_name(ours ? VERSION_SUBMITTED : VERSION_PUBLISHED)),
        DB_S(v->note),
        DB_I(v->by.id),
        DB_S(v->by.name),
        DB_I(v->now_ms),
        DB_S(v->reviewer),
        DB_END};
    return db_run(db,
                  "INSERT INTO versions (request, hash, base, step, origin, state, note, by,"
                  " by_name, at_ms, decided_name) VALUES"
                  " (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) RETURNING id",
                  values, &(struct db_rows){version_take_number, id}, NULL);
}

enum version_result versions_add(struct db *db, const struct version_new *v, int64_t *id)
{
    char hash[VERSION_HASH_HEX + 1];
    version_hash(v->files, hash);
    if (strcmp(v->origin, "console") == 0) {
        enum version_result same = find_same(db, v, hash, id);
        if (same != VERSION_OK)
            return same;
    }
    enum db_result r = add_row(db, v, hash, id);
    if (r == DB_OK)
        r = add_author(db, *id, &v->by);
    for (size_t i = 0; i < v->count && r == DB_OK; i++)
        r = add_author(db, *id, &v->authors[i]);
    if (r == DB_OK)
        r = version_files_add(db, *id, v->files);
    return version_fault(r);
}

/* What a decision is judged by. */
struct standing {
    int state;
    int64_t decided_by;
};

static bool take_standing(void *arg, const struct db_value *c, size_t count)
{
    struct standing *s = arg;
    (void)count;
    s->state = version_state_of(version_text(&c[0]));
    s->decided_by = c[1].num;
    return false;
}

static enum db_result get_standing(struct db *db, int64_t id, struct standing *s)
{
    *s = (struct standing){.state = -1};
    return db_run(db, "SELECT state, decided_by FROM versions WHERE id = ?1",
                  (struct db_value[]){DB_I(id), DB_END}, &(struct db_rows){take_standing, s}, NULL);
}

int versions_state(struct db *db, int64_t id)
{
    struct standing s;
    return get_standing(db, id, &s) == DB_OK ? s.state : -1;
}

bool versions_is_author(struct db *db, int64_t id, int64_t person)
{
    int64_t found = 0;
    enum db_result r =
        db_run(db, "SELECT 1 FROM version_authors WHERE version = ?1 AND person = ?2",
               (struct db_value[]){DB_I(id), DB_I(person), DB_END},
               &(struct db_rows){version_take_number, &found}, NULL);
    return r != DB_OK || found; /* in doubt nobody reviews what may be their own */
}

/* Is anything of it on its way? Then its state is not changed under the publication's feet. */
static bool is_on_its_way(struct db *db, int64_t id)
{
    int64_t found = 0;
    enum db_result r = db_run(db,
                              "SELECT 1 FROM publications WHERE version = ?1"
                              " AND state IN ('scheduled', 'ordered', 'waiting', 'sent')",
                              (struct db_value[]){DB_I(id), DB_END},
                              &(struct db_rows){version_take_number, &found}, NULL);
    return r != DB_OK || found;
}

static enum version_result verdict_result(enum version_verdict verdict)
{
    static const enum version_result results[] = {[VERDICT_YES] = VERSION_OK,
                                                  [VERDICT_STATE] = VERSION_FORBIDDEN,
                                                  [VERDICT_AUTHOR] = VERSION_IS_AUTHOR,
                                                  [VERDICT_NO_AUTHOR] = VERSION_NO_AUTHOR,
                                                  [VERDICT_PERSON] = VERSION_FORBIDDEN};
    return results[verdict];
}

enum version_result versions_decide(struct db *db, const struct version_decision *d,
                                    enum version_state *now)
{
    struct standing s;
    enum version_state next;
    enum db_result r = get_standing(db, d->id, &s);
    if (r != DB_OK)
        return version_fault(r);
    if (s.state < 0)
        return VERSION_NONE;
    enum version_who who = versions_is_author(db, d->id, d->by.id) ? BY_AUTHOR : BY_OTHER;
    enum version_verdict v = version_rule((enum version_state)s.state, d->action, who, &next);
    if (now)
        *now = v == VERDICT_YES ? next : (enum version_state)s.state;
    if (v == VERDICT_STATE && s.decided_by == d->by.id &&
        version_leads_to(d->action) == (enum version_state)s.state)
        return VERSION_REPEATED;
    if (v != VERDICT_YES)
        return verdict_result(v);
    if (is_on_its_way(db, d->id))
        return VERSION_FORBIDDEN;
    const struct db_value values[] = {DB_I(d->id),     DB_S(version_state_name(next)),
                                      DB_I(d->by.id),  DB_S(d->by.name),
                                      DB_I(d->now_ms), DB_S(d->note),
                                      DB_END};
    return version_fault(db_run(db,
                                "UPDATE versions SET state = ?2, decided_by = ?3,"
                                " decided_name = ?4, decided_ms = ?5, decision_note = ?6"
                                " WHERE id = ?1",
                                values, NULL, NULL));
}

enum version_result versions_take_effect(struct db *db, int64_t id)
{
    enum version_state next;
    int state = versions_state(db, id);
    if (state < 0)
        return VERSION_NONE;
    /* What is in force is published, even if it was taken back a moment before. */
    if (version_rule((enum version_state)state, VERSION_DO_TAKE_EFFECT, BY_PROGRAM, &next) !=
        VERDICT_YES)
        return VERSION_FORBIDDEN;
    return version_fault(
        db_run(db, "UPDATE versions SET state = ?2 WHERE id = ?1",
               (struct db_value[]){DB_I(id), DB_S(version_state_name(next)), DB_END}, NULL, NULL));
}

/* Of the console's own versions: one that came from elsewhere contains none of them. */
enum version_result versions_overtake(struct db *db, int64_t before_id)
{
    return version_fault(db_run(db,
                                "UPDATE versions SET state = 'overtaken' WHERE id < ?1"
                                " AND origin = 'console' AND state IN ('submitted', 'approved')",
                                (struct db_value[]){DB_I(before_id), DB_END}, NULL, NULL));
}
