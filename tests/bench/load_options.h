/* SPDX-License-Identifier: Apache-2.0 */
/* The options of bench_load. */
#ifndef ML_BENCH_LOAD_OPTIONS_H
#define ML_BENCH_LOAD_OPTIONS_H

#include <stdint.h>

#include "watch.h"

enum { LOAD_WINDOW_MAX = 65536, LOAD_ANSWERS_MAX = 16 };

struct load_options {
    const char *socket, *code;
    const char *sms; /* one SMS from each subscriber in place of a dialogue; NULL: USSD */
    uint32_t qos;
    char *answers[LOAD_ANSWERS_MAX]; /* after the dial */
    unsigned answer_count;
    uint32_t window;    /* dialogues under way */
    uint32_t rate;      /* steps in a second; 0: as many as are settled */
    uint32_t first;     /* number of the first subscriber */
    uint32_t steps;     /* to measure */
    uint32_t warm_up;   /* steps before them */
    int64_t repeat_us;  /* a step not settled in this time is sent again; 0: never */
    long kill_pid;      /* killed when a third of the steps is measured; 0: nobody */
    int64_t timeout_us; /* a step not settled in this time is given up */
    struct watch watch; /* the processes whose time is printed, too */
};

/* Read the command line into *o, which holds the defaults; strings stay where they are. Returns 0,
 * or -1 after the usage on stderr. */
int load_options_read(struct load_options *o, int argc, char **argv);

#endif
