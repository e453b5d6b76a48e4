/* SPDX-License-Identifier: Apache-2.0 */
#define HASH_NONFATAL_OOM          1 /* a full memory is reported, never an exit */
#define uthash_nonfatal_oom(entry) ((entry)->lost = true)
#include "catalog/map.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

struct entry {
    const void *value;
    bool lost; /* there was no memory to add it */
    UT_hash_handle hh;
};

struct map {
    struct entry *entries;
};

struct map *map_new(void)
{
    return calloc(1, sizeof(struct map));
}

void map_free(struct map *m)
{
    if (!m)
        return;
    HASH_CLEAR(hh, m->entries);
    free(m);
}

int map_put(struct map *m, struct arena *a, const char *key, const void *value)
{
    struct entry *e = arena_alloc(a, sizeof *e);
    if (!e)
        return -1;
    e->value = value;
    HASH_ADD_KEYPTR(hh, m->entries, key, (unsigned)strlen(key), e);
    return e->lost ? -1 : 0;
}

const void *map_get(const struct map *m, const char *key)
{
    struct entry *e = NULL;
    HASH_FIND(hh, m->entries, key, (unsigned)strlen(key), e);
    return e ? e->value : NULL;
}
