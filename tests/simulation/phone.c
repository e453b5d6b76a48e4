/* SPDX-License-Identifier: Apache-2.0 */
#include "simulation/phone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "simulation/check.h"
#include "simulation/sim.h"
#include "simulation/talk.h"

enum { DIALOGUES_MAX = 8, STEPS_MAX = 24, SECOND = 1000, SESSION_S = 185 };

static void act(struct sim *s, const struct event *e);
static void begin(struct sim *s, const struct event *e);

bool phone_is_done(const struct phone *p)
{
    return !p->is_on && p->dialogues_left == 0;
}

void phone_init(struct sim *s, unsigned index)
{
    static const char *const countries[] = {"85620", "6681", "85512", "9597", "8490", "8613"};
    struct phone *p = &s->phone[index];
    *p = (struct phone){.index = index, .waiting = -1, .reads_english = sim_roll(s, 5) > 0};
    /* The last digit is its own, so that no two phones have one number. */
    snprintf(p->msisdn, sizeof p->msisdn, "%s%06u%u",
             countries[sim_roll(s, sizeof countries / sizeof *countries)],
             sim_roll(s, 10000000) / 10, index);
    snprintf(p->language, sizeof p->language, "%u", p->reads_english ? 7 : sim_roll(s, 7));
    p->dialogues_left = 2 + sim_roll(s, DIALOGUES_MAX - 1);
    sim_in(s, sim_roll(s, 5 * SECOND), (struct event){.run = begin, .num = index});
}

/* What the bridge gets: the time until the carrier gives up is short for USSD. */
static unsigned send(struct sim *s, struct phone *p, const struct mo *mo)
{
    int64_t patience = sim_between(s, 10 * SECOND, 30 * SECOND);
    if (mo->kind == MO_USSD_END || (mo->kind == MO_SMS && sim_roll(s, 5) > 0))
        patience = 0;
    p->turn++;
    return bridge_send(s, p->index, mo, patience);
}

static void over(struct sim *s, struct phone *p)
{
    static const int64_t longest[] = {30, 30, 30, 30, 30, 30, 30, 200, 200, 700, 4000};
    int64_t most = longest[sim_roll(s, sizeof longest / sizeof *longest)];
    p->is_on = false;
    p->waiting = -1;
    p->turn++;
    if (p->dialogues_left > 0)
        sim_in(s, sim_between(s, SECOND / 2, most * SECOND),
               (struct event){.run = begin, .num = p->index});
}

/* The session is over on the carrier's side; mostly the bridge says so. */
static void hang_up(struct sim *s, struct phone *p, enum mo_cause cause)
{
    struct mo mo = {.kind = MO_USSD_END, .cause = cause};
    if (!p->sms && !p->ended && sim_roll(s, 8) > 0) {
        memcpy(mo.session, p->session, sizeof p->session);
        send(s, p, &mo);
    }
    over(s, p);
}

/* Somebody who waits too long for an answer by SMS writes again. */
static void grow_impatient(struct sim *s, const struct event *e)
{
    static const char *const again[] = {"1", "HELP", "2", "hello?"};
    struct phone *p = &s->phone[e->num];
    struct mo mo = {.kind = MO_SMS, .to = "1234"};
    if (p->turn != e->big || !p->is_on || p->waiting < 0)
        return;
    mo.text = again[sim_roll(s, 4)];
    p->confused = true;
    p->waiting = (int)send(s, p, &mo);
}

static void write_sms(struct sim *s, struct phone *p, const char *text)
{
    struct mo mo = {.kind = MO_SMS, .to = "1234", .text = text};
    p->waiting = (int)send(s, p, &mo);
    if (sim_roll(s, 10) == 0)
        sim_in(s, sim_roll(s, 3 * SECOND),
               (struct event){.run = grow_impatient, .num = p->index, .big = p->turn});
}

