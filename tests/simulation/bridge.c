/* SPDX-License-Identifier: Apache-2.0 */
#include "simulation/bridge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/once.h"
#include "simulation/check.h"
#include "simulation/sim.h"

void bridge_fini(struct bridge *b)
{
    for (size_t i = 0; i < b->count; i++) {
        free(b->input[i]->first);
        free(b->input[i]);
    }
    free(b->input);
}

long bridge_find(const struct bridge *b, uint64_t once)
{
    for (size_t i = b->count; i > 0; i--)
        if (b->input[i - 1]->once == once)
            return (long)i - 1;
    return -1;
}

size_t bridge_waiting(const struct bridge *b)
{
    size_t n = 0;
    for (size_t i = 0; i < b->count; i++)
        n += b->input[i]->state == INPUT_WAITING;
    return n;
}

bool bridge_in_doubt(const struct sim *s, const struct input *in)
{
    const struct stored *of = &s->store.of[in->phone];
    return in->was_doubtful || in->doubts != of->doubts || store_is_doubtful(s, in->phone);
}

static void repeat(struct sim *s, const struct event *e);

/* Look again after the time of a repeat, or at the deadline. */
static void look_again(struct sim *s, unsigned number, int64_t ms)
{
    int64_t deadline = s->bridge.input[number]->mo.deadline;
    if (deadline > 0 && s->now + ms > deadline)
        ms = deadline - s->now + 1;
    sim_in(s, ms, (struct event){.run = repeat, .num = number});
}

static void give_up(struct sim *s, unsigned number, enum input_state state)
{
    struct input *in = s->bridge.input[number];
    trace(s, "bridge: %s of phone %u is %s", in->mo.id, in->phone + 1,
          state == INPUT_REFUSED ? "refused" : "given up");
    in->state = state;
    phone_failed(s, in->phone, number);
}

static void repeat(struct sim *s, const struct event *e)
{
    struct input *in = s->bridge.input[e->num];
    if (in->state != INPUT_WAITING)
        return;
    if (in->mo.deadline > 0 && s->now > in->mo.deadline) {
        sim_count(s, HAPPEN_gave_up);
        give_up(s, e->num, INPUT_GIVEN_UP);
        return;
    }
    sim_count(s, HAPPEN_repeated);
    in->repeats++;
    trace(s, "bridge: repeats %s", in->mo.id);
    net_to_gateways(s, e->num);
    look_again(s, e->num, REPEAT_MS);
}

static struct input *add(struct bridge *b)
{
    if (b->count == b->cap) {
        b->cap = b->cap ? 2 * b->cap : 64;
        b->input = realloc(b->input, b->cap * sizeof(struct input *));
        if (!b->input)
            abort();
    }
    b->input[b->count] = sim_alloc(sizeof(struct input));
    return b->input[b->count++];
}

static void fill(struct sim *s, struct input *in, unsigned phone, const struct mo *mo)
{
    in->phone = phone;
    in->mo = *mo;
    memccpy(in->text, mo->text ? mo->text : "", '\0', sizeof in->text - 1);
    in->mo.text = in->text;
    in->mo.text_len = strlen(in->text);
    snprintf(in->mo.id, sizeof in->mo.id, "m%zu", s->bridge.count - 1);
    strcpy(in->mo.msisdn, s->phone[phone].msisdn);
    in->mo.at = s->now;
    in->once = once_id(stage_bridge, in->mo.id);
    in->doubts = s->store.of[phone].doubts;
    in->was_doubtful = store_is_doubtful(s, phone);
}

unsigned bridge_send(struct sim *s, unsigned phone, const struct mo *mo, int64_t patience_ms)
{
    static const char *const kind[] = {"begin", "continue", "end", "sms", "receipt"};
    struct input *in = add(&s->bridge);
    unsigned number = (unsigned)s->bridge.count - 1;
    fill(s, in, phone, mo);
    in->mo.deadline = patience_ms > 0 ? s->now + patience_ms : 0;
    trace(s, "phone %u: %s %s %s \"%s\"", phone + 1, in->mo.id, kind[mo->kind], mo->code, in->text);
    net_to_gateways(s, number);
    if (mo->kind == MO_USSD_END)
        in->state = INPUT_NOT_SETTLED;
    else
        look_again(s, number, REPEAT_MS);
    return number;
}

/* An overload passes: the same again after a while. Anything else is for good. */
static void take_refusal(struct sim *s, const struct wire *w)
{
    struct input *in = s->bridge.input[w->input];
    if (w->code == REFUSE_UNKNOWN_SESSION) {
        sim_count(s, HAPPEN_unknown_session);
        return;
    }
    sim_count(s, w->code == REFUSE_OVERLOAD ? HAPPEN_overload : HAPPEN_repeat_old);
    if (w->code == REFUSE_OVERLOAD)
        return;
    check_refusal(s, in);
    if (in->state == INPUT_WAITING)
        give_up(s, w->input, INPUT_REFUSED);
}

/* A message that settles nothing: kept once. */
static void take_part(struct sim *s, struct input *in, const struct wire *w)
{
    check_same_answer(s, in, w);
    if (in->part_seen & 1u << w->part)
        return;
    in->part_seen |= 1u << w->part;
    phone_sms(s, in->phone, w);
}

void bridge_take(struct sim *s, const struct wire *w)
{
    struct input *in = s->bridge.input[w->input];
    if (w->is_refusal) {
        take_refusal(s, w);
        return;
    }
    if (!w->settles) {
        take_part(s, in, w);
        return;
    }
    check_same_answer(s, in, w);
    if (in->state != INPUT_WAITING || (in->mo.deadline > 0 && s->now > in->mo.deadline)) {
        sim_count(s, HAPPEN_late_answer);
        return;
    }
    in->state = INPUT_SETTLED;
    if (w->kind == MT_NONE)
        sim_count(s, HAPPEN_silent);
    phone_show(s, in->phone, w->input, w);
}
