/* SPDX-License-Identifier: Apache-2.0 */
#include "load_options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

static int read_answers(char *list, struct load_options *o)
{
    o->answer_count = 0;
    for (char *s = strtok(list, ","); s; s = strtok(NULL, ",")) {
        if (o->answer_count == LOAD_ANSWERS_MAX || strpbrk(s, "\"\\"))
            return -1;
        o->answers[o->answer_count++] = s;
    }
    return 0;
}

static int read_seconds(const char *s, int64_t *us)
{
    uint32_t seconds;
    if (read_number(s, 3600, &seconds))
        return -1;
    *us = (int64_t)seconds * 1000000;
    return 0;
}

static int read_ms(const char *s, int64_t *us)
{
    uint32_t ms;
    if (read_number(s, 60000, &ms))
        return -1;
    *us = (int64_t)ms * 1000;
    return 0;
}

static int read_pid(const char *s, long *pid)
{
    uint32_t n;
    if (read_number(s, INT32_MAX, &n) || n < 2)
        return -1;
    *pid = (long)n;
    return 0;
}

static int read_option(int option, struct load_options *o)
{
    switch (option) {
    case 'a':
        return read_answers(optarg, o);
    case 'c':
        o->code = optarg;
        return 0;
    case 'f':
        return read_number(optarg, 99999999, &o->first);
    case 'k':
        return read_pid(optarg, &o->kill_pid);
    case 'n':
        return read_number(optarg, 100000000, &o->steps);
    case 'q':
        return read_number(optarg, 1, &o->qos);
    case 'p':
        return watch_add(&o->watch, optarg);
    case 'r':
        return read_number(optarg, 1000000, &o->rate);
    case 'R':
        return read_ms(optarg, &o->repeat_us);
    case 's':
        o->sms = optarg;
        o->answer_count = 0;
        return 0;
    case 't':
        return read_seconds(optarg, &o->timeout_us);
    case 'u':
        return read_number(optarg, 100000000, &o->warm_up);
    case 'w':
        return read_number(optarg, LOAD_WINDOW_MAX, &o->window);
    default:
        return -1;
    }
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
          "  -s TEXT an SMS of each subscriber with this text, in place of a dialogue\n"
          "  -f N    number of the first subscriber; dialogue i is the subscriber 85620 and N + i\n"
          "  -t S    seconds after which a step counts as unsettled (5)\n"
          "  -R MS   a step that is not settled in this time is sent again, as it was\n"
          "  -k PID  kill -9 that process when a third of the steps is measured\n"
          "  -p NAME=PID  print the processor time of that process for a step, too; self is this "
          "program\n",
          stderr);
}

int load_options_read(struct load_options *o, int argc, char **argv)
{
    static char answers[] = "7,1,1,0";
    int option;
    read_answers(answers, o);
    while ((option = getopt(argc, argv, "a:c:f:k:n:p:q:r:R:s:t:u:w:")) != -1) {
        if (read_option(option, o)) {
            usage();
            return -1;
        }
    }
    if (optind != argc - 1 || o->window < 1 || o->steps < 1) {
        usage();
        return -1;
    }
    o->socket = argv[optind];
    return 0;
}
