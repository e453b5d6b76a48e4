/* SPDX-License-Identifier: Apache-2.0 */
#include "io/store_redis_command.h"

#include <hiredis/async.h>

#include "io/store_redis_internal.h"

void redis_command_begin(struct buf *b, unsigned words)
{
    buf_putc(b, '*');
    buf_int(b, words);
    buf_puts(b, "\r\n");
}

void redis_command_word(struct buf *b, const void *word, size_t len)
{
    buf_putc(b, '$');
    buf_int(b, (int64_t)len);
    buf_puts(b, "\r\n");
    buf_put(b, word, len);
    buf_puts(b, "\r\n");
}

int redis_command_asking(struct redis_link *l)
{
    static const char asking[] = "*1\r\n$6\r\nASKING\r\n";
    int rc = redisAsyncFormattedCommand(l->context, NULL, NULL, asking, sizeof asking - 1);
    return rc == REDIS_OK ? 0 : -1;
}
