/* SPDX-License-Identifier: Apache-2.0 */
#include "io/db_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/db_file.h"

enum { VERSIONS_MAX = 64 };

/* A handle of its own reads what is committed, while whoever migrates keeps all others from
 * writing. */
static int write_copy(const char *path, const char *copy)
{
    sqlite3 *handle = NULL;
    sqlite3_stmt *s = NULL;
    int rc = sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(handle, "PRAGMA trusted_schema = OFF", NULL, NULL, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_prepare_v2(handle, "VACUUM INTO ?1", -1, &s, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_bind_text(s, 1, copy, -1, SQLITE_STATIC);
    if (rc == SQLITE_OK && sqlite3_step(s) != SQLITE_DONE)
        rc = SQLITE_ERROR; /* the next call has the reason */
    int end = sqlite3_finalize(s);
    sqlite3_close(handle);
    return end != SQLITE_OK ? end : rc;
}

static int sync_path(const char *path, int flags)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | flags);
    int failed = fd < 0 ? -1 : fsync(fd);
    if (fd >= 0)
        close(fd);
    return failed;
}

/* Give the copy its name, once it is on the disk. */
static int settle(const char *hidden, const char *name)
{
    char folder[PATH_MAX];
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(name, '/') - name + 1), name);
    if (sync_path(hidden, 0) < 0 || rename(hidden, name) < 0 || sync_path(folder, O_DIRECTORY) < 0)
        return errno == ENOSPC || errno == EDQUOT ? SQLITE_FULL : SQLITE_IOERR;
    return SQLITE_OK;
}

int db_copy_make(const char *path, int64_t version)
{
    char name[PATH_MAX - 8], hidden[PATH_MAX];
    if (snprintf(name, sizeof name, "%s.v%d", path, (int)version) >= (int)sizeof name)
        return SQLITE_CANTOPEN;
    snprintf(hidden, sizeof hidden, "%s.new", name);
    unlink(hidden); /* of a program that died over it */
    /* SQLite takes an empty file for the copy, and so its rights are those of the original. */
    if (db_file_make(hidden))
        return errno == ENOSPC || errno == EDQUOT ? SQLITE_FULL : SQLITE_CANTOPEN;
    int rc = write_copy(path, hidden);
    if (rc == SQLITE_OK)
        rc = settle(hidden, name);
    if (rc != SQLITE_OK)
        unlink(hidden);
    return rc;
}

void db_copy_drop(const char *path, int64_t version)
{
    char name[PATH_MAX];
    if (version > 0 && snprintf(name, sizeof name, "%s.v%d", path, (int)version) < (int)sizeof name)
        unlink(name);
}

int db_copy_remove(const char *path, int64_t before_s)
{
    char name[PATH_MAX];
    struct stat st;
    int removed = 0;
    bool failed = false;
    for (int v = 1; v <= VERSIONS_MAX; v++) {
        if (snprintf(name, sizeof name, "%s.v%d", path, v) >= (int)sizeof name)
            return -1;
        if (lstat(name, &st) < 0 || st.st_mtime >= before_s)
            continue;
        if (unlink(name) == 0)
            removed++;
        else
            failed = true;
    }
    return failed ? -1 : removed;
}
