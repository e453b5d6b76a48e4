/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of failure: the n-th call fails, for n = 1, 2, 3, … until the test passes without having
 * come to it. What fails are allocations, or whatever a test counts with failing_now.
 *
 * Allocations are those of the code that is linked into the test: its calls of malloc, calloc,
 * realloc, strdup, asprintf and open_memstream (ld --wrap, see tests/CMakeLists.txt). Shared
 * libraries have their own; some take ours by a hook. */
#ifndef ML_TESTS_SUPPORT_FAILING_H
#define ML_TESTS_SUPPORT_FAILING_H

#include <stdbool.h>
#include <stddef.h>

/* Which calls fail: `most` of them, from the first-th on. */
struct failing {
    unsigned first, most;
    unsigned calls; /* until now */
    unsigned failed;
};

/* One call: must it fail? */
bool failing_now(struct failing *f);

enum failing_thread {
    FAILING_HERE,     /* count calls of the thread that arms alone */
    FAILING_ELSEWHERE /* count those of all others */
};

/* Count allocations from now on, and let those of *plan fail. */
void failing_arm(const struct failing *plan, enum failing_thread where);

/* Nothing fails any more. Returns how many have failed. */
unsigned failing_disarm(void);

/* One more call of an armed test, of a function that it has wrapped itself: must it fail? */
bool failing_hits(void);

/* Between the two nothing is counted and nothing fails. */
void failing_pause(void);
void failing_resume(void);

/* Allocations that were made and not yet freed, by all threads. */
size_t failing_live(void);

/* Run body for n = 1, 2, 3, …, each time with `most` calls failing from the n-th on, until it
 * returns that none has failed. Each run must give back all that it has allocated. Prints how many
 * points there were under the scenario's name. */
typedef unsigned (*failing_body)(void *arg, const struct failing *plan);
void failing_each(const char *scenario, unsigned most, failing_body body, void *arg);

/* The same with one failure, then with `most` in a row. */
void failing_both(const char *scenario, unsigned most, failing_body body, void *arg);

/* cmocka's tear-down: disarms, and says at which n a test was that failed. */
int failing_tell(void **state);

#endif
