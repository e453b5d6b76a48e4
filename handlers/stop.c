/* SPDX-License-Identifier: Apache-2.0 */
/* STOP and START: whether the subscriber gets SMS from us. The node's arg says which; one
 * confirmation is sent either way. */
#include <string.h>

#include "core/handler.h"

static bool is_start(const struct node *n)
{
    return strcmp(n->arg, "start") == 0;
}

static enum verdict enter(struct turn *t)
{
    t->session->stopped = !is_start(t->scene.node);
    return TURN_STAY;
}

static void body(const struct scene *s, struct buf *out)
{
    buf_puts(out, handler_say(s, is_start(s->node) ? "start.text" : "stop.text"));
}

extern const struct handler handler_stop;
const struct handler handler_stop = {
    .type = "stop",
    .kind = SCREEN_PROSE,
    .transient = true,
    .enter = enter,
    .body = body,
};
