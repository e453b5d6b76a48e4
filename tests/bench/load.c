/* SPDX-License-Identifier: Apache-2.0 */
/* A load: a bridge with a fixed number of USSD dialogues under way. Each dialogue is a new
 * subscriber who dials and then sends the given answers; the next step goes out when the last is
 * settled, or with a rate when it is due (pace.h). Every settlement is held against the message
 * that it names. Prints one line of name=value. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "latency.h"
#include "pace.h"
#include "watch.h"
#include "wire.h"

enum { ID_MAX = 64, WINDOW_MAX = 65536, ANSWERS_MAX = 16, TOPIC_MAX = 160 };

static const char root[] = "mekong/1/bench/";

struct options {
    const char *socket, *code;
    uint32_t qos;
    char *answers[ANSWERS_MAX]; /* after the dial */
    unsigned answer_count;
    unsigned window;    /* dialogues under way */
    uint32_t rate;      /* steps in a second; 0: as many as are settled */
    uint32_t first;     /* number of the first subscriber */
    uint32_t steps;     /* to measure */
    uint32_t warm_up;   /* steps before them */
    int64_t timeout_us; /* a step not settled in this time is given up */
};

struct dialogue {
    bool waits; /* for the settlement of id */
    uint32_t subscriber;
    unsigned step; /* 0: the dial */
    int64_t sent_us;
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
    struct options o;
    struct event_base *base;
    struct wire *wire;
    struct pace *pace; /* NULL without a rate */
    struct watch watch;
    struct dialogue *dialogues;
    uint32_t *latencies; /* us, of the measured steps */
    uint32_t measured, waiting, next_subscriber;
    int64_t begin_us, end_us; /* of the measure; 0: not yet */
    struct counts n;
};

/* Any two hex digits will do for the shard. */
static unsigned shard_of(const struct dialogue *d)
{
    return d->subscriber & 0xFF;
}

/* Publish the dialogue's present step, which takes time from then on. */
static void send_step(struct load *l, struct dialogue *d, int64_t from_us)
{
    char topic[TOPIC_MAX], json[1024];
    const char *text = d->step == 0 ? "" : l->o.answers[d->step - 1];
    snprintf(topic, sizeof topic, "%sin/%02x", root, shard_of(d));
    snprintf(d->id, sizeof d->id, "%td-%" PRIu32 "-%u", d - l->dialogues, d->subscriber, d->step);
    int n = snprintf(json, sizeof json,
                     "{\"v\":1,\"kind\":\"ussd\",\"id\":\"%s\",\"msisdn\":\"85620%08" PRIu32
                     "\",\"session\":\"s%" PRIu32 "\",\"event\":\"%s\",\"code\":\"%s\","
                     "\"text\":\"%s\",\"network\":\"45701\",\"at\":%" PRId64 "}",
                     d->id, d->subscriber, d->subscriber, d->step == 0 ? "begin" : "continue",
                     l->o.code, text, latency_wall_ms());
    d->sent_us = from_us;
    d->waits = true;
    l->waiting++;
    wire_publish(l->wire, topic, json, (size_t)n);
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
    if (l->begin_us && !l->end_us) {
        l->latencies[l->measured++] = (uint32_t)(now - d->sent_us);
        if (l->measured == l->o.steps) {
            l->end_us = now;
            watch_end(&l->watch);
        }
    }
    if (!l->begin_us && l->n.settled >= l->o.warm_up) {
        l->begin_us = now;
        watch_begin(&l->watch);
    }
}

/* The dialogue that waits for the settlement of the id in the payload's "re", or NULL. */
static struct dialogue *find_dialogue(struct load *l, const char *payload, size_t len)
{
    static const char name[] = "\"re\":\"";
    const char *re = memmem(payload, len, name, sizeof name - 1);
    if (!re)
        return NULL;
    re += sizeof name - 1;
    unsigned long slot = strtoul(re, NULL, 10); /* ends at the hyphen or the quote at the latest */
    if (slot >= l->o.window || !l->dialogues[slot].waits)
        return NULL;
    struct dialogue *d = &l->dialogues[slot];
    size_t n = strlen(d->id);
    bool same = len - (size_t)(re - payload) > n && memcmp(re, d->id, n) == 0 && re[n] == '"';
    return same ? d : NULL;
}

