/* SPDX-License-Identifier: Apache-2.0 */
#include "io/journal_table.h"

#include <stdio.h>
#include <string.h>

static const char *const migrations[] = {
    "CREATE TABLE journal ("
    " seq INTEGER PRIMARY KEY AUTOINCREMENT," /* never used twice, so that `after` stays right */
    " id TEXT NOT NULL UNIQUE,"
    " subject TEXT NOT NULL,"
    " case_no TEXT NOT NULL,"
    " proof TEXT NOT NULL,"
    " payload BLOB NOT NULL,"
    " at_ms INTEGER NOT NULL,"
    " acked_ms INTEGER" /* NULL: nobody has acknowledged it yet */
    ") STRICT;"
    /* Finds what waits (NULL, and there in the order of seq) and what is past its time. */
    "CREATE INDEX journal_acked ON journal (acked_ms);"
    "CREATE INDEX journal_subject ON journal (subject) WHERE subject <> '';"
    "CREATE INDEX journal_case ON journal (case_no) WHERE case_no <> '';",
    NULL,
};

/* The probe names the version. */
_Static_assert(sizeof migrations / sizeof migrations[0] == 2, "write the probe's number anew");

#define VALUES(...) ((const struct db_value[]){__VA_ARGS__, DB_END})

enum db_result journal_table_add(struct db *db, const struct journal_entry *e, int64_t now_ms,
                                 bool *added)
{
    int64_t changed = 0;
    enum db_result r = db_run(db,
                              "INSERT INTO journal (id, subject, case_no, proof, payload, at_ms)"
                              " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (id) DO NOTHING",
                              VALUES(DB_S(e->id), DB_S(e->subject), DB_S(e->case_no),
                                     DB_S(e->proof), DB_B(e->payload, e->len), DB_I(now_ms)),
                              NULL, &changed);
    *added = r == DB_OK && changed > 0;
    return r;
}

/* What a column says, whatever a damaged file has in it. */
static const char *text_of(const struct db_value *v)
{
    return v->type == DB_TEXT ? v->octets : "";
}

static int64_t number_of(const struct db_value *v)
{
    return v->type == DB_INT ? v->num : 0;
}

struct fetching {
    size_t left;
    journal_entry_fn fn;
    void *arg;
};

static bool fetch_row(void *arg, const struct db_value *c, size_t count)
{
    struct fetching *f = arg;
    struct forward_entry e = {.seq = number_of(&c[0]), .payload = c[2].octets, .len = c[2].len};
    (void)count;
    /* What no gateway can have written is passed over, so that it holds up nothing behind it. */
    if (c[1].type != DB_TEXT || c[1].len > REQUEST_ID_MAX || c[2].type != DB_BLOB ||
        c[2].len > REQUEST_PAYLOAD_MAX)
        return true;
    strcpy(e.id, c[1].octets);
    f->fn(f->arg, &e);
    return --f->left > 0;
}

enum db_result journal_table_fetch(struct db *db, int64_t after, size_t most, journal_entry_fn fn,
                                   void *arg)
{
    struct fetching f = {.left = most, .fn = fn, .arg = arg};
    struct db_rows rows = {.fn = fetch_row, .arg = &f};
    if (most == 0)
        return DB_OK;
    return db_run(db,
                  "SELECT seq, id, payload FROM journal WHERE acked_ms IS NULL AND seq > ?1"
                  " ORDER BY seq",
                  VALUES(DB_I(after)), &rows, NULL);
}

enum db_result journal_table_settle(struct db *db, const char *id, int64_t now_ms)
{
    return db_run(db, "UPDATE journal SET acked_ms = ?2 WHERE id = ?1 AND acked_ms IS NULL",
                  VALUES(DB_S(id), DB_I(now_ms)), NULL, NULL);
}

static bool note_found(void *arg, const struct db_value *columns, size_t count)
{
    (void)columns;
    (void)count;
    *(bool *)arg = true;
    return false;
}

enum db_result journal_table_find(struct db *db, const struct case_ask *ask, bool *found)
{
    struct db_rows rows = {.fn = note_found, .arg = found};
    *found = false;
    return db_run(db,
                  "SELECT 1 FROM journal WHERE acked_ms IS NULL AND case_no = ?1"
                  " AND case_no <> '' AND proof = ?2 AND proof <> ''",
                  VALUES(DB_S(ask->case_no), DB_S(ask->proof)), &rows, NULL);
}

