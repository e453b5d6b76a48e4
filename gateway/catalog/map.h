/* SPDX-License-Identifier: Apache-2.0 */
/* Look-up by string. Wraps uthash; the only user of it. */
#ifndef ML_CATALOG_MAP_H
#define ML_CATALOG_MAP_H

#include "catalog/arena.h"

struct map;

/* An empty map, NULL without memory. */
struct map *map_new(void);
void map_free(struct map *m); /* keys and values are the caller's; NULL is fine */

/* Add a value; its entry lives in `a`, which must outlive the map. The key is borrowed. Returns 0,
 * -1 without memory. */
int map_put(struct map *m, struct arena *a, const char *key, const void *value);

/* The value, NULL if there is none. */
const void *map_get(const struct map *m, const char *key);

#endif
