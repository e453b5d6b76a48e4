/* SPDX-License-Identifier: Apache-2.0 */
#include "io/db_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *look_at(const char *path)
{
    struct stat st;
    if (stat(path, &st) < 0 || !S_ISREG(st.st_mode))
        return " is not a file: name another";
    if (faccessat(AT_FDCWD, path, R_OK | W_OK, AT_EACCESS) < 0)
        return " cannot be written: let this user read and write it";
    return NULL;
}

const char *db_file_make(const char *path)
{
    /* An existing file is not opened: closing it would drop the locks that SQLite holds on it
     * elsewhere in this process. */
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd >= 0) {
        close(fd);
        return NULL;
    }
    switch (errno) {
    case EEXIST:
        return look_at(path);
    case ENOENT:
    case ENOTDIR:
        return " is in a folder that does not exist: make it, or name another";
    case ENOSPC:
    case EDQUOT:
        return " is on a full disk: free space on it";
    default:
        return " cannot be made: let this user write its folder";
    }
}

int db_file_note(const char *path, const char *suffix, struct db_file *out)
{
    char name[PATH_MAX];
    struct stat st;
    if (snprintf(name, sizeof name, "%s%s", path, suffix) >= (int)sizeof name ||
        stat(name, &st) < 0)
        return -1;
    *out = (struct db_file){st.st_dev, st.st_ino};
    return 0;
}

bool db_file_in_place(const char *path, const char *suffix, const struct db_file *noted)
{
    struct db_file now;
    return db_file_note(path, suffix, &now) == 0 && now.ino == noted->ino && now.dev == noted->dev;
}
