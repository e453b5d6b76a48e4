/* SPDX-License-Identifier: Apache-2.0 */
/* A save met another record in the store: may the txn's session be put in its place? Both are asked
 * for sessions that this process stepped while it could not save. */
#ifndef ML_CORE_MERGE_H
#define ML_CORE_MERGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/txn.h"

/* Steps taken while the store was down meet an older record when it is back: ours goes on, with
 * what only the record remembers. */
bool merge_older(struct txn *t, const uint8_t *record, size_t len);

/* A store that came back empty has lost the record from which this process stepped: ours is put in
 * its place. */
bool merge_outlived(struct txn *t, size_t len);

#endif
