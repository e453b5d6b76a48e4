/* SPDX-License-Identifier: Apache-2.0 */
#include "http/inputs.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>

/* uthash keeps the order of adding: the first is the oldest. */
struct session {
    UT_hash_handle hh;
    int64_t at;
    size_t part; /* where the last part begins in whole */
    bool began;  /* the last input began the session */
    char *whole; /* the last whole input */
    char name[];
};

struct inputs {
    struct session *sessions;
    size_t most;
    int64_t keep_ms, born;
};

struct inputs *inputs_new(size_t sessions, int64_t keep_ms, int64_t now)
{
    struct inputs *i = calloc(1, sizeof *i);
    if (i)
        *i = (struct inputs){.most = sessions, .keep_ms = keep_ms, .born = now};
    return i;
}

static void drop(struct inputs *i, struct session *s)
{
    HASH_DEL(i->sessions, s);
    free(s->whole);
    free(s);
}

void inputs_free(struct inputs *i)
{
    while (i && i->sessions)
        drop(i, i->sessions);
    free(i);
}

static void drop_old(struct inputs *i, int64_t now)
{
    while (i->sessions && now - i->sessions->at > i->keep_ms)
        drop(i, i->sessions);
}

static struct session *add(struct inputs *i, const char *name, const char *whole)
{
    size_t n = strlen(name);
    if (i->sessions && HASH_COUNT(i->sessions) >= i->most)
        drop(i, i->sessions);
    struct session *s = calloc(1, sizeof *s + n + 1);
    if (!s)
        return NULL;
    s->whole = strdup(whole);
    if (!s->whole) {
        free(s);
        return NULL;
    }
    memcpy(s->name, name, n);
    HASH_ADD_KEYPTR(hh, i->sessions, s->name, n, s);
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

/* Keep the new input, and be the newest session. */
static int follow(struct inputs *i, struct session *s, const char *whole)
{
    char *copy = strdup(whole);
    if (!copy)
        return -1;
    s->part = new_part(s->whole, whole);
    s->began = false;
    free(s->whole);
    s->whole = copy;
    HASH_DEL(i->sessions, s);
    HASH_ADD_KEYPTR(hh, i->sessions, s->name, strlen(s->name), s);
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
    } else if (strcmp(s->whole, whole) != 0 && follow(i, s, whole) < 0) {
        return -1;
    }
    s->at = now;
    *out = (struct input){.begin = s->began, .text = whole + s->part};
    return 0;
}
