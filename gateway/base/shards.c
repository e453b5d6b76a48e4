/* SPDX-License-Identifier: Apache-2.0 */
#include "base/shards.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

enum { DIGITS = 2, RANGE = 2 * DIGITS + 1 };

/* Two lower-case hex digits, whatever follows. Returns the number, or -1. */
static int read_shard(const char *s)
{
    static const char hex[] = "0123456789abcdef";
    if (strspn(s, hex) < DIGITS)
        return -1;
    return (int)((strchr(hex, s[0]) - hex) * 16 + (strchr(hex, s[1]) - hex));
}

/* A word of n octets: XX or XX-XX. Returns how many it adds, or -1. */
static int read_word(const char *word, size_t n, struct shards *out)
{
    bool range = n == RANGE && word[DIGITS] == '-';
    int first = read_shard(word);
    int last = range ? read_shard(word + DIGITS + 1) : first;
    if ((!range && n != DIGITS) || first < 0 || last < first)
        return -1;
    for (int i = first; i <= last; i++) {
        if (out->has[i])
            return -1;
        out->has[i] = true;
    }
    return last - first + 1;
}

int shards_read(const char *list, struct shards *out)
{
    int count = 0;
    memset(out, 0, sizeof *out);
    for (const char *at = list + strspn(list, " "); *at != '\0'; at += strspn(at, " ")) {
        size_t n = strcspn(at, " ");
        int added = read_word(at, n, out);
        if (added < 0)
            return -1;
        count += added;
        at += n;
    }
    return count;
}

bool shards_list_is_good(const char *list)
{
    struct shards s;
    return shards_read(list, &s) >= 0;
}

void shards_add(struct shards *a, const struct shards *b)
{
    for (int i = 0; i < SHARDS_ALL; i++)
        a->has[i] = a->has[i] || b->has[i];
}

void shards_write(const struct shards *s, bool in_it, char out[SHARDS_TEXT_SIZE])
{
    struct buf b;
    buf_init(&b, out, SHARDS_TEXT_SIZE);
    for (int i = 0; i < SHARDS_ALL; i++) {
        if (s->has[i] != in_it)
            continue;
        int first = i;
        while (i + 1 < SHARDS_ALL && s->has[i + 1] == in_it)
            i++;
        buf_printf(&b, "%s%02x", b.len > 0 ? " " : "", (unsigned)first);
        if (i > first)
            buf_printf(&b, "-%02x", (unsigned)i);
    }
}
