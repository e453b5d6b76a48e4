/* SPDX-License-Identifier: Apache-2.0 */
/* A crowd that dials by a schedule, an open loop: bridges between phones (crowd.h) and a broker.
 * Writes what happened in each second to standard output, and the sums at the end. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <event2/event.h>

#include "crowd.h"
#include "latency.h"
#include "message.h"
#include "pace.h"
#include "watch.h"
#include "wire.h"

enum { TOPIC_MAX = 160, SLICE_US = 100000, SECOND_US = 1000000, BRIDGES_MAX = 16 };

static const char root[] = "mekong/1/bench-";

struct dial {
    struct crowd_options o;
    const char *broker, *code, *command; /* command: of the shell, at command_ms */
    uint32_t qos, first, command_ms;
    uint32_t *slices; /* dials of each tenth of a second */
    size_t slice_count, slice, dialled;
    struct watch watch;
    struct event_base *base;
    struct wire *wire;
    struct seconds *seconds;
    struct crowd *crowd;
    int64_t begun_us, begun_wall_ms, second_us;
    pid_t child; /* 0: the command has not begun, or has ended */
    uint32_t strange;
};

static int64_t now_us(const struct dial *d)
{
    return latency_now_us() - d->begun_us;
}

/* Any two hex digits will do for the shard. */
static void publish(void *arg, const struct crowd_step *s)
{
    const struct dial *d = arg;
    char topic[TOPIC_MAX], json[1024];
    int64_t at = d->begun_wall_ms + s->at_ms;
    snprintf(topic, sizeof topic, "%s%" PRIu32 "/in/%02x", root, s->bridge, s->worker & 0xFF);
    const struct message m = {.id = s->id,
                              .subscriber = d->first + s->worker,
                              .session = s->session,
                              .code = d->code,
                              .begin = !s->text,
                              .text = s->text ? s->text : "",
                              .at_ms = at,
                              .deadline_ms = at + d->o.patience_ms};
    int n = message_print(&m, json, sizeof json);
    wire_publish(d->wire, topic, json, (size_t)n);
}

static void on_message(void *arg, const char *topic, const char *payload, size_t len)
{
    struct dial *d = arg;
    size_t n;
    const char *re = message_re(payload, len, &n);
    bool refused = strstr(topic, "/error") != NULL;
    if (refused && message_has(payload, len, "unknown_session"))
        return; /* the answer settles */
    if (!re || !crowd_settled(d->crowd, re, n, refused, now_us(d)))
        d->strange++; /* a second answer to a repeat, or one that came too late */
}

static void dial_what_is_due(struct dial *d, int64_t now)
{
    while (d->slice < d->slice_count) {
        uint32_t count = d->slices[d->slice];
        int64_t due = (int64_t)d->slice * SLICE_US;
        if (d->dialled < count)
            due += (int64_t)d->dialled * SLICE_US / count;
        if (due > now)
            return;
        if (d->dialled++ < count) {
            crowd_dial(d->crowd, due);
        } else {
            d->slice++;
            d->dialled = 0;
        }
    }
}

static void run_command(struct dial *d, int64_t now)
{
    extern char **environ;
    char *argv[] = {"sh", "-c", (char *)d->command, NULL};
    if (!d->command || now < (int64_t)d->command_ms * 1000)
        return;
    if (posix_spawn(&d->child, "/bin/sh", NULL, NULL, argv, environ) != 0)
        fprintf(stderr, "the command cannot be run\n");
    d->command = NULL;
}

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    struct dial *d = arg;
    int64_t now = now_us(d);
    dial_what_is_due(d, now);
    crowd_tick(d->crowd, now);
    run_command(d, now);
    if (now >= d->second_us) {
        d->second_us += SECOND_US;
        seconds_end(d->seconds);
    }
}

static bool is_over(const struct dial *d)
{
    return d->slice == d->slice_count && !crowd_is_busy(d->crowd);
}

