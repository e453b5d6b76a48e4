/* SPDX-License-Identifier: Apache-2.0 */
#include "support/disk.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FOLDER_MAX = 64 };

static struct {
    pthread_mutex_t mutex;
    sqlite3_vfs *real;
    int count, at, code; /* at is 0 while nothing fails */
    bool lasting, struck;
    char synced[FOLDER_MAX];
} disk = {.mutex = PTHREAD_MUTEX_INITIALIZER};

struct disk_file {
    sqlite3_file base;
    const char *name; /* SQLite's, for as long as the file is open */
    sqlite3_file *real;
};

/* Is it this call's turn? A full disk does not hinder those who only read. */
static int strike(bool writes)
{
    int rc = SQLITE_OK;
    pthread_mutex_lock(&disk.mutex);
    if (disk.at > 0 && (writes || disk.code != SQLITE_FULL)) {
        disk.count++;
        if (disk.count == disk.at || (disk.lasting && disk.count > disk.at)) {
            disk.struck = true;
            rc = disk.code;
        }
    }
    pthread_mutex_unlock(&disk.mutex);
    return rc;
}

#define REAL(f) ((struct disk_file *)(f))->real
/* The real call, unless it is its turn to fail. */
#define OR_REAL(writes, f, method, ...)                                                            \
    int rc = strike(writes);                                                                       \
    return rc != SQLITE_OK ? rc : REAL(f)->pMethods->method(REAL(f), __VA_ARGS__)

static int disk_close(sqlite3_file *f)
{
    return REAL(f)->pMethods->xClose(REAL(f));
}

static int disk_read(sqlite3_file *f, void *to, int n, sqlite3_int64 at)
{
    OR_REAL(false, f, xRead, to, n, at);
}

static int disk_write(sqlite3_file *f, const void *from, int n, sqlite3_int64 at)
{
    OR_REAL(true, f, xWrite, from, n, at);
}

static int disk_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    OR_REAL(true, f, xTruncate, size);
}

/* Under which name a file is kept. */
static bool kept_name(const char *name, char out[FOLDER_MAX * 2])
{
    pthread_mutex_lock(&disk.mutex);
    bool keep = disk.synced[0] && name;
    if (keep)
        snprintf(out, FOLDER_MAX * 2, "%s%s", disk.synced, strrchr(name, '/'));
    pthread_mutex_unlock(&disk.mutex);
    return keep;
}

static int keep(struct disk_file *f)
{
    char path[FOLDER_MAX * 2];
    sqlite3_int64 size = 0;
    if (!kept_name(f->name, path))
        return SQLITE_OK;
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    int rc = fd < 0 ? SQLITE_IOERR : f->real->pMethods->xFileSize(f->real, &size);
    char *octets = malloc((size_t)size + 1);
    if (rc == SQLITE_OK && size > 0)
        rc = f->real->pMethods->xRead(f->real, octets, (int)size, 0);
    if (rc == SQLITE_OK && write(fd, octets, (size_t)size) != size)
        rc = SQLITE_IOERR;
    free(octets);
    if (fd >= 0)
        close(fd);
    return rc;
}

/* No test cuts the power of this machine, so the real sync is left out. */
static int disk_sync(sqlite3_file *f, int flags)
{
    (void)flags;
    int rc = strike(true);
    return rc != SQLITE_OK ? rc : keep((struct disk_file *)f);
}

static int disk_file_size(sqlite3_file *f, sqlite3_int64 *size)
{
    OR_REAL(false, f, xFileSize, size);
}

static int disk_lock(sqlite3_file *f, int level)
{
    OR_REAL(false, f, xLock, level);
}

static int disk_unlock(sqlite3_file *f, int level)
{
    return REAL(f)->pMethods->xUnlock(REAL(f), level);
}

static int disk_check_reserved(sqlite3_file *f, int *out)
{
    OR_REAL(false, f, xCheckReservedLock, out);
}

static int disk_control(sqlite3_file *f, int op, void *arg)
{
    OR_REAL(true, f, xFileControl, op, arg);
}

static int disk_sector_size(sqlite3_file *f)
{
    return REAL(f)->pMethods->xSectorSize(REAL(f));
}

static int disk_traits(sqlite3_file *f)
{
    return REAL(f)->pMethods->xDeviceCharacteristics(REAL(f));
}

static int disk_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
    OR_REAL(extend != 0, f, xShmMap, page, size, extend, out);
}

static int disk_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
    return REAL(f)->pMethods->xShmLock(REAL(f), offset, n, flags);
}

static void disk_shm_barrier(sqlite3_file *f)
{
    REAL(f)->pMethods->xShmBarrier(REAL(f));
}

static int disk_shm_unmap(sqlite3_file *f, int delete)
{
    return REAL(f)->pMethods->xShmUnmap(REAL(f), delete);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = disk_close,
    .xRead = disk_read,
    .xWrite = disk_write,
    .xTruncate = disk_truncate,
    .xSync = disk_sync,
    .xFileSize = disk_file_size,
    .xLock = disk_lock,
    .xUnlock = disk_unlock,
    .xCheckReservedLock = disk_check_reserved,
    .xFileControl = disk_control,
    .xSectorSize = disk_sector_size,
    .xDeviceCharacteristics = disk_traits,
    .xShmMap = disk_shm_map,
    .xShmLock = disk_shm_lock,
    .xShmBarrier = disk_shm_barrier,
    .xShmUnmap = disk_shm_unmap,
};

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
    struct disk_file *f = (struct disk_file *)file;
    (void)vfs;
    *f = (struct disk_file){.name = name, .real = (sqlite3_file *)(f + 1)};
    int rc = strike(true);
    if (rc == SQLITE_OK)
        rc = disk.real->xOpen(disk.real, name, f->real, flags, out);
    f->base.pMethods = rc == SQLITE_OK ? &methods : NULL;
    return rc;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    char path[FOLDER_MAX * 2];
    (void)vfs;
    int rc = strike(true);
    if (rc != SQLITE_OK)
        return rc;
    if (kept_name(name, path))
        unlink(path);
    return disk.real->xDelete(disk.real, name, sync);
}

static sqlite3_vfs shim;

void disk_install(void)
{
    disk.real = sqlite3_vfs_find("unix");
    shim = *disk.real;
    shim.pNext = NULL;
    shim.zName = "disk";
    shim.szOsFile = (int)sizeof(struct disk_file) + disk.real->szOsFile;
    shim.xOpen = vfs_open;
    shim.xDelete = vfs_delete;
    sqlite3_vfs_register(&shim, 1);
}

void disk_remove(void)
{
    sqlite3_vfs_unregister(&shim);
}

void disk_fail(int at, int code, bool lasting)
{
    pthread_mutex_lock(&disk.mutex);
    disk.count = 0;
    disk.at = at;
    disk.code = code;
    disk.lasting = lasting;
    disk.struck = false;
    pthread_mutex_unlock(&disk.mutex);
}

bool disk_heal(void)
{
    pthread_mutex_lock(&disk.mutex);
    bool struck = disk.struck;
    disk.at = 0;
    pthread_mutex_unlock(&disk.mutex);
    return struck;
}

void disk_keep_synced(const char *folder)
{
    pthread_mutex_lock(&disk.mutex);
    snprintf(disk.synced, sizeof disk.synced, "%s", folder ? folder : "");
    pthread_mutex_unlock(&disk.mutex);
}
