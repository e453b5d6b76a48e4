/* SPDX-License-Identifier: Apache-2.0 */
/* Where an answer leads: the keys that work on every screen, then the handler of the node that is
 * shown. */
#include <string.h>

#include "core/step.h"
#include "text/digits.h"
#include "text/msisdn.h"

static bool is_key(const char *typed, const char *key)
{
    return key[0] != '\0' && strcmp(typed, key) == 0;
}

/* Set the language to draw in: the chosen one, else that of the number's country. */
static void set_language(const struct step *st, struct view *v)
{
    int lang = catalog_find_language(st->c, st->s->lang);
    if (lang < 0)
        lang = catalog_language_of_country(st->c, msisdn_country(st->in->mo->msisdn));
    strcpy(v->lang, catalog_language(st->c, (size_t)lang)->code);
    if (st->s->latin)
        v->flags |= VIEW_LATIN;
}

static struct turn_draw drawing(const struct step *st)
{
    return (struct turn_draw){.rules = st->rules, .layout = st->in->layout, .sms = st->sms};
}

struct turn step_turn(struct step *st)
{
    const struct view *v = &st->s->now;
    return (struct turn){.scene = {.catalog = st->c,
                                   .node = catalog_node_by_key(st->c, v->node),
                                   .view = v,
                                   .lang = turn_language(st->c, v),
                                   .layout = st->in->layout,
                                   .sms = st->sms,
                                   .show_unverified = st->rules->show_unverified,
                                   .handlers = st->rules->handlers,
                                   .secret = &st->rules->secret},
                         .session = st->s,
                         .view = &st->s->now,
                         .text = st->typed,
                         .choice = digits_choice(st->typed, strlen(st->typed))};
}

/* The node on the screen is left. Who has filed the form there did all that there was to do. */
static void leave(struct step *st, enum turn_way way)
{
    const struct view *v = &st->s->now;
    if (v->flags & VIEW_FILED)
        return;
    st->trace.from = v->node;
    st->trace.way = way;
}

void step_show(struct step *st, const struct node *n)
{
    struct view *v = &st->s->now;
    st->trace.arrived = true;
    *v = (struct view){.node = n->key};
    set_language(st, v);
    const struct handler *h = handler_of(st->rules->handlers, n);
    if (h->ends && !st->sms)
        v->flags |= VIEW_END;
    if (h->enter) {
        struct turn t = step_turn(st);
        h->enter(&t);
    }
}

void step_show_start(struct step *st)
{
    st->s->trail_len = 0;
    step_show(st, catalog_start(st->c));
}

static void show_bye(struct step *st)
{
    struct view *v = &st->s->now;
    leave(st, TURN_WAY_BACK);
    st->s->trail_len = 0;
    *v = (struct view){.flags = VIEW_END};
    set_language(st, v);
}

static void trail_push(struct session *s, uint32_t node)
{
    if (s->trail_len == SESSION_TRAIL_MAX) {
        memmove(s->trail, s->trail + 1, (SESSION_TRAIL_MAX - 1) * sizeof *s->trail);
        s->trail_len--;
    }
    s->trail[s->trail_len++] = node;
}

static void go(struct step *st, const struct turn *t)
{
    if (t->scene.node && !handler_of(st->rules->handlers, t->scene.node)->transient)
        trail_push(st->s, t->scene.node->key);
    struct view *v = &st->s->now;
    leave(st, TURN_WAY_CHOSEN);
    int64_t form[SESSION_FORM_MAX];
    memcpy(form, t->target_form, sizeof form);
    uint8_t form_len = t->target_form_len;
    uint16_t start = t->target_start;
    if (form_len == 0) {
        step_show(st, t->target);
    } else {
        /* The form is part of the way in, so enter sees it. */
        st->trace.arrived = true;
        *v = (struct view){.node = t->target->key, .start = start, .form_len = form_len};
        memcpy(v->form, form, sizeof form);
        set_language(st, v);
        const struct handler *h = handler_of(st->rules->handlers, t->target);
        struct turn at = step_turn(st);
        if (h->enter)
            h->enter(&at);
    }
    /* A place in the body of one form is none in that of another, which enter may have filled. */
    v->start = v->form_len == form_len ? start : 0;
}

/* The screen before this one in the same body: the last start of the chain from 0 that lies before
 * the present one. */
static void page_back(struct step *st)
{
    struct turn_draw how = drawing(st);
    struct view probe = st->s->now;
    uint16_t here = probe.start;
    probe.start = 0;
    probe.notice = NOTICE_NONE;
    for (;;) {
        long next = turn_next(st->c, &how, &probe);
        if (next < 0 || next >= here || next <= probe.start)
            break;
        probe.start = (uint16_t)next;
    }
    st->s->now = probe;
}

