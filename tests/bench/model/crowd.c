/* SPDX-License-Identifier: Apache-2.0 */
#include "crowd.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wheel.h"

enum { LOOK_US = 20000 };

enum state {
    AWAY,   /* has not dialled, or gave up, or is through */
    TIMED,  /* its timer is set: takes its next step then */
    HELD,   /* its answer waits for the carrier's link: its timer is set */
    WAITING /* for the settlement of its step */
};

struct worker {
    uint8_t state, dials;
    uint16_t step;     /* 0: the dial */
    uint32_t place;    /* in waiting[], while WAITING */
    int64_t due_us;    /* when the step was to be taken */
    int64_t repeat_us; /* when it is published again */
};

struct crowd {
    struct crowd_options o;
    struct seconds *seconds;
    crowd_publish_fn publish;
    void *arg;
    struct wheel *wheel;
    struct worker *workers;
    uint32_t *waiting; /* their numbers, in no order */
    uint32_t waits, held, busy, next;
    uint32_t coming;   /* they wait for a place */
    int64_t looked_us; /* at those who wait */
    uint64_t dice;
};

struct crowd *crowd_new(const struct crowd_options *o, struct seconds *seconds,
                        crowd_publish_fn publish, void *arg)
{
    struct crowd *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    *c = (struct crowd){
        .o = *o, .seconds = seconds, .publish = publish, .arg = arg, .dice = o->seed | 1};
    c->wheel = wheel_new(o->workers);
    c->workers = calloc(o->workers, sizeof *c->workers);
    c->waiting = calloc(o->workers, sizeof *c->waiting);
    if (c->wheel && c->workers && c->waiting)
        return c;
    crowd_free(c);
    return NULL;
}

void crowd_free(struct crowd *c)
{
    if (!c)
        return;
    wheel_free(c->wheel);
    free(c->workers);
    free(c->waiting);
    free(c);
}

/* Between 0 and 1, neither of them (xorshift64*). */
static double roll(struct crowd *c)
{
    c->dice ^= c->dice >> 12;
    c->dice ^= c->dice << 25;
    c->dice ^= c->dice >> 27;
    return ((double)((c->dice * UINT64_C(2685821657736338717)) >> 11) + 0.5) / 9007199254740992.0;
}

static int64_t wait_ms(struct crowd *c, const struct crowd_wait *w)
{
    double ms = w->least_ms - log(roll(c)) * (w->mean_ms - w->least_ms);
    return ms < WHEEL_SPAN_MS - 1 ? (int64_t)ms : WHEEL_SPAN_MS - 1;
}

static uint32_t bridge_of(const struct crowd *c, uint32_t number)
{
    return number % c->o.bridges;
}

static bool flaps(const struct crowd *c, uint32_t bridge)
{
    return c->o.flap_ms != 0 && bridge == c->o.bridges - 1;
}

/* When the link of that bridge's carrier is up again; 0: it is up. */
static int64_t down_until_ms(const struct crowd *c, uint32_t bridge, int64_t now_ms)
{
    if (!flaps(c, bridge))
        return 0;
    int64_t begun = now_ms - now_ms % c->o.flap_ms;
    return now_ms - begun < c->o.flap_ms - c->o.down_ms ? 0 : begun + c->o.flap_ms;
}

static void publish(struct crowd *c, uint32_t number)
{
    const struct worker *w = &c->workers[number];
    char id[CROWD_ID_MAX], session[CROWD_ID_MAX];
    uint32_t way = number % c->o.ways;
    snprintf(id, sizeof id, "%" PRIu32 "-%u-%u", number, w->dials, w->step);
    snprintf(session, sizeof session, "s%" PRIu32 "-%u", number, w->dials);
    struct crowd_step step = {.worker = number,
                              .bridge = bridge_of(c, number),
                              .id = id,
                              .session = session,
                              .text = w->step == 0 ? NULL : c->o.answer[way][w->step - 1],
                              .at_ms = w->due_us / 1000};
    c->publish(c->arg, &step);
}

static void set_timer(struct crowd *c, uint32_t number, enum state state, int64_t at_ms)
{
    c->workers[number].state = (uint8_t)state;
    wheel_put(c->wheel, number, at_ms);
}

static void take_step(struct crowd *c, uint32_t number, int64_t due_us);

/* Through, or lost. Who waits for the place takes it. */
static void leave(struct crowd *c, uint32_t number, int64_t now_us)
{
    c->workers[number].state = AWAY;
    c->busy--;
    if (c->coming == 0)
        return;
    c->coming--;
    take_step(c, c->next++, now_us);
}

/* An error on the phone: it may dial again. */
static void fail(struct crowd *c, uint32_t number, enum second_count why, int64_t now_us)
{
    struct worker *w = &c->workers[number];
    seconds_count(c->seconds, why);
    if (w->dials >= c->o.dials_max || roll(c) * 100 >= c->o.redial_percent) {
        seconds_count(c->seconds, SECOND_LOST);
        leave(c, number, now_us);
        return;
    }
    w->step = 0;
    set_timer(c, number, TIMED, now_us / 1000 + wait_ms(c, &c->o.redial));
}

