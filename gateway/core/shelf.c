/* SPDX-License-Identifier: Apache-2.0 */
#include "core/shelf.h"

#include <stdbool.h>
#include <string.h>

void shelf_init(struct shelf *s, struct catalog *c)
{
    memset(s, 0, sizeof *s);
    s->now = catalog_ref(c);
}

static void drop_oldest(struct shelf *s)
{
    catalog_unref(s->old[0].catalog);
    s->old_count--;
    memmove(s->old, s->old + 1, s->old_count * sizeof *s->old);
}

void shelf_fini(struct shelf *s)
{
    while (s->old_count > 0)
        drop_oldest(s);
    catalog_unref(s->now);
    s->now = NULL;
}

/* The same version compiled anew, for other layouts, takes the old one's place: nobody would find
 * that on the shelf. */
static bool is_same(const struct shelf *s, const struct catalog *c)
{
    return catalog_version_number(s->now) == catalog_version_number(c);
}

void shelf_swap(struct shelf *s, struct catalog *c, int64_t until_ms)
{
    if (is_same(s, c)) {
        catalog_unref(s->now);
        s->now = catalog_ref(c);
        return;
    }
    if (s->old_count == SHELF_OLD_MAX)
        drop_oldest(s);
    s->old[s->old_count].catalog = s->now;
    s->old[s->old_count].until_ms = until_ms;
    s->old_count++;
    s->now = catalog_ref(c);
}

struct catalog *shelf_find(struct shelf *s, uint64_t number, int64_t now_ms)
{
    while (s->old_count > 0 && s->old[0].until_ms < now_ms)
        drop_oldest(s);
    if (catalog_version_number(s->now) == number)
        return s->now;
    for (size_t i = s->old_count; i-- > 0;)
        if (catalog_version_number(s->old[i].catalog) == number)
            return s->old[i].catalog;
    return s->now;
}
