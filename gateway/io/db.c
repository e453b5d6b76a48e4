/* SPDX-License-Identifier: Apache-2.0 */
#include "io/db.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "io/db_copy.h"
#include "io/db_file.h"
#include "io/db_values.h"

/* The database, its log and its shared memory: all are there while a handle is open. */
static const char *const suffixes[] = {"", "-wal", "-shm"};

enum { BUSY_MS = 5000, COLUMNS_MAX = 32, FILES = sizeof suffixes / sizeof suffixes[0] };

struct statement {
    SLIST_ENTRY(statement) link;
    const char *sql; /* a literal; its address is the key */
    sqlite3_stmt *stmt;
};

struct db {
    sqlite3 *handle;
    char *path;
    SLIST_HEAD(, statement) statements;
    bool began;          /* between db_begin and its end */
    enum db_result last; /* of the last fault */
    bool identified;
    struct db_file files[FILES]; /* as they were when the database was opened */
    char error[DB_ERROR_MAX];
};

/* What to say of a code: before and after the path. */
static const struct {
    int code;
    const char *before, *after;
} sentences[] = {
    {SQLITE_FULL, "The disk of ", " is full: free space on it"},
    {SQLITE_NOTADB, "", " is not a database: name another file"},
    {SQLITE_CORRUPT, "", " is damaged: stop what uses it, keep a copy, rescue it with `.recover`"},
    {SQLITE_READONLY, "", " cannot be written: let this user write the file and its folder"},
    {SQLITE_CANTOPEN, "", " cannot be opened: look whether its folder exists and may be written"},
    {SQLITE_PERM, "", " cannot be opened: let this user read and write it"},
    {SQLITE_BUSY, "", " is in use by another process: end that, or try again"},
    {SQLITE_IOERR, "The disk of ", " fails: look at the system's log, mend or change the disk"},
    {SQLITE_NOMEM, "There is no memory for ", ": end other programs"},
};

/* Long paths are cut, so that the remedy is always shown. */
static void say(struct db *db, const char *after)
{
    snprintf(db->error, sizeof db->error, "%.120s%s.", db->path, after);
    db->last = DB_FAILED;
}

/* Is there no room? That is so, too, if the shared memory cannot grow, or a file is at its limit or
 * its owner's quota, which SQLite takes for a fault of the disk; errno still is that of the write.
 */
static bool is_full(int rc)
{
    return rc == SQLITE_FULL || rc == SQLITE_IOERR_SHMSIZE ||
           (rc == SQLITE_IOERR_WRITE && (errno == EFBIG || errno == EDQUOT));
}

/* Note what an SQLite code means; the number tells those who know SQLite more. */
static enum db_result fault(struct db *db, int rc)
{
    int code = is_full(rc) ? SQLITE_FULL : rc & 0xff;
    size_t i = 0, n = sizeof sentences / sizeof sentences[0];
    while (i < n && sentences[i].code != code)
        i++;
    if (i < n)
        snprintf(db->error, sizeof db->error, "%s%.120s%s (%d).", sentences[i].before, db->path,
                 sentences[i].after, rc);
    else
        snprintf(db->error, sizeof db->error, "%.120s: %.100s (%d).", db->path,
                 db->handle ? sqlite3_errmsg(db->handle) : sqlite3_errstr(rc), rc);
    return db->last = code == SQLITE_FULL ? DB_FULL : DB_FAILED;
}

/* 0 if all is well, else -1 with the fault noted. */
static int check(struct db *db, int rc)
{
    if (rc != SQLITE_OK)
        fault(db, rc);
    return rc == SQLITE_OK ? 0 : -1;
}

const char *db_error(const struct db *db)
{
    return db->error;
}

/* Are these files still the ones that were opened? SQLite itself would go on writing to files that
 * have lost their names. */
static bool in_place(const struct db *db)
{
    for (size_t i = 0; i < FILES; i++)
        if (!db_file_in_place(db->path, suffixes[i], &db->files[i]))
            return false;
    return true;
}

