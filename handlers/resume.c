/* SPDX-License-Identifier: Apache-2.0 */
/* After a drop: go on, or start again? form[0] is the key of the screen that was shown, form[1] its
 * place in the body, the rest its own form. */
#include <string.h>

#include "core/handler.h"

enum { KEPT = 2 };

static void body(const struct scene *s, struct buf *out)
{
    buf_puts(out, handler_say(s, "ui.resume"));
    handler_option(out, 1, handler_say(s, "ui.resume-yes"));
    handler_option(out, 2, handler_say(s, "ui.resume-no"));
}

static enum verdict go_on(struct turn *t)
{
    const struct view *v = t->view;
    if (v->form_len < KEPT)
        return TURN_HOME;
    const struct node *n = catalog_node_by_key(t->scene.catalog, (uint32_t)v->form[0]);
    if (!n)
        return TURN_HOME;
    handler_go(t, n);
    t->target_start = (uint16_t)v->form[1];
    t->target_form_len = (uint8_t)(v->form_len - KEPT);
    memcpy(t->target_form, v->form + KEPT, t->target_form_len * sizeof *v->form);
    return TURN_GO;
}

static enum verdict input(struct turn *t)
{
    switch (handler_pick(t, 2)) {
    case 0:
        return go_on(t);
    case 1:
        return TURN_HOME;
    default:
        return TURN_INVALID;
    }
}

extern const struct handler handler_resume;
const struct handler handler_resume = {
    .type = "resume",
    .kind = SCREEN_LIST,
    .transient = true,
    .body = body,
    .input = input,
};
