/* SPDX-License-Identifier: Apache-2.0 */
/* "Send me this by SMS", from within USSD. form[0] is the key of the node whose text is sent,
 * form[1] is 1 if the subscriber wants no SMS. Private texts are never sent: an employer may read
 * the phone. */
#include "core/handler.h"

static const struct node *wanted(const struct scene *s)
{
    const struct view *v = s->view;
    const struct node *n =
        v->form_len > 0 ? catalog_node_by_key(s->catalog, (uint32_t)v->form[0]) : NULL;
    return n && n->body && !n->is_private ? n : NULL;
}

static bool refused(const struct scene *s)
{
    return s->view->form_len > 1 && s->view->form[1] == 1;
}

static enum verdict enter(struct turn *t)
{
    t->view->form[1] = t->session->stopped;
    t->view->form_len = 2;
    return TURN_STAY;
}

static void body(const struct scene *s, struct buf *out)
{
    const char *id = refused(s) ? "sms-me.stopped" : wanted(s) ? "sms-me.sent" : "ui.failed";
    buf_puts(out, handler_say(s, id));
}

static void effects(const struct scene *s, struct effects *out)
{
    out->sms = refused(s) ? NULL : wanted(s);
}

extern const struct handler handler_sms_me;
const struct handler handler_sms_me = {
    .type = "sms_me",
    .kind = SCREEN_PROSE,
    .enter = enter,
    .body = body,
    .effects = effects,
};
