/* SPDX-License-Identifier: Apache-2.0 */
/* The files behind the configuration: the file itself, and files that hold a secret. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/file.h"

enum { FILE_MAX = 256 * 1024 };

int conf_load(const char *path, struct conf *c, char err[CONF_ERROR_MAX])
{
    struct stat st;
    int r = -1;
    ssize_t n;
    char *text = malloc(FILE_MAX + 1);
    int fd = text ? file_open(path, &st) : -1;
    if (!text) {
        snprintf(err, CONF_ERROR_MAX, "%.300s:0: no memory to read it; free some", path);
        goto out;
    }
    if (fd < 0) {
        snprintf(err, CONF_ERROR_MAX, "%.300s:0: %s; name a file that this user can read", path,
                 strerror(errno));
        goto out;
    }
    n = file_read(fd, text, FILE_MAX + 1);
    if (n < 0) {
        snprintf(err, CONF_ERROR_MAX, "%.300s:0: %s; check the disk", path, strerror(errno));
    } else if (n > FILE_MAX) {
        snprintf(err, CONF_ERROR_MAX, "%.300s:0: longer than %d octets; shorten it", path,
                 FILE_MAX);
    } else if (memchr(text, '\0', (size_t)n)) {
        snprintf(err, CONF_ERROR_MAX, "%.300s:0: holds a NUL octet; write it as plain text", path);
    } else {
        text[n] = '\0';
        r = conf_parse(text, path, c, err);
    }
out:
    if (fd >= 0)
        close(fd);
    free(text);
    return r;
}

/* Read the open file of a secret. Returns its length, or -1 with what and remedy. */
static int read_secret(int fd, char *out, size_t cap, const char **what)
{
    char rest[2];
    ssize_t n = file_read(fd, out, cap);
    ssize_t more = n < 0 ? -1 : file_read(fd, rest, sizeof rest);
    if (n < 0 || more < 0) {
        *what = "cannot be read; check the disk";
        return -1;
    }
    if (more > 1 || (more == 1 && rest[0] != '\n')) {
        *what = "is too long; shorten the secret";
        return -1;
    }
    if (more == 0 && n > 0 && out[n - 1] == '\n')
        n--;
    if (n == 0) {
        *what = "is empty; write the secret into it";
        return -1;
    }
    return (int)n;
}

int conf_read_secret(const char *path, char *out, size_t cap, char err[CONF_ERROR_MAX])
{
    struct stat st;
    const char *what = NULL;
    int n = -1;
    int fd = file_open(path, &st);
    if (fd < 0) {
        snprintf(err, CONF_ERROR_MAX, "%.300s: %s; name a file that this user can read", path,
                 strerror(errno));
        return -1;
    }
    if (st.st_mode & (S_IROTH | S_IWOTH | S_IWGRP))
        what = "is open to others; run chmod 0600 on it";
    else
        n = read_secret(fd, out, cap, &what);
    close(fd);
    if (n < 0) {
        explicit_bzero(out, cap);
        snprintf(err, CONF_ERROR_MAX, "%.300s: %s", path, what);
    }
    return n;
}

int conf_read_password(const char *path, char *out, size_t cap, char err[CONF_ERROR_MAX])
{
    int n = path[0] == '\0' ? 0 : conf_read_secret(path, out, cap - 1, err);
    out[n < 0 ? 0 : n] = '\0';
    return n < 0 ? -1 : 0;
}
