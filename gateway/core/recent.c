/* SPDX-License-Identifier: Apache-2.0 */
#include "core/recent.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash_table.h"

#include "core/ports.h"

struct entry {
    UT_hash_handle hh; /* uthash keeps the order of insertion: the first is the least used */
    uint64_t stored_tag;
    size_t len;
    char key[SESSION_KEY_SIZE];
    uint8_t record[];
};

struct recent {
    struct entry *head;
    size_t capacity;
};

struct recent *recent_new(size_t capacity)
{
    struct recent *r = calloc(1, sizeof *r);
    if (r)
        r->capacity = capacity;
    return r;
}

static void drop(struct recent *r, struct entry *e)
{
    HASH_DEL(r->head, e);
    free(e);
}

void recent_free(struct recent *r)
{
    while (r && r->head)
        drop(r, r->head);
    free(r);
}

static struct entry *find(struct recent *r, const char *key)
{
    struct entry *e;
    HASH_FIND_STR(r->head, key, e);
    return e;
}

bool recent_get(struct recent *r, const char *key, struct session *s, uint64_t *stored_tag)
{
    struct entry *e = find(r, key);
    if (!e || session_decode(e->record, e->len, s) < 0)
        return false;
    *stored_tag = e->stored_tag;
    return true;
}

/* An entry of that length under the key, the most used; NULL without memory. */
static struct entry *renew(struct recent *r, const char *key, size_t len)
{
    struct entry *e = find(r, key);
    if (e)
        HASH_DEL(r->head, e);
    struct entry *bigger = e && e->len == len ? e : realloc(e, sizeof *e + len);
    if (!bigger) {
        free(e);
        return NULL;
    }
    bigger->len = len;
    memccpy(bigger->key, key, '\0', SESSION_KEY_SIZE - 1);
    bigger->key[SESSION_KEY_SIZE - 1] = '\0';
    bigger->hh.tbl = NULL;
    HASH_ADD_STR(r->head, key, bigger);
    if (HASH_ADDED(hh, bigger))
        return bigger;
    free(bigger);
    return NULL;
}

void recent_put(struct recent *r, const char *key, const struct session *s, uint64_t stored_tag)
{
    uint8_t record[PORTS_RECORD_MAX];
    size_t len = session_encode(s, record, sizeof record);
    struct entry *e = renew(r, key, len);
    if (!e)
        return;
    memcpy(e->record, record, len);
    e->stored_tag = stored_tag;
    if (HASH_COUNT(r->head) > r->capacity)
        drop(r, r->head);
}

void recent_drop(struct recent *r, const char *key)
{
    struct entry *e = find(r, key);
    if (e)
        drop(r, e);
}

size_t recent_count(const struct recent *r)
{
    return HASH_COUNT(r->head);
}
