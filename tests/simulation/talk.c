/* SPDX-License-Identifier: Apache-2.0 */
#include "simulation/talk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "simulation/sim.h"

static const char *const codes[] = {"*1234#",     "*1234#",     "*1234#",    "*1234*10#",
                                    "*1234*21#",  "*1234*411#", "*1234*40#", "*1234*999#",
                                    "*1234*4*1#", "*1234*42#",  "*1234*91#"};
static const char *const words[] = {"HELP", "FEES",   "MENU",    "PROBLEM", "STOP",
                                    "help", "STATUS", "CALL ME", "hello",   "CHECK"};
static const char *const kinds[] = {"overcharged", "unpaid",   "papers",      "false-terms",
                                    "injury",      "violence", "trafficking", "dismissal"};

#define PICK(s, list) ((list)[sim_roll((s), sizeof(list) / sizeof *(list))])

void talk_dial(struct sim *s, struct phone *p, char out[TALK_MAX])
{
    uint32_t kind = sim_roll(s, 2 * sizeof kinds / sizeof *kinds);
    if (p->plan == PLAN_STATUS) {
        strcpy(out, "*1234*93#");
    } else if (p->plan == PLAN_WANDER) {
        strcpy(out, PICK(s, codes));
    } else if (kind >= sizeof kinds / sizeof *kinds) {
        strcpy(out, "*1234*92#");
    } else {
        snprintf(out, TALK_MAX, "*1234*4%u2#", kind + 1);
        strcpy(p->choices.kind, kinds[kind]);
        p->kind_known = true;
    }
}

void talk_first_sms(struct sim *s, struct phone *p, char out[TALK_MAX])
{
    if (p->stopped && sim_roll(s, 2))
        strcpy(out, "START");
    else if (p->reads_english && (p->asking == Q_FOREIGN || sim_roll(s, 8) == 0))
        strcpy(out, "ENGLISH");
    else if (p->plan == PLAN_WANDER && sim_roll(s, 4) == 0)
        random_text(&s->dice, sim_roll(s, RANDOM_LANGUAGES), 4, out, TALK_MAX);
    else
        strcpy(out, p->plan == PLAN_STATUS    ? "STATUS"
                    : p->plan == PLAN_REQUEST ? "CALL ME"
                                              : PICK(s, words));
    if (strcmp(out, "STOP") == 0 || strcmp(out, "START") == 0)
        p->stopped = strcmp(out, "STOP") == 0;
}

/* Any of the numbers on the screen; back if there are none. */
static void any_option(struct sim *s, const struct options *o, char *out)
{
    int number = o->count > 0 ? o->number[sim_roll(s, o->count)] : 0;
    snprintf(out, TALK_MAX, "%d", number);
}

static void wander(struct sim *s, const struct options *o, char *out)
{
    static const char *const keys[] = {"0",  "0",  "0", "00", "98", "98", "98",   "97",
                                       "97", "99", "໑", "໒",  "7",  "9",  "1500", "x"};
    if (sim_roll(s, 10) < 7)
        any_option(s, o, out);
    else
        strcpy(out, PICK(s, keys));
}

/* The number of the line with that text; 0 if there is none. */
static int line_with(const struct sim *s, const struct options *o, const char *id)
{
    for (unsigned i = 0; i < o->count; i++)
        if (reader_is(s->stage, o->label[i], id))
            return o->number[i];
    return 0;
}

static bool consent(struct sim *s, struct phone *p, const struct options *o, char *out)
{
    uint32_t mood = sim_roll(s, 20);
    int number = line_with(s, o, mood == 0 ? "request.cancel" : "request.send");
    if (p->sms && mood > 12) {
        random_text(&s->dice, 0, 5, out, TALK_MAX);
        return true;
    }
    if (!p->sms && mood > 14)
        number = line_with(s, o, "request.send-sms");
    snprintf(out, TALK_MAX, "%d", number);
    return true;
}

/* A question of a request: sometimes the last answer is taken back. */
static bool request(struct sim *s, struct phone *p, const struct options *o, char *out)
{
    if (p->asking == Q_FAILED) {
        strcpy(out, "1");
        return sim_roll(s, 3) > 0;
    }
    if (p->asking == Q_LIMIT)
        return false;
    if (p->asking != Q_KIND && sim_roll(s, 6) == 0) {
        sim_count(s, HAPPEN_changed_mind);
        strcpy(out, "0");
        return true;
    }
    if (p->asking == Q_CONSENT)
        return consent(s, p, o, out);
    if (strstr(p->screen, "98 ") && sim_roll(s, 3) == 0)
        strcpy(out, "98");
    else
        any_option(s, o, out);
    return true;
}

