/* SPDX-License-Identifier: Apache-2.0 */
#include "editing/files.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "catalog/bundle.h"

/* The octets of a file; name and text stand behind it. */
struct body {
    atomic_size_t refs;
    char octets[];
};

struct files {
    atomic_size_t refs;
    char version[FILES_VERSION_SIZE];
    size_t count, cap;
    struct catalog_file *list; /* sorted by name; points into the bodies */
    struct body **bodies;      /* of the files, in the same order */
};

static void body_unref(struct body *b)
{
    if (b && atomic_fetch_sub(&b->refs, 1) == 1)
        free(b);
}

/* A copy of a file. *out points into it. */
static struct body *body_new(const struct catalog_file *from, struct catalog_file *out)
{
    size_t name_size = strlen(from->name) + 1;
    struct body *b = malloc(sizeof *b + name_size + from->len + 1);
    if (!b)
        return NULL;
    atomic_init(&b->refs, 1);
    memcpy(b->octets, from->name, name_size);
    if (from->len)
        memcpy(b->octets + name_size, from->text, from->len);
    b->octets[name_size + from->len] = '\0';
    *out = (struct catalog_file){b->octets, b->octets + name_size, from->len};
    return b;
}

static struct files *set_new(size_t cap)
{
    struct files *f = calloc(1, sizeof *f);
    if (!f)
        return NULL;
    atomic_init(&f->refs, 1);
    f->cap = cap;
    f->list = calloc(cap + 1, sizeof *f->list);
    f->bodies = calloc(cap + 1, sizeof *f->bodies);
    if (f->list && f->bodies)
        return f;
    files_unref(f);
    return NULL;
}

/* Put a copy at the end; the caller keeps the order. */
static int append_copy(struct files *f, const struct catalog_file *from)
{
    f->bodies[f->count] = body_new(from, &f->list[f->count]);
    if (!f->bodies[f->count])
        return -1;
    f->count++;
    return 0;
}

/* Put a file of another set at the end. */
static void append_shared(struct files *f, const struct files *from, size_t i)
{
    atomic_fetch_add(&from->bodies[i]->refs, 1);
    f->bodies[f->count] = from->bodies[i];
    f->list[f->count++] = from->list[i];
}

/* The set is whole: name it. Returns NULL, and frees it, if two files have one name. */
static struct files *finish(struct files *f)
{
    struct bundle b = {.files = f->list, .count = f->count};
    for (size_t i = 1; i < f->count; i++) {
        if (strcmp(f->list[i - 1].name, f->list[i].name) >= 0) {
            files_unref(f);
            return NULL;
        }
    }
    bundle_version(&b, f->version);
    return f;
}

static int by_name(const void *a, const void *b)
{
    const struct catalog_file *x = a, *y = b;
    return strcmp(x->name, y->name);
}

struct files *files_new(const struct catalog_file *list, size_t count)
{
    struct catalog_file *sorted = calloc(count + 1, sizeof *sorted);
    struct files *f = sorted ? set_new(count) : NULL;
    if (f && count) {
        memcpy(sorted, list, count * sizeof *sorted);
        qsort(sorted, count, sizeof *sorted, by_name);
    }
    for (size_t i = 0; f && i < count; i++) {
        if (append_copy(f, &sorted[i]) < 0) {
            files_unref(f);
            f = NULL;
        }
    }
    free(sorted);
    return f ? finish(f) : NULL;
}

struct files *files_read(const char *folder, struct findings *findings)
{
    struct arena *a = arena_new();
    struct bundle b;
    struct files *f = NULL;
    if (a && bundle_read(&b, a, folder, findings) == 0)
        f = files_new(b.files, b.count);
    arena_free(a);
    return f;
}

struct files *files_ref(struct files *f)
{
    atomic_fetch_add(&f->refs, 1);
    return f;
}

void files_unref(struct files *f)
{
    if (!f || atomic_fetch_sub(&f->refs, 1) != 1)
        return;
    for (size_t i = 0; i < f->count; i++)
        body_unref(f->bodies[i]);
    free(f->bodies);
    free(f->list);
    free(f);
}

const struct catalog_file *files_list(const struct files *f, size_t *count)
{
    *count = f->count;
    return f->list;
}

const struct catalog_file *files_find(const struct files *f, const char *name)
{
    const struct catalog_file key = {.name = name};
    return f->count ? bsearch(&key, f->list, f->count, sizeof key, by_name) : NULL;
}

const char *files_version(const struct files *f)
{
    return f->version;
}

struct files *files_with(const struct files *f, const char *name, const char *text, size_t len)
{
    const struct catalog_file one = {name, text, len};
    struct files *out = set_new(f->count + 1);
    bool placed = !text;
    for (size_t i = 0; out && i < f->count; i++) {
        int order = strcmp(f->list[i].name, name);
        if (order >= 0 && !placed) {
            placed = true;
            if (append_copy(out, &one) < 0)
                goto failed;
        }
        if (order)
            append_shared(out, f, i);
    }
    if (out && !placed && append_copy(out, &one) < 0)
        goto failed;
    return out ? finish(out) : NULL;
failed:
    files_unref(out);
    return NULL;
}
