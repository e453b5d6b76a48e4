/* SPDX-License-Identifier: Apache-2.0 */
/* A change of people and its line in the audit log: one transaction, and one place that says what
 * went wrong. */
#ifndef ML_CONSOLE_PEOPLE_COMMIT_H
#define ML_CONSOLE_PEOPLE_COMMIT_H

#include "console/call.h"
#include "console/people.h"

struct people_change {
    struct console *console;
    uint64_t call;
    const struct person *by; /* NULL: nobody that is signed in */
    const char *action, *subject, *detail;
};

/* False after a failure was answered. */
bool people_begin(const struct people_change *x);

/* Write the line and commit; or, if r is not PEOPLE_OK, roll back and answer why. Returns true only
 * after the commit: then the caller answers. */
bool people_commit(const struct people_change *x, enum people_result r);

/* Answer what r means; not for PEOPLE_OK. */
void people_fail(struct console *c, uint64_t call, enum people_result r);

#endif
