/* SPDX-License-Identifier: Apache-2.0 */
/* The copy of a database that is made before its tables are changed: FILE.vN, where N is the
 * version of the tables in it. To go back to the program of that version, stop what uses the file,
 * put the copy in its place and remove FILE-wal and FILE-shm. */
#ifndef ML_IO_DB_COPY_H
#define ML_IO_DB_COPY_H

#include <stdint.h>

/* Copy what is committed, whole and synced, or leave no copy; an older one of that version is
 * replaced. path has a / in it. For db.c: returns an SQLite code. */
int db_copy_make(const char *path, int64_t version);

/* The tables were not changed after all: no copy is needed. */
void db_copy_drop(const char *path, int64_t version);

/* Remove the copies of a file that were made before then (seconds since 1970): people who are
 * forgotten in a file stand in its copies still. Returns how many, or -1 if one could not be
 * removed. */
int db_copy_remove(const char *path, int64_t before_s);

#endif
