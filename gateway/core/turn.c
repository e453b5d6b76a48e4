/* SPDX-License-Identifier: Apache-2.0 */
/* The step: which dialogue does an MO begin, go on with, or end? */
#include "core/turn.h"

#include <string.h>

#include "base/digest.h"
#include "core/step.h"
#include "text/digits.h"
#include "text/fold.h"
#include "text/zawgyi.h"

enum {
    LOOP_MS = 3600 * 1000,
    KEYWORD_TYPED_MAX = 512 /* octets; a longer text in Zawgyi is no keyword */
};

static uint32_t hash32(const char *s)
{
    return (uint32_t)digest_fnv(s, strlen(s));
}

static void begin_dialogue(struct step *st, enum dialogue kind)
{
    struct session *s = st->s;
    s->dialogue = kind;
    s->dropped = false;
    s->trail_len = 0;
    s->pending = 0;
}

/* Ask for the language first if it was never chosen; then go where the worker wanted. */
static void show_first(struct step *st, const struct node *wanted, enum notice notice)
{
    struct turn t = step_turn(st);
    const struct node *language = handler_node(&t.scene, "language", "");
    bool ask = st->s->lang[0] == '\0' && !st->in->amnesia && language;
    if (ask && wanted)
        st->s->pending = wanted->key;
    step_show(st, ask ? language : wanted ? wanted : catalog_start(st->c));
    if (!ask)
        st->s->now.notice = (uint8_t)notice;
}

/* The digits after the service code: "*1234*2*1#" gives "2*1", "" if there are none. */
static void deep_dial(const char *code, char out[MESSAGE_CODE_MAX + 1])
{
    const char *rest = strchr(code + 1, '*');
    size_t n = rest ? strcspn(rest + 1, "#") : 0;
    if (rest)
        memcpy(out, rest + 1, n);
    out[n] = '\0';
}

/* May the dialogue that broke off be offered again? Private screens never are. */
static bool can_resume(const struct step *st)
{
    const struct session *s = st->s;
    const struct node *n = catalog_node_by_key(st->c, s->now.node);
    if (!n || n == catalog_start(st->c) || n->is_private ||
        (s->now.flags & (VIEW_END | VIEW_SILENT)))
        return false;
    if (s->lang[0] == '\0' || handler_of(st->rules->handlers, n)->transient)
        return false;
    return (s->dropped || s->dialogue == DIALOGUE_USSD) &&
           st->in->now_ms - s->last_ms <= st->rules->resume_ms;
}

/* Offer to go on. The old view becomes the form of the question. */
static bool offer_resume(struct step *st)
{
    struct view old = st->s->now;
    uint32_t trail[SESSION_TRAIL_MAX];
    uint8_t trail_len = st->s->trail_len;
    struct turn t = step_turn(st);
    const struct node *n = handler_node(&t.scene, "resume", "");
    if (!n || !can_resume(st) || old.form_len > SESSION_FORM_MAX - 2)
        return false;
    memcpy(trail, st->s->trail, sizeof trail);
    begin_dialogue(st, DIALOGUE_USSD);
    step_show(st, n);
    memcpy(st->s->trail, trail, sizeof trail);
    st->s->trail_len = trail_len;
    struct view *v = &st->s->now;
    v->form[0] = old.node;
    v->form[1] = old.start;
    memcpy(v->form + 2, old.form, old.form_len * sizeof *old.form);
    v->form_len = (uint8_t)(old.form_len + 2);
    return true;
}

/* The USSD dialogue is over while a node waits for an answer. */
static void trace_open(struct step *st)
{
    const struct session *s = st->s;
    if (s->dialogue == DIALOGUE_USSD && !(s->now.flags & (VIEW_END | VIEW_FILED)))
        st->trace.open = s->now.node;
}

static void ussd_begin(struct step *st)
{
    char deep[MESSAGE_CODE_MAX + 1];
    const struct node *wanted = NULL;
    trace_open(st);
    st->trace.begins = true;
    deep_dial(st->in->mo->code, deep);
    bool resumed = deep[0] == '\0' && offer_resume(st);
    st->s->ussd_session = hash32(st->in->mo->session);
    if (resumed)
        return;
    begin_dialogue(st, DIALOGUE_USSD);
    if (deep[0] != '\0')
        wanted = catalog_node_by_dial(st->c, deep);
    show_first(st, wanted, deep[0] != '\0' && !wanted ? NOTICE_UNKNOWN_CODE : NOTICE_NONE);
}

