/* SPDX-License-Identifier: Apache-2.0 */
#include "casework/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* The number of the process that has the lock stands in the file. */
static void note_process(int fd)
{
    char number[16];
    int n = snprintf(number, sizeof number, "%ld\n", (long)getpid());
    /* A full disk must not keep requests from being read: only the number is missing then. */
    if (ftruncate(fd, 0) < 0 || pwrite(fd, number, (size_t)n, 0) < 0)
        errno = 0;
}

static void read_process(int fd, char out[16])
{
    ssize_t n = pread(fd, out, 15, 0);
    out[n > 0 ? n : 0] = '\0';
    out[strcspn(out, "\n")] = '\0';
}

int lock_take(const char *path, char why[256])
{
    char name[PATH_MAX], process[16] = "";
    snprintf(why, 256, "the path of the cases is too long; choose a shorter one");
    if (snprintf(name, sizeof name, "%s.lock", path) >= (int)sizeof name)
        return -1;
    int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        snprintf(why, 256, "cannot open %.150s: %.40s; let this user write its folder", name,
                 strerror(errno));
        return -1;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
        note_process(fd);
        return fd;
    }
    read_process(fd, process);
    snprintf(why, 256,
             "another receiver (process %s) has %.120s; end it: either `mekongline "
             "receive-requests` or the console receives",
             process, path);
    close(fd);
    return -1;
}
