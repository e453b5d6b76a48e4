/* SPDX-License-Identifier: Apache-2.0 */
/* How does a case stand? The question goes to whoever may know: the case work, and the gateways
 * whose journal still holds the request. The first who knows the case is believed; nobody who knows
 * it in time is "unknown" if the case work said so, else "unreachable". */
#ifndef ML_DAEMON_ASKS_H
#define ML_DAEMON_ASKS_H

#include "io/loop.h"
#include "message/request_codec.h"

struct asks_handlers {
    void *arg;
    /* Put the question to all, under that name. -1: not connected. */
    int (*publish)(void *arg, const char *ask_id, const struct case_ask *ask);
    void (*told)(void *arg, uint64_t txn, enum case_state state);
};

struct asks;

/* NULL without memory. */
struct asks *asks_new(struct loop *loop, const struct asks_handlers *h);
void asks_free(struct asks *a); /* NULL is fine; nobody is told */

/* Ask for a txn; asks_handlers.told tells within wait_ms. */
void asks_begin(struct asks *a, uint64_t txn, const struct case_ask *ask, int64_t wait_ms);

/* An answer came; those to other processes' questions are skipped. */
void asks_answer(struct asks *a, const char *ask_id, enum case_state state);

#endif