static void ussd_continue(struct step *st)
{
    if (turn_continues(st->rules, st->in, st->s)) {
        step_answer(st);
        return;
    }
    begin_dialogue(st, DIALOGUE_USSD);
    st->s->ussd_session = hash32(st->in->mo->session);
    step_show_start(st);
    st->s->now.flags |= VIEW_UNKNOWN_SESSION;
}

static enum turn_result ussd_end(struct step *st)
{
    struct session *s = st->s;
    if (s->dialogue != DIALOGUE_USSD || s->ussd_session != hash32(st->in->mo->session))
        return TURN_NOTHING;
    trace_open(st);
    s->dropped = st->in->mo->cause != CAUSE_USER;
    s->dialogue = DIALOGUE_NONE;
    return TURN_STEPPED;
}

/* The same SMS again and again comes from a machine, not from a person. Choices and keywords do not
 * count. */
static bool is_loop(struct step *st, const char *folded)
{
    struct session *s = st->s;
    uint32_t hash = hash32(folded);
    bool same = s->loop_count > 0 && s->loop_text == hash && st->in->now_ms - s->last_ms <= LOOP_MS;
    s->loop_text = hash;
    s->loop_count = same ? (uint8_t)(s->loop_count + (s->loop_count < 255)) : 1;
    return s->loop_count >= st->rules->loop_repeats;
}

static void be_silent(struct step *st)
{
    st->s->now.flags |= VIEW_SILENT;
}

static void open_keyword(struct step *st, const struct keyword *k)
{
    if (st->s->dialogue != DIALOGUE_SMS)
        begin_dialogue(st, DIALOGUE_SMS);
    if (k->language >= 0) {
        strcpy(st->s->lang, catalog_language(st->c, (size_t)k->language)->code);
        st->s->latin = false;
        step_show_start(st);
        return;
    }
    /* who writes a word of a language reads it */
    if (st->s->lang[0] == '\0' && k->spoken != catalog_source_language(st->c))
        strcpy(st->s->lang, catalog_language(st->c, k->spoken)->code);
    st->s->trail_len = 0;
    step_show(st, k->node);
}

/* A keyword typed in Zawgyi. Asked only for words that are unknown as they were typed, because on
 * short words the detector errs. */
static bool zawgyi_keyword(const struct step *st, struct keyword *k)
{
    char text[KEYWORD_TYPED_MAX + 1], folded[KEYWORD_TYPED_MAX + 1];
    const struct mo *mo = st->in->mo;
    if (!st->rules->zawgyi || mo->text_len > KEYWORD_TYPED_MAX)
        return false;
    int n = zawgyi_to_unicode(st->rules->zawgyi, mo->text, mo->text_len, text, sizeof text);
    return n > 0 && fold_keyword(text, (size_t)n, folded, sizeof folded) > 0 &&
           catalog_keyword(st->c, folded, k);
}

/* Who asks for help may say the same again and again. */
static bool asks_for_help(const struct step *st)
{
    const struct node *n = catalog_node_by_key(st->c, st->s->now.node);
    return n && handler_of(st->rules->handlers, n)->own_budget;
}

/* After STOP only START, HELP and a cry for help are answered: who writes CALL ME wants to be
 * heard. helping: the dialogue that goes on is one. */
static bool may_answer(const struct step *st, const struct keyword *k, bool helping)
{
    if (!st->s->stopped)
        return true;
    if (!k->node)
        return helping && k->language < 0;
    const struct handler *h = handler_of(st->rules->handlers, k->node);
    return h->own_budget || strcmp(h->type, "help") == 0 ||
           (strcmp(h->type, "stop") == 0 && strcmp(k->node->arg, "start") == 0);
}

