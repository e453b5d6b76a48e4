/* SPDX-License-Identifier: Apache-2.0 */
#include "phone/player.h"

#include <string.h>

enum { SMS_WAIT_MS = 5000 };

struct player {
    struct handsets *all;
    struct handset *h;
    const struct display *d;
    const struct script *s;
    const struct script_step *sent; /* what was sent and not looked at yet; NULL if nothing */
    struct record *record;          /* NULL: a difference is a failure */
    bool quiet;
    unsigned good;
};

/* What the phone has instead of what was expected. */
static void show_received(const struct player *p, const struct display *err)
{
    static const char *const names[] = {[OUTCOME_NONE] = "nothing was sent",
                                        [OUTCOME_WAITING] = "no answer yet",
                                        [OUTCOME_SCREEN] = "a screen",
                                        [OUTCOME_SMS] = "an SMS",
                                        [OUTCOME_SILENT] = "settled without an answer",
                                        [OUTCOME_REFUSED] = "a refusal",
                                        [OUTCOME_LOST] = "no answer in time"};
    const struct handset *h = p->h;
    fprintf(err->out, "received: %s%s%s\n", names[h->outcome], h->refusal[0] ? ", " : "",
            h->refusal);
    if (h->outcome == OUTCOME_SCREEN)
        display_screen(err, h->screen, h->ended);
    for (size_t i = h->inbox_read; i < h->inbox_len; i++)
        display_sms(err, &h->inbox[i]);
}

static int differs(const struct player *p, unsigned line, const char *expected)
{
    struct display err = *p->d;
    err.out = stderr;
    fflush(stdout);
    fprintf(stderr, "%s:%u: expected: %s\n", p->s->name, line, expected);
    show_received(p, &err);
    return -1;
}

static int lines_differ(const struct player *p, const struct script_step *step, unsigned line)
{
    const struct script_expected *e = p->s->expected + step->first;
    struct display err = *p->d;
    static const char *const mark[] = {
        [SCRIPT_EXACT] = "|", [SCRIPT_PART] = "|~", [SCRIPT_ANY] = "|"};
    err.out = stderr;
    fflush(stdout);
    fprintf(stderr, "%s:%u: another text than expected:\n", p->s->name, line);
    for (size_t i = 0; i < step->count; i++)
        fprintf(stderr, "%s %s %s\n", e[i].line == line ? "->" : "  ", mark[e[i].match], e[i].text);
    show_received(p, &err);
    return -1;
}

/* Write down what came after a message that the transcript says nothing of. */
static void record_answer(const struct player *p, const struct script_step *sent)
{
    const struct handset *h = p->h;
    if (h->outcome == OUTCOME_SCREEN)
        record_put(p->record, sent->line, 0, '|', h->screen);
    for (size_t i = h->inbox_read; i < h->inbox_len; i++)
        record_put(p->record, sent->line, 0, '<', h->inbox[i].text);
}

/* A message that nobody looked at must at least have brought a screen or an SMS. */
static int look_back(struct player *p)
{
    const struct script_step *sent = p->sent;
    p->sent = NULL;
    if (p->record && sent)
        record_answer(p, sent);
    if (sent && p->h->outcome != OUTCOME_SCREEN && p->h->outcome != OUTCOME_SMS)
        return differs(p, sent->line, sent->what == SCRIPT_SMS ? "an SMS" : "a screen");
    return 0;
}

static void say(const struct player *p, const struct script_step *step)
{
    static const char *const verbs[] = {
        [SCRIPT_DIAL] = "dials", [SCRIPT_ANSWER] = "answers", [SCRIPT_SMS] = "writes"};
    const struct handset *h = p->h;
    if (p->quiet)
        return;
    fprintf(p->d->out, "\n%s %s %s\n", h->number, verbs[step->what], step->text);
    if (h->outcome == OUTCOME_SCREEN)
        display_screen(p->d, h->screen, h->ended);
    display_outcome(p->d, h);
    for (size_t i = h->inbox_read; i < h->inbox_len; i++)
        display_sms(p->d, &h->inbox[i]);
}

static int send(struct player *p, const struct script_step *step)
{
    int failed;
    if (step->what == SCRIPT_DIAL)
        failed = handset_dial(p->all, p->h, step->text);
    else if (step->what == SCRIPT_ANSWER)
        failed = handset_answer(p->all, p->h, step->text);
    else
        failed = handset_send_sms(p->all, p->h, step->to, step->text);
    if (failed)
        return differs(p, step->line, "a session to answer in");
    handset_wait(p->all, p->h);
    p->sent = step;
    say(p, step);
    return 0;
}

