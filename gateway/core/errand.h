/* SPDX-License-Identifier: Apache-2.0 */
/* What a step waits for: a request for help that has to be on disk, or somebody who knows how a
 * case stands. The dialogue's side of ports.file and ports.ask. */
#ifndef ML_CORE_ERRAND_H
#define ML_CORE_ERRAND_H

#include <stdbool.h>

#include "core/flow.h"

/* Run the errand of a txn. Returns true if the result is known at once: it is in *result. Else it
 * comes through dispatch_filed or dispatch_told, maybe before this returns: the txn may be gone. */
bool errand_run(struct dispatch *d, struct txn *t, struct errand *e, int64_t *result);

/* What the answers leave in the form (enum errand_result); they are counted against the day's
 * budget. */
int64_t errand_filed(const struct dispatch *d, struct txn *t, enum filed r);
int64_t errand_told(const struct dispatch *d, struct txn *t, enum case_state state);

#endif
