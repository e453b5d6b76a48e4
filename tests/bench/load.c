/* SPDX-License-Identifier: Apache-2.0 */
/* A load: a bridge with a fixed number of USSD dialogues under way. Each dialogue is a new
 * subscriber who dials and then sends the given answers; the next step goes out when the last is
 * settled, or with a rate when it is due (pace.h). Every settlement is held against the message
 * that it names. Prints one line of name=value. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "latency.h"
#include "load_options.h"
#include "message.h"
#include "outage.h"
#include "pace.h"
#include "wire.h"

enum { ID_MAX = 64, TOPIC_MAX = 160, TICK_US = 50000 };

static const char root[] = "mekong/1/bench/";

struct dialogue {
    bool waits; /* for the settlement of id */
    uint32_t subscriber;
    unsigned step;            /* 0: the dial */
    int64_t due_us;           /* its time counts from here */
    int64_t sent_us, last_us; /* first, and last if it was sent again */
    int64_t at_ms;            /* as the message says */
    char id[ID_MAX + 1];
};

struct counts {
    uint32_t settled;    /* steps, warm-up and all */
    uint32_t unsettled;  /* given up */
    uint32_t mismatched; /* settles nothing that waits, or on another shard */
    uint32_t errors;     /* refused */
    uint32_t broken;     /* settled, but not by a USSD screen with a text */
    uint32_t ended;      /* dialogues that the other side ended before the last answer */
};

struct load {
    struct load_options o;
    struct event_base *base;
    struct wire *wire;
    struct pace *pace; /* NULL without a rate */
    struct dialogue *dialogues;
    uint32_t *latencies; /* us, of the measured steps */
    uint32_t measured, waiting, next_subscriber;
    int64_t begin_us, end_us; /* of the measure; 0: not yet */
    struct counts n;
    struct outage outage;
};

/* Any two hex digits will do for the shard. */
static unsigned shard_of(const struct dialogue *d)
{
    return d->subscriber & 0xFF;
}

/* Publish the dialogue's present step. */
static void publish(struct load *l, struct dialogue *d)
{
    char topic[TOPIC_MAX], json[1024];
    snprintf(topic, sizeof topic, "%sin/%02x", root, shard_of(d));
    const char *answer = d->step == 0 ? "" : l->o.answers[d->step - 1];
    const struct message m = {.id = d->id,
                              .subscriber = d->subscriber,
                              .code = l->o.sms ? NULL : l->o.code,
                              .begin = d->step == 0,
                              .text = l->o.sms ? l->o.sms : answer,
                              .at_ms = d->at_ms};
    int n = message_print(&m, json, sizeof json);
    d->last_us = latency_now_us();
    wire_publish(l->wire, topic, json, (size_t)n);
}

/* Send it for the first time; it takes time from due_us on. */
static void send_step(struct load *l, struct dialogue *d, int64_t due_us)
{
    snprintf(d->id, sizeof d->id, "%td-%" PRIu32 "-%u", d - l->dialogues, d->subscriber, d->step);
    d->at_ms = latency_wall_ms();
    d->due_us = due_us;
    d->waits = true;
    l->waiting++;
    publish(l, d);
    d->sent_us = d->last_us;
}

static void send_again(struct load *l, struct dialogue *d)
{
    if (d->last_us == d->sent_us)
        l->outage.repeated++;
    publish(l, d);
}

static void begin_dialogue(struct load *l, struct dialogue *d)
{
    d->subscriber = l->next_subscriber++;
    d->step = 0;
}

static void on_due(void *arg, unsigned slot, int64_t due_us)
{
    struct load *l = arg;
    if (!l->end_us)
        send_step(l, &l->dialogues[slot], due_us);
}

/* What comes after a step, unless the measure is over. */
static void go_on(struct load *l, struct dialogue *d, bool dialogue_over)
{
    if (l->end_us)
        return;
    if (dialogue_over || d->step == l->o.answer_count)
        begin_dialogue(l, d);
    else
        d->step++;
    if (l->pace)
        pace_park(l->pace, (unsigned)(d - l->dialogues));
    else
        send_step(l, d, latency_now_us());
}

