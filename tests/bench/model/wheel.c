/* SPDX-License-Identifier: Apache-2.0 */
#include "wheel.h"

#include <stdlib.h>

enum { NOBODY = -1 };

struct wheel {
    int64_t at_ms; /* all before it are taken */
    int32_t first[WHEEL_SPAN_MS], last[WHEEL_SPAN_MS];
    int32_t next[]; /* of a slot, in the list of its millisecond */
};

struct wheel *wheel_new(uint32_t slots)
{
    struct wheel *w = malloc(sizeof *w + slots * sizeof w->next[0]);
    if (!w)
        return NULL;
    w->at_ms = 0;
    for (unsigned i = 0; i < WHEEL_SPAN_MS; i++)
        w->first[i] = w->last[i] = NOBODY;
    return w;
}

void wheel_free(struct wheel *w)
{
    free(w);
}

void wheel_put(struct wheel *w, uint32_t slot, int64_t at_ms)
{
    unsigned i = (unsigned)(at_ms > w->at_ms ? at_ms : w->at_ms) % WHEEL_SPAN_MS;
    w->next[slot] = NOBODY;
    if (w->first[i] == NOBODY)
        w->first[i] = (int32_t)slot;
    else
        w->next[w->last[i]] = (int32_t)slot;
    w->last[i] = (int32_t)slot;
}

bool wheel_take(struct wheel *w, int64_t now_ms, uint32_t *slot)
{
    for (; w->at_ms <= now_ms; w->at_ms++) {
        unsigned i = (unsigned)w->at_ms % WHEEL_SPAN_MS;
        if (w->first[i] == NOBODY)
            continue;
        *slot = (uint32_t)w->first[i];
        w->first[i] = w->next[w->first[i]];
        return true;
    }
    return false;
}
