/* SPDX-License-Identifier: Apache-2.0 */
#include "http/inputs.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/hash_table.h"

struct session {
    UT_hash_handle hh; /* by name */
    TAILQ_ENTRY(session) link;
    int64_t at;
    size_t part; /* where the last part begins in whole */
    bool began;  /* the last input began the session */
    char *whole; /* the last whole input */
    char name[];
};

struct inputs {
    struct session *sessions;
    TAILQ_HEAD(sessions, session) order; /* of their last input: the first is the oldest */
    size_t most;
    int64_t keep_ms, born;
};

struct inputs *inputs_new(size_t sessions, int64_t keep_ms, int64_t now)
{
    struct inputs *i = calloc(1, sizeof *i);
    if (!i)
        return NULL;
    *i = (struct inputs){.most = sessions, .keep_ms = keep_ms, .born = now};
    TAILQ_INIT(&i->order);
    return i;
}

static void free_session(struct session *s)
{
    free(s->whole);
    free(s);
}

static void drop(struct inputs *i, struct session *s)
{
    HASH_DEL(i->sessions, s);
    TAILQ_REMOVE(&i->order, s, link);
    free_session(s);
}

void inputs_free(struct inputs *i)
{
    while (i && !TAILQ_EMPTY(&i->order))
        drop(i, TAILQ_FIRST(&i->order));
    free(i);
}

static void drop_old(struct inputs *i, int64_t now)
{
    struct session *s;
    while ((s = TAILQ_FIRST(&i->order)) && now - s->at > i->keep_ms)
        drop(i, s);
}

static struct session *add(struct inputs *i, const char *name, const char *whole)
{
    size_t n = strlen(name);
    if (i->sessions && HASH_COUNT(i->sessions) >= i->most)
        drop(i, TAILQ_FIRST(&i->order));
    struct session *s = calloc(1, sizeof *s + n + 1);
    if (!s)
        return NULL;
    s->whole = strdup(whole);
    memcpy(s->name, name, n);
    if (s->whole)
        HASH_ADD_KEYPTR(hh, i->sessions, s->name, n, s);
    if (!HASH_ADDED(hh, s)) {
        free_session(s);
        return NULL;
    }
    TAILQ_INSERT_TAIL(&i->order, s, link);
    return s;
}

static size_t last_part(const char *whole)
{
    const char *star = strrchr(whole, '*');
    return star ? (size_t)(star - whole) + 1 : 0;
}

/* Where the new part begins in an input that follows another. */
static size_t new_part(const char *before, const char *whole)
{
    size_t n = strlen(before);
    if (n == 0)
        return 0;
    return strncmp(whole, before, n) == 0 && whole[n] == '*' ? n + 1 : last_part(whole);
}

/* Keep the new input. Returns 0, or -1 without memory: the one before stays. */
static int follow(struct session *s, const char *whole)
{
    char *copy = strdup(whole);
    if (!copy)
        return -1;
    s->part = new_part(s->whole, whole);
    s->began = false;
    free(s->whole);
    s->whole = copy;
    return 0;
}

int inputs_take(struct inputs *i, const char *name, const char *whole, int64_t now,
                struct input *out)
{
    struct session *s;
    drop_old(i, now);
    HASH_FIND_STR(i->sessions, name, s);
    if (!s) {
        s = add(i, name, whole);
        if (!s)
            return -1;
        s->began = whole[0] == '\0' || now - i->born >= i->keep_ms;
        s->part = s->began ? 0 : last_part(whole);
    } else if (strcmp(s->whole, whole) != 0 && follow(s, whole) < 0) {
        return -1;
    }
    s->at = now;
    TAILQ_REMOVE(&i->order, s, link);
    TAILQ_INSERT_TAIL(&i->order, s, link);
    *out = (struct input){.begin = s->began, .text = whole + s->part};
    return 0;
}
