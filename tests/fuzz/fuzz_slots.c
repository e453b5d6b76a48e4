/* SPDX-License-Identifier: Apache-2.0 */
/* Where nodes of Redis Cluster send somebody, and who they say has which slots: any text and any
 * shape of answer; what is taken is within bounds, and can be written and read again. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>

#include "io/store_redis_slots.h"

enum { MOST = 512, REPLIES_MAX = 64, ELEMENTS_MAX = 5, DEPTH_MAX = 4 };

static void must(int holds)
{
    if (!holds)
        abort();
}

static void is_address(const struct address *a)
{
    must(a->port >= 1 && a->port <= 65535 && strlen(a->host) < sizeof a->host);
}

static void try_redirect(const char *text, size_t n)
{
    struct slot_redirect r, again;
    char whole[ADDRESS_TEXT_SIZE + 32];
    if (slot_redirect_read(text, n, &r) < 0)
        return;
    must(r.slot < SLOT_COUNT);
    is_address(&r.at);
    int len = snprintf(whole, sizeof whole, "%s %u %s:%d", r.turn == SLOT_ASK ? "ASK" : "MOVED",
                       r.slot, r.at.host, r.at.port);
    must(slot_redirect_read(whole, (size_t)len, &again) == 0);
    must(again.turn == r.turn && again.slot == r.slot && again.at.port == r.at.port &&
         strcmp(again.at.host, r.at.host) == 0);
}

/* An answer of any shape, drawn from octets. */
struct shape {
    const uint8_t *at, *end;
    char text[MOST + 1];
    redisReply reply[REPLIES_MAX];
    redisReply *element[REPLIES_MAX][ELEMENTS_MAX];
    size_t used;
};

static unsigned next(struct shape *s)
{
    return s->at < s->end ? *s->at++ : 0;
}

static redisReply *draw(struct shape *s, int depth)
{
    static char numbers[] = "10.8.0.1";
    size_t i = s->used++;
    redisReply *r = &s->reply[i];
    unsigned what = next(s);
    *r = (redisReply){.type = REDIS_REPLY_NIL};
    if (what < 100 && depth < DEPTH_MAX) {
        r->type = REDIS_REPLY_ARRAY;
        r->element = s->element[i];
        for (unsigned n = what % (ELEMENTS_MAX + 1); n > 0 && s->used < REPLIES_MAX; n--)
            s->element[i][r->elements++] = draw(s, depth + 1);
    } else if (what < 180) {
        r->type = REDIS_REPLY_INTEGER;
        r->integer = (long long)(next(s) << 8 | next(s));
        r->integer = what % 8 == 0 ? -r->integer : r->integer;
    } else if (what < 240) {
        r->type = what < 190 ? REDIS_REPLY_ERROR : REDIS_REPLY_STRING;
        r->str = what < 210 ? s->text : numbers;
        r->len = (int)strlen(r->str);
    }
    return r;
}

static void try_map(struct shape *s)
{
    static struct slot_map map;
    char why[SLOT_WHY_MAX] = "";
    if (slot_map_read(draw(s, 0), "10.8.0.9", &map, why) < 0) {
        must(*why != '\0');
        return;
    }
    must(map.count >= 1 && map.count <= SLOT_MASTERS_MAX);
    for (size_t i = 0; i < map.count; i++)
        is_address(&map.at[i]);
    for (size_t i = 0; i < SLOT_COUNT; i++)
        must(map.owner[i] <= map.count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct shape s;
    if (size > MOST)
        return 0;
    s = (struct shape){.at = data, .end = data + size};
    memcpy(s.text, data, size);
    try_redirect((const char *)data, size);
    must(slot_of(s.text) < SLOT_COUNT);
    try_map(&s);
    return 0;
}