/* Count a settled step, begin and end the measure. */
static void count_step(struct load *l, const struct dialogue *d)
{
    int64_t now = latency_now_us();
    l->n.settled++;
    outage_settled(&l->outage, d->sent_us, d->last_us != d->sent_us);
    if (l->begin_us && !l->end_us) {
        l->latencies[l->measured++] = (uint32_t)(now - d->due_us);
        if (l->measured == l->o.steps / 3)
            outage_kill(&l->outage);
        if (l->measured == l->o.steps) {
            l->end_us = now;
            watch_end(&l->o.watch);
        }
    }
    if (!l->begin_us && l->n.settled >= l->o.warm_up) {
        l->begin_us = now;
        watch_begin(&l->o.watch);
    }
}

/* Is it the settlement of a step that was settled before? One that was sent again may be answered
 * twice. */
static bool is_twice(const struct load *l, const char *payload, size_t len)
{
    size_t n;
    const char *re = message_re(payload, len, &n);
    unsigned slot, step;
    uint32_t subscriber;
    if (!l->o.repeat_us || !re || sscanf(re, "%u-%" SCNu32 "-%u", &slot, &subscriber, &step) != 3 ||
        slot >= l->o.window)
        return false;
    const struct dialogue *d = &l->dialogues[slot];
    return subscriber < d->subscriber ||
           (subscriber == d->subscriber && (step < d->step || (step == d->step && !d->waits)));
}

/* The dialogue that waits for the settlement of that id, or NULL. */
static struct dialogue *find_dialogue(struct load *l, const char *payload, size_t len)
{
    size_t n;
    const char *re = message_re(payload, len, &n);
    if (!re)
        return NULL;
    unsigned long slot = strtoul(re, NULL, 10); /* ends at the hyphen or the quote at the latest */
    if (slot >= l->o.window || !l->dialogues[slot].waits)
        return NULL;
    struct dialogue *d = &l->dialogues[slot];
    return n == strlen(d->id) && memcmp(re, d->id, n) == 0 ? d : NULL;
}

static void on_refusal(struct load *l, const char *payload, size_t len)
{
    if (l->n.errors++ == 0)
        fprintf(stderr, "first refusal: %.*s\n", (int)len, payload);
    struct dialogue *d = find_dialogue(l, payload, len);
    if (!d)
        return;
    d->waits = false;
    l->waiting--;
    go_on(l, d, true);
}

static void on_answer(struct load *l, const char *shard, const char *payload, size_t len)
{
    struct dialogue *d = find_dialogue(l, payload, len);
    if (!d || strtoul(shard, NULL, 16) != shard_of(d)) {
        if (is_twice(l, payload, len))
            l->outage.twice++;
        else
            l->n.mismatched++;
        return;
    }
    d->waits = false;
    l->waiting--;
    const char *kind = l->o.sms ? "\"kind\":\"sms\"" : "\"kind\":\"ussd\"";
    if (!message_has(payload, len, kind) || !message_has(payload, len, "\"text\":\"") ||
        message_has(payload, len, "\"text\":\"\""))
        l->n.broken++;
    bool ended = message_has(payload, len, "\"event\":\"end\"");
    if (ended && d->step < l->o.answer_count)
        l->n.ended++;
    count_step(l, d);
    go_on(l, d, ended);
}

static void on_message(void *arg, const char *topic, const char *payload, size_t len)
{
    static const char out[] = "out/";
    const char *rest = topic + sizeof root - 1;
    if (strncmp(rest, out, sizeof out - 1) == 0)
        on_answer(arg, rest + sizeof out - 1, payload, len);
    else
        on_refusal(arg, payload, len);
}

static void give_up(struct load *l, struct dialogue *d)
{
    d->waits = false;
    l->waiting--;
    l->n.unsettled++;
    go_on(l, d, true);
}