static int drive(struct dial *d)
{
    struct event *tick = event_new(d->base, -1, EV_PERSIST, on_tick, d);
    if (!tick)
        return -1;
    event_add(tick, &(struct timeval){.tv_usec = 1000});
    int rc = 0;
    while (rc == 0 && !is_over(d)) {
        wire_flush(d->wire);
        rc = wire_turn(d->wire);
    }
    event_free(tick);
    if (d->child > 0)
        waitpid(d->child, NULL, 0);
    seconds_end(d->seconds);
    return rc;
}

static int connect_bridges(struct dial *d)
{
    char topic[2 * BRIDGES_MAX][TOPIC_MAX];
    const char *subscriptions[2 * BRIDGES_MAX + 1] = {NULL};
    for (uint32_t i = 0; i < d->o.bridges; i++) {
        snprintf(topic[2 * i], TOPIC_MAX, "%s%" PRIu32 "/out/+", root, i);
        snprintf(topic[2 * i + 1], TOPIC_MAX, "%s%" PRIu32 "/error", root, i);
        subscriptions[2 * i] = topic[2 * i];
        subscriptions[2 * i + 1] = topic[2 * i + 1];
    }
    const struct wire_options o = {.socket = d->broker,
                                   .qos = (int)d->qos,
                                   .subscriptions = subscriptions,
                                   .message = on_message,
                                   .arg = d};
    d->wire = wire_open(d->base, &o);
    return d->wire ? 0 : -1;
}

static int run(struct dial *d)
{
    d->base = pace_base();
    d->seconds = seconds_new(stdout, &d->watch);
    d->crowd = crowd_new(&d->o, d->seconds, publish, d);
    if (!d->base || !d->seconds || !d->crowd || connect_bridges(d) < 0)
        return -1;
    d->begun_us = latency_now_us();
    d->begun_wall_ms = latency_wall_ms();
    d->second_us = SECOND_US;
    if (drive(d) < 0)
        return -1;
    seconds_print(d->seconds);
    printf("strange=%" PRIu32 " seconds=%.3f\n", d->strange, (double)now_us(d) / SECOND_US);
    return 0;
}

/* The schedule: a number in each line, of dials in a tenth of a second. */
static int read_schedule(struct dial *d, const char *path)
{
    FILE *f = fopen(path, "r");
    uint32_t n;
    if (!f)
        return -1;
    while (fscanf(f, "%" SCNu32, &n) == 1) {
        uint32_t *more = realloc(d->slices, (d->slice_count + 1) * sizeof *more);
        if (!more)
            break;
        d->slices = more;
        d->slices[d->slice_count++] = n;
        d->o.workers += n;
    }
    bool all = feof(f);
    fclose(f);
    return all && d->o.workers > 0 ? 0 : -1;
}

static int read_way(char *list, struct crowd_options *o)
{
    if (o->ways == CROWD_WAYS)
        return -1;
    for (char *s = strtok(list, ","); s; s = strtok(NULL, ",")) {
        if (o->answers[o->ways] == CROWD_ANSWERS || strpbrk(s, "\"\\"))
            return -1;
        o->answer[o->ways][o->answers[o->ways]++] = s;
    }
    o->ways++;
    return 0;
}

static int read_numbers(const char *s, unsigned count, uint32_t *out)
{
    char *end;
    for (unsigned i = 0; i < count; i++, s = end + 1) {
        errno = 0;
        unsigned long n = strtoul(s, &end, 10);
        if (errno || end == s || n > UINT32_MAX || *end != (i + 1 < count ? ',' : '\0'))
            return -1;
        out[i] = (uint32_t)n;
    }
    return 0;
}

static int read_wait(const char *s, struct crowd_wait *out)
{
    uint32_t n[2];
    if (read_numbers(s, 2, n) < 0 || n[1] < n[0])
        return -1;
    *out = (struct crowd_wait){n[0], n[1]};
    return 0;
}

static int read_flaps(const char *s, struct crowd_options *o)
{
    uint32_t n[2];
    if (read_numbers(s, 2, n) < 0 || n[1] > n[0])
        return -1;
    o->flap_ms = n[0];
    o->down_ms = n[1];
    return 0;
}

