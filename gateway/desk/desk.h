/* SPDX-License-Identifier: Apache-2.0 */
/* The desk of those who write the content: the check with its reports, and the way of texts to
 * translators and back. Commands of `mekongline`: each takes its words and returns an exit status
 * (0 done, 1 the content or a file is not good, 2 wrong words). */
#ifndef ML_DESK_DESK_H
#define ML_DESK_DESK_H

#include "core/handler.h"

/* `mekongline check`: findings, counts, evidence, costs. */
int desk_check(int argc, char **argv, const struct handler_table *handlers);

/* `mekongline content`: export for translators, import of what they made. */
int desk_content(int argc, char **argv, const struct handler_table *handlers);

#endif
