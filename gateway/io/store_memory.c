/* SPDX-License-Identifier: Apache-2.0 */
#include "io/store_memory.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash_table.h"

struct entry {
    UT_hash_handle hh;
    int64_t expires; /* ms since 1970 */
    size_t len;
    char key[PORTS_KEY_MAX];
    uint8_t record[PORTS_RECORD_MAX];
};

struct store_memory {
    struct entry *entries; /* in the order of their last save */
    struct clock clock;
    struct store_reply reply;
    bool down;
};

struct store_memory *store_memory_new(struct clock clock, const struct store_reply *reply)
{
    struct store_memory *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->clock = clock;
    s->reply = *reply;
    return s;
}

void store_memory_clear(struct store_memory *s)
{
    struct entry *e, *next;
    HASH_ITER(hh, s->entries, e, next)
    {
        HASH_DEL(s->entries, e);
        free(e);
    }
}

void store_memory_free(struct store_memory *s)
{
    if (!s)
        return;
    store_memory_clear(s);
    free(s);
}

void store_memory_set_down(struct store_memory *s, bool down)
{
    s->down = down;
}

/* The record under a key, or NULL; one that is past its time is removed. */
static struct entry *find(struct store_memory *s, const char *key)
{
    struct entry *e;
    HASH_FIND_STR(s->entries, key, e);
    if (e && e->expires <= clock_now(&s->clock)) {
        HASH_DEL(s->entries, e);
        free(e);
        return NULL;
    }
    return e;
}

/* Remove the oldest entries that are past their time, so that keys nobody asks for again go too. */
static void sweep(struct store_memory *s)
{
    int64_t now = clock_now(&s->clock);
    for (int i = 0; i < 4 && s->entries && s->entries->expires <= now; i++) {
        struct entry *e = s->entries;
        HASH_DEL(s->entries, e);
        free(e);
    }
}

void store_memory_load(void *arg, uint64_t txn, const char *key)
{
    struct store_memory *s = arg;
    const struct store_reply *reply = &s->reply;
    struct entry *e = s->down ? NULL : find(s, key);
    if (!e) {
        reply->loaded(reply->arg, txn, s->down ? STORE_DOWN : STORE_ABSENT, NULL, 0);
        return;
    }
    /* A copy, because the receiver may save under this key before it returns. */
    uint8_t record[PORTS_RECORD_MAX];
    size_t len = e->len;
    memcpy(record, e->record, len);
    reply->loaded(reply->arg, txn, STORE_OK, record, len);
}

/* May the save go ahead, e being what is there now? */
static bool expected(const struct entry *e, const struct store_save *save)
{
    if (!e)
        return save->expected_tag == 0;
    if (e->len == save->len && memcmp(e->record, save->record, e->len) == 0)
        return true;
    return save->expected_tag != 0 && memcmp(e->record, &save->expected_tag, 8) == 0;
}

/* Put the record in place of e, which may be NULL. Returns 0, or -1 without memory: then e stays.
 * So for a moment there are two under one key. */
static int put(struct store_memory *s, struct entry *e, const struct store_save *save)
{
    struct entry *n = calloc(1, sizeof *n);
    if (!n)
        return -1;
    strcpy(n->key, save->key);
    memcpy(n->record, save->record, save->len);
    n->len = save->len;
    n->expires = clock_now(&s->clock) + (save->ttl_ms > 0 ? save->ttl_ms : 1);
    HASH_ADD_STR(s->entries, key, n);
    if (!HASH_ADDED(hh, n)) {
        free(n);
        return -1;
    }
    if (e)
        HASH_DEL(s->entries, e);
    free(e);
    return 0;
}

/* Save, and say the outcome; on a conflict *now is what is there, or NULL. */
static enum store_result save_record(struct store_memory *s, const struct store_save *save,
                                     struct entry **now)
{
    if (s->down || strlen(save->key) >= PORTS_KEY_MAX || save->len < 8 ||
        save->len > PORTS_RECORD_MAX)
        return STORE_DOWN;
    sweep(s);
    *now = find(s, save->key);
    if (!expected(*now, save))
        return STORE_CONFLICT;
    return put(s, *now, save) < 0 ? STORE_DOWN : STORE_OK;
}

void store_memory_save(void *arg, const struct store_save *save)
{
    struct store_memory *s = arg;
    const struct store_reply *reply = &s->reply;
    struct entry *now = NULL;
    enum store_result r = save_record(s, save, &now);
    if (r == STORE_CONFLICT && now) {
        uint8_t record[PORTS_RECORD_MAX];
        size_t len = now->len;
        memcpy(record, now->record, len);
        reply->saved(reply->arg, save->txn, r, record, len);
    } else {
        reply->saved(reply->arg, save->txn, r, NULL, 0);
    }
}
