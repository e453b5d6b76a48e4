/* SPDX-License-Identifier: Apache-2.0 */
/* What is counted of a step. A repeat is no step and never comes here. */
#ifndef ML_CORE_TALLY_H
#define ML_CORE_TALLY_H

#include "core/flow.h"

/* The step was saved, or could not be: count it in the metrics and log it. */
void tally_step(const struct dispatch *d, const struct txn *t);

/* It was answered: count it in the volumes. */
void tally_volumes(const struct dispatch *d, const struct txn *t);

#endif
