/* SPDX-License-Identifier: Apache-2.0 */
#include "core/handler.h"

static void body(const struct scene *s, struct buf *out)
{
    buf_puts(out, handler_say(s, "ui.failed"));
}

extern const struct handler handler_status;
const struct handler handler_status = {
    .type = "status",
    .kind = SCREEN_LIST,
    .body = body,
};
