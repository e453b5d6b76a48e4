/* SPDX-License-Identifier: Apache-2.0 */
/* A surge: a bridge in an open loop whose rate changes. Phones dial and answer as those of load.c;
 * a share of the steps is of phones that ask for help, from the dial to the case number. What is
 * not settled is repeated, and given up at its deadline; dials are put off as our bridges do, by
 * their own code (bridge/room.h), and no more wait than bridge.max_unsettled. A phone that is
 * refused, put off or given up begins anew as another subscriber. Prints a line for each tenth of a
 * second (series.h), then one for each phase. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>

#include "bridge/room.h"

#include "latency.h"
#include "message.h"
#include "pace.h"
#include "series.h"
#include "wire.h"

enum {
    UNSETTLED_MAX = 4096,
    PHONES = UNSETTLED_MAX, /* those who ask for help come after the others */
    HELPERS = UNSETTLED_MAX,
    PHASES_MAX = 8,
    ID_MAX = 64,
    TOPIC_MAX = 160,
    REPEAT_US = 2000000,
    DEADLINE_US = 10000000,
    TICK_US = 50000,
    HELP_STEPS = 6 /* from the dial to the case number */
};

static const char root[] = "mekong/1/bench/";

struct script {
    const char *code;
    const char *answers[8]; /* after the dial, up to NULL */
};

static const struct script ordinary = {"*1234#", {"7", "1", "1", "0"}},
                           help = {"*1234*92#", {"7", "2", "2", "3", "1"}};

struct phone {
    bool waits; /* for the settlement of id */
    uint32_t subscriber;
    unsigned step; /* 0: the dial */
    int64_t due_us, first_us, sent_us, at_ms;
    uint64_t number; /* in the room; 0: not there */
    char id[ID_MAX + 1];
};

struct phase {
    unsigned seconds;
    uint32_t rate;
};

struct surge {
    struct event_base *base;
    struct wire *wire;
    struct pace *paces[2]; /* of who asks for help, of the others */
    struct phone *phones;
    struct series *series;
    struct room dials;
    struct phase phases[PHASES_MAX];
    unsigned phase_count, phase;
    unsigned help_percent;
    uint32_t next_subscriber, waiting;
    int64_t begin_us, phase_end_us;
    bool over;
    uint32_t again, broken;
};

static bool asks_for_help(const struct surge *s, const struct phone *p)
{
    return p - s->phones >= PHONES;
}

static const struct script *script_of(const struct surge *s, const struct phone *p)
{
    return asks_for_help(s, p) ? &help : &ordinary;
}

static void count(struct surge *s, enum series_count what)
{
    series_add(s->series, latency_now_us() - s->begin_us, what);
}

/* Any two hex digits will do for the shard. */
static unsigned shard_of(const struct phone *p)
{
    return p->subscriber & 0xFF;
}

/* Publish the phone's present step, or once more, octet for octet. */
static void publish(struct surge *s, struct phone *p)
{
    char topic[TOPIC_MAX], json[1024];
    const struct script *script = script_of(s, p);
    snprintf(topic, sizeof topic, "%sin/%02x", root, shard_of(p));
    const struct message m = {.id = p->id,
                              .subscriber = p->subscriber,
                              .code = script->code,
                              .begin = p->step == 0,
                              .text = p->step == 0 ? "" : script->answers[p->step - 1],
                              .at_ms = p->at_ms,
                              .deadline_ms = p->at_ms + DEADLINE_US / 1000};
    int n = message_print(&m, json, sizeof json);
    wire_publish(s->wire, topic, json, (size_t)n);
    p->sent_us = latency_now_us();
}

static void take_step(struct surge *s, struct phone *p, int64_t due_us);

/* The phone goes on with its next step, or as another subscriber. Who asks for help answers at
 * once. */
static void go_on(struct surge *s, struct phone *p, bool dialogue_over)
{
    bool helps = asks_for_help(s, p);
    p->step = dialogue_over || !script_of(s, p)->answers[p->step] ? 0 : p->step + 1;
    if (helps && p->step > 0)
        take_step(s, p, latency_now_us());
    else
        pace_park(s->paces[helps ? 0 : 1], (unsigned)(p - s->phones) - (helps ? PHONES : 0));
}

static void count_refused(struct surge *s, const struct phone *p)
{
    count(s, asks_for_help(s, p) ? SERIES_REFUSED_HELP
             : p->step == 0      ? SERIES_REFUSED_DIALS
                                 : SERIES_REFUSED_STEPS);
}

