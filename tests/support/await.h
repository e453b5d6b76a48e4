/* SPDX-License-Identifier: Apache-2.0 */
/* Wait in a loop until something has come about. All is allocated at await_open, so that a test may
 * wait while allocations fail. */
#ifndef ML_TESTS_SUPPORT_AWAIT_H
#define ML_TESTS_SUPPORT_AWAIT_H

#include <stdbool.h>
#include <stdint.h>

#include "io/loop.h"

struct await {
    struct loop *loop;
    struct loop_timer *timer;
    bool (*done)(void *arg);
    void *arg;
    int64_t end_us;
    bool met;
};

/* For a loop that outlives it; fails the test without memory. await_close frees what it made. */
void await_open(struct await *a, struct loop *l);
void await_close(struct await *a);

/* Run the loop until done(arg), which is asked every ms. Fails the test after 20 s. */
void await_until(struct await *a, bool (*done)(void *arg), void *arg);

/* Run the loop for ms. */
void await_pass(struct await *a, int ms);

#endif
