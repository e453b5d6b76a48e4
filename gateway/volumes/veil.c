/* SPDX-License-Identifier: Apache-2.0 */
#include "volumes/veil.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

/* Spread a number over all bits (the end of splitmix64). What follows from it here is one bit a
 * cell, so that it need not be a cipher. */
static uint64_t mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15ULL;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
}

uint64_t veil_key(const char *salt, size_t len, unsigned measure)
{
    uint8_t hash[DIGEST_SIZE], of = (uint8_t)measure;
    uint64_t key;
    digest_hmac(salt, len, &of, sizeof of, hash);
    memcpy(&key, hash, sizeof key);
    return key;
}

static int by_order(const void *a, const void *b)
{
    const struct veil_cell *x = a, *y = b;
    return x->order < y->order ? -1 : x->order > y->order;
}

void veil_cells(uint64_t key, struct veil_cell *cells, size_t count)
{
    uint64_t sum = mix(key) % VEIL_LEAST;
    for (size_t i = 0; i < count; i++)
        cells[i].order = mix(cells[i].name ^ key);
    qsort(cells, count, sizeof *cells, by_order);
    for (size_t i = 0; i < count; i++) {
        struct veil_cell *c = &cells[i];
        *c->safe = c->count;
        if (c->count == 0 || c->count >= VEIL_LEAST)
            continue;
        uint64_t before = sum / VEIL_LEAST;
        sum += c->count;
        *c->safe = (sum / VEIL_LEAST - before) * VEIL_LEAST;
    }
}

int64_t veil_shown(uint64_t count, uint64_t safe)
{
    if (count == 0)
        return 0;
    if (count < VEIL_LEAST)
        return -1;
    return (int64_t)(safe > VEIL_LEAST ? safe : VEIL_LEAST);
}

const char *veil_text(uint64_t count, uint64_t safe, char out[VEIL_TEXT_SIZE])
{
    int64_t n = veil_shown(count, safe);
    if (n < 0)
        snprintf(out, VEIL_TEXT_SIZE, "<%d", VEIL_LEAST);
    else
        snprintf(out, VEIL_TEXT_SIZE, "%" PRId64, n);
    return out;
}
