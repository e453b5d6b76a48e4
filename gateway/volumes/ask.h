/* SPDX-License-Identifier: Apache-2.0 */
/* Ask Redis a question about volumes, hour after hour, without blocking the loop. */
#ifndef ML_VOLUMES_ASK_H
#define ML_VOLUMES_ASK_H

#include "volumes/table.h"

/* The answer: the table is the receiver's; NULL if Redis went away, or without memory. */
typedef void (*volumes_answer_fn)(void *arg, struct volumes_table *t);

/* Ask. fn is called once, later; also when the store is freed. Returns -1, and does not call it, if
 * Redis is not connected or there is no memory. */
int volumes_ask(struct store_redis *s, const struct volumes_query *q, volumes_answer_fn fn,
                void *arg);

#endif
