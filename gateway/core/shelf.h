/* SPDX-License-Identifier: Apache-2.0 */
/* The content version in force, and those before it for as long as a dialogue that began with one
 * can last. */
#ifndef ML_CORE_SHELF_H
#define ML_CORE_SHELF_H

#include <stddef.h>
#include <stdint.h>

#include "catalog/catalog.h"

enum { SHELF_OLD_MAX = 4 };

struct shelf {
    struct catalog *now; /* referenced */
    struct {
        struct catalog *catalog; /* referenced */
        int64_t until_ms;
    } old[SHELF_OLD_MAX];
    size_t old_count;
};

/* Begin with c, which is referenced. */
void shelf_init(struct shelf *s, struct catalog *c);
void shelf_fini(struct shelf *s);

/* Put another version in force; the present one stays on the shelf until until_ms. */
void shelf_swap(struct shelf *s, struct catalog *c, int64_t until_ms);

/* The version with that number (first 64 bits of its name), else the one in force. Borrowed. */
struct catalog *shelf_find(struct shelf *s, uint64_t number, int64_t now_ms);

#endif
