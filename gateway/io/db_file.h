/* SPDX-License-Identifier: Apache-2.0 */
/* The files of a database as the system sees them; for db.c. */
#ifndef ML_IO_DB_FILE_H
#define ML_IO_DB_FILE_H

#include <stdbool.h>
#include <sys/types.h>

/* Which file stood under a name. */
struct db_file {
    dev_t dev;
    ino_t ino;
};

/* Make an empty file for this user alone (mode 0600), or look whether the one that is there may be
 * read and written. Returns NULL, or what is wrong with the remedy: the rest of a sentence that
 * begins with the path. */
const char *db_file_make(const char *path);

/* Note which file stands under path and suffix ("-wal"). Returns 0, or -1 if there is none. */
int db_file_note(const char *path, const char *suffix, struct db_file *out);

/* Does it still stand there? */
bool db_file_in_place(const char *path, const char *suffix, const struct db_file *noted);

#endif
