/* SPDX-License-Identifier: Apache-2.0 */
#include "smpp/parts.h"

#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "base/digest.h"
#include "base/hash_table.h"

enum { LOOK_MS = 1000 };

struct key {
    char source[21], dest[21];
    uint16_t reference;
    uint8_t total, kind;
};

enum state {
    WAITING,   /* for parts; in the list `waiting` */
    UNDER_WAY, /* whole, and not settled; this one and the next in the list `gone` */
    DONE       /* without its pieces */
};

struct piece {
    uint64_t token;
    size_t len;
    uint8_t octets[];
};

/* By its digest a part is known again when its octets are gone. */
struct slot {
    struct piece *piece;
    uint64_t digest;
};

struct record {
    UT_hash_handle hh;
    struct record *prev, *next; /* both lists are in the order of `at` */
    struct key key;
    enum state state;
    uint8_t data_coding;
    uint64_t id;
    int64_t at; /* of the last part, or of settlement */
    size_t have, octets;
    struct slot slots[]; /* key.total */
};

struct parts {
    struct parts_options o;
    struct record *by_key, *waiting, *gone;
    size_t waiting_count, gone_count;
    uint64_t last_id;
    uint64_t tokens[PARTS_MAX];
    uint8_t octets[PARTS_OCTETS_MAX];
};

struct parts *parts_new(const struct parts_options *o)
{
    struct parts *ps = calloc(1, sizeof *ps);
    if (!ps)
        return NULL;
    ps->o = *o;
    if (ps->o.messages == 0)
        ps->o.messages = 1;
    return ps;
}

static void free_pieces(struct record *r)
{
    for (size_t i = 0; i < r->key.total; i++) {
        free(r->slots[i].piece);
        r->slots[i].piece = NULL;
    }
}

static void unlist(struct parts *ps, struct record *r)
{
    if (r->state == WAITING) {
        DL_DELETE(ps->waiting, r);
        ps->waiting_count--;
    } else {
        DL_DELETE(ps->gone, r);
        ps->gone_count--;
    }
}

/* To the end of the list that its state asks for. */
static void list(struct parts *ps, struct record *r, enum state state, int64_t now)
{
    r->state = state;
    r->at = now;
    if (state == WAITING) {
        DL_APPEND(ps->waiting, r);
        ps->waiting_count++;
    } else {
        DL_APPEND(ps->gone, r);
        ps->gone_count++;
    }
}

static void drop(struct parts *ps, struct record *r)
{
    unlist(ps, r);
    HASH_DEL(ps->by_key, r);
    free_pieces(r);
    free(r);
}

void parts_free(struct parts *ps)
{
    while (ps && ps->waiting)
        drop(ps, ps->waiting);
    while (ps && ps->gone)
        drop(ps, ps->gone);
    free(ps);
}

/* Tokens of the parts that are there, into ps->tokens. */
static size_t collect_tokens(struct parts *ps, const struct record *r)
{
    size_t n = 0;
    for (size_t i = 0; i < r->key.total; i++)
        if (r->slots[i].piece)
            ps->tokens[n++] = r->slots[i].piece->token;
    return n;
}

/* Forget a record; an incomplete one is told. */
static void give_up(struct parts *ps, struct record *r)
{
    bool tell = r->state == WAITING;
    size_t n = tell ? collect_tokens(ps, r) : 0;
    drop(ps, r);
    if (tell)
        ps->o.expired(ps->o.arg, ps->tokens, n);
}

/* A part as it comes in. */
struct incoming {
    const struct part *part;
    struct key key;
    uint8_t data_coding;
    uint64_t token;
    int64_t now;
};

static struct key key_of(const struct pdu *p, const struct part *part)
{
    struct key k;
    memset(&k, 0, sizeof k);
    memcpy(k.source, p->source.digits, strnlen(p->source.digits, sizeof k.source));
    memcpy(k.dest, p->dest.digits, strnlen(p->dest.digits, sizeof k.dest));
    k.reference = part->reference;
    k.total = part->total;
    k.kind = (uint8_t)part->kind;
    return k;
}

/* A record of which this part can be one. Another message under the same key is given up. */
static struct record *find(struct parts *ps, const struct incoming *in)
{
    struct record *r;
    HASH_FIND(hh, ps->by_key, &in->key, sizeof in->key, r);
    if (!r)
        return NULL;
    const struct slot *s = &r->slots[in->part->number - 1];
    bool there = r->state != WAITING || s->piece;
    if (r->data_coding == in->data_coding &&
        (!there || s->digest == digest_fnv(in->part->octets, in->part->len)))
        return r;
    give_up(ps, r);
    return NULL;
}

/* A new record without parts; NULL without memory. */
static struct record *open_record(struct parts *ps, const struct incoming *in)
{
    struct record *r = calloc(1, sizeof *r + in->key.total * sizeof r->slots[0]);
    if (!r)
        return NULL;
    r->key = in->key;
    r->data_coding = in->data_coding;
    r->id = ++ps->last_id;
    HASH_ADD(hh, ps->by_key, key, sizeof r->key, r);
    if (!HASH_ADDED(hh, r)) {
        free(r);
        return NULL;
    }
    list(ps, r, WAITING, in->now);
    return r;
}

