/* SPDX-License-Identifier: Apache-2.0 */
/* This process's own session of a subscriber, or the store's? */
#ifndef ML_CORE_MERGE_H
#define ML_CORE_MERGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/ports.h"
#include "core/txn.h"

/* A save met another record in the store: may the txn's session be put in its place? */

/* Steps taken while the store was down, or saved in a store that has lost its last writes (a
 * replica that took over too soon), meet an older record: ours goes on, with what only the record
 * remembers. */
bool merge_older(struct txn *t, const uint8_t *record, size_t len);

/* A store that came back empty has lost the record from which this process stepped: ours is put in
 * its place. */
bool merge_outlived(struct txn *t, size_t len);

/* Before an errand the store is asked, for what an errand does cannot be taken back as a step can:
 * a "1" must not send a request because this process still believes the phone to show "1 Send".
 * Does the txn go on with its own session after that answer? It does if the store has nothing
 * newer, or does not answer. */
bool merge_keeps_own(const struct txn *t, enum store_result r, const uint8_t *record, size_t len);

#endif
