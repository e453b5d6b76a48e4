/* SPDX-License-Identifier: Apache-2.0 */
#include "smpp/inbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/digest.h"
#include "base/hash_table.h"

enum entry_state {
    IN_HAND,
    AGAIN,  /* we have asked for it again */
    DONE,   /* answered for good */
    UNSURE, /* done, but the connection broke before the answer, or right after it */
};

struct entry {
    UT_hash_handle by_print, by_id;
    TAILQ_ENTRY(entry) link; /* in order of `at` */
    uint8_t print[INBOX_PRINT];
    struct inbox_item item;
    enum entry_state state;
    int64_t at; /* of the last change */
    uint64_t *tokens;
    size_t token_count;
};

struct inbox {
    struct inbox_options o;
    struct entry *prints, *ids;
    TAILQ_HEAD(entries, entry) order;
    size_t in_hand;
    char run[9]; /* of this process */
    uint64_t count;
};

/* Hexadecimal with the digits g to p: the log takes a long run of digits for a phone number and
 * masks it, and an id that is masked cannot be followed. */
static void letters(const uint8_t *in, size_t n, char *out)
{
    digest_hex(in, n, out);
    for (; *out != '\0'; out++)
        if (*out >= '0' && *out <= '9')
            *out = (char)(*out - '0' + 'g');
}

struct inbox *inbox_new(const struct inbox_options *o)
{
    struct inbox *b = calloc(1, sizeof *b);
    uint8_t dice[4];
    if (!b)
        return NULL;
    b->o = *o;
    TAILQ_INIT(&b->order);
    digest_random(dice, sizeof dice);
    letters(dice, sizeof dice, b->run);
    return b;
}

static void drop(struct inbox *b, struct entry *e)
{
    HASH_DELETE(by_print, b->prints, e);
    HASH_DELETE(by_id, b->ids, e);
    TAILQ_REMOVE(&b->order, e, link);
    b->in_hand -= e->state == IN_HAND;
    free(e->tokens);
    free(e);
}

void inbox_free(struct inbox *b)
{
    if (!b)
        return;
    while (!TAILQ_EMPTY(&b->order))
        drop(b, TAILQ_FIRST(&b->order));
    free(b);
}

static void change(struct inbox *b, struct entry *e, enum entry_state state, int64_t now)
{
    b->in_hand += (state == IN_HAND) - (e->state == IN_HAND);
    e->state = state;
    e->at = now;
    TAILQ_REMOVE(&b->order, e, link);
    TAILQ_INSERT_TAIL(&b->order, e, link);
}

/* Make room: prints leave, the oldest first; what is in hand stays. */
static void make_room(struct inbox *b)
{
    struct entry *next;
    for (struct entry *e = TAILQ_FIRST(&b->order); e && HASH_CNT(by_print, b->prints) >= b->o.known;
         e = next) {
        next = TAILQ_NEXT(e, link);
        if (e->state != IN_HAND)
            drop(b, e);
    }
}

static void name(struct inbox *b, struct entry *e, const struct inbox_print *print)
{
    char word[2 * INBOX_PRINT + 1];
    letters(print->octets, INBOX_PRINT, word);
    if (print->stable)
        snprintf(e->item.id, sizeof e->item.id, "c-%s", word);
    else
        snprintf(e->item.id, sizeof e->item.id, "%s-%llu", b->run, (unsigned long long)++b->count);
}

/* Into both tables, or into none: 0, or -1 without memory. */
static int index_entry(struct inbox *b, struct entry *e)
{
    HASH_ADD(by_print, b->prints, print, INBOX_PRINT, e);
    if (!HASH_ADDED(by_print, e))
        return -1;
    HASH_ADD(by_id, b->ids, item.id, strlen(e->item.id), e);
    if (HASH_ADDED(by_id, e))
        return 0;
    HASH_DELETE(by_print, b->prints, e);
    return -1;
}

static struct entry *add(struct inbox *b, const struct inbox_print *print, int64_t now)
{
    make_room(b);
    struct entry *e = calloc(1, sizeof *e);
    if (!e)
        return NULL;
    memcpy(e->print, print->octets, INBOX_PRINT);
    name(b, e, print);
    e->at = now;
    e->state = IN_HAND;
    if (index_entry(b, e) < 0) {
        free(e);
        return NULL;
    }
    b->in_hand++;
    TAILQ_INSERT_TAIL(&b->order, e, link);
    return e;
}

static int add_tokens(struct entry *e, struct inbox_tokens tokens)
{
    uint64_t *more = realloc(e->tokens, (e->token_count + tokens.count) * sizeof *more);
    if (!more)
        return -1;
    memcpy(more + e->token_count, tokens.list, tokens.count * sizeof *more);
    e->tokens = more;
    e->token_count += tokens.count;
    return 0;
}

struct inbox_item *inbox_take(struct inbox *b, const struct inbox_print *print,
                              struct inbox_tokens tokens, int64_t now, bool *again)
{
    struct entry *e;
    HASH_FIND(by_print, b->prints, print->octets, INBOX_PRINT, e);
    *again = e && (e->state != DONE || print->stable);
    if ((!e || e->state != IN_HAND) && b->in_hand >= b->o.in_hand)
        return NULL;
    if (e && !*again) { /* another message that says the same takes its place */
        drop(b, e);
        e = NULL;
    }
    bool added = !e;
    if (added)
        e = add(b, print, now);
    if (!e || add_tokens(e, tokens) < 0) {
        if (e && added)
            drop(b, e);
        return NULL;
    }
    change(b, e, IN_HAND, now);
    return &e->item;
}

static struct entry *find(struct inbox *b, const char *id)
{
    struct entry *e;
    HASH_FIND(by_id, b->ids, id, strlen(id), e);
    return e && e->state == IN_HAND ? e : NULL;
}

struct inbox_item *inbox_find(struct inbox *b, const char *id)
{
    struct entry *e = find(b, id);
    return e ? &e->item : NULL;
}

void inbox_close(struct inbox *b, const char *id, uint32_t status, bool again, int64_t now)
{
    struct entry *e = find(b, id);
    if (!e)
        return;
    uint64_t *tokens = e->tokens;
    size_t count = e->token_count;
    bool reached = false;
    e->tokens = NULL;
    e->token_count = 0;
    /* Before it is answered: an answer may find the connection lost, and then this one is unsure.
     */
    change(b, e, again ? AGAIN : DONE, now);
    for (size_t i = 0; i < count; i++)
        reached = b->o.answer(b->o.arg, tokens[i], status) == 0 || reached;
    if (!reached && e->state == DONE)
        e->state = UNSURE;
    free(tokens);
}

void inbox_lost(struct inbox *b, int64_t now)
{
    struct entry *e;
    TAILQ_FOREACH_REVERSE(e, &b->order, entries, link)
    {
        if (now - e->at > INBOX_UNSURE_MS)
            break;
        if (e->state == DONE)
            e->state = UNSURE;
    }
}

void inbox_tick(struct inbox *b, int64_t now)
{
    struct entry *next;
    for (struct entry *e = TAILQ_FIRST(&b->order); e && now - e->at > INBOX_KEEP_MS; e = next) {
        next = TAILQ_NEXT(e, link);
        if (e->state != IN_HAND)
            drop(b, e);
    }
}

size_t inbox_in_hand(const struct inbox *b)
{
    return b->in_hand;
}
