/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

int file_open(const char *path, struct stat *st)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return -1;
    if (fstat(fd, st) == 0 && S_ISREG(st->st_mode))
        return fd;
    int why = S_ISDIR(st->st_mode) ? EISDIR : EINVAL;
    close(fd);
    errno = why;
    return -1;
}

ssize_t file_read(int fd, char *out, size_t cap)
{
    size_t n = 0;
    while (n < cap) {
        ssize_t got = read(fd, out + n, cap - n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        n += (size_t)got;
    }
    return (ssize_t)n;
}

static int put_all(int fd, const char *octets, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, octets, len);
        if (n < 0 && errno != EINTR)
            return -1;
        if (n > 0) {
            octets += n;
            len -= (size_t)n;
        }
    }
    return fsync(fd);
}

/* Write the file under its hidden name. */
static int put_hidden(int folder, const char *hidden, const void *octets, size_t len)
{
    int fd = openat(folder, hidden, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0)
        return -1;
    int failed = put_all(fd, octets, len);
    int why = errno;
    if (close(fd) == 0 && !failed)
        return 0;
    if (failed)
        errno = why;
    return -1;
}

static int open_folder(const char *path)
{
    if (mkdir(path, 0755) < 0 && errno != EEXIST)
        return -1;
    return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

int file_replace(const char *folder, const char *name, const void *octets, size_t len)
{
    char hidden[NAME_MAX + 1];
    if (snprintf(hidden, sizeof hidden, ".%s.new", name) >= (int)sizeof hidden) {
        errno = ENAMETOOLONG;
        return -1;
    }
    int at = open_folder(folder);
    if (at < 0)
        return -1;
    int failed =
        put_hidden(at, hidden, octets, len) < 0 || renameat(at, hidden, at, name) < 0 ? -1 : 0;
    int why = errno;
    if (failed)
        unlinkat(at, hidden, 0);
    else if (fsync(at) < 0) {
        failed = -1;
        why = errno;
    }
    close(at);
    errno = why;
    return failed;
}
