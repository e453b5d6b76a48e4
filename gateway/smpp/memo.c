/* SPDX-License-Identifier: Apache-2.0 */
#include "smpp/memo.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash_table.h"

/* uthash keeps the order of adding: the first is the oldest. */
struct name {
    UT_hash_handle hh;
    int64_t at;
    char text[];
};

struct memo {
    struct name *names;
    size_t most;
    int64_t keep_ms;
};

struct memo *memo_new(size_t names, int64_t keep_ms)
{
    struct memo *m = calloc(1, sizeof *m);
    if (m)
        *m = (struct memo){.most = names, .keep_ms = keep_ms};
    return m;
}

static void drop(struct memo *m, struct name *n)
{
    HASH_DEL(m->names, n);
    free(n);
}

void memo_free(struct memo *m)
{
    while (m && m->names)
        drop(m, m->names);
    free(m);
}

static struct name *find(const struct memo *m, const char *text)
{
    struct name *n;
    HASH_FIND_STR(m->names, text, n);
    return n;
}

bool memo_has(const struct memo *m, const char *text)
{
    return find(m, text) != NULL;
}

void memo_drop(struct memo *m, const char *text)
{
    struct name *n = find(m, text);
    if (n)
        drop(m, n);
}

int memo_add(struct memo *m, const char *text, int64_t now)
{
    while (m->names && (HASH_COUNT(m->names) >= m->most || now - m->names->at > m->keep_ms))
        drop(m, m->names);
    if (memo_has(m, text))
        return 0;
    size_t len = strlen(text);
    struct name *n = calloc(1, sizeof *n + len + 1);
    if (!n)
        return -1;
    memcpy(n->text, text, len);
    n->at = now;
    HASH_ADD_KEYPTR(hh, m->names, n->text, len, n);
    if (HASH_ADDED(hh, n))
        return 0;
    free(n);
    return -1;
}