static void sms(struct step *st)
{
    char folded[MESSAGE_TEXT_MAX + 1];
    struct keyword k = {.language = -1};
    if (fold_keyword(st->in->mo->text, st->in->mo->text_len, folded, sizeof folded) < 0)
        folded[0] = '\0';
    bool found = catalog_keyword(st->c, folded, &k) || zawgyi_keyword(st, &k);
    bool choice = digits_choice(st->typed, strlen(st->typed)) >= 0;
    bool active = turn_continues(st->rules, st->in, st->s);
    bool helping = active && asks_for_help(st);
    bool expected = found || choice || helping;
    if (!may_answer(st, &k, helping) || (!expected && is_loop(st, folded))) {
        be_silent(st);
    } else if (found) {
        open_keyword(st, &k);
    } else if (active) {
        step_answer(st);
        if (!choice && st->s->now.notice == NOTICE_INVALID)
            st->s->now.notice = NOTICE_UNKNOWN_WORD;
    } else {
        begin_dialogue(st, DIALOGUE_SMS);
        show_first(st, NULL, choice || folded[0] == '\0' ? NOTICE_NONE : NOTICE_UNKNOWN_WORD);
    }
    st->trace.begins = !active && !(st->s->now.flags & VIEW_SILENT);
}

bool turn_continues(const struct turn_rules *rules, const struct turn_input *in,
                    const struct session *s)
{
    int64_t age = in->now_ms - s->last_ms;
    if (in->mo->kind == MO_SMS)
        return s->dialogue == DIALOGUE_SMS && age <= rules->sms_ms && !(s->now.flags & VIEW_END);
    return s->dialogue == DIALOGUE_USSD && s->ussd_session == hash32(in->mo->session) &&
           age <= rules->ussd_ms && !(s->now.flags & VIEW_END);
}

/* Let the MO act on the session. */
static enum turn_result act(struct step *st)
{
    switch (st->in->mo->kind) {
    case MO_USSD_BEGIN:
        ussd_begin(st);
        break;
    case MO_USSD_CONTINUE:
        ussd_continue(st);
        break;
    case MO_USSD_END:
        return ussd_end(st);
    case MO_SMS:
        sms(st);
        break;
    case MO_RECEIPT:
        return TURN_NOTHING;
    }
    if ((st->s->now.flags & VIEW_END) && !st->sms)
        st->s->dialogue = DIALOGUE_NONE;
    st->s->last_ms = st->in->now_ms;
    /* The next choice is one of this screen, a repeat shows it again: both need its content. */
    st->s->catalog = catalog_version_number(st->c);
    return st->waits ? TURN_WAITS : TURN_STEPPED;
}

enum turn_result turn_take(const struct catalog *c, const struct turn_rules *rules,
                           const struct turn_input *in, struct session *s)
{
    struct step st = {.c = c, .rules = rules, .in = in, .s = s, .sms = in->mo->kind == MO_SMS};
    digits_plain(in->mo->text ? in->mo->text : "", in->mo->text_len, st.typed, sizeof st.typed);
    s->now.flags &= (uint8_t) ~(VIEW_UNKNOWN_SESSION | VIEW_SILENT);
    enum turn_result result = act(&st);
    if (in->trace)
        *in->trace = st.trace;
    return result;
}

/* Nobody files a request twice by going back. */
void turn_done(struct session *s, enum errand_kind kind, int64_t result)
{
    struct view *v = &s->now;
    v->start = 0;
    if (v->form_len < SESSION_FORM_MAX)
        v->form[v->form_len++] = result;
    if (kind == ERRAND_FILE && result > 0)
        v->flags |= VIEW_FILED;
}

/* The node that an MO opens by itself, or NULL. */
static const struct node *opened(const struct catalog *c, const struct mo *mo)
{
    char deep[MESSAGE_CODE_MAX + 1], folded[MESSAGE_TEXT_MAX + 1];
    struct keyword k = {.language = -1};
    if (mo->kind == MO_USSD_BEGIN) {
        deep_dial(mo->code, deep);
        return catalog_node_by_dial(c, deep);
    }
    if (mo->kind == MO_SMS && fold_keyword(mo->text, mo->text_len, folded, sizeof folded) > 0 &&
        catalog_keyword(c, folded, &k))
        return k.node;
    return NULL;
}

bool turn_own_budget(const struct catalog *c, const struct turn_rules *rules,
                     const struct turn_input *in, const struct session *s)
{
    const struct node *n = opened(c, in->mo);
    /* The question for the language may stand before what was asked for. */
    if (!n && in->mo->kind != MO_USSD_BEGIN && turn_continues(rules, in, s))
        n = catalog_node_by_key(c, s->pending ? s->pending : s->now.node);
    return n && handler_of(rules->handlers, n)->own_budget;
}
