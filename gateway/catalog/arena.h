/* SPDX-License-Identifier: Apache-2.0 */
/* Memory with one owner: many small pieces that live and die together. */
#ifndef ML_CATALOG_ARENA_H
#define ML_CATALOG_ARENA_H

#include <stddef.h>

struct arena;

/* An empty arena, NULL without memory. */
struct arena *arena_new(void);
void arena_free(struct arena *a); /* frees all pieces; NULL is fine */

/* A zeroed piece of n octets, aligned for any type. NULL without memory. */
void *arena_alloc(struct arena *a, size_t n);

/* A zeroed array. NULL without memory or if the size does not fit. A count of 0 gives a piece that
 * must not be read. */
void *arena_array(struct arena *a, size_t count, size_t size);

/* A copy of n octets with a NUL after them. */
char *arena_copy(struct arena *a, const char *s, size_t n);

#endif
