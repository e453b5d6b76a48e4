/* SPDX-License-Identifier: Apache-2.0 */
/* Small numbers could tell of one person, so nobody sees them: not in a table, and not as the
 * difference of two tables.
 *
 * The smallest things counted are the cells of one hour (one carrier, kind, language and country;
 * one node; one version). Before anything is added up, each cell of 1 to 4 is replaced by 0 or 5:
 * the cells of an hour are taken in a secret order, and each time their running sum passes a
 * multiple of 5 (from a secret start on) the cell at which it does becomes 5. So the sums of many
 * cells stay true: those of an hour to less than 5. All that is shown are sums of such cells, the
 * same for every question and every reader, because order and start follow from the salt that the
 * hour has in Redis; so whatever is subtracted from whatever, a small cell does not come out.
 *
 * A number whose true value is 1 to 4 is shown as "<5"; one that is larger is never shown below 5.
 */
#ifndef ML_VOLUMES_VEIL_H
#define ML_VOLUMES_VEIL_H

#include <stddef.h>
#include <stdint.h>

enum { VEIL_LEAST = 5, VEIL_TEXT_SIZE = 24 };

struct veil_cell {
    uint64_t name; /* a hash that differs between the cells of an hour */
    uint64_t count;
    uint64_t *safe;
    uint64_t order; /* the veil's own */
};

/* The secret of an hour for one of its measures. */
uint64_t veil_key(const char *salt, size_t len, unsigned measure);

/* Set *safe of each cell. Changes their order. */
void veil_cells(uint64_t key, struct veil_cell *cells, size_t count);

/* What may be shown of a sum: -1 for "<5". */
int64_t veil_shown(uint64_t count, uint64_t safe);

/* The same as text: "0", "<5", "1204". */
const char *veil_text(uint64_t count, uint64_t safe, char out[VEIL_TEXT_SIZE]);

#endif
