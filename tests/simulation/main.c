/* SPDX-License-Identifier: Apache-2.0 */
/* simulation [--seed N [--verbose]] [--seeds FROM COUNT] [--seconds N] [--rate N] [--kept FILE]
 *
 * --seeds lives through COUNT seeds; --seconds through as many as it can from the clock's on;
 * --rate through seeds on all processors for N seconds, and tells the speed. --kept first lives
 * through the seeds of a file, one a line. Something that never happened is a failure of --seeds
 * with --kept. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "simulation/sim.h"

struct job {
    uint64_t from, count;
    double seconds;
    bool one, verbose, rate;
    const char *kept;
};

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void run_for(const struct stage *st, struct tally *t, uint64_t from, double seconds)
{
    for (double end = now_s() + seconds; now_s() < end; from++)
        sim_run(from, st, t, NULL);
}

static int run_kept(const struct stage *st, struct tally *t, const char *path)
{
    char line[256];
    FILE *f = fopen(path, "r");
    if (!f) {
        perror(path);
        return -1;
    }
    while (fgets(line, sizeof line, f))
        if (line[0] >= '0' && line[0] <= '9')
            sim_run(strtoull(line, NULL, 10), st, t, NULL);
    fclose(f);
    return 0;
}

/* What happened inside of the core is in the metrics. */
static void add_metrics(const struct stage *st, struct tally *t)
{
    const struct metrics *m = st->metrics;
    t->happened[HAPPEN_repeat_answered] += (uint64_t)metrics_get(m, M_REPEATS, "answered");
    t->happened[HAPPEN_repeat_in_hand] += (uint64_t)metrics_get(m, M_REPEATS, "in_hand");
}

/* Live through seeds on one processor; the tally goes to the pipe. */
static void child(const struct stage *st, uint64_t from, double seconds, int pipe)
{
    struct tally t = {.seeds = 0};
    run_for(st, &t, from, seconds);
    add_metrics(st, &t);
    _exit(write(pipe, &t, sizeof t) == sizeof t ? 0 : 1);
}

/* Processor time of all that have ended. */
static double children_s(void)
{
    struct rusage u;
    getrusage(RUSAGE_CHILDREN, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static int rate(const struct stage *st, const struct job *j)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    struct tally all = {.seeds = 0}, one;
    int ends[2], status, failed = 0;
    if (pipe(ends) < 0)
        return 1;
    double begin = now_s();
    for (long i = 0; i < processors; i++)
        if (fork() == 0)
            child(st, j->from + (uint64_t)i * 1000000000, j->seconds, ends[1]);
    close(ends[1]);
    while (read(ends[0], &one, sizeof one) == sizeof one) {
        all.seeds += one.seeds;
        all.dialogues += one.dialogues;
        all.messages += one.messages;
        all.events += one.events;
        for (unsigned i = 0; i < HAPPENS; i++)
            all.happened[i] += one.happened[i];
    }
    while (wait(&status) > 0)
        failed |= status;
    double took = now_s() - begin;
    tally_print(&all);
    printf("%ld processes: %.0f dialogues and %.0f messages a second; %.0f dialogues a second of "
           "a processor's time\n",
           processors, (double)all.dialogues / took, (double)all.messages / took,
           (double)all.dialogues / children_s());
    return failed ? 1 : 0;
}

static int read_options(struct job *j, int argc, char **argv)
{
    static const struct option options[] = {{"seed", required_argument, NULL, 's'},
                                            {"seeds", required_argument, NULL, 'n'},
                                            {"seconds", required_argument, NULL, 't'},
                                            {"rate", required_argument, NULL, 'r'},
                                            {"kept", required_argument, NULL, 'k'},
                                            {"verbose", no_argument, NULL, 'v'},
                                            {NULL, 0, NULL, 0}};
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        j->one = j->one || c == 's';
        j->rate = j->rate || c == 'r';
        j->verbose = j->verbose || c == 'v';
        if (c == '?')
            return -1;
        if (c == 's' || c == 'n')
            j->from = strtoull(optarg, NULL, 10);
        if (c == 'n')
            j->count = optind < argc ? strtoull(argv[optind++], NULL, 10) : 1;
        if (c == 't' || c == 'r')
            j->seconds = strtod(optarg, NULL);
        if (c == 'k')
            j->kept = optarg;
    }
    return 0;
}

static int run(const struct stage *st, const struct job *j)
{
    struct tally t = {.seeds = 0};
    struct trace trace = {.verbose = true};
    if (j->rate)
        return rate(st, j);
    if (j->one) {
        sim_run(j->from, st, &t, j->verbose ? &trace : NULL);
        return 0;
    }
    if (j->kept && run_kept(st, &t, j->kept) < 0)
        return 1;
    for (uint64_t i = 0; i < j->count; i++)
        sim_run(j->from + i, st, &t, NULL);
    if (j->seconds > 0)
        run_for(st, &t, (uint64_t)time(NULL) << 20, j->seconds);
    add_metrics(st, &t);
    unsigned never = tally_print(&t);
    if (never > 0)
        printf("%u of these never happened\n", never);
    return j->kept && never > 0 ? 1 : 0;
}

int main(int argc, char **argv)
{
    struct job j = {.seconds = 0};
    struct stage stage;
    if (argc < 2 || read_options(&j, argc, argv) < 0) {
        fprintf(stderr, "usage: simulation [--seed N [--verbose]] [--seeds FROM COUNT]"
                        " [--seconds N] [--rate N] [--kept FILE]\n");
        return 2;
    }
    int result = 1;
    if (stage_open(&stage, CONTENT_DIR) == 0)
        result = run(&stage, &j);
    stage_close(&stage);
    return result;
}
