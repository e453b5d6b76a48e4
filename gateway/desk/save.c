/* SPDX-License-Identifier: Apache-2.0 */
#include "desk/save.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "desk/exchange.h"

enum { PATH_OCTETS = 1280 };

/* A file on its way. */
struct parcel {
    char path[PATH_OCTETS];
    char hidden[PATH_OCTETS + 16]; /* "" once it is renamed, or not there yet */
    char made[PATH_OCTETS];        /* the folder that was made for it; "" if none */
};

static int fail(struct findings *f, const char *path)
{
    return exchange_fault(f, 0, "", "%.150s cannot be written: %s.", path, strerror(errno));
}

/* The folder of a path, into out. */
static void folder_of(const char *path, char out[PATH_OCTETS])
{
    const char *slash = strrchr(path, '/');
    snprintf(out, PATH_OCTETS, "%.*s", (int)(slash - path), path);
}

/* Name the places of a file, and make its folder if need be. What a rename could not replace is
 * refused here, while nothing has changed. */
static int prepare(struct parcel *p, const char *folder, const char *name)
{
    char parent[PATH_OCTETS];
    struct stat st;
    if (snprintf(p->path, sizeof p->path, "%s/%s", folder, name) >= (int)sizeof p->path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    if (!stat(p->path, &st) && !S_ISREG(st.st_mode)) {
        errno = EISDIR;
        return -1;
    }
    folder_of(p->path, parent);
    if (!mkdir(parent, 0777))
        snprintf(p->made, sizeof p->made, "%s", parent);
    else if (errno != EEXIST)
        return -1;
    return 0;
}

static int put_all(int fd, const char *text, size_t len)
{
    while (len) {
        ssize_t n = write(fd, text, len);
        if (n < 0 && errno != EINTR)
            return -1;
        if (n > 0) {
            text += n;
            len -= (size_t)n;
        }
    }
    return fsync(fd);
}

/* The rights of the file that is replaced, else those of a new one. */
static mode_t mode_of(const char *path)
{
    struct stat st;
    if (!stat(path, &st))
        return st.st_mode & 07777;
    mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

static int write_hidden(struct parcel *p, const struct catalog_file *file)
{
    char parent[PATH_OCTETS];
    folder_of(p->path, parent);
    snprintf(p->hidden, sizeof p->hidden, "%s/.import-XXXXXX", parent);
    int fd = mkostemp(p->hidden, O_CLOEXEC);
    if (fd < 0) {
        p->hidden[0] = '\0';
        return -1;
    }
    int rc = put_all(fd, file->text, file->len) || fchmod(fd, mode_of(p->path)) ? -1 : 0;
    return close(fd) || rc ? -1 : 0;
}

static void sync_folder(const char *path)
{
    char parent[PATH_OCTETS];
    folder_of(path, parent);
    int fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    fsync(fd);
    close(fd);
}

/* Put all in place. A rename within a folder fails only if the folder is changed meanwhile. */
static enum saved rename_all(struct parcel *list, size_t count, struct findings *f)
{
    for (size_t i = 0; i < count; i++) {
        if (rename(list[i].hidden, list[i].path)) {
            fail(f, list[i].path);
            return i ? SAVED_PART : SAVED_NOTHING;
        }
        list[i].hidden[0] = '\0';
        sync_folder(list[i].path);
    }
    return SAVED_ALL;
}

static void clear(struct parcel *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i].hidden[0])
            unlink(list[i].hidden);
    }
    for (size_t i = 0; i < count; i++) {
        if (list[i].made[0])
            rmdir(list[i].made); /* fails, as it should, once a file is in it */
    }
}

enum saved save_files(const char *folder, const struct catalog_file *files, size_t count,
                      struct findings *f)
{
    struct parcel *list = calloc(count ? count : 1, sizeof *list);
    enum saved saved = SAVED_NOTHING;
    size_t done = 0;
    if (!list) {
        exchange_fault(f, 0, "", "No memory.");
        return saved;
    }
    while (done < count && !prepare(&list[done], folder, files[done].name) &&
           !write_hidden(&list[done], &files[done]))
        done++;
    if (done == count)
        saved = rename_all(list, count, f);
    else
        fail(f, list[done].path);
    clear(list, count);
    free(list);
    return saved;
}