static int read_redials(const char *s, struct crowd_options *o)
{
    uint32_t n[2];
    if (read_numbers(s, 2, n) < 0 || n[0] > 100)
        return -1;
    o->redial_percent = n[0];
    o->dials_max = n[1];
    return 0;
}

static int read_command(char *s, struct dial *d)
{
    char *comma = strchr(s, ',');
    if (!comma)
        return -1;
    *comma = '\0';
    d->command = comma + 1;
    return read_numbers(s, 1, &d->command_ms);
}

static int read_option(int option, struct dial *d)
{
    uint32_t n = 0;
    switch (option) {
    case 'a':
        return read_way(optarg, &d->o);
    case 'b':
        return read_numbers(optarg, 1, &d->o.bridges);
    case 'f':
        return read_numbers(optarg, 1, &d->first);
    case 'F':
        return read_flaps(optarg, &d->o);
    case 'm':
        return read_wait(optarg, &d->o.think);
    case 'p':
        return watch_add(&d->watch, optarg);
    case 'q':
        return read_numbers(optarg, 1, &d->qos);
    case 'r':
        return read_numbers(optarg, 1, &d->o.repeat_ms);
    case 'R':
        return read_redials(optarg, &d->o);
    case 's':
        d->o.seed = read_numbers(optarg, 1, &n) == 0 ? n : 0;
        return n > 0 ? 0 : -1;
    case 't':
        return read_numbers(optarg, 1, &d->o.patience_ms);
    case 'u':
        return read_numbers(optarg, 1, &d->o.under_way);
    case 'w':
        return read_wait(optarg, &d->o.redial);
    case 'x':
        return read_command(optarg, d);
    default:
        return -1;
    }
}

static int read_options(int argc, char **argv, struct dial *d)
{
    int option;
    while ((option = getopt(argc, argv, "a:b:f:F:m:p:q:r:R:s:t:u:w:x:")) != -1) {
        if (read_option(option, d))
            return -1;
    }
    if (optind != argc - 2 || d->o.ways < 1 || d->o.bridges < 1 || d->o.bridges > BRIDGES_MAX)
        return -1;
    d->broker = argv[optind + 1];
    return read_schedule(d, argv[optind]);
}

static void usage(void)
{
    fputs("usage: bench_dial [OPTION]... -a LIST SCHEDULE BROKER\n"
          "SCHEDULE is a file; each line says how many workers dial in a tenth of a second.\n"
          "  -a LIST  the answers after the dial, with commas; several: workers take turns\n"
          "  -b N     bridges; workers take turns (1)\n"
          "  -f N     number of the first subscriber (0)\n"
          "  -F P,D   of each P ms the last bridge's carrier has no link for the last D\n"
          "  -m L,M   think for at least L ms, for M on the average (0,0)\n"
          "  -R P,N   after an error P % dial again, and at most N times in all (0,1)\n"
          "  -w L,M   before that they wait for at least L ms, for M on the average (0,0)\n"
          "  -t MS    the carrier cuts a step that is not answered by then (15000)\n"
          "  -r MS    a step that is not settled is sent again (2000)\n"
          "  -u N     so many dialogues at a time (as many as dial)\n"
          "  -q N     quality of service (0)\n"
          "  -s N     seed, not 0 (1)\n"
          "  -p NAME=PID  write the processor time of that process, too\n"
          "  -x MS,COMMAND  run the command then\n",
          stderr);
}

static void close_all(struct dial *d)
{
    crowd_free(d->crowd);
    seconds_free(d->seconds);
    if (d->wire)
        wire_close(d->wire);
    if (d->base)
        event_base_free(d->base);
    free(d->slices);
}

int main(int argc, char **argv)
{
    struct dial d = {
        .code = "*1234#",
        .o = {.bridges = 1, .dials_max = 1, .patience_ms = 15000, .repeat_ms = 2000, .seed = 1}};
    if (read_options(argc, argv, &d)) {
        usage();
        return 2;
    }
    int rc = run(&d);
    close_all(&d);
    return rc ? 1 : 0;
}