/* Send again, or give up, what waits too long. */
static void on_tick(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    struct load *l = arg;
    int64_t now = latency_now_us();
    for (unsigned i = 0; i < l->o.window; i++) {
        struct dialogue *d = &l->dialogues[i];
        if (d->waits && d->due_us <= now - l->o.timeout_us)
            give_up(l, d);
        else if (d->waits && l->o.repeat_us && d->last_us <= now - l->o.repeat_us)
            send_again(l, d);
    }
}

static void report(struct load *l)
{
    double seconds = (double)(l->end_us - l->begin_us) / 1e6;
    printf("steps=%" PRIu32 " seconds=%.3f rate=%.0f", l->measured, seconds, l->measured / seconds);
    latency_print(l->latencies, l->measured);
    printf(" unsettled=%" PRIu32 " mismatched=%" PRIu32 " errors=%" PRIu32 " broken=%" PRIu32
           " ended=%" PRIu32,
           l->n.unsettled, l->n.mismatched, l->n.errors, l->n.broken, l->n.ended);
    if (l->o.repeat_us || l->o.kill_pid)
        outage_print(&l->outage);
    watch_print(&l->o.watch, l->measured);
    putchar('\n');
}

static bool flawless(const struct counts *n)
{
    return !n->unsettled && !n->mismatched && !n->errors && !n->broken && !n->ended;
}

/* Steps until the measure is over and nothing waits any more. A side that settles nothing at all
 * ends it, too. */
static int drive(struct load *l)
{
    for (unsigned i = 0; i < l->o.window; i++) {
        begin_dialogue(l, &l->dialogues[i]);
        if (!l->pace)
            send_step(l, &l->dialogues[i], latency_now_us());
    }
    while (!l->end_us || l->waiting > 0) {
        if (l->n.unsettled > l->o.window || l->n.errors > l->o.steps) {
            fprintf(stderr, "too little is settled\n");
            return -1;
        }
        wire_flush(l->wire);
        if (wire_turn(l->wire)) {
            fprintf(stderr, "the connection to the broker is lost\n");
            return -1;
        }
    }
    return 0;
}

static int run(struct load *l)
{
    char out[TOPIC_MAX], error[TOPIC_MAX];
    snprintf(out, sizeof out, "%sout/+", root);
    snprintf(error, sizeof error, "%serror", root);
    const char *const subscriptions[] = {out, error, NULL};
    const struct wire_options o = {.socket = l->o.socket,
                                   .qos = (int)l->o.qos,
                                   .subscriptions = subscriptions,
                                   .message = on_message,
                                   .arg = l};
    l->wire = wire_open(l->base, &o);
    if (!l->wire)
        return -1;
    if (l->o.rate && !(l->pace = pace_new(l->base, l->o.window, l->o.rate, on_due, l)))
        return -1;
    struct event *tick = event_new(l->base, -1, EV_PERSIST, on_tick, l);
    if (!tick)
        return -1;
    event_add(tick, &(struct timeval){.tv_usec = TICK_US});
    int rc = drive(l);
    event_free(tick);
    return rc;
}

int main(int argc, char **argv)
{
    struct load l = {.o = {.code = "*1234#",
                           .window = 64,
                           .steps = 10000,
                           .warm_up = 1000,
                           .timeout_us = 5000000}};
    if (load_options_read(&l.o, argc, argv))
        return 2;
    l.next_subscriber = l.o.first;
    l.outage.pid = l.o.kill_pid;
    int rc = -1;
    l.base = l.o.rate ? pace_base() : event_base_new();
    l.dialogues = calloc(l.o.window, sizeof *l.dialogues);
    l.latencies = calloc(l.o.steps, sizeof *l.latencies);
    if (l.base && l.dialogues && l.latencies)
        rc = run(&l);
    if (rc == 0)
        report(&l);
    pace_free(l.pace);
    if (l.wire)
        wire_close(l.wire);
    if (l.base)
        event_base_free(l.base);
    free(l.dialogues);
    free(l.latencies);
    return rc ? 1 : flawless(&l.n) ? 0 : 3;
}
