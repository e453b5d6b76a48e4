/* SPDX-License-Identifier: Apache-2.0 */
/* Names that were seen lately; bounded in number and time, the oldest leave first. */
#ifndef ML_SMPP_MEMO_H
#define ML_SMPP_MEMO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct memo;

struct memo *memo_new(size_t names, int64_t keep_ms); /* NULL without memory */
void memo_free(struct memo *m);                       /* NULL is fine */

bool memo_has(const struct memo *m, const char *name);

/* Note a name; one that is noted keeps its time. Returns 0, or -1 without memory: it is not noted.
 */
int memo_add(struct memo *m, const char *name, int64_t now);

void memo_drop(struct memo *m, const char *name); /* one that is not noted is fine */

#endif
