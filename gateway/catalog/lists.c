/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/lists.h"

#include "catalog/internal.h"

size_t lists_corridor_count(const struct catalog *c)
{
    return c->corridor_count;
}

const struct corridor *lists_corridor(const struct catalog *c, size_t i)
{
    return i < c->corridor_count ? &c->corridors[i] : NULL;
}

const struct corridor *lists_corridor_by_key(const struct catalog *c, uint32_t key)
{
    for (size_t i = 0; i < c->corridor_count; i++) {
        if (c->corridors[i].key == key)
            return &c->corridors[i];
    }
    return NULL;
}

size_t lists_item_count(const struct catalog *c)
{
    return c->item_count;
}

const struct fee_item *lists_item(const struct catalog *c, size_t i)
{
    return i < c->item_count ? &c->items[i] : NULL;
}

const struct fee_item *lists_item_by_key(const struct catalog *c, uint32_t key)
{
    for (size_t i = 0; i < c->item_count; i++) {
        if (c->items[i].key == key)
            return &c->items[i];
    }
    return NULL;
}

const struct fee_rule *lists_rule(const struct catalog *c, const struct corridor *from_to,
                                  const struct fee_item *item)
{
    for (size_t i = 0; i < c->rule_count; i++) {
        if (c->rules[i].corridor == from_to && c->rules[i].item == item)
            return &c->rules[i];
    }
    return NULL;
}

size_t lists_channel_count(const struct catalog *c)
{
    return c->channel_count;
}

const struct contact *lists_channel(const struct catalog *c, size_t i)
{
    return i < c->channel_count ? &c->channels[i] : NULL;
}

size_t lists_centre_count(const struct catalog *c)
{
    return c->centre_count;
}

const struct contact *lists_centre(const struct catalog *c, size_t i)
{
    return i < c->centre_count ? &c->centres[i] : NULL;
}
