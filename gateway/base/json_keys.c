/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

enum { LIST_SIZE = sizeof(((struct json_keys *)0)->list) / sizeof(struct json_key) };

void json_keys_init(struct json_keys *k)
{
    /* The list stays as it is: clearing it would cost more than reading a small object. */
    k->table = NULL;
    k->mask = 0;
    k->count = 0;
}

void json_keys_free(struct json_keys *k)
{
    free(k->table);
}

static bool same(const struct json_key *key, const char *str, size_t len)
{
    return key->len == len && memcmp(key->str, str, len) == 0;
}

/* The slot that holds the key, or the free slot where it belongs. The table is never full. */
static struct json_key *slot(struct json_key *table, size_t mask, const char *str, size_t len)
{
    size_t i = (size_t)digest_fnv(str, len) & mask;
    while (table[i].str && !same(&table[i], str, len))
        i = (i + 1) & mask;
    return &table[i];
}

/* Move all keys to a table of the given number of slots. Returns 0 or -1. */
static int rehash(struct json_keys *k, size_t slots)
{
    struct json_key *table = calloc(slots, sizeof *table);
    if (!table)
        return -1;
    const struct json_key *old = k->table ? k->table : k->list;
    size_t n = k->table ? k->mask + 1 : k->count;
    for (size_t i = 0; i < n; i++) {
        if (old[i].str)
            *slot(table, slots - 1, old[i].str, old[i].len) = old[i];
    }
    free(k->table);
    k->table = table;
    k->mask = slots - 1;
    return 0;
}

static bool in_list(const struct json_keys *k, const char *str, size_t len)
{
    for (size_t i = 0; i < k->count; i++) {
        if (same(&k->list[i], str, len))
            return true;
    }
    return false;
}

static enum json_keys_result add_to_table(struct json_keys *k, const char *str, size_t len)
{
    if (k->count * 2 > k->mask && rehash(k, (k->mask + 1) * 2))
        return JSON_KEYS_NO_MEMORY;
    struct json_key *s = slot(k->table, k->mask, str, len);
    if (s->str)
        return JSON_KEYS_TWICE;
    *s = (struct json_key){.str = str, .len = len};
    k->count++;
    return JSON_KEYS_NEW;
}

enum json_keys_result json_keys_add(struct json_keys *k, const char *str, size_t len)
{
    if (!k->table && k->count == LIST_SIZE && rehash(k, 4 * LIST_SIZE))
        return JSON_KEYS_NO_MEMORY;
    if (k->table)
        return add_to_table(k, str, len);
    if (in_list(k, str, len))
        return JSON_KEYS_TWICE;
    k->list[k->count++] = (struct json_key){.str = str, .len = len};
    return JSON_KEYS_NEW;
}
