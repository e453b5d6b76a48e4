/* SPDX-License-Identifier: Apache-2.0 */
/* Requests for help in this process's memory, with the contract of the journal and of the case work
 * behind it; answers before the call returns. For the terminal phone without servers, for tests and
 * for the fuzzer. It keeps what names a request, and neither numbers nor texts. */
#ifndef ML_IO_JOURNAL_MEMORY_H
#define ML_IO_JOURNAL_MEMORY_H

#include <stdbool.h>

#include "core/ports.h"

/* Where answers go; the receiver is dispatch. */
struct journal_reply {
    void *arg;
    void (*filed)(void *arg, uint64_t txn, enum filed r);
    void (*told)(void *arg, uint64_t txn, enum case_state state);
};

struct journal_memory;

/* Holds at most `most` requests; more are FILED_FULL. NULL without memory. */
struct journal_memory *journal_memory_new(size_t most, const struct journal_reply *reply);
void journal_memory_free(struct journal_memory *j); /* NULL is fine */

/* The functions for struct ports; arg is the journal. A request whose id is there already is
 * FILED_OK. A case that was filed is CASE_STORED, any other CASE_UNKNOWN. */
void journal_memory_file(void *arg, uint64_t txn, const struct request *request);
void journal_memory_ask(void *arg, uint64_t txn, const struct case_ask *ask);

/* Answer every new request with this instead, until set back to FILED_OK. */
void journal_memory_set_result(struct journal_memory *j, enum filed r);

/* Say this of the cases that were filed; CASE_UNREACHABLE is said of all. */
void journal_memory_set_state(struct journal_memory *j, enum case_state state);

/* Is a case with that proof there? */
bool journal_memory_find(const struct journal_memory *j, const struct case_ask *ask);

size_t journal_memory_count(const struct journal_memory *j);

/* Forget all requests. */
void journal_memory_clear(struct journal_memory *j);

#endif