static void take_step(struct crowd *c, uint32_t number, int64_t due_us)
{
    struct worker *w = &c->workers[number];
    if (w->step == 0) {
        seconds_count(c->seconds, SECOND_DIALS);
        if (w->dials++ > 0)
            seconds_count(c->seconds, SECOND_REDIALS);
    }
    seconds_count(c->seconds, SECOND_OFFERED);
    if (down_until_ms(c, bridge_of(c, number), due_us / 1000)) {
        fail(c, number, SECOND_CUT, due_us);
        return;
    }
    w->state = WAITING;
    w->due_us = due_us;
    w->repeat_us = due_us + (int64_t)c->o.repeat_ms * 1000;
    w->place = c->waits;
    c->waiting[c->waits++] = number;
    seconds_waiting(c->seconds, c->waits + c->held);
    publish(c, number);
}

void crowd_dial(struct crowd *c, int64_t now_us)
{
    if (c->next + c->coming == c->o.workers)
        return;
    c->busy++;
    if (c->o.under_way > 0 && c->busy > c->o.under_way)
        c->coming++;
    else
        take_step(c, c->next++, now_us);
}

static void stop_waiting(struct crowd *c, uint32_t number)
{
    uint32_t place = c->workers[number].place, last = c->waiting[--c->waits];
    c->waiting[place] = last;
    c->workers[last].place = place;
}

static void served(struct crowd *c, uint32_t number, int64_t now_us)
{
    struct worker *w = &c->workers[number];
    seconds_count(c->seconds, SECOND_SERVED);
    if (!flaps(c, bridge_of(c, number)))
        seconds_latency(c->seconds, now_us - w->due_us);
    if (w->step++ == c->o.answers[number % c->o.ways]) {
        seconds_count(c->seconds, SECOND_FINISHED);
        leave(c, number, now_us);
        return;
    }
    if (c->o.think.mean_ms == 0)
        take_step(c, number, now_us);
    else
        set_timer(c, number, TIMED, now_us / 1000 + wait_ms(c, &c->o.think));
}

/* An answer that meets no link waits for it, while the carrier waits for the answer. */
static void hold(struct crowd *c, uint32_t number, int64_t up_ms)
{
    c->held++;
    int64_t over_ms = c->workers[number].due_us / 1000 + c->o.patience_ms;
    set_timer(c, number, HELD, up_ms < over_ms ? up_ms : over_ms);
}

static bool is_over(const struct crowd *c, const struct worker *w, int64_t now_us)
{
    return now_us - w->due_us >= (int64_t)c->o.patience_ms * 1000;
}

static void on_timer(struct crowd *c, uint32_t number, int64_t now_us)
{
    const struct worker *w = &c->workers[number];
    if (w->state != HELD) {
        take_step(c, number, now_us);
        return;
    }
    c->held--;
    if (is_over(c, w, now_us))
        fail(c, number, SECOND_TIMED_OUT, now_us);
    else
        served(c, number, now_us);
}

static void look_at_waiting(struct crowd *c, int64_t now_us)
{
    for (uint32_t i = c->waits; i > 0; i--) {
        uint32_t number = c->waiting[i - 1];
        struct worker *w = &c->workers[number];
        if (is_over(c, w, now_us)) {
            stop_waiting(c, number);
            fail(c, number, SECOND_TIMED_OUT, now_us);
        } else if (w->repeat_us <= now_us) {
            w->repeat_us = now_us + (int64_t)c->o.repeat_ms * 1000;
            seconds_count(c->seconds, SECOND_REPEATS);
            publish(c, number);
        }
    }
}

void crowd_tick(struct crowd *c, int64_t now_us)
{
    uint32_t number;
    while (wheel_take(c->wheel, now_us / 1000, &number))
        on_timer(c, number, now_us);
    if (now_us - c->looked_us >= LOOK_US) {
        c->looked_us = now_us;
        look_at_waiting(c, now_us);
    }
    seconds_waiting(c->seconds, c->waits + c->held);
}

/* The worker that waits for the settlement of an id, or -1. */
static int64_t find(const struct crowd *c, const char *id, size_t len)
{
    char copy[CROWD_ID_MAX];
    uint32_t number;
    unsigned dials, step;
    if (len >= sizeof copy)
        return -1;
    memcpy(copy, id, len);
    copy[len] = '\0';
    if (sscanf(copy, "%" SCNu32 "-%u-%u", &number, &dials, &step) != 3 || number >= c->next)
        return -1;
    const struct worker *w = &c->workers[number];
    return w->state == WAITING && w->dials == dials && w->step == step ? (int64_t)number : -1;
}

bool crowd_settled(struct crowd *c, const char *id, size_t len, bool refused, int64_t now_us)
{
    int64_t number = find(c, id, len);
    if (number < 0)
        return false;
    uint32_t n = (uint32_t)number;
    int64_t up_ms = down_until_ms(c, bridge_of(c, n), now_us / 1000);
    stop_waiting(c, n);
    if (refused)
        fail(c, n, SECOND_REFUSED, now_us);
    else if (up_ms)
        hold(c, n, up_ms);
    else
        served(c, n, now_us);
    return true;
}

bool crowd_is_busy(const struct crowd *c)
{
    return c->busy > 0;
}
