/* SPDX-License-Identifier: Apache-2.0 */
#include "core/txn.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/hash_table.h"

#include "catalog/catalog.h"

struct line;

/* The public txn comes first, so that both have one address. */
struct slot {
    struct txn txn;
    struct line *line;
    STAILQ_ENTRY(slot) next;
    UT_hash_handle hh;
};

struct line {
    char key[SESSION_KEY_SIZE];
    STAILQ_HEAD(, slot) slots;
    UT_hash_handle hh;
};

/* A slot is too large for what malloc does fast, so some that have ended wait for the next. */
enum { SPARE_MAX = 256 };

struct txns {
    struct slot *by_number;
    struct line *by_key;
    uint64_t last_number;
    STAILQ_HEAD(, slot) spare;
    unsigned spare_count;
};

struct txns *txns_new(void)
{
    struct txns *t = calloc(1, sizeof *t);
    if (t)
        STAILQ_INIT(&t->spare);
    return t;
}

static struct slot *slot_take(struct txns *t)
{
    struct slot *s = STAILQ_FIRST(&t->spare);
    if (!s)
        return malloc(sizeof *s);
    STAILQ_REMOVE_HEAD(&t->spare, next);
    t->spare_count--;
    return s;
}

static void slot_give(struct txns *t, struct slot *s)
{
    if (!s || t->spare_count == SPARE_MAX) {
        free(s);
        return;
    }
    STAILQ_INSERT_HEAD(&t->spare, s, next);
    t->spare_count++;
}

static void slot_end(struct txns *t, struct slot *s)
{
    if (!s)
        return;
    catalog_unref(s->txn.catalog);
    free((char *)s->txn.mo.text);
    slot_give(t, s);
}

static struct line *line_find(const struct txns *t, const char *key)
{
    struct line *l;
    HASH_FIND_STR(t->by_key, key, l);
    return l;
}

/* The subscriber's line, made if there is none; NULL without memory. */
static struct line *line_get(struct txns *t, const char *key)
{
    struct line *l = line_find(t, key);
    if (l)
        return l;
    l = calloc(1, sizeof *l);
    if (!l)
        return NULL;
    memccpy(l->key, key, '\0', sizeof l->key - 1);
    STAILQ_INIT(&l->slots);
    HASH_ADD_STR(t->by_key, key, l);
    if (HASH_ADDED(hh, l))
        return l;
    free(l);
    return NULL;
}

static void line_drop_if_empty(struct txns *t, struct line *l)
{
    if (!STAILQ_EMPTY(&l->slots))
        return;
    HASH_DEL(t->by_key, l);
    free(l);
}

static struct slot *slot_new(struct txns *t, const struct origin *o, const struct mo *mo)
{
    struct slot *s = slot_take(t);
    char *text = malloc(mo->text_len + 1);
    if (!s || !text) {
        slot_give(t, s);
        free(text);
        return NULL;
    }
    memcpy(text, mo->text ? mo->text : "", mo->text_len);
    text[mo->text_len] = '\0';
    memset(s, 0, offsetof(struct slot, txn.session));
    memset((char *)s + sizeof s->txn, 0, sizeof *s - sizeof s->txn);
    s->txn.number = ++t->last_number;
    s->txn.origin = *o;
    s->txn.mo = *mo;
    s->txn.mo.text = text;
    return s;
}

struct txn *txns_open(struct txns *t, const char *key, const struct origin *o, const struct mo *mo)
{
    struct line *l = line_get(t, key);
    struct slot *s = l ? slot_new(t, o, mo) : NULL;
    if (s)
        HASH_ADD(hh, t->by_number, txn.number, sizeof s->txn.number, s);
    if (!s || !HASH_ADDED(hh, s)) {
        slot_end(t, s);
        if (l)
            line_drop_if_empty(t, l);
        return NULL;
    }
    memcpy(s->txn.key, l->key, sizeof s->txn.key);
    s->line = l;
    STAILQ_INSERT_TAIL(&l->slots, s, next);
    return &s->txn;
}

size_t txns_in_line(const struct txns *t, const char *key, uint64_t id, bool *has)
{
    const struct line *l = line_find(t, key);
    const struct slot *s = l ? STAILQ_FIRST(&l->slots) : NULL;
    size_t n = 0;
    for (*has = false; s; s = STAILQ_NEXT(s, next), n++)
        *has = *has || s->txn.id == id;
    return n;
}

struct txn *txns_find(struct txns *t, uint64_t number)
{
    struct slot *s;
    HASH_FIND(hh, t->by_number, &number, sizeof number, s);
    return s ? &s->txn : NULL;
}

struct txn *txns_end(struct txns *t, struct txn *txn)
{
    struct slot *s = (struct slot *)txn;
    struct line *l = s->line;
    HASH_DEL(t->by_number, s);
    STAILQ_REMOVE_HEAD(&l->slots, next);
    slot_end(t, s);
    struct slot *next = STAILQ_FIRST(&l->slots);
    line_drop_if_empty(t, l);
    return next ? &next->txn : NULL;
}

void txns_free(struct txns *t)
{
    while (t && t->by_key)
        txns_end(t, &STAILQ_FIRST(&t->by_key->slots)->txn);
    while (t && t->spare_count > 0)
        free(slot_take(t));
    free(t);
}

size_t txns_count(const struct txns *t)
{
    return HASH_COUNT(t->by_number);
}
