/* SPDX-License-Identifier: Apache-2.0 */
/* Complaint channels by where the worker is now and where home is, and by kind of problem (the
 * node's arg; empty for all kinds); then the way to ask for a call of that kind. */
#include <string.h>

#include "handlers/contacts.h"
#include "handlers/places.h"

/* The form: [NOW] where the worker is, [HOME] where home is, as places. */
enum { NOW, HOME };

/* Who is hurt or in danger is not asked one thing more. */
static bool is_urgent(const char *kind)
{
    return strcmp(kind, "emergency") == 0 || strcmp(kind, "injury") == 0 ||
           strcmp(kind, "violence") == 0;
}

static void body(const struct scene *s, struct buf *out)
{
    const char *now = places_entry(s->view, NOW), *home = places_entry(s->view, HOME);
    if (!now) {
        places_ask(s, "channels.where", out);
    } else if (!home && !is_urgent(s->node->arg)) {
        places_ask(s, "channels.home", out);
    } else {
        const struct contacts_query q = {
            .kind = s->node->arg, .now = now, .home = home ? home : ""};
        contacts_write_here(s, &q, out);
        const struct node *request = handler_node(s, "request", s->node->arg);
        if (request)
            handler_option(out, 1, handler_wording(s, request->label));
        contacts_write_home(s, &q, out);
    }
}

static bool is_answered(const struct scene *s)
{
    return s->view->form_len > (is_urgent(s->node->arg) ? NOW : HOME);
}

/* Ask for a call about this kind of problem, from the country that was given. */
static enum verdict request(struct turn *t)
{
    if (handler_pick(t, 1) != 0)
        return TURN_INVALID;
    enum verdict verdict = handler_go(t, handler_node(&t->scene, "request", t->scene.node->arg));
    if (t->scene.node->arg[0] != '\0') {
        t->target_form[0] = t->view->form[NOW];
        t->target_form_len = 1;
    }
    return verdict;
}

/* The country of home is asked once, then remembered; one step back asks again. */
static enum verdict input(struct turn *t)
{
    struct session *s = t->session;
    if (is_answered(&t->scene))
        return request(t);
    enum verdict verdict = places_input(t, is_urgent(t->scene.node->arg) ? HOME : HOME + 1);
    if (verdict != TURN_STAY)
        return verdict;
    if (t->view->form_len > HOME) {
        memcpy(s->home, places_entry(t->view, HOME), sizeof s->home);
        return verdict;
    }
    int home = places_find(s->home);
    if (home >= 0)
        t->view->form[t->view->form_len++] = home;
    return verdict;
}

extern const struct handler handler_channels;
const struct handler handler_channels = {
    .type = "channels",
    .kind = SCREEN_LIST,
    .form_steps = true,
    .body = body,
    .input = input,
};