/* The last part is there: hand out the message. Its pieces stay until it is settled. */
static enum parts_result finish(struct parts *ps, struct record *r, int64_t now,
                                struct parts_whole *whole)
{
    size_t len = 0, count = collect_tokens(ps, r);
    for (size_t i = 0; i < r->key.total; i++) {
        memcpy(ps->octets + len, r->slots[i].piece->octets, r->slots[i].piece->len);
        len += r->slots[i].piece->len;
    }
    unlist(ps, r);
    list(ps, r, UNDER_WAY, now);
    *whole = (struct parts_whole){r->id, ps->octets, len, ps->tokens, count};
    if (ps->gone_count > ps->o.messages)
        drop(ps, ps->gone);
    return PARTS_WHOLE;
}

/* Keep a copy of a part. Returns 0, or -1 without memory. */
static int put(struct record *r, const struct incoming *in)
{
    const struct part *part = in->part;
    struct slot *s = &r->slots[part->number - 1];
    s->piece = malloc(sizeof *s->piece + part->len);
    if (!s->piece)
        return -1;
    s->piece->token = in->token;
    s->piece->len = part->len;
    if (part->len > 0)
        memcpy(s->piece->octets, part->octets, part->len);
    s->digest = digest_fnv(part->octets, part->len);
    r->have++;
    r->octets += part->len;
    return 0;
}

static enum parts_result add_alone(struct parts *ps, const struct incoming *in,
                                   struct parts_whole *whole)
{
    ps->tokens[0] = in->token;
    *whole = (struct parts_whole){0, in->part->octets, in->part->len, ps->tokens, 1};
    return PARTS_WHOLE;
}

static void touch(struct parts *ps, struct record *r, int64_t now)
{
    unlist(ps, r);
    list(ps, r, WAITING, now);
}

/* A new part, into its record (or a new one, if r is NULL). Returns the record, or NULL without
 * memory. */
static struct record *keep(struct parts *ps, struct record *r, const struct incoming *in)
{
    bool is_new = !r;
    if (is_new)
        r = open_record(ps, in);
    if (!r)
        return NULL;
    if (put(r, in) != 0) {
        if (is_new)
            drop(ps, r);
        return NULL;
    }
    touch(ps, r, in->now);
    if (ps->waiting_count > ps->o.messages)
        give_up(ps, ps->waiting);
    return r;
}

static enum parts_result add(struct parts *ps, const struct incoming *in, struct parts_whole *whole,
                             uint64_t *older)
{
    struct record *r = find(ps, in);
    if (r && r->state != WAITING)
        return r->state == DONE ? PARTS_DONE : PARTS_LATER;
    struct piece *there = r ? r->slots[in->part->number - 1].piece : NULL;
    if (there) {
        *older = there->token;
        there->token = in->token;
        touch(ps, r, in->now);
        return PARTS_AGAIN;
    }
    if ((r ? r->octets : 0) + in->part->len > PARTS_OCTETS_MAX)
        return PARTS_REFUSED;
    r = keep(ps, r, in);
    if (!r)
        return PARTS_LATER;
    return r->have == r->key.total ? finish(ps, r, in->now, whole) : PARTS_WAIT;
}

enum parts_result parts_add(struct parts *ps, const struct pdu *p, const struct part *part,
                            uint64_t token, int64_t now, struct parts_whole *whole, uint64_t *older)
{
    struct incoming in = {part, key_of(p, part), p->data_coding, token, now};
    *older = 0;
    if (part->number == 0 || part->number > part->total)
        return PARTS_REFUSED;
    return part->total == 1 ? add_alone(ps, &in, whole) : add(ps, &in, whole, older);
}

/* Looked for from one message to the next: only a part that has waited long is answered alone. */
bool parts_answered(struct parts *ps, uint64_t token)
{
    for (struct record *r = ps->waiting; r; r = r->next)
        for (size_t i = 0; i < r->key.total; i++)
            if (r->slots[i].piece && r->slots[i].piece->token == token) {
                r->slots[i].piece->token = 0;
                return true;
            }
    return false;
}

/* Forget the parts that were refused for now: they come again. Those that were answered before do
 * not, and stay. */
static void keep_answered(struct record *r)
{
    r->have = r->octets = 0;
    for (size_t i = 0; i < r->key.total; i++) {
        struct piece *piece = r->slots[i].piece;
        if (piece && piece->token == 0) {
            r->have++;
            r->octets += piece->len;
        } else {
            free(piece);
            r->slots[i].piece = NULL;
        }
    }
}

/* Wait for the parts that come again. */
static void reopen(struct parts *ps, struct record *r, int64_t now)
{
    keep_answered(r);
    if (r->have == 0) {
        drop(ps, r);
        return;
    }
    touch(ps, r, now);
    if (ps->waiting_count > ps->o.messages)
        give_up(ps, ps->waiting);
}

void parts_settled(struct parts *ps, uint64_t id, bool done, int64_t now)
{
    struct record *r = ps->gone;
    while (r && r->id != id)
        r = r->next;
    if (!r)
        return;
    if (!done) {
        reopen(ps, r, now);
        return;
    }
    free_pieces(r);
    unlist(ps, r);
    list(ps, r, DONE, now);
}

int64_t parts_tick(struct parts *ps, int64_t now)
{
    while (ps->waiting && now - ps->waiting->at >= ps->o.wait_ms)
        give_up(ps, ps->waiting);
    while (ps->gone && now - ps->gone->at >= ps->o.remember_ms)
        drop(ps, ps->gone);
    int64_t left = ps->waiting ? ps->waiting->at + ps->o.wait_ms - now : LOOK_MS;
    return left < LOOK_MS ? left : LOOK_MS;
}

size_t parts_count(const struct parts *ps)
{
    return ps->waiting_count;
}
