/* SPDX-License-Identifier: Apache-2.0 */
/* A command for Redis is written here and not by hiredis, whose formatting costs a tenth of a whole
 * step. For the files of the store. */
#ifndef ML_IO_STORE_REDIS_COMMAND_H
#define ML_IO_STORE_REDIS_COMMAND_H

#include "base/buf.h"

struct redis_link;

/* So many words follow. */
void redis_command_begin(struct buf *b, unsigned words);
void redis_command_word(struct buf *b, const void *word, size_t len);

/* The next command to a node is for a slot that it takes over (ASK). Returns 0, or -1 without
 * memory. */
int redis_command_asking(struct redis_link *l);

#endif
