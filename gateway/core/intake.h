/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ML_CORE_INTAKE_H
#define ML_CORE_INTAKE_H

#include "core/flow.h"

/* Settle what needs no dialogue: a receipt, a message past its deadline, a machine's SMS, a code
 * that is not ours. Returns whether it was; else the message is to be stepped. */
bool intake_settle(struct dispatch *d, const struct origin *origin, const struct mo *mo);

#endif
