/* SPDX-License-Identifier: Apache-2.0 */
#include "core/recent.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash_table.h"

#include "core/ports.h"

enum { KEY_OCTETS = (SESSION_KEY_SIZE - sizeof "{}") / 2 };

/* Many are kept, so it is small: the key is the octets that its hex digits mean. */
struct entry {
    UT_hash_handle hh; /* uthash keeps the order of insertion: the first is the least used */
    uint64_t stored_tag;
    uint16_t len;
    uint8_t id[KEY_OCTETS];
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

/* What a lower-case hex digit means. */
static unsigned value(char digit)
{
    return (digit & 15U) + (digit > '9' ? 9 : 0);
}

/* The octets that a key's digits mean; they stand between braces. */
static void read_key(const char *key, uint8_t id[KEY_OCTETS])
{
    for (size_t i = 0; i < KEY_OCTETS; i++)
        id[i] = (uint8_t)(value(key[2 * i + 1]) << 4 | value(key[2 * i + 2]));
}

static struct entry *find(struct recent *r, const uint8_t id[KEY_OCTETS])
{
    struct entry *e;
    HASH_FIND(hh, r->head, id, KEY_OCTETS, e);
    return e;
}

bool recent_get(struct recent *r, const char *key, struct session *s, uint64_t *stored_tag)
{
    uint8_t id[KEY_OCTETS];
    read_key(key, id);
    struct entry *e = find(r, id);
    if (!e || session_decode(e->record, e->len, s) < 0)
        return false;
    *stored_tag = e->stored_tag;
    return true;
}

/* An entry of that length under the key, the most used; NULL without memory. */
static struct entry *renew(struct recent *r, const char *key, size_t len)
{
    uint8_t id[KEY_OCTETS];
    read_key(key, id);
    struct entry *e = find(r, id);
    if (e)
        HASH_DEL(r->head, e);
    struct entry *bigger =
        e && e->len == len ? e : realloc(e, offsetof(struct entry, record) + len);
    if (!bigger) {
        free(e);
        return NULL;
    }
    bigger->len = (uint16_t)len;
    memcpy(bigger->id, id, sizeof id);
    bigger->hh.tbl = NULL;
    HASH_ADD(hh, r->head, id, KEY_OCTETS, bigger);
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
    uint8_t id[KEY_OCTETS];
    read_key(key, id);
    struct entry *e = find(r, id);
    if (e)
        drop(r, e);
}

size_t recent_count(const struct recent *r)
{
    return HASH_COUNT(r->head);
}
