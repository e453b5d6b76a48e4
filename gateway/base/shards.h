/* SPDX-License-Identifier: Apache-2.0 */
/* Shards of the contract, 00 to ff, as a set; and as a list: two hex digits or ranges of them,
 * separated by spaces, such as "00-7f c0". */
#ifndef ML_BASE_SHARDS_H
#define ML_BASE_SHARDS_H

#include <stdbool.h>
#include <stddef.h>

/* A list is longest if each third shard is missing: "00-01 03-04 ". */
enum { SHARDS_ALL = 256, SHARDS_TEXT_SIZE = (SHARDS_ALL / 3 + 1) * 6 + 1 };

struct shards {
    bool has[SHARDS_ALL];
};

/* Read a list. Returns how many there are, or -1 if it is no list or has a shard twice. */
int shards_read(const char *list, struct shards *out);

/* It is a list, perhaps an empty one. */
bool shards_list_is_good(const char *list);

/* Add what is in b to a. */
void shards_add(struct shards *a, const struct shards *b);

/* Those that are in the set (or those that are not), as a list with ranges as long as can be; ""
 * for none. */
void shards_write(const struct shards *s, bool in_it, char out[SHARDS_TEXT_SIZE]);

#endif