/* One of the cases that this phone was told; -1 if there is none. */
static long own_case(struct sim *s, const struct phone *p)
{
    uint32_t first = s->confirmed_count > 0 ? sim_roll(s, (uint32_t)s->confirmed_count) : 0;
    for (size_t i = 0; i < s->confirmed_count; i++) {
        size_t k = (first + i) % s->confirmed_count;
        if (s->confirmed[k].phone == p->index)
            return (long)k;
    }
    return -1;
}

static bool status(struct sim *s, struct phone *p, char *out)
{
    bool wrong = sim_roll(s, 6) == 0;
    const struct confirmed *c;
    if (p->asking == Q_CASE)
        p->looking_for = own_case(s, p);
    if (p->asking != Q_CASE && p->asking != Q_PIN)
        return false;
    if (p->looking_for < 0) {
        strcpy(out, "0");
        return sim_roll(s, 3) > 0;
    }
    c = &s->confirmed[p->looking_for];
    if (p->asking == Q_CASE) {
        snprintf(out, TALK_MAX, sim_roll(s, 2) ? "%.3s %.3s %s" : "%.3s%.3s%s", c->case_no,
                 c->case_no + 3, c->case_no + 6);
        return true;
    }
    snprintf(out, TALK_MAX, "%s", c->pin);
    if (wrong) {
        out[3] = out[3] == '5' ? '6' : '5';
        p->looking_for = -1;
    }
    return true;
}

static bool by_plan(struct sim *s, struct phone *p, const struct options *o, char *out)
{
    if (p->plan == PLAN_REQUEST && p->asking >= Q_KIND && p->asking <= Q_LIMIT)
        return request(s, p, o, out);
    if (p->plan == PLAN_STATUS && p->asking >= Q_CASE && p->asking <= Q_UNREACHABLE)
        return status(s, p, out);
    wander(s, o, out);
    return p->plan == PLAN_WANDER || sim_roll(s, 3) > 0;
}

bool talk_answer(struct sim *s, struct phone *p, char out[TALK_MAX])
{
    struct options o;
    reader_options(p->screen, &o);
    if (sim_roll(s, 12) == 0) {
        p->looking_for = -1;
        wander(s, &o, out);
        return true;
    }
    switch (p->asking) {
    case Q_LANGUAGE:
        strcpy(out, p->language);
        return true;
    case Q_RESUME:
        strcpy(out, sim_roll(s, 4) ? "1" : "2");
        return true;
    case Q_FOREIGN:
        wander(s, &o, out);
        if (p->sms && p->reads_english)
            strcpy(out, "ENGLISH");
        return sim_roll(s, p->reads_english ? 3 : 12) > 0;
    default:
        return by_plan(s, p, &o, out);
    }
}

/* The number that was typed, -1 if it is none. */
static int number_of(const char *typed)
{
    static const char *const lao[] = {"໑", "໒"};
    for (int i = 0; i < 2; i++)
        if (strcmp(typed, lao[i]) == 0)
            return i + 1;
    char *end;
    long n = strtol(typed, &end, 10);
    return end != typed && *end == '\0' ? (int)n : -1;
}

static void note_kind(const struct sim *s, struct phone *p, const char *label)
{
    const char *kind = reader_kind(s->stage, label);
    if (!kind)
        return;
    strcpy(p->choices.kind, kind);
    p->kind_known = true;
}

static void note_consent(const struct sim *s, struct phone *p, const char *label, int number)
{
    p->choices.with_text = p->sms && number < 0;
    p->choices.with_note = reader_is(s->stage, label, "request.send-sms");
}

void talk_note(struct sim *s, struct phone *p, const char *typed)
{
    struct options o;
    int number = number_of(typed);
    reader_options(p->screen, &o);
    const char *label = reader_label(&o, number);
    const char *country = reader_country(s->stage, label);
    /* A number of the next screen is taken, too, and nobody reads what it stands for. */
    if (!label && number > 0 && p->asking != Q_CASE && p->asking != Q_PIN)
        p->confused = true;
    if (p->asking == Q_KIND)
        note_kind(s, p, label);
    else if (p->asking == Q_PLACE && country)
        strcpy(p->choices.country, country);
    else if (p->asking == Q_WISH && label)
        p->choices.wish = reader_wish(s->stage, label);
    else if (p->asking == Q_SAFE && label)
        p->choices.safe = reader_safe(s->stage, label);
    else if (p->asking == Q_CONSENT)
        note_consent(s, p, label, number);
    else if (p->asking == Q_RESUME && number == 1)
        sim_count(s, HAPPEN_resumed);
}