static void dial(struct sim *s, struct phone *p, const char *code)
{
    struct mo mo = {.kind = MO_USSD_BEGIN, .text = ""};
    snprintf(p->session, sizeof p->session, "s%u-%u", p->index, p->sessions++);
    memcpy(mo.session, p->session, sizeof p->session);
    strcpy(mo.code, code);
    p->waiting = (int)send(s, p, &mo);
}

static void begin(struct sim *s, const struct event *e)
{
    static const enum plan plans[] = {PLAN_WANDER,  PLAN_WANDER,  PLAN_WANDER, PLAN_REQUEST,
                                      PLAN_REQUEST, PLAN_REQUEST, PLAN_STATUS};
    struct phone *p = &s->phone[e->num];
    char first[TALK_MAX];
    p->dialogues_left--;
    s->tally->dialogues++;
    p->is_on = true;
    p->ended = p->confused = p->kind_known = false;
    p->steps = 0;
    p->looking_for = -1;
    p->choices = (struct choices){.wish = -1, .safe = -1};
    p->plan = plans[sim_roll(s, sizeof plans / sizeof *plans)];
    p->sms = sim_roll(s, 10) < 3;
    p->was_doubtful = store_is_doubtful(s, p->index);
    p->doubts = s->store.of[p->index].doubts;
    if (p->sms) {
        talk_first_sms(s, p, first);
        write_sms(s, p, first);
    } else {
        talk_dial(s, p, first);
        dial(s, p, first);
    }
}

static void answer(struct sim *s, struct phone *p, const char *typed)
{
    struct mo mo = {.kind = MO_USSD_CONTINUE, .text = typed};
    talk_note(s, p, typed);
    if (p->sms) {
        write_sms(s, p, typed);
    } else {
        memcpy(mo.session, p->session, sizeof p->session);
        p->waiting = (int)send(s, p, &mo);
    }
    p->choices.input = (unsigned)p->waiting;
}

static void act_in(struct sim *s, struct phone *p, int64_t ms)
{
    sim_in(s, ms, (struct event){.run = act, .num = p->index, .big = p->turn});
}

static void act(struct sim *s, const struct event *e)
{
    struct phone *p = &s->phone[e->num];
    char typed[TALK_MAX];
    if (p->turn != e->big)
        return;
    uint32_t mood = sim_roll(s, 100);
    bool silent = ++p->steps == 5 && mood < 8;
    if (silent && !p->sms && mood < 4)
        hang_up(s, p, CAUSE_TIMEOUT);
    else if (silent)
        act_in(s, p, SESSION_S * SECOND);
    else if (mood > 96 || p->steps > STEPS_MAX || !talk_answer(s, p, typed))
        hang_up(s, p, mood % 2 ? CAUSE_USER : CAUSE_NETWORK);
    else
        answer(s, p, typed);
}

/* Has every gateway known all of the dialogue? */
static bool all_known(const struct sim *s, const struct phone *p)
{
    return !p->confused && !p->was_doubtful && p->doubts == s->store.of[p->index].doubts;
}

static bool is_sure(const struct sim *s, const struct phone *p, unsigned input)
{
    const struct choices *c = &p->choices;
    return all_known(s, p) && c->input == input && c->country[0] != '\0' && c->wish >= 0 &&
           (c->wish == WISH_NONE || c->safe >= 0);
}

static void count_confirmation(struct sim *s, const struct confirmed *c)
{
    sim_count(s, HAPPEN_confirmed);
    if (s->bridge.input[c->choices.input]->mo.kind == MO_SMS)
        sim_count(s, HAPPEN_confirmed_sms);
    if (c->choices_known && c->choices.with_text)
        sim_count(s, HAPPEN_confirmed_text);
    if (c->choices_known && c->choices.wish == WISH_NONE)
        sim_count(s, HAPPEN_confirmed_anonymous);
    if (s->store.is_off)
        sim_count(s, HAPPEN_confirmed_degraded);
}

/* The screen of a confirmation can be shown again in the same dialogue. */
static bool is_known(const struct sim *s, const struct confirmed *c)
{
    for (size_t i = 0; i < s->confirmed_count; i++)
        if (strcmp(s->confirmed[i].case_no, c->case_no) == 0)
            return true;
    return false;
}

