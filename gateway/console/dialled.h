/* SPDX-License-Identifier: Apache-2.0 */
/* The calls of staff to the numbers that workers are told: who dialled which number when, and
 * whether somebody answered. A line is added and never changed; the contact's entry in the content
 * gets the day of the last answer. These are numbers of offices, never of workers. */
#ifndef ML_CONSOLE_DIALLED_H
#define ML_CONSOLE_DIALLED_H

#include <stdbool.h>
#include <stdint.h>

#include "io/db.h"

enum { DIALLED_HISTORY = 10 }; /* calls of a number that are shown */

extern const char dialled_tables[];

/* A call. Strings are borrowed. */
struct dialled {
    const char *place; /* of the contact, such as "channels.json#th-doe-1694" */
    const char *number;
    int64_t person;
    const char *name; /* what the person was called then */
    int64_t at_ms;
    bool answered;
    const char *languages; /* that were spoken: codes parted by blanks; "" if nobody answered */
    const char *hours;     /* as they were told; "" for none */
    const char *note;
};

/* In the caller's transaction. */
enum db_result dialled_add(struct db *db, const struct dialled *call);

typedef bool (*dialled_fn)(void *arg, const struct dialled *call); /* false: enough */

/* The calls of a contact, the newest first. */
enum db_result dialled_list(struct db *db, const char *place, dialled_fn fn, void *arg);

/* How it stands with a contact's number. Another number of the same contact begins anew. */
struct dialled_sum {
    int64_t calls;      /* of this number */
    int64_t unanswered; /* since the last answer */
    int64_t last_ms;    /* of the last call; 0: none */
};
enum db_result dialled_sum(struct db *db, const char *place, const char *number,
                           struct dialled_sum *out);

#endif
