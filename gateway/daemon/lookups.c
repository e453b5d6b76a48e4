/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/lookups.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Answers come in the order of the questions, so a ring has the place of each. */
struct lookups {
    struct {
        uint64_t number; /* 0 for a free place */
        char ask_id[REQUEST_ASK_ID_MAX + 1];
    } ring[LOOKUPS_MAX];
    uint64_t last;
};

struct lookups *lookups_new(void)
{
    return calloc(1, sizeof(struct lookups));
}

void lookups_free(struct lookups *l)
{
    free(l);
}

bool lookups_put(struct lookups *l, const char *ask_id, uint64_t *number)
{
    uint64_t next = l->last + 1;
    size_t i = next % LOOKUPS_MAX;
    if (l->ring[i].number != 0)
        return false;
    l->last = *number = l->ring[i].number = next;
    snprintf(l->ring[i].ask_id, sizeof l->ring[i].ask_id, "%s", ask_id);
    return true;
}

bool lookups_take(struct lookups *l, uint64_t number, char ask_id[REQUEST_ASK_ID_MAX + 1])
{
    size_t i = number % LOOKUPS_MAX;
    if (number == 0 || l->ring[i].number != number)
        return false;
    memcpy(ask_id, l->ring[i].ask_id, sizeof l->ring[i].ask_id);
    l->ring[i].number = 0;
    return true;
}
