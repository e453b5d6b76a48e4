/* SPDX-License-Identifier: Apache-2.0 */
#include "console/draft_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash_table.h"
#include "console/draft_diff.h"
#include "console/draft_internal.h"

struct listing {
    draft_line_fn fn;
    void *arg;
    int64_t base_step;
};

static bool take_line(void *arg, const struct db_value *c, size_t count)
{
    const struct listing *l = arg;
    (void)count;
    const struct draft_line line = {.step = c[0].num,
                                    .at_ms = c[1].num,
                                    .person = c[2].num,
                                    .name = draft_text(&c[3]),
                                    .action = draft_text(&c[4]),
                                    .note = draft_text(&c[5]),
                                    .undone = c[6].num > 0,
                                    .before = draft_text(&c[7]),
                                    .after = draft_text(&c[8]),
                                    .published = c[0].num <= l->base_step};
    return l->fn(l->arg, &line);
}

enum draft_result draft_history(struct draft *d, const char *place, draft_line_fn fn, void *arg)
{
    struct listing l = {fn, arg, draft_top(d)->base_step};
    struct db_rows rows = {take_line, &l};
    return draft_failed(
        d, db_run(d->db,
                  "SELECT s.id, s.at_ms, s.person, s.name, s.action, s.note, s.undone, e.before, "
                  "e.after FROM draft_edits e JOIN draft_steps s ON s.id = e.step "
                  "WHERE e.place = ?1 ORDER BY e.step DESC",
                  (struct db_value[]){DB_S(place), DB_END}, &rows, NULL));
}

/* Who and when, of the last line of an entry. */
struct last {
    char *by;
    int64_t *at_ms;
    int64_t step;
};

static bool take_last(void *arg, const struct draft_line *line)
{
    struct last *l = arg;
    snprintf(l->by, DRAFT_NAME_MAX, "%s", line->name);
    *l->at_ms = line->at_ms;
    l->step = line->step;
    return false;
}

int64_t draft_last(struct draft *d, const char *place, char by[DRAFT_NAME_MAX], int64_t *at_ms)
{
    struct last l = {by, at_ms, 0};
    by[0] = '\0';
    *at_ms = 0;
    return draft_history(d, place, take_last, &l) == DRAFT_OK ? l.step : 0;
}

struct naming {
    draft_place_fn fn;
    void *arg;
};

static bool take_place(void *arg, const struct db_value *c, size_t count)
{
    const struct naming *n = arg;
    (void)count;
    n->fn(n->arg, draft_text(&c[0]));
    return true;
}

int draft_places(struct draft *d, int64_t step, draft_place_fn fn, void *arg)
{
    struct naming n = {fn, arg};
    struct db_rows rows = {take_place, &n};
    return db_run(d->db, "SELECT place FROM draft_edits WHERE step = ?1 ORDER BY rowid",
                  (struct db_value[]){DB_I(step), DB_END}, &rows, NULL) == DB_OK
               ? 0
               : -1;
}

static void keep_first(void *arg, const char *place)
{
    char *out = arg;
    if (!*out)
        snprintf(out, DRAFT_PLACE_MAX, "%s", place);
}

int draft_place_of(struct draft *d, int64_t step, char place[DRAFT_PLACE_MAX])
{
    place[0] = '\0';
    return !draft_places(d, step, keep_first, place) && *place ? 0 : -1;
}

/* Somebody who had a hand in it. */
struct hand {
    int64_t person;
    char name[DRAFT_NAME_MAX];
    UT_hash_handle hh;
};

/* The authors of what differs, on their way. */
struct authors {
    struct draft *d;
    struct hand *all;
    const char *base; /* of the entry at hand */
    bool failed;
};

static void add_hand(struct authors *a, const struct draft_line *line)
{
    struct hand *h;
    HASH_FIND(hh, a->all, &line->person, sizeof line->person, h);
    if (h)
        return;
    h = calloc(1, sizeof *h);
    if (!h) {
        a->failed = true;
        return;
    }
    h->person = line->person;
    snprintf(h->name, sizeof h->name, "%s", line->name);
    HASH_ADD(hh, a->all, person, sizeof h->person, h);
    if (!h->hh.tbl) { /* no memory for the table */
        free(h);
        a->failed = true;
    }
}

/* From now back to the last time when the entry was what the base has. */
static bool take_author(void *arg, const struct draft_line *line)
{
    struct authors *a = arg;
    add_hand(a, line);
    return line->before && a->base ? strcmp(line->before, a->base) != 0 : line->before != a->base;
}

static void take_difference(void *arg, const struct draft_difference *diff)
{
    struct authors *a = arg;
    a->base = diff->before;
    if (draft_history(a->d, diff->place, take_author, a) != DRAFT_OK)
        a->failed = true;
}

int draft_authors(struct draft *d, draft_author_fn fn, void *arg)
{
    const struct draft_state *s = draft_top(d);
    struct authors a = {.d = d};
    if (draft_differences(s->base, s->now, take_difference, &a))
        a.failed = true;
    struct hand *h, *next;
    HASH_ITER(hh, a.all, h, next)
    {
        if (!a.failed)
            fn(arg, h->person, h->name);
        HASH_DEL(a.all, h);
        free(h);
    }
    return a.failed ? -1 : 0;
}
