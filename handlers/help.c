/* SPDX-License-Identifier: Apache-2.0 */
/* Help: how to use the service, on one screen or more. */
#include "core/handler.h"

static void body(const struct scene *s, struct buf *out)
{
    buf_puts(out, handler_say(s, "help.text"));
}

extern const struct handler handler_help;
const struct handler handler_help = {.type = "help", .kind = SCREEN_PROSE, .body = body};