static bool has(const char *payload, size_t len, const char *piece)
{
    return memmem(payload, len, piece, strlen(piece)) != NULL;
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
        l->n.mismatched++;
        return;
    }
    d->waits = false;
    l->waiting--;
    if (!has(payload, len, "\"kind\":\"ussd\"") || !has(payload, len, "\"text\":\"") ||
        has(payload, len, "\"text\":\"\""))
        l->n.broken++;
    bool ended = has(payload, len, "\"event\":\"end\"");
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

/* Give up what waits too long. */
static void on_tick(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    struct load *l = arg;
    int64_t oldest = latency_now_us() - l->o.timeout_us;
    for (unsigned i = 0; i < l->o.window; i++) {
        struct dialogue *d = &l->dialogues[i];
        if (!d->waits || d->sent_us > oldest)
            continue;
        d->waits = false;
        l->waiting--;
        l->n.unsettled++;
        go_on(l, d, true);
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
    watch_print(&l->watch, l->measured);
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
    event_add(tick, &(struct timeval){.tv_usec = 200000});
    int rc = drive(l);
    event_free(tick);
    return rc;
}

static int read_number(const char *s, uint32_t most, uint32_t *out)
{
    char *end;
    errno = 0;
    unsigned long n = strtoul(s, &end, 10);
    if (errno || end == s || *end || n > most)
        return -1;
    *out = (uint32_t)n;
    return 0;
}

static int read_answers(char *list, struct options *o)
{
    o->answer_count = 0;
    for (char *s = strtok(list, ","); s; s = strtok(NULL, ",")) {
        if (o->answer_count == ANSWERS_MAX || strpbrk(s, "\"\\"))
            return -1;
        o->answers[o->answer_count++] = s;
    }
    return 0;
}

static int read_option(int option, struct load *l)
{
    uint32_t seconds;
    switch (option) {
    case 'a':
        return read_answers(optarg, &l->o);
    case 'c':
        l->o.code = optarg;
        return 0;
    case 'f':
        return read_number(optarg, 99999999, &l->o.first);
    case 'n':
        return read_number(optarg, 100000000, &l->o.steps);
    case 'q':
        return read_number(optarg, 1, &l->o.qos);
    case 'p':
        return watch_add(&l->watch, optarg);
    case 'r':
        return read_number(optarg, 1000000, &l->o.rate);
    case 't':
        if (read_number(optarg, 3600, &seconds))
            return -1;
        l->o.timeout_us = (int64_t)seconds * 1000000;
        return 0;
    case 'u':
        return read_number(optarg, 100000000, &l->o.warm_up);
    case 'w':
        return read_number(optarg, WINDOW_MAX, &l->o.window);
    default:
        return -1;
    }
}

static int read_options(int argc, char **argv, struct load *l)
{
    int option;
    while ((option = getopt(argc, argv, "a:c:f:n:p:q:r:t:u:w:")) != -1) {
        if (read_option(option, l))
            return -1;
    }
    if (optind != argc - 1 || l->o.window < 1 || l->o.steps < 1)
        return -1;
    l->o.socket = argv[optind];
    l->next_subscriber = l->o.first;
    return 0;
}

static void usage(void)
{
    fputs("usage: bench_load [OPTION]... BROKER\n"
          "  -w N    dialogues under way at a time (64)\n"
          "  -r N    an open loop: N steps in a second, by at most that many dialogues\n"
          "  -n N    steps to measure (10000)\n"
          "  -u N    steps before them, to warm up (1000)\n"
          "  -q N    quality of service (0)\n"
          "  -c CODE what is dialled (*1234#)\n"
          "  -a LIST the answers after it, with commas (7,1,1,0)\n"
          "  -f N    number of the first subscriber; dialogue i is the subscriber 85620 and N + i\n"
          "  -t S    seconds after which a step counts as unsettled (5)\n"
          "  -p NAME=PID  print the processor time of that process for a step, too\n",
          stderr);
}

int main(int argc, char **argv)
{
    char answers[] = "7,1,1,0";
    struct load l = {.o = {.code = "*1234#",
                           .window = 64,
                           .steps = 10000,
                           .warm_up = 1000,
                           .timeout_us = 5000000}};
    read_answers(answers, &l.o);
    if (read_options(argc, argv, &l)) {
        usage();
        return 2;
    }
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
