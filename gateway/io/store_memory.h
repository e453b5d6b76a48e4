/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions in this process's memory, with the same contract as the Redis store; answers before the
 * call returns. For the terminal phone without servers, for tests and for the fuzzer. */
#ifndef ML_IO_STORE_MEMORY_H
#define ML_IO_STORE_MEMORY_H

#include <stdbool.h>

#include "base/clock.h"
#include "core/ports.h"

struct store_memory;

struct store_memory *store_memory_new(struct clock clock, const struct store_reply *reply);
void store_memory_free(struct store_memory *s); /* NULL is fine */

/* The functions for struct ports; arg is the store. */
void store_memory_load(void *arg, uint64_t txn, const char *key);
void store_memory_save(void *arg, const struct store_save *save);

/* Forget all, as a Redis that was emptied. */
void store_memory_clear(struct store_memory *s);

/* Answer everything with STORE_DOWN until set back. */
void store_memory_set_down(struct store_memory *s, bool down);

#endif