static void back(struct step *st)
{
    struct session *s = st->s;
    const struct node *n = catalog_node_by_key(st->c, s->now.node);
    s->now.notice = NOTICE_NONE;
    if (s->now.start > 0) {
        page_back(st);
        return;
    }
    bool steps = n && handler_of(st->rules->handlers, n)->form_steps;
    if (steps && s->now.form_len > 0 && !(s->now.flags & VIEW_FILED)) {
        s->now.form_len--;
        return;
    }
    const struct node *to = NULL;
    leave(st, TURN_WAY_BACK);
    while (!to && s->trail_len > 0)
        to = catalog_node_by_key(st->c, s->trail[--s->trail_len]);
    if (!to && n)
        to = n->parent;
    step_show(st, to ? to : catalog_start(st->c));
}

static void more(struct step *st)
{
    struct turn_draw how = drawing(st);
    struct view *v = &st->s->now;
    if (turn_last(st->c, &how, v)) {
        v->notice = NOTICE_INVALID;
        return;
    }
    v->start = (uint16_t)turn_next(st->c, &how, v);
    v->notice = NOTICE_NONE;
}

/* SMS of the text on the screen: offered where the frame of a compiled screen says so. */
static bool send_sms(struct step *st, struct turn *t)
{
    const struct node *to = handler_node(&t->scene, "sms_me", "");
    if (!to || !handler_of(t->scene.handlers, t->scene.node)->compiled ||
        !catalog_frame(st->c, t->scene.node, st->in->layout).has_sms)
        return false;
    handler_go(t, to);
    t->target_form[0] = t->scene.node->key;
    t->target_form_len = 1;
    go(st, t);
    return true;
}

static void home(struct step *st, enum turn_way way)
{
    leave(st, way);
    step_show_start(st);
}

/* The keys that work on every screen. Returns whether the typed text was one. */
static bool take_key(struct step *st, struct turn *t)
{
    const struct keys *k = &st->rules->keys;
    if (is_key(st->typed, k->exit)) {
        show_bye(st);
        return true;
    }
    if (handler_of(t->scene.handlers, t->scene.node)->raw)
        return false;
    if (is_key(st->typed, k->home))
        home(st, TURN_WAY_BACK);
    else if (is_key(st->typed, k->back))
        back(st);
    else if (is_key(st->typed, k->more))
        more(st);
    else
        return is_key(st->typed, k->sms) && send_sms(st, t);
    return true;
}

/* The handler says what has to be done; the core does it. */
static void wait_for_errand(struct step *st, const struct turn *t)
{
    const struct handler *h = handler_of(t->scene.handlers, t->scene.node);
    st->waits = true;
    st->s->now.notice = NOTICE_NONE;
    if (!st->in->errand)
        return;
    *st->in->errand = (struct errand){.with_text = false};
    h->errand(t, st->in->errand);
    if (st->in->errand->kind != ERRAND_FILE)
        return;
    leave(st, TURN_WAY_CHOSEN);
    st->trace.files = true;
}

static void obey(struct step *st, struct turn *t, enum verdict verdict)
{
    struct view *v = &st->s->now;
    switch (verdict) {
    case TURN_STAY:
        v->notice = NOTICE_NONE;
        break;
    case TURN_GO:
        go(st, t);
        break;
    case TURN_HOME:
        home(st, TURN_WAY_CHOSEN);
        break;
    case TURN_END:
        leave(st, TURN_WAY_CHOSEN);
        v->notice = NOTICE_NONE;
        v->flags |= VIEW_END;
        break;
    case TURN_INVALID:
        v->notice = NOTICE_INVALID;
        break;
    case TURN_NOT_A_NUMBER:
        v->notice = NOTICE_NOT_A_NUMBER;
        break;
    case TURN_BAD_CASE:
        v->notice = NOTICE_BAD_CASE;
        break;
    case TURN_BAD_PIN:
        v->notice = NOTICE_BAD_PIN;
        break;
    case TURN_ERRAND:
        wait_for_errand(st, t);
        break;
    }
}

void step_answer(struct step *st)
{
    struct turn t = step_turn(st);
    if (!t.scene.node) {
        step_show_start(st);
        return;
    }
    if (take_key(st, &t))
        return;
    const struct handler *h = handler_of(t.scene.handlers, t.scene.node);
    uint8_t entries = st->s->now.form_len;
    enum verdict verdict = h->input ? h->input(&t) : TURN_INVALID;
    if (verdict == TURN_STAY && st->s->now.form_len != entries)
        st->s->now.start = 0;
    obey(st, &t, verdict);
}