static int prepare(struct db *db, const char *sql, sqlite3_stmt **out)
{
    struct statement *s;
    for (s = SLIST_FIRST(&db->statements); s && s->sql != sql;)
        s = SLIST_NEXT(s, link);
    if (!s) {
        sqlite3_stmt *made = NULL;
        int rc = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &made, NULL);
        s = rc == SQLITE_OK ? malloc(sizeof *s) : NULL;
        if (!s) {
            sqlite3_finalize(made);
            return rc == SQLITE_OK ? SQLITE_NOMEM : rc;
        }
        *s = (struct statement){.sql = sql, .stmt = made};
        SLIST_INSERT_HEAD(&db->statements, s, link);
    }
    *out = s->stmt;
    return SQLITE_OK;
}

static int step_all(sqlite3_stmt *s, const struct db_rows *rows)
{
    struct db_value columns[COLUMNS_MAX];
    int rc, count = sqlite3_column_count(s);
    if (count > COLUMNS_MAX)
        return SQLITE_TOOBIG;
    while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
        if (!rows || !rows->fn)
            continue;
        for (int i = 0; i < count; i++) {
            rc = db_read_column(s, i, &columns[i]);
            if (rc != SQLITE_OK)
                return rc;
        }
        if (!rows->fn(rows->arg, columns, (size_t)count))
            return SQLITE_OK;
    }
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* After a full disk or a fault of it SQLite itself may have rolled back. A statement that came
 * then would stand alone, outside the transaction that its caller believes in. */
static bool lost_transaction(const struct db *db)
{
    return db->began && sqlite3_get_autocommit(db->handle);
}

enum db_result db_run(struct db *db, const char *sql, const struct db_value *values,
                      const struct db_rows *rows, int64_t *changed)
{
    sqlite3_stmt *s = NULL;
    if (lost_transaction(db))
        return db->last;
    int rc = prepare(db, sql, &s);
    if (rc != SQLITE_OK)
        return fault(db, rc);
    rc = db_bind_all(s, values);
    if (rc == SQLITE_OK)
        rc = step_all(s, rows);
    int end = sqlite3_reset(s);
    if (end == SQLITE_OK)
        end = sqlite3_clear_bindings(s);
    if (rc == SQLITE_OK)
        rc = end;
    if (rc != SQLITE_OK)
        return fault(db, rc);
    if (changed)
        *changed = sqlite3_changes64(db->handle);
    return DB_OK;
}

