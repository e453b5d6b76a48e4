/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/bundle.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/digest.h"

enum { PATH_MAX_OCTETS = 1024, DEPTH_MAX = 2 };

struct reading {
    struct bundle *bundle;
    struct arena *arena;
    const char *folder;
    struct findings *findings;
};

/* Tell that a file cannot be read, and why. Returns -1. */
static int unreadable(const struct reading *r, const char *name, const char *why)
{
    struct finding f = {.level = FINDING_ERROR, .code = "unreadable-file"};
    snprintf(f.file, sizeof f.file, "%s", name);
    snprintf(f.detail, sizeof f.detail,
             "%.100s%s%.60s cannot be read: %.40s. Check its name and its rights.", r->folder,
             *name ? "/" : "", name, why);
    findings_add(r->findings, &f);
    return -1;
}

/* Read an open file whole into the arena. */
static const char *slurp(const struct reading *r, FILE *in, size_t *len)
{
    struct stat st;
    if (fstat(fileno(in), &st) || !S_ISREG(st.st_mode) || st.st_size > BUNDLE_FILE_MAX)
        return NULL;
    char *text = arena_alloc(r->arena, (size_t)st.st_size + 1);
    if (!text)
        return NULL;
    *len = fread(text, 1, (size_t)st.st_size, in);
    return ferror(in) ? NULL : text;
}

static int add_file(const struct reading *r, const char *name)
{
    char path[PATH_MAX_OCTETS];
    if (snprintf(path, sizeof path, "%s/%s", r->folder, name) >= (int)sizeof path)
        return unreadable(r, name, "the path is too long");
    if (r->bundle->count == BUNDLE_FILES_MAX)
        return unreadable(r, name, "too many files");
    FILE *in = fopen(path, "rb");
    if (!in)
        return unreadable(r, name, strerror(errno));
    size_t len = 0;
    const char *text = slurp(r, in, &len);
    fclose(in);
    char *copy = arena_copy(r->arena, name, strlen(name));
    if (!text || !copy)
        return unreadable(r, name, "no ordinary file of at most 1 MiB");
    r->bundle->files[r->bundle->count++] = (struct catalog_file){copy, text, len};
    return 0;
}

static bool ends_with(const char *s, const char *tail)
{
    size_t n = strlen(s), t = strlen(tail);
    return n >= t && !strcmp(s + n - t, tail);
}

/* Is there a folder of that name? */
static bool is_folder(const struct reading *r, const char *name)
{
    char path[PATH_MAX_OCTETS];
    struct stat st;
    return snprintf(path, sizeof path, "%s/%s", r->folder, name) < (int)sizeof path &&
           !stat(path, &st) && S_ISDIR(st.st_mode);
}

static int read_folder(const struct reading *r, const char *below, unsigned depth);

static int read_entry(const struct reading *r, const char *below, const char *entry, unsigned depth)
{
    char name[PATH_MAX_OCTETS];
    if (entry[0] == '.')
        return 0;
    if (snprintf(name, sizeof name, "%s%s%s", below, *below ? "/" : "", entry) >= (int)sizeof name)
        return unreadable(r, entry, "the path is too long");
    if (is_folder(r, name))
        return depth < DEPTH_MAX ? read_folder(r, name, depth + 1) : 0;
    return ends_with(entry, ".json") ? add_file(r, name) : 0;
}

/* A folder that breaks off must not pass for a smaller one. */
static int read_entries(const struct reading *r, DIR *dir, const char *below, unsigned depth)
{
    int failed = 0;
    for (;;) {
        errno = 0;
        const struct dirent *e = readdir(dir);
        if (!e)
            return errno ? unreadable(r, below, strerror(errno)) : failed;
        failed |= read_entry(r, below, e->d_name, depth);
    }
}

static int read_folder(const struct reading *r, const char *below, unsigned depth)
{
    char path[PATH_MAX_OCTETS];
    if (snprintf(path, sizeof path, "%s/%s", r->folder, below) >= (int)sizeof path)
        return unreadable(r, below, "the path is too long");
    DIR *dir = opendir(path);
    if (!dir)
        return unreadable(r, below, strerror(errno));
    int failed = read_entries(r, dir, below, depth);
    closedir(dir);
    return failed;
}

int bundle_read(struct bundle *b, struct arena *a, const char *folder, struct findings *findings)
{
    struct reading r = {.bundle = b, .arena = a, .folder = folder, .findings = findings};
    *b = (struct bundle){.files = arena_array(a, BUNDLE_FILES_MAX, sizeof *b->files)};
    if (!b->files)
        return unreadable(&r, "", "no memory");
    return read_folder(&r, "", 0);
}

static int by_name(const void *a, const void *b)
{
    const struct catalog_file *x = a, *y = b;
    return strcmp(x->name, y->name);
}

void bundle_version(struct bundle *b, char version[CATALOG_VERSION_HEX + 1])
{
    struct digest_list list;
    uint8_t hash[DIGEST_SIZE];
    qsort(b->files, b->count, sizeof *b->files, by_name);
    digest_list_begin(&list);
    for (size_t i = 0; i < b->count; i++)
        digest_list_add(&list, b->files[i].name, b->files[i].text, b->files[i].len);
    digest_list_end(&list, hash);
    digest_hex(hash, CATALOG_VERSION_HEX / 2, version);
}
