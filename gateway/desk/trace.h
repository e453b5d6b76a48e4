/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the two forms of the report on evidence. */
#ifndef ML_DESK_TRACE_H
#define ML_DESK_TRACE_H

#include "desk/evidence.h"
#include "desk/reports.h"

/* The report as one JSON object. */
void trace_json(const struct desk *d, const struct evidence *e, FILE *out);

#endif
