/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ML_HANDLERS_TABLE_H
#define ML_HANDLERS_TABLE_H

#include "core/handler.h"

/* The handlers of this program. */
struct handler_table handlers_all(void);

#endif