/* Does the bridge give the step back to the carrier? */
static bool is_put_off(struct surge *s, const struct phone *p)
{
    bool plain_dial = p->step == 0 && !asks_for_help(s, p);
    if (plain_dial && !(room_has(&s->dials) && room_leaves_places(s->waiting, UNSETTLED_MAX))) {
        count(s, SERIES_PUT_OFF);
        return true;
    }
    if (s->waiting < UNSETTLED_MAX)
        return false;
    count_refused(s, p);
    return true;
}

static void take_step(struct surge *s, struct phone *p, int64_t due_us)
{
    series_add(s->series, due_us - s->begin_us, SERIES_OFFERED);
    if (p->step == 0)
        p->subscriber = s->next_subscriber++;
    if (p->step == 0 && asks_for_help(s, p))
        count(s, SERIES_HELP_BEGUN);
    if (is_put_off(s, p)) {
        go_on(s, p, true);
        return;
    }
    snprintf(p->id, sizeof p->id, "%td-%" PRIu32 "-%u", p - s->phones, p->subscriber, p->step);
    p->due_us = due_us;
    p->at_ms = latency_wall_ms();
    p->waits = true;
    p->number = p->step == 0 && !asks_for_help(s, p) ? room_take(&s->dials) : 0;
    s->waiting++;
    publish(s, p);
    p->first_us = p->sent_us;
}

static void on_due(void *arg, unsigned slot, int64_t due_us)
{
    struct surge *s = arg;
    take_step(s, &s->phones[slot], due_us);
}

static void on_help_due(void *arg, unsigned slot, int64_t due_us)
{
    struct surge *s = arg;
    take_step(s, &s->phones[PHONES + slot], due_us);
}

/* The step is settled, or given up. */
static void settle(struct surge *s, struct phone *p, bool dialogue_over, enum room_end how)
{
    p->waits = false;
    s->waiting--;
    if (p->number)
        room_give(&s->dials, p->number, how);
    go_on(s, p, dialogue_over);
}

/* The phone that waits for the settlement of the id in the payload's "re", or NULL. */
static struct phone *find_phone(struct surge *s, const char *payload, size_t len)
{
    size_t n;
    const char *re = message_re(payload, len, &n);
    if (!re)
        return NULL;
    unsigned long slot = strtoul(re, NULL, 10); /* ends at the hyphen or the quote at the latest */
    if (slot >= PHONES + HELPERS || !s->phones[slot].waits)
        return NULL;
    struct phone *p = &s->phones[slot];
    return n == strlen(p->id) && memcmp(re, p->id, n) == 0 ? p : NULL;
}

static void on_refusal(struct surge *s, struct phone *p, const char *payload, size_t len)
{
    if (!message_has(payload, len, "\"error\":\"overload\"") && s->broken++ == 0)
        fprintf(stderr, "first refusal that is not for overload: %.*s\n", (int)len, payload);
    count_refused(s, p);
    settle(s, p, true, ROOM_REFUSED);
}

static void on_answer(struct surge *s, struct phone *p, const char *payload, size_t len)
{
    int64_t now = latency_now_us();
    bool last = !script_of(s, p)->answers[p->step];
    if (message_has(payload, len, "\"text\":\"\"") ||
        (asks_for_help(s, p) && last && !message_has(payload, len, "PIN")))
        if (s->broken++ == 0)
            fprintf(stderr, "first answer that is none: %.*s\n", (int)len, payload);
    series_served(s->series, now - s->begin_us, (uint32_t)(now - p->due_us));
    if (asks_for_help(s, p) && last)
        count(s, SERIES_HELP_DONE);
    settle(s, p, message_has(payload, len, "\"event\":\"end\""), ROOM_ANSWERED);
}

static void on_message(void *arg, const char *topic, const char *payload, size_t len)
{
    struct surge *s = arg;
    struct phone *p = find_phone(s, payload, len);
    if (!p)
        s->again++; /* a repeat, settled twice */
    else if (strncmp(topic + sizeof root - 1, "out/", 4) == 0)
        on_answer(s, p, payload, len);
    else
        on_refusal(s, p, payload, len);
}

/* Repeat what waits too long, give up what is past its deadline. */
static void look_at_waiting(struct surge *s, int64_t now)
{
    for (unsigned i = 0; i < PHONES + HELPERS; i++) {
        struct phone *p = &s->phones[i];
        if (!p->waits || now - p->sent_us < REPEAT_US)
            continue;
        if (now - p->first_us >= DEADLINE_US) {
            count(s, SERIES_EXPIRED);
            settle(s, p, true, ROOM_REFUSED);
        } else {
            count(s, SERIES_REPEATED);
            publish(s, p);
        }
    }
}

