/* SPDX-License-Identifier: Apache-2.0 */
#include "smpp/window.h"

#include <stdlib.h>

/* Places are numbers from 1; 0 is none. */
struct place {
    struct window_entry entry;
    size_t next_in_bucket; /* or next free one */
    size_t older, newer;
};

struct window {
    size_t most, count;
    size_t oldest, newest, unused;
    size_t *buckets;
    struct place *places;
};

/* Sequence numbers count up, so that they spread by themselves. */
static size_t *bucket(const struct window *w, uint32_t sequence)
{
    return &w->buckets[sequence % w->most];
}

struct window *window_new(size_t most)
{
    struct window *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->most = most > 0 ? most : 1;
    w->buckets = calloc(w->most, sizeof *w->buckets);
    w->places = calloc(w->most + 1, sizeof *w->places);
    if (!w->buckets || !w->places) {
        window_free(w);
        return NULL;
    }
    for (size_t i = 1; i < w->most; i++)
        w->places[i].next_in_bucket = i + 1;
    w->unused = 1;
    return w;
}

void window_free(struct window *w)
{
    if (!w)
        return;
    free(w->buckets);
    free(w->places);
    free(w);
}

/* Where the number of the place of that sequence stands: in its bucket or in the place before. */
static size_t *find(const struct window *w, uint32_t sequence)
{
    size_t *at = bucket(w, sequence);
    while (*at && w->places[*at].entry.sequence != sequence)
        at = &w->places[*at].next_in_bucket;
    return at;
}

int window_add(struct window *w, const struct window_entry *e)
{
    size_t n = w->unused;
    if (n == 0 || window_has(w, e->sequence))
        return -1;
    struct place *p = &w->places[n];
    w->unused = p->next_in_bucket;
    size_t *first = bucket(w, e->sequence);
    *p = (struct place){.entry = *e, .next_in_bucket = *first, .older = w->newest};
    *first = n;
    if (w->newest)
        w->places[w->newest].newer = n;
    else
        w->oldest = n;
    w->newest = n;
    w->count++;
    return 0;
}

static void unlink_place(struct window *w, const struct place *p)
{
    if (p->older)
        w->places[p->older].newer = p->newer;
    else
        w->oldest = p->newer;
    if (p->newer)
        w->places[p->newer].older = p->older;
    else
        w->newest = p->older;
}

int window_take(struct window *w, uint32_t sequence, struct window_entry *out)
{
    size_t *at = find(w, sequence), n = *at;
    if (n == 0)
        return -1;
    struct place *p = &w->places[n];
    if (out)
        *out = p->entry;
    *at = p->next_in_bucket;
    unlink_place(w, p);
    p->next_in_bucket = w->unused;
    w->unused = n;
    w->count--;
    return 0;
}

int window_take_oldest(struct window *w, struct window_entry *out)
{
    return w->oldest ? window_take(w, w->places[w->oldest].entry.sequence, out) : -1;
}

bool window_has(const struct window *w, uint32_t sequence)
{
    return *find(w, sequence) != 0;
}

const struct window_entry *window_oldest(const struct window *w)
{
    return w->oldest ? &w->places[w->oldest].entry : NULL;
}

size_t window_count(const struct window *w)
{
    return w->count;
}

bool window_full(const struct window *w)
{
    return w->count == w->most;
}
