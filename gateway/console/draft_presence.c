/* SPDX-License-Identifier: Apache-2.0 */
#include "console/draft_presence.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct seat {
    int64_t person, at_ms;
    char id[PRESENCE_ID_MAX]; /* "": the seat is free */
    bool typing;
};

/* A few people: a list is as fast as a table. */
struct presence {
    struct seat seats[PRESENCE_MAX];
};

struct presence *presence_new(void)
{
    return calloc(1, sizeof(struct presence));
}

void presence_free(struct presence *p)
{
    free(p);
}

/* The person's own seat, else a free one, else the one that was silent longest. */
static struct seat *seat_of(struct presence *p, int64_t person)
{
    struct seat *best = &p->seats[0];
    for (size_t i = 0; i < PRESENCE_MAX; i++) {
        struct seat *s = &p->seats[i];
        if (*s->id && s->person == person)
            return s;
        if (*best->id && (!*s->id || s->at_ms < best->at_ms))
            best = s;
    }
    return best;
}

void presence_set(struct presence *p, int64_t person, const char *id, bool typing, int64_t now_ms)
{
    struct seat *s = seat_of(p, person);
    if (!*id && s->person != person)
        return;
    *s = (struct seat){.person = person, .at_ms = now_ms, .typing = typing};
    snprintf(s->id, sizeof s->id, "%s", id);
}

void presence_list(const struct presence *p, const char *id, int64_t but, int64_t now_ms,
                   presence_fn fn, void *arg)
{
    for (size_t i = 0; i < PRESENCE_MAX; i++) {
        const struct seat *s = &p->seats[i];
        if (*s->id && s->person != but && now_ms - s->at_ms < PRESENCE_MS && !strcmp(s->id, id))
            fn(arg, s->person, s->typing);
    }
}