static void set_rates(struct surge *s, uint32_t rate)
{
    pace_set_rate(s->paces[0], rate * s->help_percent / 100 / HELP_STEPS);
    pace_set_rate(s->paces[1], rate - rate * s->help_percent / 100);
}

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    struct surge *s = arg;
    int64_t now = latency_now_us();
    series_waiting(s->series, now - s->begin_us, s->waiting);
    look_at_waiting(s, now);
    if (now < s->phase_end_us)
        return;
    s->over = s->phase == s->phase_count;
    if (s->over) {
        set_rates(s, 0);
        return;
    }
    set_rates(s, s->phases[s->phase].rate);
    s->phase_end_us += (int64_t)s->phases[s->phase++].seconds * 1000000;
}

static int drive(struct surge *s)
{
    struct event *tick = event_new(s->base, -1, EV_PERSIST, on_tick, s);
    if (!tick)
        return -1;
    event_add(tick, &(struct timeval){.tv_usec = TICK_US});
    s->begin_us = s->phase_end_us = latency_now_us();
    int rc = 0;
    while (rc == 0 && (!s->over || s->waiting > 0)) {
        wire_flush(s->wire);
        rc = wire_turn(s->wire);
    }
    if (rc)
        fprintf(stderr, "the connection to the broker is lost\n");
    event_free(tick);
    return rc;
}

static int run(struct surge *s, const char *broker)
{
    char out[TOPIC_MAX], error[TOPIC_MAX];
    snprintf(out, sizeof out, "%sout/+", root);
    snprintf(error, sizeof error, "%serror", root);
    const char *const subscriptions[] = {out, error, NULL};
    const struct wire_options o = {
        .socket = broker, .subscriptions = subscriptions, .message = on_message, .arg = s};
    s->paces[0] = pace_new(s->base, HELPERS, 0, on_help_due, s);
    s->paces[1] = pace_new(s->base, PHONES, 0, on_due, s);
    s->wire = wire_open(s->base, &o);
    return s->wire && s->paces[0] && s->paces[1] ? drive(s) : -1;
}

/* Phases: SECONDS:RATE. Returns the seconds of all, or 0. */
static unsigned read_phases(struct surge *s, char **list)
{
    unsigned all = 0;
    for (; *list; list++) {
        struct phase *p = &s->phases[s->phase_count];
        if (s->phase_count++ == PHASES_MAX ||
            sscanf(*list, "%u:%" SCNu32, &p->seconds, &p->rate) != 2)
            return 0;
        all += p->seconds;
    }
    return all;
}

static uint32_t steps_of(const struct surge *s)
{
    uint32_t steps = 0;
    for (unsigned i = 0; i < s->phase_count; i++)
        steps += s->phases[i].seconds * (s->phases[i].rate + 100);
    return steps;
}

/* A line for each phase, after those of the tenths. */
static void write_phases(const struct surge *s)
{
    unsigned from = 0;
    for (unsigned i = 0; i < s->phase_count; i++) {
        const struct phase *p = &s->phases[i];
        printf("phase %u from=%u to=%u rate=%" PRIu32, i + 1, from, from + p->seconds, p->rate);
        series_write_latencies(s->series, from, from + p->seconds, stdout);
        putchar('\n');
        from += p->seconds;
    }
}

int main(int argc, char **argv)
{
    struct surge s = {.help_percent = 2};
    unsigned seconds = argc < 5 ? 0 : read_phases(&s, argv + 4);
    if (seconds == 0) {
        fputs("usage: bench_surge BROKER FIRST-SUBSCRIBER HELP-PERCENT SECONDS:RATE...\n", stderr);
        return 2;
    }
    s.next_subscriber = (uint32_t)strtoul(argv[2], NULL, 10);
    s.help_percent = (unsigned)strtoul(argv[3], NULL, 10);
    room_init(&s.dials, room_share(UNSETTLED_MAX));
    s.base = pace_base();
    s.phones = calloc(PHONES + HELPERS, sizeof *s.phones);
    s.series = series_new(seconds + 12, steps_of(&s));
    int rc = s.base && s.phones && s.series ? run(&s, argv[1]) : -1;
    if (rc == 0) {
        series_write(s.series, stdout);
        write_phases(&s);
        printf("all settled_again=%" PRIu32 " broken=%" PRIu32 "\n", s.again, s.broken);
    }
    pace_free(s.paces[0]);
    pace_free(s.paces[1]);
    if (s.wire)
        wire_close(s.wire);
    if (s.base)
        event_base_free(s.base);
    series_free(s.series);
    free(s.phones);
    return rc ? 1 : s.broken ? 3 : 0;
}
