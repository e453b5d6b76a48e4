/* SPDX-License-Identifier: Apache-2.0 */
/* SQLite behind a few calls: the only user of that library. For the journal of a gateway and the
 * cases of a receiver.
 *
 * Databases are in WAL mode with synchronous=FULL: a committed transaction is synced to disk before
 * db_commit returns. A database belongs to one thread at a time; several processes may have the
 * same file open. */
#ifndef ML_IO_DB_H
#define ML_IO_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DB_ERROR_MAX = 256 };

struct db;

enum db_result {
    DB_OK,
    DB_FULL,  /* no space left for it */
    DB_FAILED /* any other fault; db_error says which */
};

/* Open or create a database file (mode 0600) and bring its tables up to date. migrations are SQL
 * scripts, NULL-terminated; number n is run once, when the file's version (user_version) is n.
 * Before that a copy is made beside the file (db_copy.h); without room for it nothing is changed.
 * Returns NULL with why: a sentence with the remedy; a file that is no database, or of a later
 * version, is left as it is. */
struct db *db_open(const char *path, const char *const *migrations, char why[DB_ERROR_MAX]);
void db_close(struct db *db); /* NULL is fine */

enum db_result db_begin(struct db *db);
/* On failure the transaction is rolled back. It also fails if the file has lost its name meanwhile
 * (moved, removed): what was written then is not where the next process looks. */
enum db_result db_commit(struct db *db);
void db_rollback(struct db *db);

/* One value of a statement or of a row. Strings and blobs are borrowed. */
struct db_value {
    enum { DB_NULL, DB_INT, DB_TEXT, DB_BLOB } type;
    int64_t num;
    const char *octets; /* DB_TEXT: NUL-terminated in rows */
    size_t len;
};

#define DB_I(n)    ((struct db_value){.type = DB_INT, .num = (n)})
#define DB_S(s)    ((struct db_value){.type = DB_TEXT, .octets = (s), .len = strlen(s)})
#define DB_B(p, n) ((struct db_value){.type = DB_BLOB, .octets = (p), .len = (n)})
#define DB_END     ((struct db_value){.type = DB_NULL, .len = SIZE_MAX})
#define DB_NONE    ((struct db_value){.type = DB_NULL})

/* What a statement finds: called for each row; columns borrowed for the call. Return false to stop.
 */
typedef bool (*db_row_fn)(void *arg, const struct db_value *columns, size_t count);

struct db_rows {
    db_row_fn fn; /* NULL: rows are skipped */
    void *arg;
};

/* Run one statement; values bind ?1, ?2, … and end with DB_END (NULL: none). Statements are
 * prepared once and kept, so sql must be a string literal; a row function must not run the same
 * one. *changed (may be NULL) gets the number of rows that an INSERT, UPDATE or DELETE changed.
 * Once SQLite has given up a transaction (a full disk, a fault of it), statements fail until
 * db_commit or db_rollback. */
enum db_result db_run(struct db *db, const char *sql, const struct db_value *values,
                      const struct db_rows *rows, int64_t *changed);

/* Take what was committed into the file and empty the log beside it. What was removed is
 * overwritten in the file, but stands in the log until this or until the log is written over.
 * Outside a transaction. While another process reads, or on a full disk, the log stays for the next
 * time. */
enum db_result db_empty_log(struct db *db);

/* What went wrong last, as a sentence. */
const char *db_error(const struct db *db);

#endif