enum db_result db_begin(struct db *db)
{
    /* At once for writing: a lock that is taken later could fail without a wait. */
    enum db_result r = db_run(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    db->began = r == DB_OK;
    return r;
}

void db_rollback(struct db *db)
{
    db->began = false;
    /* Its own fault would hide the one that led here; the next db_begin finds it. */
    if (!sqlite3_get_autocommit(db->handle))
        (void)sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}

enum db_result db_commit(struct db *db)
{
    enum db_result r = db_run(db, "COMMIT", NULL, NULL, NULL);
    if (r != DB_OK) {
        db_rollback(db);
        return r;
    }
    db->began = false;
    if (db->identified && !in_place(db)) {
        say(db, " was moved or removed while it was in use: put it back");
        return DB_FAILED;
    }
    return DB_OK;
}

static int exec(struct db *db, const char *sql)
{
    return check(db, sqlite3_exec(db->handle, sql, NULL, NULL, NULL));
}

static int open_handle(struct db *db)
{
    const char *wrong = db_file_make(db->path);
    if (wrong)
        return say(db, wrong), -1;
    int rc =
        sqlite3_open_v2(db->path, &db->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_extended_result_codes(db->handle, 1);
    if (rc == SQLITE_OK)
        rc = sqlite3_busy_timeout(db->handle, BUSY_MS);
    /* The file may be damaged, or come from elsewhere. */
    if (rc == SQLITE_OK)
        rc = sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    if (check(db, rc) < 0)
        return -1;
    return exec(db, "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON");
}

static bool read_pair(void *arg, const struct db_value *columns, size_t count)
{
    int64_t *pair = arg;
    pair[0] = columns[0].num;
    pair[1] = columns[count - 1].num;
    return false;
}

/* The first and the last number of the only row. */
static int get_pair(struct db *db, const char *sql, int64_t pair[2])
{
    struct db_rows rows = {.fn = read_pair, .arg = pair};
    return db_run(db, sql, NULL, &rows, NULL) == DB_OK ? 0 : -1;
}

/* How far the file's tables are, or -1: also for a file that another program made. */
static int64_t get_version(struct db *db, int64_t known)
{
    int64_t v[2] = {0}; /* version, number of tables */
    if (get_pair(db, "SELECT *, (SELECT count(*) FROM sqlite_schema) FROM pragma_user_version", v) <
        0)
        return -1;
    if (v[0] >= (v[1] > 0) && v[0] <= known)
        return v[0];
    if (v[0] > known)
        say(db, " was written by a later version of this program: install that one");
    else
        say(db, " is a database of another program: name another file");
    return -1;
}

static int set_modes(struct db *db)
{
    int64_t wal[2] = {0};
    if (exec(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; "
                 "PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON") < 0 ||
        get_pair(db, "SELECT journal_mode = 'wal' FROM pragma_journal_mode", wal) < 0)
        return -1;
    if (!wal[0])
        say(db, " cannot be kept safely here: put it on a local disk");
    return wal[0] ? 0 : -1;
}

/* Run the scripts that the file has not seen. Another process may be at it too. */
static int migrate(struct db *db, const char *const *scripts, int64_t known)
{
    char sql[48];
    if (db_begin(db) != DB_OK)
        return -1;
    int64_t version = get_version(db, known), from = version;
    if (version < 0)
        goto out;
    if (version > 0 && version < known && check(db, db_copy_make(db->path, version)) < 0)
        goto out;
    while (version < known)
        if (exec(db, scripts[version++]) < 0)
            goto out;
    snprintf(sql, sizeof sql, "PRAGMA user_version = %d", (int)known);
    if (exec(db, sql) < 0)
        goto out;
    return db_commit(db) == DB_OK ? 0 : -1;
out:
    db_rollback(db);
    db_copy_drop(db->path, from);
    return -1;
}

/* A process that died may have left commits in the log that it had not synced yet. What is answered
 * from them must be on disk, so the log is synced and taken over now. On a full disk the sync comes
 * first and is enough; if another process is just at it, that is as good. */
static int take_over_log(struct db *db)
{
    int rc = sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    if ((rc & 0xff) == SQLITE_BUSY || rc == SQLITE_FULL)
        return 0;
    return check(db, rc);
}

static int set_up(struct db *db, const char *const *migrations)
{
    int64_t known = 0;
    while (migrations[known])
        known++;
    int64_t version = get_version(db, known);
    if (version < 0 || set_modes(db) < 0 || take_over_log(db) < 0)
        return -1;
    if (version < known && migrate(db, migrations, known) < 0)
        return -1;
    for (size_t i = 0; i < FILES; i++)
        if (db_file_note(db->path, suffixes[i], &db->files[i]) < 0)
            return check(db, SQLITE_CANTOPEN);
    db->identified = true;
    return 0;
}

struct db *db_open(const char *path, const char *const *migrations, char why[DB_ERROR_MAX])
{
    struct db *db = calloc(1, sizeof *db);
    /* So that a name such as ":memory:" or "file:x" is a file like any other. */
    if (!db || asprintf(&db->path, "%s%s", path[0] == '/' ? "" : "./", path) < 0) {
        snprintf(why, DB_ERROR_MAX, "There is no memory for %.120s: end other programs.", path);
        free(db);
        return NULL;
    }
    SLIST_INIT(&db->statements);
    if (open_handle(db) < 0 || set_up(db, migrations) < 0) {
        snprintf(why, DB_ERROR_MAX, "%s", db->error);
        db_close(db);
        return NULL;
    }
    return db;
}

void db_close(struct db *db)
{
    if (!db)
        return;
    while (!SLIST_EMPTY(&db->statements)) {
        struct statement *s = SLIST_FIRST(&db->statements);
        SLIST_REMOVE_HEAD(&db->statements, link);
        sqlite3_finalize(s->stmt);
        free(s);
    }
    /* The last to close removes the log by its name. Under a database that was moved away that may
     * be the log of another. */
    if (db->handle && db->identified && !db_file_in_place(db->path, "", &db->files[0]))
        (void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    sqlite3_close(db->handle);
    free(db->path);
    free(db);
}