static int hang_up(struct player *p, const struct script_step *step)
{
    bool user = step->what == SCRIPT_HANGUP;
    if (handset_hang_up(p->all, p->h, user ? CAUSE_USER : CAUSE_NETWORK) < 0)
        return differs(p, step->line, "a session to end");
    if (!p->quiet)
        fprintf(p->d->out, "\n%s %s\n", p->h->number, user ? "hangs up" : "loses the network");
    return 0;
}

static int turn_clock(struct player *p, const struct script_step *step)
{
    p->all->line.turn(p->all->line.self, step->ms);
    if (!p->quiet)
        fprintf(p->d->out, "\n%s later\n", step->text);
    return 0;
}

static int change_phone(struct player *p, const struct script_step *step)
{
    struct handset *h = handsets_get(p->all, step->text);
    if (!h)
        return differs(p, step->line, "memory for one more phone");
    p->h = h;
    return 0;
}

/* The screen, or the oldest unread SMS. */
static int compare(struct player *p, const struct script_step *step)
{
    struct handset *h = p->h;
    bool screen = step->what == SCRIPT_SCREEN;
    unsigned line = step->line;
    p->sent = NULL;
    if (screen && h->outcome != OUTCOME_SCREEN)
        return differs(p, line, "a screen");
    if (!screen && h->inbox_read == h->inbox_len)
        return differs(p, line, "an SMS");
    const char *text = screen ? h->screen : h->inbox[h->inbox_read].text;
    if (!script_matches(p->s, step, text, &line)) {
        if (!p->record)
            return lines_differ(p, step, line);
        record_put(p->record, p->s->expected[step->first].line - 1, (unsigned)step->count,
                   screen ? '|' : '<', text);
    }
    h->inbox_read += !screen;
    p->good++;
    return 0;
}

static int expect_sms(struct player *p, const struct script_step *step)
{
    bool drawn = p->h->inbox_read < p->h->inbox_len;
    if (!handset_wait_sms(p->all, p->h, SMS_WAIT_MS))
        return differs(p, step->line, "one more SMS");
    if (!p->quiet && !drawn)
        display_sms(p->d, &p->h->inbox[p->h->inbox_read]);
    return 0;
}

static int expect_outcome(struct player *p, const struct script_step *step)
{
    const struct handset *h = p->h;
    size_t n = strlen(step->text);
    if (step->what == SCRIPT_ENDED)
        return h->ended ? 0 : differs(p, step->line, "the gateway ends the session");
    p->sent = NULL;
    if (step->what == SCRIPT_SILENT)
        return h->outcome == OUTCOME_SILENT ? 0 : differs(p, step->line, "no answer");
    return strncmp(h->refusal, step->text, n) == 0 && h->refusal[n] == ':'
               ? 0
               : differs(p, step->line, "a refusal");
}

static int play(struct player *p, const struct script_step *step)
{
    switch (step->what) {
    case SCRIPT_PHONE:
        return look_back(p) < 0 ? -1 : change_phone(p, step);
    case SCRIPT_DIAL:
    case SCRIPT_ANSWER:
    case SCRIPT_SMS:
        return look_back(p) < 0 ? -1 : send(p, step);
    case SCRIPT_HANGUP:
    case SCRIPT_DROP:
        return look_back(p) < 0 ? -1 : hang_up(p, step);
    case SCRIPT_WAIT:
        return turn_clock(p, step);
    case SCRIPT_ARRIVED:
        return expect_sms(p, step);
    case SCRIPT_ENDED:
    case SCRIPT_SILENT:
    case SCRIPT_REFUSED:
        return expect_outcome(p, step);
    case SCRIPT_SCREEN:
    case SCRIPT_TEXT:
        return compare(p, step);
    }
    return -1;
}

int player_run(struct handsets *all, const struct display *d, const struct script *s,
               const struct player_options *o)
{
    struct player p = {.all = all, .d = d, .s = s, .quiet = o->quiet, .record = o->record};
    p.h = handsets_get(all, o->number);
    if (!p.h)
        return 1;
    for (size_t i = 0; i < s->step_count; i++)
        if (play(&p, &s->steps[i]) < 0)
            return 1;
    if (look_back(&p) < 0)
        return 1;
    if (!p.record)
        printf("%u screens as expected\n", p.good);
    return 0;
}
