/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 64 * 1024 };

struct chunk {
    struct chunk *next;
    size_t used;
    size_t cap;
    alignas(max_align_t) char data[];
};

struct arena {
    struct chunk *chunks; /* the newest first */
};

struct arena *arena_new(void)
{
    return calloc(1, sizeof(struct arena));
}

void arena_free(struct arena *a)
{
    if (!a)
        return;
    while (a->chunks) {
        struct chunk *c = a->chunks;
        a->chunks = c->next;
        free(c);
    }
    free(a);
}

/* A new chunk that holds at least n octets. */
static struct chunk *grow(struct arena *a, size_t n)
{
    size_t cap = n > CHUNK ? n : CHUNK;
    struct chunk *c = calloc(1, sizeof *c + cap);
    if (!c)
        return NULL;
    c->cap = cap;
    c->next = a->chunks;
    a->chunks = c;
    return c;
}

void *arena_alloc(struct arena *a, size_t n)
{
    size_t unit = alignof(max_align_t);
    if (n > SIZE_MAX / 2)
        return NULL;
    n = (n + unit) / unit * unit;
    struct chunk *c = a->chunks;
    if (!c || c->cap - c->used < n)
        c = grow(a, n);
    if (!c)
        return NULL;
    void *piece = c->data + c->used;
    c->used += n;
    return piece;
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / 2 / size)
        return NULL;
    return arena_alloc(a, count * size);
}

char *arena_copy(struct arena *a, const char *s, size_t n)
{
    char *copy = arena_alloc(a, n + 1);
    if (copy)
        memcpy(copy, s, n);
    return copy;
}