enum db_result journal_table_has(struct db *db, const char *id, bool *found)
{
    struct db_rows rows = {.fn = note_found, .arg = found};
    *found = false;
    return db_run(db, "SELECT 1 FROM journal WHERE id = ?1", VALUES(DB_S(id)), &rows, NULL);
}

static bool read_count(void *arg, const struct db_value *columns, size_t count)
{
    *(size_t *)arg = count == 1 ? (size_t)number_of(&columns[0]) : 0;
    return false;
}

enum db_result journal_table_waiting(struct db *db, size_t *n)
{
    struct db_rows rows = {.fn = read_count, .arg = n};
    return db_run(db, "SELECT count(*) FROM journal WHERE acked_ms IS NULL", NULL, &rows, NULL);
}

enum db_result journal_table_expire(struct db *db, int64_t before_ms, int64_t *removed)
{
    return db_run(db, "DELETE FROM journal WHERE acked_ms IS NOT NULL AND acked_ms < ?1",
                  VALUES(DB_I(before_ms)), NULL, removed);
}

enum db_result journal_table_forget(struct db *db, const char *subject, int64_t *removed)
{
    return db_run(db, "DELETE FROM journal WHERE subject = ?1 AND subject <> ''",
                  VALUES(DB_S(subject)), NULL, removed);
}

enum db_result journal_table_resend(struct db *db, const char *id, int64_t *marked)
{
    if (!*id)
        return db_run(db, "UPDATE journal SET acked_ms = NULL WHERE acked_ms IS NOT NULL", NULL,
                      NULL, marked);
    return db_run(db, "UPDATE journal SET acked_ms = NULL WHERE id = ?1 AND acked_ms IS NOT NULL",
                  VALUES(DB_S(id)), NULL, marked);
}

enum db_result journal_table_probe(struct db *db)
{
    return db_run(db, "PRAGMA user_version = 1", NULL, NULL, NULL);
}

struct listing {
    journal_row_fn fn;
    void *arg;
};

static bool list_row(void *arg, const struct db_value *c, size_t count)
{
    const struct listing *l = arg;
    (void)count;
    struct journal_row row = {.seq = number_of(&c[0]),
                              .id = text_of(&c[1]),
                              .case_no = text_of(&c[2]),
                              .at_ms = number_of(&c[3]),
                              .acked_ms = number_of(&c[4]),
                              .len = (size_t)number_of(&c[5])};
    return l->fn(l->arg, &row);
}

enum db_result journal_table_list(struct db *db, bool waiting_only, journal_row_fn fn, void *arg)
{
    struct listing l = {.fn = fn, .arg = arg};
    struct db_rows rows = {.fn = list_row, .arg = &l};
    if (waiting_only)
        return db_run(db,
                      "SELECT seq, id, case_no, at_ms, acked_ms, length(payload) FROM journal"
                      " WHERE acked_ms IS NULL ORDER BY seq",
                      NULL, &rows, NULL);
    return db_run(db,
                  "SELECT seq, id, case_no, at_ms, acked_ms, length(payload) FROM journal"
                  " ORDER BY seq",
                  NULL, &rows, NULL);
}

/* Views and triggers could make a statement do anything, without end. A journal has none. */
static enum db_result looks_right(struct db *db, bool *right)
{
    bool found = false;
    struct db_rows rows = {.fn = note_found, .arg = &found};
    enum db_result r = db_run(db, "SELECT 1 FROM sqlite_schema WHERE type IN ('view', 'trigger')",
                              NULL, &rows, NULL);
    *right = r == DB_OK && !found;
    return r;
}

struct db *journal_table_open(const char *path, char why[DB_ERROR_MAX])
{
    size_t waiting;
    bool right;
    struct db *db = db_open(path, migrations, why);
    if (!db)
        return NULL;
    enum db_result r = looks_right(db, &right);
    if (right)
        r = journal_table_waiting(db, &waiting);
    if (right && r == DB_OK)
        return db;
    /* Damaged, or a file of ours with other tables. */
    if (r == DB_OK)
        snprintf(why, DB_ERROR_MAX, "%.120s is not a journal: name another file.", path);
    else
        snprintf(why, DB_ERROR_MAX, "Not a journal that can be read: %.220s", db_error(db));
    db_close(db);
    return NULL;
}
