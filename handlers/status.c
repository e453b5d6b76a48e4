/* SPDX-License-Identifier: Apache-2.0 */
/* How does my case stand? The form: [0] the case number, [1] the state that was found. The PIN is
 * in no session: it goes from the message to those who know the case. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/handler.h"

enum { CASE, STATE };

static const char *const state_text[] = {[CASE_UNKNOWN] = "status.unknown",
                                         [CASE_STORED] = "status.stored",
                                         [CASE_NEW] = "status.new",
                                         [CASE_TAKEN] = "status.taken",
                                         [CASE_WAITING] = "status.waiting",
                                         [CASE_CLOSED] = "status.closed",
                                         [CASE_UNREACHABLE] = "status.unreachable"};

static const char *text_of(int64_t state)
{
    if (state == ERRAND_LIMIT)
        return "status.tries";
    return state_text[state >= 0 && state < CASE_STATES ? state : CASE_UNREACHABLE];
}

static void body(const struct scene *s, struct buf *out)
{
    const struct view *v = s->view;
    const char *id = v->form_len <= CASE    ? "status.case"
                     : v->form_len <= STATE ? "status.pin"
                                            : text_of(v->form[STATE]);
    buf_puts(out, handler_say(s, id));
}

/* Exactly n digits of what was typed, which may be grouped by blanks, points or hyphens. */
static bool read_digits(const char *text, size_t n, char *out)
{
    size_t len = 0;
    for (; *text != '\0'; text++) {
        if (strchr(" .-", *text))
            continue;
        if (*text < '0' || *text > '9' || len == n)
            return false;
        out[len++] = *text;
    }
    out[len] = '\0';
    return len == n;
}

static enum verdict take_case(struct turn *t)
{
    char case_no[REQUEST_CASE_MAX + 1];
    if (!read_digits(t->text, REQUEST_CASE_MAX, case_no) || !request_case_valid(case_no))
        return TURN_BAD_CASE;
    t->view->form[t->view->form_len++] = strtoll(case_no, NULL, 10);
    return TURN_STAY;
}

static enum verdict input(struct turn *t)
{
    char pin[REQUEST_PIN_MAX + 1];
    switch (t->view->form_len) {
    case CASE:
        return take_case(t);
    case STATE:
        return read_digits(t->text, REQUEST_PIN_MAX, pin) ? TURN_ERRAND : TURN_BAD_PIN;
    default:
        return TURN_INVALID;
    }
}

static void errand(const struct turn *t, struct errand *out)
{
    out->kind = ERRAND_ASK;
    snprintf(out->case_no, sizeof out->case_no, "%09lld", (long long)t->view->form[CASE]);
    read_digits(t->text, REQUEST_PIN_MAX, out->pin);
}

extern const struct handler handler_status;
const struct handler handler_status = {
    .type = "status",
    .kind = SCREEN_PROSE,
    .form_steps = true,
    .own_budget = true,
    .body = body,
    .input = input,
    .errand = errand,
};