static void look_for_confirmation(struct sim *s, struct phone *p, unsigned input, const char *text)
{
    struct confirmed c = {.phone = p->index, .choices = p->choices};
    if (!reader_case(s->stage, text, c.case_no, c.pin))
        return;
    c.choices_known = is_sure(s, p, input);
    c.choices.input = input;
    if (!p->kind_known)
        c.choices.kind[0] = '\0';
    trace(s, "phone %u: case %s is confirmed", p->index + 1, c.case_no);
    check_confirmation(s, &c);
    if (is_known(s, &c)) {
        sim_count(s, HAPPEN_confirmed_twice);
        return;
    }
    count_confirmation(s, &c);
    s->confirmed = realloc(s->confirmed, (s->confirmed_count + 1) * sizeof c);
    if (!s->confirmed)
        abort();
    s->confirmed[s->confirmed_count++] = c;
}

/* A list of kinds goes on over several screens, of which only the first asks. */
static enum question question_of(const struct sim *s, const struct phone *p)
{
    struct options o;
    enum question q = reader_question(s->stage, p->screen);
    if (q != Q_OTHER || p->asking != Q_KIND)
        return q;
    reader_options(p->screen, &o);
    return o.count > 0 && reader_kind(s->stage, o.label[0]) ? Q_KIND : q;
}

static void count_screen(struct sim *s, const struct phone *p)
{
    static const struct {
        enum question q;
        enum happen h;
    } list[] = {{Q_FAILED, HAPPEN_filing_failed},   {Q_LIMIT, HAPPEN_filing_limit},
                {Q_STORED, HAPPEN_status_stored},   {Q_KNOWN, HAPPEN_status_known},
                {Q_UNKNOWN, HAPPEN_status_unknown}, {Q_UNREACHABLE, HAPPEN_status_unreachable}};
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        if (list[i].q == p->asking)
            sim_count(s, list[i].h);
    if (strstr(p->screen, stage_say(s->stage, "ui.invalid")))
        sim_count(s, HAPPEN_invalid);
}

static void read_screen(struct sim *s, struct phone *p, const struct wire *w)
{
    bool sent_pin = p->asking == Q_PIN;
    snprintf(p->screen, sizeof p->screen, "%s", w->text);
    p->ended = w->end;
    p->asking = question_of(s, p);
    if (p->asking != Q_LANGUAGE && (p->asking < Q_KIND || p->asking > Q_FAILED))
        p->kind_known = false;
    count_screen(s, p);
    if (p->asking == Q_UNKNOWN && sent_pin && p->looking_for >= 0 && all_known(s, p))
        check_told_unknown(s, &s->confirmed[p->looking_for]);
}

void phone_show(struct sim *s, unsigned phone, unsigned input, const struct wire *w)
{
    struct phone *p = &s->phone[phone];
    look_for_confirmation(s, p, input, w->text);
    if ((int)input != p->waiting)
        return;
    p->waiting = -1;
    p->turn++;
    read_screen(s, p, w);
    if (w->end || w->kind == MT_NONE)
        over(s, p);
    else
        act_in(s, p, sim_between(s, SECOND / 4, 8 * SECOND));
}

void phone_failed(struct sim *s, unsigned phone, unsigned input)
{
    struct phone *p = &s->phone[phone];
    if ((int)input == p->waiting)
        hang_up(s, p, CAUSE_NETWORK);
}

void phone_sms(struct sim *s, unsigned phone, const struct wire *w)
{
    const struct phone *p = &s->phone[phone];
    char case_no[REQUEST_CASE_MAX + 1], pin[REQUEST_PIN_MAX + 1];
    if (!reader_case(s->stage, w->text, case_no, pin)) {
        sim_count(s, HAPPEN_article_by_sms);
        return;
    }
    sim_count(s, HAPPEN_note_by_sms);
    check_on_disk(s, phone, case_no);
    if (p->choices.input == w->input && all_known(s, p))
        check_note(s, phone, &p->choices);
}
