/* SPDX-License-Identifier: Apache-2.0 */
#include "console/bench.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

enum { IDLE_MS = 30 * 60 * 1000 };

/* A phone that rehearses. */
struct phone {
    struct rehearsal *rehearsal; /* NULL: the place is free */
    char id[BENCH_ID_SIZE];
    int64_t person, used_ms;
};

struct bench {
    struct studio studio;
    const struct zawgyi *zawgyi;
    struct bench_content contents[BENCH_CONTENTS];
    uint64_t clock; /* counts uses */
    struct phone phones[BENCH_PHONES];
};

struct bench *bench_new(const struct conf *conf, const struct handler_table *handlers,
                        const struct zawgyi *zawgyi)
{
    struct bench *b = calloc(1, sizeof *b);
    if (!b)
        return NULL;
    b->zawgyi = zawgyi;
    if (studio_init(&b->studio, conf, handlers) == 0)
        return b;
    free(b);
    return NULL;
}

static void clear(struct bench_content *c)
{
    atlas_free(c->atlas);
    catalog_unref(c->catalog);
    findings_free(c->findings);
    files_unref(c->files);
    *c = (struct bench_content){.files = NULL};
}

static void hang_up(struct phone *p)
{
    rehearsal_free(p->rehearsal);
    *p = (struct phone){.rehearsal = NULL};
}

void bench_free(struct bench *b)
{
    if (!b)
        return;
    for (size_t i = 0; i < BENCH_PHONES; i++)
        hang_up(&b->phones[i]);
    for (size_t i = 0; i < BENCH_CONTENTS; i++)
        clear(&b->contents[i]);
    free(b);
}

const struct studio *bench_studio(const struct bench *b)
{
    return &b->studio;
}

static bool is_same(const struct bench_content *c, const struct files *f, bool drafts,
                    int32_t today)
{
    return c->files && c->drafts == drafts && c->today == today &&
           !strcmp(files_version(c->files), files_version(f));
}

/* A content to copy screens from: the one used last. */
static const struct catalog *like(const struct bench *b, const struct bench_content *but,
                                  bool drafts)
{
    const struct bench_content *best = NULL;
    for (size_t i = 0; i < BENCH_CONTENTS; i++) {
        const struct bench_content *c = &b->contents[i];
        if (c != but && c->catalog && c->drafts == drafts && (!best || c->used > best->used))
            best = c;
    }
    return best ? best->catalog : NULL;
}

/* A free place, or that of the content used longest ago. */
static struct bench_content *place(struct bench *b)
{
    struct bench_content *oldest = &b->contents[0];
    for (size_t i = 1; i < BENCH_CONTENTS; i++) {
        if (b->contents[i].used < oldest->used)
            oldest = &b->contents[i];
    }
    clear(oldest);
    return oldest;
}

const struct bench_content *bench_take(struct bench *b, struct files *f, bool drafts, int32_t today)
{
    for (size_t i = 0; i < BENCH_CONTENTS; i++) {
        if (is_same(&b->contents[i], f, drafts, today)) {
            b->contents[i].used = ++b->clock;
            return &b->contents[i];
        }
    }
    struct bench_content *c = place(b);
    c->findings = findings_new();
    if (!c->findings)
        return NULL;
    const struct studio_wish w = {
        .today = today, .drafts = drafts, .faulty = true, .like = like(b, c, drafts)};
    c->files = files_ref(f);
    c->drafts = drafts;
    c->today = today;
    c->used = ++b->clock;
    c->catalog = studio_load(&b->studio, f, &w, c->findings);
    return c;
}

bool bench_is_whole(const struct bench_content *c)
{
    return c->catalog && catalog_is_whole(c->catalog);
}

const struct atlas *bench_atlas(struct bench *b, const struct bench_content *c)
{
    struct bench_content *own = &b->contents[c - b->contents];
    if (!own->atlas && bench_is_whole(own))
        own->atlas = atlas_new(&b->studio, own->catalog);
    return own->atlas;
}

static bool is_over(const struct phone *p, int64_t now_ms)
{
    return p->rehearsal && now_ms - p->used_ms > IDLE_MS;
}

/* A free place for a person who has few enough, else that of the own phone used longest ago. NULL
 * if there is none. */
static struct phone *free_phone(struct bench *b, int64_t person, int64_t now_ms)
{
    struct phone *none = NULL, *oldest = NULL;
    size_t own = 0;
    for (size_t i = 0; i < BENCH_PHONES; i++) {
        struct phone *p = &b->phones[i];
        if (is_over(p, now_ms))
            hang_up(p);
        if (!p->rehearsal) {
            none = none ? none : p;
        } else if (p->person == person) {
            own++;
            oldest = !oldest || p->used_ms < oldest->used_ms ? p : oldest;
        }
    }
    if (own < BENCH_PHONES_OWN && none)
        return none;
    if (oldest)
        hang_up(oldest);
    return oldest;
}

struct rehearsal *bench_rehearse(struct bench *b, int64_t person, const struct rehearsal_options *o,
                                 struct catalog *c, char id[BENCH_ID_SIZE])
{
    uint8_t dice[(BENCH_ID_SIZE - 1) / 2];
    struct phone *p = free_phone(b, person, o->now_ms);
    struct rehearsal_options own = *o;
    own.studio = &b->studio;
    own.zawgyi = b->zawgyi;
    if (!p)
        return NULL;
    p->rehearsal = rehearsal_new(&own, c);
    if (!p->rehearsal)
        return NULL;
    digest_random(dice, sizeof dice);
    digest_hex(dice, sizeof dice, p->id);
    memcpy(id, p->id, sizeof p->id);
    p->person = person;
    p->used_ms = o->now_ms;
    return p->rehearsal;
}

static struct phone *find(struct bench *b, int64_t person, const char *id)
{
    for (size_t i = 0; i < BENCH_PHONES; i++) {
        struct phone *p = &b->phones[i];
        if (p->rehearsal && p->person == person && !strcmp(p->id, id))
            return p;
    }
    return NULL;
}

struct rehearsal *bench_find(struct bench *b, int64_t person, const char *id, int64_t now_ms)
{
    struct phone *p = find(b, person, id);
    if (!p || is_over(p, now_ms))
        return NULL;
    p->used_ms = now_ms;
    return p->rehearsal;
}

void bench_end(struct bench *b, int64_t person, const char *id)
{
    struct phone *p = find(b, person, id);
    if (p)
        hang_up(p);
}
